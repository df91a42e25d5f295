// What goes over the wire between the app and this Slack, live while the inspector is open. Only
// the heads of entries are kept, the newest two thousand; bodies are asked for one by one.

import { redraw } from "./state.js";

const MOST = 2000;
const TROUBLE = new Set(["timeout", "unreachable", "failed", "lost"]);
const OPEN = "muster-inspector";

export const traffic = {
  open: localStorage.getItem(OPEN) === "open",
  tab: "traffic",
  connected: false,
  entries: new Map(), // id → head, in the order in which they began
  version: 0, // counts up when entries are different
  state: null, // what is set and ordered at present, as GET /control says it
  kinds: null, // every kind of fault with what it does and takes
  chosen: null, // the id of the entry that is shown whole
  whole: null, // that entry with its bodies
  words: "",
  kind: "all", // all | call | delivery | note
  here: false, // of the open channel only
  space: "", // of this workspace only
  failed: false,
  top: 0, // how far the list is scrolled
  follows: true, // the newest stays in sight
  reveal: null, // a row to bring into sight
};

// -- asking ------------------------------------------------------------------------------------

/** Ask the control interface; resolves to its answer, which never throws. */
export async function control(method, path, body) {
  try {
    const answer = await fetch(`/control${path}`, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "The simulator cannot be reached just now." };
  }
}

// -- the live line ---------------------------------------------------------------------------------

let socket = null;
let wait = 250;

export function openInspector() {
  traffic.open = true;
  localStorage.setItem(OPEN, "open");
  listen();
  redraw();
}

export function closeInspector() {
  traffic.open = false;
  localStorage.removeItem(OPEN);
  socket?.close();
  socket = null;
  redraw();
}

/** Hear of everything from now on, and of what is kept of before. */
export function listen() {
  if (socket || !traffic.open) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const line = new WebSocket(`${scheme}//${location.host}/control/feed?since=0`);
  socket = line;
  line.onopen = () => {
    wait = 250;
    Object.assign(traffic, { connected: true, entries: new Map(), version: traffic.version + 1 });
    redraw();
  };
  line.onmessage = ({ data }) => socket === line && take(JSON.parse(data));
  line.onclose = () => {
    if (socket !== line) return;
    socket = null;
    traffic.connected = false;
    redraw();
    setTimeout(listen, wait);
    wait = Math.min(wait * 2, 5000);
  };
}

function take({ entries, state }) {
  if (state) traffic.state = state;
  for (const entry of entries ?? []) {
    const { request, response, ...head } = entry;
    traffic.entries.set(entry.id, head);
    if (traffic.chosen === entry.id && traffic.whole?.changed !== entry.changed) load(entry.id);
  }
  for (const id of traffic.entries.keys()) {
    if (traffic.entries.size <= MOST) break;
    traffic.entries.delete(id);
  }
  if (entries) traffic.version += 1;
  redraw();
}

// -- choosing ------------------------------------------------------------------------------------

/** Whether something went wrong with it. */
export function isTrouble(entry) {
  if (entry.kind === "note") return false;
  if (entry.kind === "call") return Boolean(entry.error) || entry.status >= 400 || Boolean(entry.fault);
  return Boolean(entry.fault) || [entry, ...entry.attempts].some((each) => TROUBLE.has(each.status ?? each.outcome));
}

let shown = { mark: "", entries: [] };

/** As they began: a call that is answered late comes late over the line, and still goes first. */
const inOrder = () => [...traffic.entries.values()].sort((one, other) => one.number - other.number);

/** The entries that the filters let through, the oldest first. */
export function chosenEntries(channel) {
  const { version, kind, failed, here, space } = traffic;
  const words = traffic.words.trim().toLowerCase();
  const mark = [version, kind, failed, here && channel, space, words].join("|");
  if (shown.mark === mark) return shown.entries;
  const entries = inOrder().filter(
    (entry) =>
      (kind === "all" || entry.kind === kind) &&
      (!failed || isTrouble(entry)) &&
      (!here || entry.channel === channel) &&
      (!space || entry.workspace === space) &&
      (!words || `${entry.name} ${entry.error ?? ""} ${entry.text ?? ""} ${entry.status}`.toLowerCase().includes(words)),
  );
  shown = { mark, entries };
  return entries;
}

/** Show one entry with its bodies; null puts it away. */
export function choose(id) {
  traffic.chosen = id;
  if (traffic.whole?.id !== id) traffic.whole = null;
  redraw();
  if (id) load(id);
}

async function load(id) {
  const answer = await control("GET", `/record/${encodeURIComponent(id)}`);
  if (traffic.chosen !== id) return;
  traffic.whole = answer.ok ? answer.entry : { id, gone: answer.error };
  redraw();
}
