// Beside the room: a thread, or the panel with members or pins.

import { panel } from "./channel_menu.js";
import { markdown } from "./markdown.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { face, icon } from "./icons.js";
import { scrolling } from "./log.js";
import { messageList, preview } from "./message.js";
import { kindOf } from "./sidebar.js";
import { goTo, place, seen as reader, server, titleOf, ui } from "./state.js";

export function thread() {
  if (!place.thread) return null;
  const open = server.thread?.ts === place.thread ? server.thread : null;
  const close = () => goTo({ thread: null });
  return h(
    "aside",
    { class: "beside", key: `thread-${place.thread}`, "aria-label": "Thread" },
    besideHead("Thread", server.room ? titleOf(server.room) : "", close),
    open ? replies(open) : h("div", { class: "beside__scroll", key: "opening", "aria-busy": "true" }),
    open && server.room && !server.room.archived && server.room.member &&
      h("div", { class: "room__foot" }, composer({
        key: `thread|${server.me}|${place.thread}`,
        channel: place.at,
        thread: place.thread,
        room: titleOf(server.room),
        label: "Reply in the thread",
        placeholder: "Reply…",
      })),
  );
}

function replies(open) {
  const [parent, ...rest] = open.messages;
  const options = { inThread: true, target: place.message };
  return h(
    "div",
    {
      class: "beside__scroll",
      key: "replies",
      role: "log",
      "aria-live": "polite",
      "data-earlier": open.earlier > 0 || undefined,
      "data-later": open.later || undefined,
      ...scrolling("thread", { earlier: open.earlier > 0, later: open.later, thread: true }),
    },
    parent ? messageList([parent], options, reader()) : h("p", { class: "empty" }, "This thread is gone."),
    open.earlier > 0 && h(
      "p",
      { class: "messages__more", key: "earlier" },
      `${open.earlier} earlier ${open.earlier === 1 ? "reply" : "replies"}…`,
    ),
    messageList(rest, options, reader()),
    open.later && h("p", { class: "messages__more", key: "later" }, "Later replies…"),
  );
}

function besideHead(title, about, close, what = title) {
  return h(
    "div",
    { class: "beside__head" },
    h("div", null, h("h2", null, title), about && h("p", null, about)),
    h(
      "button",
      {
        type: "button",
        class: "room__tool",
        "aria-label": `Close ${what.toLowerCase()}`,
        onclick: close,
      },
      icon("close"),
    ),
  );
}

/** A canvas beside the room. */
export function canvas() {
  if (!place.canvas || place.thread) return null;
  const open = server.canvas?.id === place.canvas ? server.canvas : null;
  const seen = reader();
  const by = open && server.people[open.by]?.display;
  return h(
    "aside",
    { class: "beside beside--wide", key: `canvas-${place.canvas}`, "aria-label": "Canvas" },
    besideHead(open?.title ?? "Canvas", by ? `Canvas by ${by}` : "", () => goTo({ canvas: null }), "Canvas"),
    h(
      "div",
      { class: "beside__scroll canvas", key: "canvas", tabindex: "0" },
      open && markdown(open.text, seen),
      open && !open.text && h("p", { class: "empty" }, "Nothing is written here yet."),
      open?.cut && h("p", { class: "empty" }, "What follows is too long to be shown here."),
    ),
  );
}

export function details() {
  const at = server.room;
  if (!ui.details || !at || place.at !== at.id || place.thread || place.canvas) return null;
  const close = () => panel(ui.details);
  return h(
    "aside",
    {
      class: "beside",
      key: `details-${ui.details}`,
      "aria-label": ui.details === "pins" ? "Pinned messages" : "Members",
    },
    besideHead(ui.details === "pins" ? "Pinned" : "Members", titleOf(at), close),
    h(
      "div",
      { class: "beside__scroll beside__scroll--padded" },
      ui.details === "pins" ? pins(at) : members(at),
    ),
  );
}

function pins(at) {
  if (!at.pins.length) return h(
    "p",
    { class: "empty" },
    "Nothing is pinned here. Pin a message from its menu, and everybody finds it.",
  );
  const seen = reader();
  return at.pins.map((pin) =>
    h(
      "button",
      {
        key: pin.message.ts,
        type: "button",
        class: "pin",
        onclick: () => showMessage(pin.message),
      },
      h(
        "span",
        { class: "pin__who" },
        face(server.people[pin.message.user], 20),
        h("strong", null, server.people[pin.message.user]?.display ?? ""),
        h("small", null, `pinned by ${server.people[pin.by]?.display ?? "someone"}`),
      ),
      h("span", { class: "pin__text" }, preview(pin.message, seen)),
    ),
  );
}

/** Bring a message of this channel into sight and mark it for a moment. */
function showMessage(message) {
  const box = document.querySelector(`.messages [data-ts="${CSS.escape(message.ts)}"]`);
  if (!box) return goTo({ message: message.ts, thread: message.thread_ts ?? null });
  box.scrollIntoView({ block: "center" });
  box.focus({ preventScroll: true });
  box.classList.add("message--flash");
  setTimeout(() => box.classList.remove("message--flash"), 1600);
}

function members(at) {
  return h(
    "ul",
    { class: "members" },
    at.members.map((id) => {
      const person = server.people[id];
      return h(
        "li",
        { key: id },
        h(
          "button",
          { type: "button", class: "member", "data-person": id },
          face(person, 32),
          h(
            "span",
            null,
            h("strong", null, person?.real ?? id),
            h("small", null, [person?.title, person && kindOf(person)].filter(Boolean).join(" · ")),
          ),
        ),
      );
    }),
  );
}
