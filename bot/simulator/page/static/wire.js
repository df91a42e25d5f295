// The lines of the traffic: only those in sight are drawn, the newest follow.

import { clockTime } from "./dates.js";
import { h, names } from "./dom.js";
import { entryInFull, statusOf } from "./entry.js";
import { seconds } from "./explain.js";
import { hasSeveral, spaceNamed } from "./spaces.js";
import { me, redraw, server, titleOf } from "./state.js";
import { choose, chosenEntries, isTrouble, traffic } from "./traffic.js";

const ROW = 27; // pixels; every row is as high
const SPARE = 12; // rows drawn above and below what is in sight

/** The list, and beside it the entry that was chosen. */
export function wire() {
  const entries = chosenEntries(server.room?.id);
  return h(
    "div",
    { class: names("dock__body", traffic.chosen && "dock__body--two"), key: "traffic" },
    rows(entries),
    traffic.chosen && entryInFull(),
  );
}

function rows(entries) {
  const all = entries.length * ROW;
  return h(
    "div",
    {
      class: "wire",
      key: "wire",
      role: "listbox",
      tabindex: "0",
      "aria-label": "Calls and deliveries",
      "aria-activedescendant": traffic.chosen ? `wire-${traffic.chosen}` : undefined,
      created: follow,
      updated: follow,
      onscroll: scrolled,
      onkeydown: (event) => move(event, entries),
    },
    !entries.length && h("p", { class: "empty" }, nothing()),
    h(
      "div",
      { class: "wire__all", key: "all", created: (box) => tall(box, all), updated: (box) => tall(box, all) },
      inSight(entries),
    ),
  );
}

const nothing = () => {
  if (!traffic.connected) return "Connecting…";
  return traffic.entries.size ? "Nothing that the filters let through." : "Nothing yet: the app has not called, and nobody did anything.";
};

const tall = (box, height) => {
  box.style.height = `${height}px`;
};

function inSight(entries) {
  const height = document.querySelector(".wire")?.clientHeight || 400;
  const most = Math.ceil(height / ROW);
  const top = traffic.follows ? entries.length - most : Math.floor(traffic.top / ROW);
  const start = Math.max(Math.min(top, entries.length - most) - SPARE, 0);
  const shown = entries.slice(start, start + most + 2 * SPARE);
  return shown.map((entry, index) => row(entry, start + index));
}

function row(entry, index) {
  const place = (box) => {
    box.style.top = `${index * ROW}px`;
  };
  const chosen = entry.id === traffic.chosen;
  const room = server.rooms.find((each) => each.id === entry.channel);
  return h(
    "div",
    {
      key: entry.id,
      id: `wire-${entry.id}`,
      role: "option",
      "aria-selected": chosen ? "true" : "false",
      class: names("wire__row", chosen && "wire__row--chosen", isTrouble(entry) && "wire__row--bad"),
      created: place,
      updated: place,
      onclick: () => {
        show(entry, index);
        if (chosen) choose(null);
      },
    },
    h("span", { class: "wire__time" }, timeOf(entry)),
    h("span", { class: `wire__way wire__way--${entry.kind}`, title: WAYS[entry.kind][1] }, WAYS[entry.kind][0]),
    h("span", { class: "wire__name" }, entry.kind === "note" ? entry.text : entry.name),
    hasSeveral() && entry.workspace && h("span", { class: "wire__space" }, spaceNamed(entry.workspace)),
    room && h("span", { class: "wire__room" }, titleOf(room)),
    h("span", { class: "wire__status" }, statusOf(entry)),
    h("span", { class: "wire__ms" }, typeof entry.ms === "number" ? seconds(entry.ms) : ""),
  );
}

const WAYS = {
  call: ["→", "The app calls"],
  delivery: ["←", "Delivered to the app"],
  note: ["·", "The simulator says"],
};

const twoDigits = (date) => String(date.getUTCSeconds()).padStart(2, "0");

const timeOf = (entry) => {
  const at = new Date(entry.at);
  const machine = new Date(entry.machine);
  const ms = String(machine.getUTCMilliseconds()).padStart(3, "0");
  if (Math.abs(machine - at) < 2000) return `${clockTime(machine, me()?.tz ?? "UTC")}:${twoDigits(machine)}.${ms}`;
  const moment = `${String(machine.getUTCMinutes()).padStart(2, "0")}:${twoDigits(machine)}.${ms}`;
  return `${clockTime(at, me()?.tz ?? "UTC")} ⋅ ${moment}`; // the workspace's clock stands or was moved
};

/** Stay with the newest, except below a mouse that is being pressed. */
function follow(box) {
  if (traffic.follows && !box.matches(":active")) box.scrollTop = box.scrollHeight;
  else if (traffic.reveal) bringIntoSight(box, traffic.reveal.top);
  traffic.reveal = null;
}

function scrolled(event) {
  const box = event.currentTarget;
  traffic.top = box.scrollTop;
  traffic.follows = box.scrollHeight - box.scrollTop - box.clientHeight < ROW;
  redraw();
}

/** Up and down choose, Escape puts away. */
function move(event, entries) {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
  if (event.key === "Escape" && traffic.chosen) {
    event.stopPropagation();
    choose(null);
  }
  if (!step || !entries.length) return;
  event.preventDefault();
  const at = entries.findIndex((entry) => entry.id === traffic.chosen);
  const next = at < 0 ? entries.length - 1 : Math.min(Math.max(at + step, 0), entries.length - 1);
  show(entries[next], next);
}

/** Show an entry in full, and keep its row in sight. */
function show(entry, index) {
  traffic.follows = false;
  traffic.reveal = { top: index * ROW };
  choose(entry.id);
}

function bringIntoSight(box, top) {
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  traffic.top = box.scrollTop;
}
