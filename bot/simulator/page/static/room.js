// The middle column: one channel or DM with its head, bookmarks, messages and composer; the thread
// beside it; and the panel with members, topic and pins.

import { composer } from "./composer.js";
import { h, names } from "./dom.js";
import { face, icon } from "./icons.js";
import { link } from "./mrkdwn.js";
import { messageList, preview } from "./message.js";
import { pictured } from "./pictures.js";
import { openMenu } from "./popover.js";
import { act, actWaiting, goTo, place, redraw, seen as reader, server, ui } from "./state.js";
import { kindOf } from "./sidebar.js";

export function room() {
  const at = server.room;
  if (!at || at.id !== place.at) return h("main", { class: "room", key: "room-waiting", "aria-busy": "true" });
  const seen = reader();
  return h(
    "main",
    { class: "room", key: `room-${at.id}`, "aria-label": titleOf(at) },
    head(at, seen),
    bookmarks(at),
    list(at, seen),
    foot(at),
  );
}

const titleOf = (at) => (at.kind === "channel" ? `#${at.name}` : at.name);

function head(at, seen) {
  return h(
    "div",
    { class: "room__head" },
    h(
      "div",
      { class: "room__title" },
      h("h1", null, at.kind === "im" ? face(server.people[at.with], 24) : icon(at.kind === "mpim" ? "people" : at.private ? "lock" : "hash", 20), h("span", null, at.name), at.archived && h("span", { class: "tag" }, "archived")),
      at.kind === "channel" && h("p", { class: names("room__topic", !at.topic && "room__topic--none"), title: at.topic }, at.topic ? pictured(at.topic) : "No topic yet"),
    ),
    at.kind === "channel" &&
      h(
        "div",
        { class: "room__tools" },
        at.pins.length > 0 &&
          h("button", { key: "pins", type: "button", class: "room__tool", "aria-label": `${at.pins.length} pinned`, onclick: () => panel("pins") }, icon("pin", 16), h("span", null, at.pins.length)),
        h("button", { key: "members", type: "button", class: "room__tool", "aria-label": `${at.members.length} members`, onclick: () => panel("members") },
          h("span", { class: "room__faces" }, at.members.slice(0, 3).map((id) => face(server.people[id], 22))), h("span", null, at.members.length)),
        h("button", { key: "menu", type: "button", class: "room__tool", "aria-label": "Channel actions", "aria-haspopup": "menu", onclick: (event) => openMenu(event.currentTarget, () => channelActions(at), "Channel actions") }, icon("more")),
      ),
  );
}

function panel(which) {
  ui.details = ui.details === which ? false : which;
  redraw();
}

function channelActions(at) {
  const shortcuts = (server.app?.shortcuts ?? []).filter((each) => each.type === "global");
  return [
    ...shortcuts.map((each) => ({ label: each.name, hint: server.app.name, icon: icon("bolt"), run: () => act("shortcut", { callback_id: each.callback_id }) })),
    ...(shortcuts.length ? [null] : []),
    { label: "Members", icon: icon("people"), run: () => panel("members") },
    { label: "Pinned messages", icon: icon("pin"), run: () => panel("pins") },
    ...(at.archived || !at.member
      ? []
      : [
          null,
          { label: "Set the topic…", icon: icon("pencil"), run: () => ask("Set the topic", "Topic", at.topic, (topic) => act("topic", { channel: at.id, topic })) },
          { label: "Rename the channel…", icon: icon("hash"), run: () => ask("Rename the channel", "Name", at.name, (name) => act("rename", { channel: at.id, name })) },
          { label: "Add somebody…", icon: icon("plus"), run: () => ask("Add somebody", "Name", "", (who) => act("invite", { channel: at.id, who }), outsiders(at)) },
          null,
          { label: "Leave the channel", icon: icon("leave"), run: () => act("leave", { channel: at.id }) },
          { label: "Archive the channel…", icon: icon("archive"), danger: true, run: () => confirmArchive(at) },
        ]),
  ];
}

const outsiders = (at) =>
  Object.values(server.people)
    .filter((person) => !person.deleted && !at.members.includes(person.id) && person.id !== "USLACKBOT")
    .map((person) => person.name);

function ask(title, label, text, run, choices = null) {
  ui.confirm = { title: { text: title }, field: { label, text, choices }, confirm: { text: "Save" }, deny: { text: "Cancel" }, agreed: run, opener: document.activeElement };
  redraw();
}

function confirmArchive(at) {
  ui.confirm = {
    title: { text: `Archive #${at.name}?` },
    text: { type: "plain_text", text: "Nobody can write in it any more. The app leaves it and cannot open it again." },
    confirm: { text: "Archive" }, deny: { text: "Keep" }, style: "danger", opener: document.activeElement,
    agreed: () => act("archive", { channel: at.id }),
  };
  redraw();
}

function bookmarks(at) {
  if (!at.bookmarks.length) return null;
  return h(
    "ul",
    { class: "bookmarks", "aria-label": "Bookmarks" },
    at.bookmarks.map((each) =>
      h("li", { key: each.id }, h("span", { class: "bookmark" }, each.emoji ? pictured(each.emoji) : icon("bookmark", 14), link(each.link, each.title))),
    ),
  );
}

function list(at, seen) {
  return h(
    "div",
    { class: "room__middle", key: "middle" },
    h(
      "div",
      {
        class: "messages", key: `messages-${at.id}`, role: "log", "aria-label": `Messages in ${titleOf(at)}`, "aria-live": "polite", tabindex: "-1",
        "data-scroll": "room",
        created: (box) => queueMicrotask(() => toBottom(box)),
        updated: (box) => ui.atBottom && !place.message && toBottom(box),
        onscroll: (event) => scrolled(event.currentTarget, at),
      },
      h("div", { class: "messages__fill", key: "fill" }),
      at.earlier
        ? h("button", { key: "earlier", type: "button", class: "messages__earlier", onclick: () => act("earlier", { channel: at.id }) }, "Earlier messages")
        : beginning(at),
      messageList(server.messages, { inThread: false, unreadFrom: at.unread_from, target: place.message }, seen),

    ),
    !ui.atBottom && h("button", { key: "down", type: "button", class: "messages__down", onclick: jumpDown }, icon("down", 16), "Newest"),
  );
}

/** What is on the screen stays there when earlier messages come in above it. */
export function holdScroll() {
  const box = document.querySelector("[data-scroll=room]");
  const first = box?.querySelector("[data-key]");
  if (!first || ui.atBottom) return () => {};
  const top = first.getBoundingClientRect().top;
  return () => {
    if (first.isConnected) box.scrollTop += first.getBoundingClientRect().top - top;
  };
}

const toBottom = (box) => {
  box.scrollTop = box.scrollHeight;
};

function scrolled(box, at) {
  const bottom = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
  if (bottom !== ui.atBottom) {
    ui.atBottom = bottom;
    redraw();
  }
  if (box.scrollTop < 40 && at.earlier) actWaiting("earlier", "earlier", { channel: at.id });
}

function jumpDown() {
  place.message = null;
  ui.atBottom = true;
  redraw();
}

function beginning(at) {
  if (at.kind === "im") {
    const other = server.people[at.with];
    return h("div", { class: "beginning", key: "beginning" }, face(other, 56), h("h2", null, other?.real ?? at.name), h("p", null, `This is the start of what you and ${other?.display ?? "they"} write to each other.`));
  }
  const command = server.app?.commands?.[0]?.command;
  return h(
    "div",
    { class: "beginning", key: "beginning" },
    h("span", { class: "beginning__mark" }, icon(at.private ? "lock" : "hash", 28)),
    h("h2", null, at.name),
    h("p", null, at.purpose || `The start of ${titleOf(at)}${at.creator ? `, made by ${server.people[at.creator]?.display ?? "someone"}` : ""}.`),
    command && h("p", { class: "beginning__hint" }, "Type ", h("kbd", null, command), ` below to talk to ${server.app.name}.`),
  );
}

function foot(at) {
  if (at.archived) return h("div", { class: "room__closed", key: "closed" }, icon("archive", 16), "This channel is archived. It can be read, not written to.");
  if (!at.member) {
    return h(
      "div",
      { class: "room__closed", key: "join" },
      h("span", null, "You are looking at ", h("strong", null, titleOf(at))),
      h("button", { type: "button", class: "button button--primary", onclick: () => act("join", { channel: at.id }) }, "Join the channel"),
    );
  }
  return h("div", { class: "room__foot", key: "foot" }, composer({
    key: `room|${server.me}|${at.id}`, channel: at.id, label: `Message ${titleOf(at)}`, placeholder: `Message ${titleOf(at)}`,
  }));
}

// -- beside it -------------------------------------------------------------------------------

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
      { class: "beside__scroll", role: "log", "aria-live": "polite", updated: (box) => open && keepDown(box) },
      open && messageList(open.messages, { inThread: true }, reader()),
      open && open.messages.length === 0 && h("p", { class: "empty" }, "This thread is gone."),
    ),
    open && server.room && !server.room.archived && server.room.member &&
      h("div", { class: "room__foot" }, composer({
        key: `thread|${server.me}|${place.thread}`, channel: place.at, thread: place.thread, label: "Reply in the thread", placeholder: "Reply…",
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
    h("button", { type: "button", class: "room__tool", "aria-label": `Close ${title.toLowerCase()}`, onclick: close }, icon("close")),
  );
}

export function details() {
  const at = server.room;
  if (!ui.details || !at || place.at !== at.id || place.thread) return null;
  const close = () => panel(ui.details);
  return h(
    "aside",
    { class: "beside", key: `details-${ui.details}`, "aria-label": ui.details === "pins" ? "Pinned messages" : "Members" },
    besideHead(ui.details === "pins" ? "Pinned" : "Members", titleOf(at), close),
    h("div", { class: "beside__scroll beside__scroll--padded" }, ui.details === "pins" ? pins(at) : members(at)),
  );
}

function pins(at) {
  if (!at.pins.length) return h("p", { class: "empty" }, "Nothing is pinned here. Pin a message from its menu, and everybody finds it.");
  const seen = reader();
  return at.pins.map((pin) =>
    h(
      "button",
      { key: pin.message.ts, type: "button", class: "pin", onclick: () => showMessage(pin.message) },
      h("span", { class: "pin__who" }, face(server.people[pin.message.user], 20), h("strong", null, server.people[pin.message.user]?.display ?? ""), h("small", null, `pinned by ${server.people[pin.by]?.display ?? "someone"}`)),
      h("span", { class: "pin__text" }, preview(pin.message, seen)),
    ),
  );
}

/** Bring a message of this channel into sight and mark it for a moment. */
export function showMessage(message) {
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
        h("button", { type: "button", class: "member", "data-person": id }, face(person, 32), h("span", null, h("strong", null, person?.real ?? id), h("small", null, [person?.title, person && kindOf(person)].filter(Boolean).join(" · ")))),
      );
    }),
  );
}

