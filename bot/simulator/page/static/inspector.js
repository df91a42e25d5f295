// The inspector: below the room, every call of the app and every delivery to it, and the switches
// for what goes wrong.

import { clockTime } from "./dates.js";
import { h, names } from "./dom.js";
import { explain, seconds } from "./explain.js";
import { faults } from "./faults.js";
import { icon } from "./icons.js";
import { json } from "./json.js";
import { goTo, me, notice, redraw, server, titleOf } from "./state.js";
import {
  choose,
  chosenEntries,
  closeInspector,
  control,
  isTrouble,
  openInspector,
  traffic,
} from "./traffic.js";

const ROW = 27; // pixels; every row is as high, so that only those in sight are drawn
const SPARE = 12; // rows drawn above and below what is in sight

/** The button in the bar on top. */
export const inspectorButton = () =>
  h(
    "button",
    {
      type: "button",
      class: names("top__tool", traffic.open && "top__tool--on"),
      "aria-expanded": traffic.open ? "true" : "false",
      "aria-label": "Inspector",
      title: "What goes over the wire (Alt + I)",
      onclick: toggleInspector,
    },
    icon("pulse", 18),
    h("span", null, "Inspector"),
    ordered() > 0 && h("span", { class: "top__count" }, ordered()),
  );

export function toggleInspector() {
  if (traffic.open) closeInspector();
  else openInspector();
}

const ordered = () => traffic.state?.faults.length ?? 0;

export function inspector() {
  if (!traffic.open) return null;
  return h(
    "section",
    { class: "dock", key: "dock", "aria-label": "Inspector" },
    h(
      "div",
      { class: "dock__bar" },
      h(
        "div",
        { class: "dock__tabs", role: "tablist", onkeydown: moveTab },
        tab("traffic", "Traffic"),
        tab("faults", ordered() ? `Faults and limits (${ordered()})` : "Faults and limits"),
      ),
      traffic.tab === "traffic" && filters(),
      h(
        "button",
        { type: "button", class: "room__tool", "aria-label": "Close the inspector", onclick: closeInspector },
        icon("close", 16),
      ),
    ),
    traffic.tab === "traffic" ? traffics() : faults(),
  );
}

const tab = (name, label) =>
  h(
    "button",
    {
      key: name,
      type: "button",
      role: "tab",
      class: "dock__tab",
      "aria-selected": traffic.tab === name ? "true" : "false",
      tabindex: traffic.tab === name ? "0" : "-1",
      onclick: () => {
        traffic.tab = name;
        redraw();
      },
    },
    label,
  );

function moveTab(event) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = [...event.currentTarget.children].find((each) => each !== document.activeElement);
  other.click();
  other.focus();
}

// -- filters -----------------------------------------------------------------------------------

const KINDS = [["all", "Everything"], ["call", "Calls"], ["delivery", "Deliveries"], ["note", "Notes"]];

function filters() {
  const set = (change) => {
    Object.assign(traffic, change, { follows: true });
    redraw();
  };
  return h(
    "div",
    { class: "dock__filters" },
    h("input", {
      class: "dock__search",
      type: "search",
      placeholder: "Filter by name or error",
      "aria-label": "Filter by name or error",
      oninput: (event) => set({ words: event.target.value }),
    }),
    h(
      "select",
      {
        class: "dock__select",
        "aria-label": "Kind",
        value: traffic.kind,
        onchange: (event) => set({ kind: event.target.value }),
      },
      KINDS.map(([value, label]) => h("option", { value }, label)),
    ),
    check("This channel", traffic.here, (here) => set({ here })),
    check("Failed", traffic.failed, (failed) => set({ failed })),
  );
}

const check = (label, checked, change) =>
  h(
    "label",
    { class: "dock__check" },
    h("input", { type: "checkbox", checked, onchange: (event) => change(event.target.checked) }),
    label,
  );

// -- the list ------------------------------------------------------------------------------------

function traffics() {
  const entries = chosenEntries(server.room?.id);
  return h(
    "div",
    { class: names("dock__body", traffic.chosen && "dock__body--two"), key: "traffic" },
    rows(entries),
    traffic.chosen && detail(),
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

const timeOf = (entry) => {
  const at = new Date(entry.at);
  return `${clockTime(at, me()?.tz ?? "UTC")}:${String(at.getUTCSeconds()).padStart(2, "0")}`;
};

function statusOf(entry) {
  if (entry.kind === "note") return "";
  if (entry.kind === "delivery") {
    const status = entry.status === "acknowledged" ? "ok" : entry.status;
    return entry.attempts.length > 1 ? `${status} ×${entry.attempts.length}` : status;
  }
  if (!entry.status) return entry.fault || "…";
  return entry.error || (entry.status === 200 ? "ok" : String(entry.status));
}

function follow(box) {
  if (traffic.follows) box.scrollTop = box.scrollHeight;
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

// -- one entry -------------------------------------------------------------------------------------

function detail() {
  const entry = traffic.whole;
  if (!entry) return h("div", { class: "wired", key: "wired", "aria-busy": "true" });
  if (entry.gone) return h("div", { class: "wired", key: "wired" }, h("p", { class: "empty" }, entry.gone));
  const said = explain(entry, traffic.state?.pace.ack_deadline);
  return h(
    "div",
    { class: "wired", key: "wired", role: "region", "aria-label": `${entry.name} in full` },
    h(
      "div",
      { class: "wired__head" },
      h("h3", null, entry.name),
      h("span", { class: names("tag", isTrouble(entry) && "tag--bad") }, statusOf(entry)),
      entry.channel && h("button", {
        type: "button", class: "button button--small", onclick: () => goTo({ at: entry.channel }),
      }, "Go to the channel"),
      entry.kind === "delivery" && replayButton(entry),
    ),
    said.length > 0 && h(
      "ul",
      { class: names("wired__said", isTrouble(entry) && "wired__said--bad") },
      said.map((words) => h("li", null, words)),
    ),
    entry.attempts?.length > 1 && attempts(entry),
    body(entry.kind === "call" ? "Asked" : "Sent", entry.request),
    body("Answered", entry.response),
  );
}

const body = (title, value) =>
  value !== undefined && value !== null && [h("h4", { class: "wired__title" }, title), json(value)];

const attempts = (entry) =>
  h(
    "ol",
    { class: "wired__attempts" },
    entry.attempts.map((each) =>
      h(
        "li",
        null,
        `${each.outcome}${typeof each.ms === "number" ? ` after ${seconds(each.ms)}` : ""}`,
        each.reason && ` (again because of ${each.reason})`,
      ),
    ),
  );

let replaying = null;

const replayButton = (entry) =>
  h(
    "button",
    {
      type: "button",
      class: names("button button--small", replaying === entry.id && "button--waiting"),
      title: "Send the same payload once more, as Slack's retries do",
      onclick: () => replay(entry),
    },
    "Deliver again",
  );

async function replay(entry) {
  if (replaying) return;
  replaying = entry.id;
  redraw();
  const answer = await control("POST", "/replay", { id: entry.id });
  replaying = null;
  if (answer.ok) notice(`Delivered again: ${answer.outcome}.`, answer.outcome === "acknowledged" ? "plain" : "bad");
  else notice(answer.error, "bad");
}
