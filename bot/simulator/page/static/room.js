// The middle column: one channel or DM with its head, bookmarks, messages and composer.

import { channelActions, panel } from "./channel_menu.js";
import { composer } from "./composer.js";
import { h, names } from "./dom.js";
import { face, icon } from "./icons.js";
import { link } from "./mrkdwn.js";
import { goToEnd, logOf, scrolling } from "./log.js";
import { messageList } from "./message.js";
import { pictured } from "./pictures.js";
import { openMenu } from "./popover.js";
import { act, goTo, place, seen as reader, server, titleOf } from "./state.js";

export function room() {
  const at = server.room;
  if (!at || at.id !== place.at) {
    return h("main", { class: "room", key: "room-waiting", "aria-busy": "true" });
  }
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

function head(at, seen) {
  return h(
    "div",
    { class: "room__head" },
    h(
      "div",
      { class: "room__title" },
      h(
        "h1",
        null,
        at.kind === "im" ? face(server.people[at.with], 24) : icon(
          at.kind === "mpim" ? "people" : at.private ? "lock" : "hash",
          20,
        ),
        h("span", null, at.name),
        at.archived && h("span", { class: "tag" }, "archived"),
      ),
      at.kind === "channel" && h(
        "p",
        { class: names("room__topic", !at.topic && "room__topic--none"), title: at.topic },
        at.topic ? pictured(at.topic) : "No topic yet",
      ),
    ),
    tools(at),
  );
}

/** In a direct message there are its people and pins; a channel can be worked on as well. */
function tools(at) {
  return h(
    "div",
    { class: "room__tools" },
    at.pins.length > 0 &&
      h(
        "button",
        {
          key: "pins",
          type: "button",
          class: "room__tool",
          "aria-label": `${at.pins.length} pinned`,
          onclick: () => panel("pins"),
        },
        icon("pin", 16),
        h("span", null, at.pins.length),
      ),
    at.kind !== "im" &&
      h(
        "button",
        {
          key: "members",
          type: "button",
          class: "room__tool",
          "aria-label": `${at.members.length} members`,
          onclick: () => panel("members"),
        },
        h(
          "span",
          { class: "room__faces" },
          at.members.slice(0, 3).map((id) => face(server.people[id], 22)),
        ),
        h("span", null, at.members.length),
      ),
    at.kind === "channel" &&
      h(
        "button",
        {
          key: "menu",
          type: "button",
          class: "room__tool",
          "aria-label": "Channel actions",
          "aria-haspopup": "menu",
          onclick: (event) => openMenu(
            event.currentTarget,
            () => channelActions(at),
            "Channel actions",
          ),
        },
        icon("more"),
      ),
  );
}

function bookmarks(at) {
  const canvases = server.canvases.filter((each) => each.rooms.includes(at.id));
  if (!at.bookmarks.length && !canvases.length) return null;
  return h(
    "ul",
    { class: "bookmarks", "aria-label": "Bookmarks" },
    canvases.map((each) =>
      h(
        "li",
        { key: each.id },
        h(
          "button",
          {
            type: "button",
            class: "bookmark bookmark--canvas",
            "aria-expanded": place.canvas === each.id ? "true" : "false",
            onclick: () => goTo({ canvas: place.canvas === each.id ? null : each.id, thread: null }),
          },
          icon("canvas", 14),
          each.title,
        ),
      ),
    ),
    at.bookmarks.map((each) =>
      h(
        "li",
        { key: each.id },
        h(
          "span",
          { class: "bookmark" },
          each.emoji ? pictured(each.emoji) : icon("bookmark", 14),
          link(each.link, each.title),
        ),
      ),
    ),
  );
}

function list(at, seen) {
  const reading = { earlier: at.earlier, later: at.later, thread: false };
  const atEnd = logOf("room").atEnd && !at.later;
  return h(
    "div",
    { class: "room__middle", key: "middle" },
    h(
      "div",
      {
        class: "messages",
        key: `messages-${at.id}`,
        role: "log",
        "aria-label": `Messages in ${titleOf(at)}`,
        "aria-live": atEnd ? "polite" : "off",
        tabindex: "-1",
        "data-earlier": at.earlier || undefined,
        "data-later": at.later || undefined,
        ...scrolling("room", reading),
      },
      h("div", { class: "messages__fill", key: "fill" }),
      at.earlier
        ? h("p", { key: "earlier", class: "messages__more" }, "Earlier messages…")
        : beginning(at),
      messageList(
        server.messages,
        { inThread: false, unreadFrom: at.unread_from, target: place.message },
        seen,
      ),
      at.later && h("p", { key: "later", class: "messages__more" }, "Later messages…"),
    ),
    !atEnd && h(
      "button",
      { key: "down", type: "button", class: "messages__down", onclick: () => jumpDown(reading) },
      icon("down", 16),
      "Newest",
    ),
  );
}

function jumpDown(reading) {
  place.message = null;
  goToEnd("room", reading, "newest");
}

function beginning(at) {
  if (at.kind !== "channel") return beginningOfTalk(at);
  const command = server.app?.commands?.[0]?.command;
  const maker = server.people[at.creator]?.display ?? "someone";
  return h(
    "div",
    { class: "beginning", key: "beginning" },
    h("span", { class: "beginning__mark" }, icon(at.private ? "lock" : "hash", 28)),
    h("h2", null, at.name),
    h(
      "p",
      null,
      at.purpose || `The start of ${titleOf(at)}, made by ${maker}.`,
    ),
    command && h(
      "p",
      { class: "beginning__hint" },
      "Type ",
      h("kbd", null, command),
      ` below to talk to ${server.app.name}.`,
    ),
  );
}

function beginningOfTalk(at) {
  const others = at.members.filter((id) => id !== server.me);
  const shown = (others.length ? others : [server.me]).map((id) => server.people[id]);
  return h(
    "div",
    { class: "beginning", key: "beginning" },
    h("div", { class: "beginning__faces" }, shown.map((person) => face(person, 56))),
    h("h2", null, at.kind === "im" ? (shown[0]?.real ?? at.name) : at.name),
    h(
      "p",
      null,
      others.length
        ? `This is the start of what you and ${at.name} write to each other.`
        : "This is the start of what you write to yourself.",
    ),
    !at.members.includes(server.app?.bot_user) && h(
      "p",
      { class: "beginning__hint" },
      `${server.app?.name ?? "The app"} is not in it and hears nothing of it, except a command that is typed here.`,
    ),
  );
}

function foot(at) {
  if (at.kind === "im" && server.people[at.with]?.deleted) return h(
    "div",
    { class: "room__closed", key: "closed" },
    `${at.name} is deactivated. What was written can be read, not answered.`,
  );
  if (at.archived) return h(
    "div",
    { class: "room__closed", key: "closed" },
    icon("archive", 16),
    "This channel is archived. It can be read, not written to.",
  );
  if (!at.member) {
    return h(
      "div",
      { class: "room__closed", key: "join" },
      h("span", null, "You are looking at ", h("strong", null, titleOf(at))),
      h(
        "button",
        {
          type: "button",
          class: "button button--primary",
          onclick: () => act("join", { channel: at.id }),
        },
        "Join the channel",
      ),
    );
  }
  return h("div", { class: "room__foot", key: "foot" }, composer({
    key: `room|${server.me}|${at.id}`,
    channel: at.id,
    label: `Message ${titleOf(at)}`,
    placeholder: `Message ${titleOf(at)}`,
  }));
}

