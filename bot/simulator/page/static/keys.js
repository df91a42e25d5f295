// The keyboard: everything that the mouse can do, and the list of shortcuts.

import { h } from "./dom.js";
import { toggleInspector } from "./inspector.js";
import { deedOf } from "./message_tools.js";
import { closePopover, openPopover } from "./popover.js";
import { goToSpace, hasSeveral } from "./spaces.js";
import { goTo, place, redraw, server, ui } from "./state.js";
import { closeTop } from "./views.js";

const SHORTCUTS = [
  ["Ctrl + K", "Find or make a channel"],
  ["Ctrl + Shift + K", "Write to somebody, or to several"],
  ["Alt + ↑ ↓", "The channel above or below"],
  ["Alt + 1 … 9", "Be the first, second … person"],
  ["Alt + Shift + 1 … 9", "The first, second … workspace"],
  ["F6", "To the next part of the page"],
  ["↑ ↓", "From message to message; Tab goes on inside it"],
  ["Home  End", "The first message, the newest"],
  ["R  T  P", "React to the message, answer in a thread, pin it"],
  ["E  Delete", "Change or delete one's own"],
  ["/  @  #  :", "Commands, people, channels and emoji, as you write"],
  ["↑", "In an empty box: change one's last message"],
  ["Alt + I", "The inspector"],
  ["Esc", "Close what is on top"],
  ["?", "This list"],
];

export function showShortcuts(anchor) {
  openPopover(
    anchor,
    () =>
      h(
        "dl",
        { class: "shortcuts" },
        SHORTCUTS.filter(([keys]) => hasSeveral() || !keys.startsWith("Alt + Shift")).map(([keys, does]) => [h("dt", null, h("kbd", null, keys)), h("dd", null, does)]),
      ),
    { label: "Keyboard shortcuts", wide: true },
  );
}

const isField = (target) => Boolean(target.closest?.("input, textarea, select"));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.key === "Escape") return escape();
  if (event.ctrlKey || event.metaKey) return withControl(event);
  if (event.altKey) return withAlt(event);
  if (event.key === "F6") return nextPart(event);
  if (isField(event.target)) return lastOfMine(event);
  if (event.key === "?") {
    event.preventDefault();
    document.querySelector(".top__keys")?.click();
  } else if (event.target.matches?.("[data-key]")) atMessage(event);
  else if (event.target.matches?.(".entry")) amongRooms(event);
});

function escape() {
  if (ui.popover) closePopover();
  else if (closeTop()) return;
  else if (ui.drawer) {
    ui.drawer = false;
    redraw();
  } else if (place.thread) goTo({ thread: null });
  else if (place.canvas) goTo({ canvas: null });
  else if (ui.details) {
    ui.details = false;
    redraw();
  }
}

function withControl(event) {
  if (event.key.toLowerCase() !== "k" || server.views.length) return;
  event.preventDefault();
  document.querySelector(event.shiftKey ? ".side__add--talk" : ".side__add")?.click();
}

function withAlt(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
  if (server.views.length || !(step || digit || event.code === "KeyI")) return;
  event.preventDefault();
  if (event.code === "KeyI") toggleInspector();
  else if (digit && event.shiftKey) goToSpace(server.spaces[Number(digit) - 1]?.id);
  else if (digit) {
    const person = server.personas[Number(digit) - 1];
    if (person) goTo({ as: person.id });
  } else {
    const all = [...document.querySelectorAll(".side .entry")];
    const at = all.findIndex((each) => each.getAttribute("aria-current"));
    all[(at + step + all.length) % all.length]?.click();
  }
}

/** Round the parts: people and channels, messages, the box to write in, what is beside. */
const PARTS = [
  ".rail__space--on", ".persona--on", "[data-scroll=room] [tabindex='0']", "[data-composer=room]", ".beside textarea", ".wire",
];

function nextPart(event) {
  event.preventDefault();
  const parts = PARTS.map((each) => document.querySelector(each)).filter((each) => each?.checkVisibility());
  const here = parts.findLastIndex(
    (each) => each.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING ||
      each === document.activeElement,
  );
  const step = event.shiftKey ? -1 : 1;
  parts[(here + step + parts.length) % parts.length]?.focus();
}

/** Up in an empty box changes the last message that one wrote there. */
function lastOfMine(event) {
  const box = event.target.dataset.composer;
  if (event.key !== "ArrowUp" || !box || event.target.value) return;
  const messages = box === "thread" ? server.thread?.messages : server.messages;
  const mine = messages?.findLast((each) => each.user === server.me && !each.ephemeral && each.plain);
  if (!mine) return;
  event.preventDefault();
  deedOf("e", mine)?.();
}

function atMessage(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const box = event.target;
  if (step) {
    event.preventDefault();
    const all = [...box.closest("[data-scroll]").querySelectorAll("[data-key]")];
    all[all.indexOf(box) + step]?.focus();
    return;
  }
  const known = [...server.messages, ...(server.thread?.messages ?? [])];
  const message = known.find((each) => each.key === box.dataset.key);
  const deed = message && deedOf(event.key.toLowerCase(), message, box);
  if (!deed) return;
  event.preventDefault();
  deed();
}

function amongRooms(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...document.querySelectorAll(".side .entry")];
  all[all.indexOf(event.target) + step]?.focus();
}
