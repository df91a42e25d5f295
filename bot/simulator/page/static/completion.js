// What the composer offers while one types: commands, people, channels, emoji.

import { h, names } from "./dom.js";
import { picture, search } from "./emoji.js";
import { face, icon } from "./icons.js";
import { emoji } from "./pictures.js";
import { redraw, server, ui } from "./state.js";

/** As tall as its text, up to a third of the window. */
export function fit(area) {
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${Math.min(area.scrollHeight, window.innerHeight / 3)}px`;
}

const ENDINGS = [
  { sign: "/", at: /^\/([\w-]*)$/, find: commands },
  { sign: "@", at: /(?:^|[\s(])@([\w.-]*)$/, find: people },
  { sign: "#", at: /(?:^|[\s(])#([\w-]*)$/, find: rooms },
  { sign: ":", at: /(?:^|[\s(]):([a-z0-9_+-]{2,})$/, find: emojis },
];

/** Offer what may be meant by the word before the cursor. */
export function complete(target, area) {
  const typed = area.value.slice(0, area.selectionStart);
  ui.composing = null;
  for (const { sign, at, find } of ENDINGS) {
    const match = at.exec(typed);
    if (!match) continue;
    const found = find(match[1].toLowerCase()).slice(0, 8);
    const from = area.selectionStart - match[1].length - 1;
    if (found.length) ui.composing = { key: target.key, sign, from, found, at: 0 };
    break;
  }
  redraw();
}

function commands(typed) {
  return (server.app?.commands ?? [])
    .filter((each) => each.command.slice(1).startsWith(typed))
    .map((each) => ({
      insert: `${each.command} `,
      title: each.command,
      hint: each.usage_hint,
      about: each.description,
      picture: icon("bolt", 20),
    }));
}

function people(typed) {
  const here = new Set(server.room?.members ?? []);
  const found = Object.values(server.people)
    .filter(
      (each) => !each.deleted && `${each.name} ${each.display} ${each.real}`.toLowerCase().includes(typed),
    )
    .sort(
      (a, b) => Number(here.has(b.id)) - Number(here.has(a.id)) || a.display.localeCompare(b.display),
    )
    .map((each) => ({
      insert: `@${each.name} `, title: each.display, hint: each.real,
      about: here.has(each.id) ? "" : "not in this channel", picture: face(each, 24),
    }));
  const groups = Object.values(server.groups)
    .filter((each) => each.handle.includes(typed))
    .map(
      (each) => (
        {
          insert: `@${each.handle} `,
          title: `@${each.handle}`,
          hint: each.name,
          picture: icon("people", 20),
        }
      ),
    );
  const wide = ["here", "channel"].filter((word) => typed && word.startsWith(typed))
    .map(
      (word) => (
        {
          insert: `@${word} `,
          title: `@${word}`,
          hint: "Tell everybody here",
          picture: icon("people", 20),
        }
      ),
    );
  return [...found, ...groups, ...wide];
}

function rooms(typed) {
  return server.rooms
    .filter((each) => each.kind === "channel" && each.name.includes(typed))
    .map(
      (each) => (
        {
          insert: `#${each.name} `,
          title: `#${each.name}`,
          picture: icon(each.private ? "lock" : "hash", 18),
        }
      ),
    );
}

function emojis(typed) {
  return search(typed).map(
    (name) => ({ insert: `${picture(name)} `, title: `:${name}:`, picture: emoji(name) }),
  );
}

export function completionList(target, open) {
  return h(
    "div",
    {
      key: "completions",
      class: "completions",
      id: "completions",
      role: "listbox",
      "aria-label": "Suggestions",
    },
    open.found.map((item, index) =>
      h(
        "div",
        {
          key: item.insert,
          id: `completion-${index}`,
          role: "option",
          "aria-selected": index === open.at ? "true" : "false",
          class: names("completion", index === open.at && "completion--at"),
          onmousedown: (event) => {
            event.preventDefault();
            take(target, open, item, event.currentTarget.closest("form").querySelector("textarea"));
          },
        },
        h("span", { class: "completion__picture" }, item.picture),
        h("strong", null, item.title),
        item.hint && h("span", { class: "completion__hint" }, item.hint),
        item.about && h("span", { class: "completion__about" }, item.about),
      ),
    ),
  );
}

function take(target, open, item, area) {
  area.setRangeText(item.insert, open.from, area.selectionStart, "end");
  ui.drafts.set(target.key, area.value);
  ui.composing = null;
  area.focus();
  fit(area);
  redraw();
}

/** The keys of the box: they choose among what is offered, or call `send`. */
export function keys(event, target, send) {
  const open = ui.composing?.key === target.key ? ui.composing : null;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (open && step) {
    event.preventDefault();
    open.at = (open.at + step + open.found.length) % open.found.length;
    redraw();
  } else if (open && event.key === "Tab") {
    event.preventDefault();
    take(target, open, open.found[open.at], event.target);
  } else if (open && event.key === "Escape") {
    event.stopPropagation();
    ui.composing = null;
    redraw();
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    const whole = open?.found[open.at];
    const exact = whole && event.target.value.slice(
      open.from,
      event.target.selectionStart,
    ) === whole.insert.trim();
    if (whole && !exact) take(target, open, whole, event.target);
    else send(target, event.target);
  }
}
