// Beside the room: a thread, or the panel with members or pins.

import { panel } from "./channel_menu.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { face, icon } from "./icons.js";
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
    h(
      "div",
      {
        class: "beside__scroll",
        role: "log",
        "aria-live": "polite",
        updated: (box) => open && keepDown(box),
      },
      open && messageList(open.messages, { inThread: true }, reader()),
      open && open.messages.length === 0 && h("p", { class: "empty" }, "This thread is gone."),
    ),
    open && server.room && !server.room.archived && server.room.member &&
      h("div", { class: "room__foot" }, composer({
        key: `thread|${server.me}|${place.thread}`,
        channel: place.at,
        thread: place.thread,
        label: "Reply in the thread",
        placeholder: "Reply…",
      })),
  );
}

const counts = new WeakMap();

function keepDown(box) {
  const count = box.childElementCount;
  if ((counts.get(box) ?? 0) < count) box.scrollTop = box.scrollHeight;
  counts.set(box, count);
}

function besideHead(title, about, close) {
  return h(
    "div",
    { class: "beside__head" },
    h("div", null, h("h2", null, title), about && h("p", null, about)),
    h(
      "button",
      {
        type: "button",
        class: "room__tool",
        "aria-label": `Close ${title.toLowerCase()}`,
        onclick: close,
      },
      icon("close"),
    ),
  );
}

export function details() {
  const at = server.room;
  if (!ui.details || !at || place.at !== at.id || place.thread) return null;
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
  if (!box) return goTo({ thread: message.thread_ts ?? message.ts });
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
