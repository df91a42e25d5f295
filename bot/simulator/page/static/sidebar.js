// The column on the left: through whose eyes the page looks, and where that person can go.

import { clockTime } from "./dates.js";
import { h, names } from "./dom.js";
import { face, icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";
import { searchField, sought } from "./search_field.js";
import { rail } from "./spaces.js";
import { act, goTo, me, now, place, server, ui } from "./state.js";
import { newTalkButton, openTalk } from "./talks.js";

export function sidebar() {
  return h(
    "nav",
    { class: names("side", ui.drawer && "side--open"), "aria-label": "Workspace" },
    rail(),
    h("div", { class: "side__main", key: "main" }, personas(), places(), state()),
  );
}

const places = () =>
  h(
    "div",
    { class: "side__scroll" },
    server.app?.home && h("ul", { class: "side__list" }, homeRow()),
    group(
      "Channels",
      shownRooms((room) => room.kind === "channel" && room.member && !room.archived),
      findButton(),
    ),
    group("Direct messages", shownRooms((room) => room.kind !== "channel"), newTalkButton()),
    canvases(),
    group(
      "Archived",
      shownRooms((room) => room.kind === "channel" && room.archived && room.member),
    ),
  );

function state() {
  const { connected, app } = server;
  const well = connected && app?.installed && app.listening;
  return h(
    "p",
    { class: names("side__state", !well && "side__state--bad"), role: "status" },
    h("span", { class: "side__lamp", "aria-hidden": "true" }),
    connected ? stateOf(app) : "Connecting to the simulator…",
  );
}

function stateOf(app) {
  const name = app?.name ?? "The app";
  if (app && !app.installed) return `${name} is not installed here`;
  if (app?.listening) return `${name} is listening`;
  if (!app?.silent_since) return `${name} is not connected`;
  return `${name} does not answer since ${clockTime(new Date(app.silent_since), me()?.tz ?? "UTC")}`;
}

const findButton = () =>
  h(
    "button",
    {
      type: "button",
      class: "side__add",
      "aria-label": "Find or make a channel",
      title: "Find or make a channel (Ctrl + K)",
      onclick: (event) => browse(event.currentTarget),
    },
    icon("plus", 16),
  );

const shownRooms = (which) => server.rooms.filter(which);

function personas() {
  const self = me();
  return h(
    "section",
    { class: "personas", "aria-label": "Whose eyes" },
    h("p", { class: "personas__title" }, "You are"),
    h(
      "div",
      { class: "personas__row", role: "radiogroup", "aria-label": "Person", onkeydown: nextPerson },
      server.personas.map(({ id, unread }) => {
        const person = server.people[id];
        const mine = id === server.me;
        return h(
          "button",
          {
            key: id, type: "button", role: "radio", "aria-checked": mine ? "true" : "false",
            tabindex: mine ? "0" : "-1",
            class: names("persona", mine && "persona--on"),
            "aria-label": `${person?.display}${unread ? `, ${unread} unread` : ""}`,
            title: `${person?.real} · ${person?.title}`,
            onclick: () => goTo({ as: id }),
          },
          face(person, 32),
          unread > 0 && !mine && h(
            "span",
            { class: "persona__badge", "aria-hidden": "true" },
            unread > 9 ? "9+" : unread,
          ),
        );
      }),
    ),
    self &&
      h(
        "p",
        { class: "personas__who" },
        h("strong", null, self.real),
        h("span", null, [self.title, kindOf(self)].filter(Boolean).join(" · ")),
        h(
          "span",
          null,
          `${clockTime(now(), self.tz)} in ${self.tz.split("/").at(-1).replace(/_/g, " ")}`,
        ),
      ),
  );
}

/** The arrows go round among the people, as in any group of radio buttons. */
function nextPerson(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey) return;
  event.preventDefault();
  const all = [...event.currentTarget.children];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  next.focus();
  next.click();
}

export function kindOf(person) {
  if (person.deleted) return "deactivated";
  if (person.bot) return "app";
  if (person.stranger) return "other organisation";
  if (person.guest) return "guest";
  return person.admin ? "admin" : "";
}

function group(title, rooms, extra) {
  if (!rooms.length && !extra) return null;
  return h(
    "section",
    { class: "side__group", "aria-label": title },
    h("div", { class: "side__title" }, h("h2", null, title), extra),
    h("ul", { class: "side__list" }, rooms.map(row)),
  );
}

/** Canvases that belong to no channel. */
function canvases() {
  const loose = server.canvases.filter((each) => !each.rooms.length);
  if (!loose.length) return null;
  const rows = loose.map((each) => entry({
    key: each.id,
    on: false,
    mark: icon("canvas", 16),
    label: each.title,
    go: () => goTo({ canvas: each.id, thread: null }),
  }));
  return h(
    "section",
    { class: "side__group", "aria-label": "Canvases" },
    h("div", { class: "side__title" }, h("h2", null, "Canvases")),
    h("ul", { class: "side__list" }, rows),
  );
}

function homeRow() {
  return entry(
    {
      key: "home",
      on: place.at === "home",
      mark: icon("home", 16),
      label: `${server.app.name}: home`,
      go: () => goTo({ at: "home", thread: null }),
    },
  );
}

function row(room) {
  const other = room.kind === "im" ? server.people[room.with] : null;
  const mark = other ? face(other, 20) : icon(
    room.kind === "mpim" ? "people" : room.archived ? "archive" : room.private ? "lock" : "hash",
    16,
  );
  return entry({
    key: room.id,
    on: place.at === room.id,
    mark,
    label: room.name,
    unread: room.unread,
    mentions: room.mentions,
    faint: room.archived,
    go: () => goTo({ at: room.id }),
    room: room.id,
    self: room.with === server.me && room.kind === "im",
  });
}

/** Tab stops once in the column: where one is. The arrows go on from there. */
const isListed = (id) => id === "home" || server.rooms.some((room) => room.id === id && room.member);

function entry({ key, on, mark, label, unread = 0, mentions = 0, faint, go, room, self }) {
  return h(
    "li",
    { key },
    h(
      "button",
      {
        type: "button",
        class: names(
          "entry",
          on && "entry--on",
          unread && !on && "entry--unread",
          faint && "entry--faint",
        ),
        tabindex: on || (key === "home" && !isListed(place.at)) ? "0" : "-1",
        "aria-current": on ? "page" : undefined, onclick: go, "data-entry": room,
        "aria-label": unread && !on ? `${label}, ${unread} unread` : label,
      },
      h("span", { class: "entry__mark" }, mark),
      h("span", { class: "entry__label" }, label, self && " (you)"),
      mentions > 0 && !on && h("span", { class: "entry__badge" }, mentions),
    ),
  );
}

function browse(anchor) {
  openPopover(anchor, browser, { label: "Find or make a channel", wide: true });
}

function browser() {
  const query = sought().replace(/^#/, "").replace(/\s+/g, "-");
  const found = server.rooms.filter((room) => room.kind === "channel" && room.name.includes(query));
  const fresh = query && !server.rooms.some((room) => room.name === query);
  return h(
    "div",
    { class: "options" },
    h(
      "div",
      { class: "options__search" },
      searchField("Channel name"),
    ),
    h(
      "div",
      { class: "options__list" },
      found.map((room) => foundRow(room)),
      fresh &&
        h(
          "button",
          { key: "+new", type: "button", class: "option", onclick: () => make(query) },
          icon("plus", 16),
          h("span", { class: "option__text" }, h("span", null, `Make #${query}`)),
        ),
    ),
  );
}

function foundRow(room) {
  const joined = room.member ? "you are in it" : room.topic || "not joined";
  const go = () => {
    closePopover({ refocus: false });
    goTo({ at: room.id });
  };
  return h(
    "button",
    { key: room.id, type: "button", class: "option", onclick: go },
    icon(room.archived ? "archive" : room.private ? "lock" : "hash", 16),
    h(
      "span",
      { class: "option__text" },
      h("span", null, room.name),
      h("small", null, room.archived ? "archived" : joined),
    ),
  );
}

async function make(name) {
  closePopover({ refocus: false });
  const answer = await act("make_channel", { name });
  if (answer.ok) goTo({ at: answer.channel });
}

/** Start a DM from a profile card, or look at a person. */
export function profile(anchor, id) {
  const person = server.people[id];
  if (!person) return;
  openPopover(anchor, () =>
    h(
      "div",
      { class: "profile" },
      h("div", { class: "profile__face" }, face(person, 72)),
      h("strong", { class: "profile__name" }, person.real),
      h(
        "p",
        { class: "profile__line" },
        [`@${person.name}`, person.title, kindOf(person)].filter(Boolean).join(" · "),
      ),
      !person.bot && h(
        "p",
        { class: "profile__line" },
        icon("clock", 14),
        ` ${clockTime(now(), person.tz)} local time (${person.tz.replace(/_/g, " ")})`,
      ),
      h(
        "div",
        { class: "profile__buttons" },
        person.id === server.app?.bot_user && server.app.home &&
          h(
            "button",
            {
              type: "button",
              class: "button button--small",
              onclick: () => goTo({ at: "home", thread: null }),
            },
            "Open home",
          ),
        !person.deleted && (!person.bot || person.id === server.app?.bot_user) &&
          h(
            "button",
            { type: "button", class: "button button--small", onclick: () => openTalk([id]) },
            "Message",
          ),
        server.personas.some((each) => each.id === id) && id !== server.me &&
          h(
            "button",
            { type: "button", class: "button button--small", onclick: () => goTo({ as: id }) },
            `Be ${person.display}`,
          ),
      ),
    ), { label: `Profile of ${person.real}` });
}

