// What the page knows (from the server) and what only this tab knows (drafts, what is open).

import { Link } from "./link.js";

export const server = {
  connected: false,
  team: { name: "" },
  spaces: [], // all workspaces, each with who one is there and what waits
  app: null,
  people: {},
  groups: {},
  personas: [],
  me: null,
  rooms: [],
  room: null,
  messages: [],
  thread: null,
  home: null,
  canvases: [],
  canvas: null,
  views: [],
};

export const ui = {
  drawer: false,
  details: false, // the panel with a channel's members, topic and pins
  popover: null,
  composing: null, // a completion list over a composer
  editing: null, // "channel|ts" of the message being edited
  confirm: null,
  drafts: new Map(), // place → text
  attached: new Map(), // place → files that wait to be sent with it
  bringing: new Map(), // place → the promise of files that are on their way
  broadcast: false, // the next reply in a thread goes to the channel as well
  forms: new Map(), // surface|block|action → value in Slack's shape
  wrong: new Map(), // view id → { block_id: message } that the page itself found
  trouble: new Map(), // view id → a sentence above the buttons
  waiting: new Set(), // what is under way, so that buttons show it
  notices: [],
  clockLead: 0, // simulated time minus this machine's, in milliseconds
  writeTo: null, // the room whose box gets the keyboard when it is drawn
  seek: null, // the ts of a message to bring into sight
  current: null, // key of the message that has, or had, the keyboard
  hovered: null, // key of the message below the mouse
  reading: () => undefined, // the ts at which somebody reads, away from the end
  logs: {}, // name of a list of messages → where its reader is, see log.js
  formsVersion: 0, // counts up when something was typed or chosen
  namesVersion: 0, // counts up when people, groups or rooms changed their names
};

let draw = () => {};
let planned = false;
let looking = false; // the server has not said yet where this tab is

export function drawWith(paint) {
  draw = paint;
}

/** Paint once, soon, however often this is called meanwhile. */
export function redraw() {
  if (planned) return;
  planned = true;
  queueMicrotask(() => {
    planned = false;
    draw();
  });
}

export const now = () => new Date(Date.now() + ui.clockLead);

/** The people, rooms and zone with which texts are read by the present persona. */
export function seen() {
  return {
    me: server.me,
    zone: me()?.tz ?? "UTC",
    people: server.people,
    groups: server.groups,
    rooms: Object.fromEntries(server.rooms.map((room) => [room.id, room])),
    now,
  };
}

/** How a room is spoken of. */
export const titleOf = (at) => (at.kind === "channel" ? `#${at.name}` : at.name);

export const me = () => server.people[server.me];

/** Take in a patch: whole values replace, messages are merged by their key. */
function takePatch(patch) {
  for (const [name, value] of Object.entries(patch)) {
    if (name === "now") ui.clockLead = value * 1000 - Date.now();
    else if (name === "nobody") takeNobody(value);
    else if (name === "place") {
      if (!looking) settled(value);
    } else if (name === "messages") server.messages = merged(server.messages, value);
    else if (name === "thread" && value?.merge) {
      server.thread = {
        ...server.thread,
        ...value,
        messages: merged(server.thread?.messages ?? [], value.merge),
      };
    } else if (name === "views") takeViews(value);
    else server[name] = value;
    if (name === "spaces") writeAddress();
    if (["people", "groups", "rooms", "app"].includes(name)) ui.namesVersion += 1;
  }
  redraw();
}

/** The last person was deactivated; or somebody is there again. */
function takeNobody(value) {
  Object.assign(server, { nobody: value, me: null });
  if (!value) sayWhereIAm();
}

function merged(old, { reset, put = [], gone = [] }) {
  const kept = new Map((reset ? [] : old).map((message) => [message.key, message]));
  for (const key of gone) kept.delete(key);
  for (const message of put) kept.set(message.key, message);
  return [...kept.values()].sort((a, b) => (a.ts === b.ts ? 0 : a.ts < b.ts ? -1 : 1));
}

/** What was typed stays while block and action keep their names, and goes with its view. */
function takeViews(views) {
  const fields = new Set();
  for (const view of views) {
    for (const block of view.blocks) {
      for (const element of [block.element, block.accessory, ...(block.elements ?? [])]) {
        if (element?.action_id) fields.add(`${view.id}|${block.block_id}|${element.action_id}`);
      }
    }
    const before = server.views.find((other) => other.id === view.id);
    if (before && before.hash !== view.hash) {
      ui.wrong.delete(view.id);
      ui.trouble.delete(view.id);
    }
  }
  const ids = new Set([...server.views, ...views].map((view) => view.id));
  for (const key of ui.forms.keys()) {
    if (ids.has(key.split("|")[0]) && !fields.has(key)) ui.forms.delete(key);
  }
  server.views = views;
}

const link = new Link({
  opened: () => {
    server.connected = true;
    for (const log of Object.values(ui.logs)) log.asked = {}; // nobody will answer that now
    sayWhereIAm(ui.reading());
    redraw();
  },
  lost: () => {
    server.connected = false;
    redraw();
  },
  patched: takePatch,
});

/** Ask the server to do something as the present persona; resolves to its answer. */
export async function act(what, details = {}) {
  const answer = await link.ask(what, details);
  if (answer.trouble) notice(answer.trouble, "bad");
  return answer;
}

/** The same, with `key` marked as under way so that its button can show it. */
export async function actWaiting(key, what, details) {
  if (ui.waiting.has(key)) return { ok: false };
  ui.waiting.add(key);
  redraw();
  try {
    return await act(what, details);
  } finally {
    ui.waiting.delete(key);
    redraw();
  }
}

let noticeCount = 0;

export function notice(text, tone = "plain") {
  noticeCount += 1;
  const entry = { id: noticeCount, text, tone };
  ui.notices = [...ui.notices.slice(-2), entry];
  redraw();
  setTimeout(() => dropNotice(entry.id), 6000);
}

export function dropNotice(id) {
  ui.notices = ui.notices.filter((entry) => entry.id !== id);
  redraw();
}

// -- where this tab is: kept in the address, so that two tabs can be two people ------------

export const place = { team: null, as: null, at: null, thread: null, canvas: null, message: null };

export function readAddress() {
  const found = new URLSearchParams(location.hash.slice(1));
  place.team = found.get("team");
  place.as = found.get("as");
  place.at = found.get("at");
  place.thread = found.get("thread");
  place.canvas = found.get("canvas");
  place.message = found.get("message");
  ui.seek = place.message;
}

function writeAddress() {
  const wanted = new URLSearchParams();
  const kept = ["as", "at", "thread", "canvas"];
  const first = server.spaces[0]?.id;
  if (first ? place.team !== first : location.hash.includes("team=")) kept.unshift("team");
  for (const name of kept) if (place[name]) wanted.set(name, place[name]);
  history.replaceState(null, "", `#${wanted}`);
}

let looks = 0;

/** Tell the server where this tab looks; only the answer to the last such word counts. */
async function sayWhereIAm(reading) {
  looks += 1;
  const mine = looks;
  looking = true;
  const { team, as, at, thread, canvas } = place;
  const answer = await link.ask("look", { team, as, at, thread, canvas, message: ui.seek ?? reading });
  if (mine !== looks) return;
  looking = false;
  if (answer.ok) settled(answer);
}

const left = new Map(); // workspace → where this tab was in it when it went to another

/** Another workspace has other rooms, and one is there who one was: nothing that is shown stays. */
function elsewhere(change) {
  const { team, ...where } = place;
  if (team) left.set(team, { ...where, message: null });
  Object.assign(server, { views: [], home: null, room: null, messages: [], thread: null, canvas: null });
  Object.assign(ui, { logs: {}, details: false, editing: null });
  return { as: null, at: null, thread: null, canvas: null, ...left.get(change.team), ...change };
}

/** Move to another place; what is not named stays. */
export function goTo(change) {
  if (change.team && change.team !== place.team) change = elsewhere(change);
  else if (change.as && change.as !== place.as) {
    change = { at: samePlaceFor(), thread: null, ...change };
    Object.assign(server, { views: [], home: null, room: null, messages: [], thread: null });
    ui.logs = {};
  }
  if (change.at && change.at !== place.at) {
    change = { thread: null, canvas: null, message: null, ...change };
    Object.assign(server, { messages: [], room: null, thread: null });
    ui.logs = {};
    ui.editing = null;
  }
  if ("thread" in change && change.thread !== place.thread) {
    server.thread = null;
    delete ui.logs.thread;
  }
  Object.assign(place, change);
  ui.seek = change.message ?? null;
  Object.assign(ui, { drawer: false, popover: null, composing: null });
  writeAddress();
  sayWhereIAm();
  redraw();
}

/** Another persona opens the same public place; a DM belongs to the one who left it. */
function samePlaceFor() {
  const room = server.rooms.find((each) => each.id === place.at);
  return place.at === "home" || (room && room.kind === "channel") ? place.at : null;
}

/** The server chose the place: on a first visit, or when it cannot be seen by this persona. */
function settled({ team, as, at, thread, canvas }) {
  Object.assign(place, { team, as, at, thread, canvas });
  writeAddress();
  redraw();
}

export function connect() {
  link.connect();
}
