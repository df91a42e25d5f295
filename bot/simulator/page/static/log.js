// A list of messages of which the page holds a stretch: it asks for more before the reader comes to
// an end, and what the reader looks at stays where it is, whatever comes or goes around it.

import { act, redraw, ui } from "./state.js";

const NEAR = 900; // pixels from an end of the stretch at which the next part is asked for
const AT_END = 60; // pixels within which somebody is at the end

/** `at`: {earlier, later, thread} of what is shown; the properties of the box that scrolls. */
export function scrolling(name, at) {
  return {
    "data-scroll": name,
    created: (box) => queueMicrotask(() => begin(box, at)),
    onscroll: (event) => scrolled(event.currentTarget, name, at),
    onkeydown: (event) => toEnds(event, name, at),
  };
}

export const logOf = (name) => (ui.logs[name] ??= { atEnd: true, top: 0, going: null, asked: {} });

function begin(box, at) {
  if (!sought(box)) toEnd(box);
  scrolled(box, box.dataset.scroll, at);
}

/** Bring the message that a link asks for into sight, once it is there. */
function sought(box) {
  const found = ui.seek && box.querySelector(`[data-ts="${CSS.escape(ui.seek)}"]`);
  if (!found) return false;
  const log = logOf(box.dataset.scroll);
  Object.assign(log, { atEnd: false, going: null });
  found.scrollIntoView({ block: "center" });
  queueMicrotask(() => (ui.seek = null)); // a thread beside the room may hold it as well
  return true;
}

/** The message at the top of what is read, to come back to when the line was broken. */
export function readingAt() {
  const box = document.querySelector("[data-scroll=room]");
  return box && !logOf("room").atEnd ? inSight(box)[0]?.element.dataset.ts : undefined;
}

function toEnd(box) {
  box.scrollTop = box.scrollHeight;
  logOf(box.dataset.scroll).top = box.scrollTop;
}

const below = (box) => box.scrollHeight - box.scrollTop - box.clientHeight;

/** Somebody has begun to scroll up, though the page has not been told of it yet. */
const isLeaving = (box, log) => below(box) >= AT_END && box.scrollTop < log.top - 2;

/** The keys at both ends of the stretch; a thread begins with its parent, which always stays. */
const edges = (box) => {
  const all = box.querySelectorAll("[data-key]");
  const first = all[box.dataset.scroll === "thread" ? 1 : 0];
  return { earlier: first?.dataset.key, later: all[all.length - 1]?.dataset.key };
};

function scrolled(box, name, at) {
  const log = logOf(name);
  const atEnd = below(box) < AT_END && !at.later;
  if (atEnd !== log.atEnd && !log.going) {
    log.atEnd = atEnd;
    act("hold", { on: !atEnd, thread: at.thread });
    redraw();
  }
  wantMore(box, log);
}

/** Ask for more where an end of the stretch is near; a tall window may need it without a scroll. */
function wantMore(box, log) {
  if ("earlier" in box.dataset && box.scrollTop < NEAR) ask(box, log, "earlier");
  if ("later" in box.dataset && below(box) < NEAR) ask(box, log, "later");
}

/** Once for each edge: the next question waits until the edge has moved. */
function ask(box, log, way) {
  const edge = edges(box)[way];
  if (log.asked[way] === edge) return;
  log.asked[way] = edge;
  act("step", { way, thread: box.dataset.scroll === "thread" });
}

/** Go to the newest or the oldest message. */
export function goToEnd(name, at, way) {
  const log = logOf(name);
  log.going = way;
  log.asked = {};
  if (way === "newest" ? at.later : at.earlier) act("step", { way, thread: at.thread });
  redraw();
}

/** Home and End, while no field has the keyboard, go to the ends of the whole list. */
function toEnds(event, name, at) {
  const way = { Home: "oldest", End: "newest" }[event.key];
  if (!way || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  goToEnd(name, at, way);
}

/** Call before painting; the returned function, called afterwards, puts the reader back. */
export function holdPlaces() {
  const holds = [...document.querySelectorAll("[data-scroll]")].map(hold);
  return () => {
    for (const restore of holds) restore();
  };
}

function hold(box) {
  const log = logOf(box.dataset.scroll);
  const pressed = box.matches(":active"); // what is being clicked is not drawn from below the mouse
  const follows = log.atEnd && !isLeaving(box, log) && !pressed;
  const seen = follows || log.going ? [] : inSight(box);
  return () => {
    if (!box.isConnected) return;
    if (sought(box)) return;
    if (log.going) arrive(box, log);
    else if (follows) toEnd(box);
    else stay(box, seen);
    wantMore(box, log);
  };
}

/** The messages in sight, each with its distance from the top. */
function inSight(box) {
  const top = box.getBoundingClientRect().top;
  const all = box.querySelectorAll("[data-key]");
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle].getBoundingClientRect().bottom < top) low = middle + 1;
    else high = middle;
  }
  return [...all].slice(low, low + 12).map(
    (element) => ({ element, top: element.getBoundingClientRect().top }),
  );
}

function stay(box, seen) {
  const still = seen.find(({ element }) => element.isConnected);
  if (still) box.scrollTop += still.element.getBoundingClientRect().top - still.top;
}

function arrive(box, log) {
  const missing = log.going === "newest" ? "later" : "earlier";
  if (missing in box.dataset) return; // that end is still to come from the server
  if (log.going === "newest") toEnd(box);
  else box.scrollTop = 0;
  log.atEnd = log.going === "newest";
  log.going = null;
  redraw();
}
