// The box in which a person writes: messages, slash commands, mentions, with completion.

import { h, names } from "./dom.js";
import { picture, search } from "./emoji.js";
import { bring, chooser, chosenFiles } from "./files.js";
import { face, icon } from "./icons.js";
import { goToEnd, logOf } from "./log.js";
import { emoji } from "./pictures.js";
import { closePopover, openPopover } from "./popover.js";
import { emojiGrid } from "./reactions.js";
import { actWaiting, redraw, server, ui } from "./state.js";

const MOST_FILES = 10; // in one message

/** `target`: {key, channel, thread?, room?, placeholder, label}. */
export function composer(target) {
  const draft = ui.drafts.get(target.key) ?? "";
  const open = ui.composing?.key === target.key ? ui.composing : null;
  const files = ui.attached.get(target.key) ?? [];
  const attach = (all) => {
    ui.attached.set(target.key, all);
    redraw();
  };
  const attachMore = (chosen) => {
    const bringing = bring(chosen).then((taken) => {
      ui.bringing.delete(target.key);
      attach([...(ui.attached.get(target.key) ?? []), ...taken].slice(0, MOST_FILES));
    });
    ui.bringing.set(target.key, bringing);
    redraw();
  };
  const ready = draft.trim() || files.length > 0 || ui.bringing.has(target.key);
  const waiting = [...ui.waiting].some((key) => key.startsWith(`${target.key}|slash`));
  return h(
    "form",
    {
      key: `composer-${target.key}`,
      class: "composer",
      ondragover: (event) => event.preventDefault(),
      ondrop: (event) => {
        event.preventDefault();
        attachMore([...event.dataTransfer.files]);
      },
      onsubmit: (event) => {
        event.preventDefault();
        send(target, event.currentTarget.querySelector("textarea"));
      },
    },
    open && completionList(target, open),
    h("textarea", {
      key: "text",
      class: "composer__text",
      rows: "1",
      initial: draft,
      placeholder: target.placeholder,
      "aria-label": target.label,
      "aria-autocomplete": "list",
      "aria-controls": open ? "completions" : undefined,
      "aria-activedescendant": open ? `completion-${open.at}` : undefined,
      "data-composer": target.thread ? "thread" : "room",
      created: fit,
      oninput: (event) => {
        ui.drafts.set(target.key, event.target.value);
        fit(event.target);
        complete(target, event.target);
      },
      onkeydown: (event) => keys(event, target),
      onpaste: (event) => {
        const pasted = [...event.clipboardData.files];
        if (!pasted.length) return;
        event.preventDefault();
        attachMore(pasted);
      },
      onblur: () => {
        if (ui.composing?.key !== target.key) return;
        ui.composing = null;
        redraw();
      },
    }),
    chosenFiles(files, (file) => attach(files.filter((each) => each.id !== file.id))),
    target.thread && h(
      "label",
      { class: "composer__also" },
      h("input", {
        type: "checkbox",
        checked: ui.broadcast,
        onchange: (event) => {
          ui.broadcast = event.target.checked;
        },
      }),
      `Also send to ${target.room}`,
    ),
    h(
      "div",
      { class: "composer__bar" },
      chooser({
        name: "composer__tool", label: "Attach files", many: true, take: attachMore, content: icon("plus", 18),
      }),
      tool("Start a command", "/", (area) => insert(target, area, "/", true)),
      tool("Mention somebody", "@", (area) => insert(target, area, "@")),
      h("button", {
        type: "button", class: "composer__tool", "aria-label": "Add an emoji",
        onclick: (event) => {
          const area = areaOf(event);
          openPopover(event.currentTarget, () => emojiGrid((name) => {
            closePopover({ refocus: false });
            insert(target, area, `${picture(name)} `);
          }), { label: "Choose an emoji" });
        },
      }, icon("smile", 18)),
      h("span", { class: names("composer__hint", waiting && "composer__hint--waiting"), role: "status" },
        waiting ? "Waiting for the app…" : "Enter sends, Shift + Enter starts a new line"),
      h("button", {
        type: "submit", class: names("composer__send", ready && "composer__send--ready"),
        "aria-label": "Send", disabled: !ready,
      }, icon("send", 18)),
    ),
  );

  function tool(label, sign, run) {
    return h(
      "button",
      {
        type: "button",
        class: "composer__tool",
        "aria-label": label,
        onclick: (event) => run(areaOf(event)),
      },
      sign,
    );
  }
}

const areaOf = (event) => event.currentTarget.closest("form").querySelector("textarea");

/** As tall as its text, up to a third of the window. */
function fit(area) {
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${Math.min(area.scrollHeight, window.innerHeight / 3)}px`;
}

function insert(target, area, text, atStart = false) {
  const from = atStart ? 0 : area.selectionStart;
  const gap = !atStart && from > 0 && text === "@" && !/\s$/.test(area.value.slice(0, from)) ? " " : "";
  area.setRangeText(gap + text, from, atStart ? 0 : area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input"));
}

async function send(target, area) {
  await ui.bringing.get(target.key);
  const text = area.value.trim();
  const files = ui.attached.get(target.key) ?? [];
  if (!text && !files.length) return;
  ui.composing = null;
  ui.drafts.delete(target.key);
  ui.attached.delete(target.key);
  area.value = "";
  fit(area);
  const name = target.thread ? "thread" : "room";
  if (!logOf(name).atEnd) goToEnd(name, { later: true, thread: Boolean(target.thread) }, "newest");
  const answer = await sent(target, text, files);
  if (!answer.ok && answer.keep !== false && !area.value) {
    ui.drafts.set(target.key, text);
    ui.attached.set(target.key, files);
    area.value = text;
    fit(area);
  }
  redraw();
}

function sent(target, text, files) {
  const { channel, thread } = target;
  const command = /^\/\S/.test(text) && !text.startsWith("//");
  if (command) return actWaiting(`${target.key}|slash|${text}`, "slash", { channel, text, thread });
  const broadcast = Boolean(thread && ui.broadcast);
  ui.broadcast = false;
  return actWaiting(
    `${target.key}|say|${Math.random()}`,
    "say",
    { channel, text, thread, broadcast, files: files.map((file) => file.id) },
  );
}

// -- completion ------------------------------------------------------------------------------

const ENDINGS = [
  { sign: "/", at: /^\/([\w-]*)$/, find: commands },
  { sign: "@", at: /(?:^|[\s(])@([\w.-]*)$/, find: people },
  { sign: "#", at: /(?:^|[\s(])#([\w-]*)$/, find: rooms },
  { sign: ":", at: /(?:^|[\s(]):([a-z0-9_+-]{2,})$/, find: emojis },
];

function complete(target, area) {
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

function completionList(target, open) {
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

function keys(event, target) {
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
