// One message as the present persona sees it, and everything that can be done with it.

import { attachment, blocks } from "./blocks.js";
import { ago, clockTime, dayKey, dayTitle, inFull } from "./dates.js";
import { h, names } from "./dom.js";
import { FAVOURITES, search } from "./emoji.js";
import { press } from "./elements.js";
import { face, icon } from "./icons.js";
import { flat, mrkdwn } from "./mrkdwn.js";
import { emoji } from "./pictures.js";
import { closePopover, openMenu, openPopover } from "./popover.js";
import { act, goTo, me, notice, redraw, server, ui } from "./state.js";

const instant = (message) => new Date(Number(message.ts.split(".")[0]) * 1000);

/** Messages with day headings; runs of one author are drawn closer together. */
export function messageList(messages, options, seen) {
  const now = seen.now();
  let lastDay = null;
  let before = null;
  return messages.flatMap((message) => {
    const at = instant(message);
    const day = dayKey(at, seen.zone);
    const heading =
      day !== lastDay && !options.inThread
        ? [h("div", { class: "day", key: `day-${day}`, role: "separator" }, h("span", null, dayTitle(at, seen.zone, now)))]
        : [];
    const follows = before !== null && day === lastDay && sameRun(before, message);
    lastDay = day;
    before = message;
    const unread = options.unreadFrom === message.key
      ? [h("div", { class: "unread-line", key: "unread", role: "separator" }, h("span", null, "New"))]
      : [];
    return [...heading, ...unread, drawn(message, { ...options, follows }, seen)];
  });
}

const QUIET = /^(channel|group)_(join|leave|topic|purpose|name|archive|unarchive)$|^pinned_item$/;

function sameRun(before, message) {
  return (
    before.user === message.user && !QUIET.test(before.subtype ?? "") && !QUIET.test(message.subtype ?? "") &&
    Boolean(before.ephemeral) === Boolean(message.ephemeral) && !before.pinned && !message.pinned &&
    !(message.broadcast || before.broadcast) && before.username === message.username &&
    Number(message.ts) - Number(before.ts) < 300
  );
}

/** A message is drawn anew only when it, its reader or the passing of time changed it. */
const kept = new WeakMap();

function drawn(message, options, seen) {
  const minute = Math.floor(seen.now().getTime() / 30000);
  const state = [
    seen.me, options.follows, options.inThread, minute, ui.namesVersion,
    ui.editing === message.key, message.blocks ? ui.formsVersion : 0, server.room?.archived,
    [...ui.waiting].some((key) => key.startsWith(message.key)),
    options.target === message.ts,
  ].join("|");
  const old = kept.get(message);
  if (old?.state === state) return old.node;
  const node = draw(message, options, seen);
  kept.set(message, { state, node });
  return node;
}

function draw(message, options, seen) {
  if (QUIET.test(message.subtype ?? "")) return quiet(message, seen);
  const author = server.people[message.user];
  const at = instant(message);
  const time = h(
    "time",
    { class: "message__time", datetime: at.toISOString(), title: inFull(at, seen.zone) },
    clockTime(at, seen.zone),
  );
  const name = message.username ?? author?.display ?? "Unknown";
  return h(
    "article",
    {
      key: message.key,
      class: names(
        "message", options.follows && "message--follows", message.ephemeral && "message--ephemeral",
        message.pinned && "message--pinned", options.target === message.ts && "message--target",
      ),
      "data-ts": message.ts,
      "data-key": message.key,
      "aria-label": `${name}, ${clockTime(at, seen.zone)}`,
      tabindex: "0",
      created: (box) => options.target === message.ts && box.scrollIntoView({ block: "center" }),
    },
    message.ephemeral && h("p", { class: "message__flag" }, icon("eye", 14), "Only visible to you"),
    message.pinned && h("p", { class: "message__flag" }, icon("pin", 14), `Pinned by ${server.people[message.pinned]?.display ?? "someone"}`),
    message.broadcast && h("p", { class: "message__flag" }, icon("thread", 14), options.inThread ? "also sent to the channel" : "replied in a thread"),
    h(
      "div",
      { class: "message__row" },
      h(
        "div",
        { class: "message__gutter" },
        options.follows ? time : h("button", { class: "message__face", type: "button", "data-person": message.user, "aria-label": `Profile of ${name}`, tabindex: "-1" }, face(author, 36)),
      ),
      h(
        "div",
        { class: "message__main" },
        !options.follows &&
          h(
            "p",
            { class: "message__head" },
            h("button", { class: "message__author", type: "button", "data-person": message.user }, name),
            author?.bot && h("span", { class: "tag" }, "App"),
            time,
          ),
        ui.editing === message.key ? editor(message) : content(message, seen),
        reactions(message, seen),
        !options.inThread && threadLine(message, seen),
      ),
    ),
    tools(message, options, seen),
  );
}

function quiet(message, seen) {
  const at = instant(message);
  return h(
    "p",
    { class: "quiet", key: message.key, "data-ts": message.ts, "data-key": message.key },
    h("time", { class: "quiet__time", title: inFull(at, seen.zone) }, clockTime(at, seen.zone)),
    h("span", null, mrkdwn(message.text ?? "", seen)),
  );
}

function content(message, seen) {
  if (message.subtype === "tombstone") return h("p", { class: "message__gone" }, "This message was deleted.");
  const surface = surfaceOf(message);
  const body = message.blocks?.length
    ? blocks(surface, seen)
    : h("div", { class: "text" }, mrkdwn(message.text ?? "", seen));
  return h(
    "div",
    { class: "message__content" },
    body,
    message.edited && h("small", { class: "message__edited" }, "(edited)"),
    (message.attachments ?? []).map((item) => attachment(item, surface, seen)),
    (message.files ?? []).map((file) => fileCard(file)),
  );
}

function fileCard(file) {
  return h(
    "a",
    { class: "file", href: file.link, target: "_blank", rel: "noopener" },
    h("span", { class: "file__icon" }, icon("file", 22)),
    h("span", { class: "file__text" }, h("strong", null, file.title || file.name), h("small", null, file.about)),
  );
}

function surfaceOf(message) {
  const address = message.ephemeral
    ? { on: "ephemeral", id: message.ephemeral }
    : { on: "message", channel: message.channel, ts: message.ts };
  const surface = {
    id: message.key, blocks: message.blocks ?? [], state: message.state, address,
    report: (block, item, value) => press(surface, block, item, value),
  };
  return surface;
}

function reactions(message, seen) {
  const entries = message.reactions ?? [];
  if (!entries.length) return null;
  return h(
    "div",
    { class: "reactions" },
    entries.map(({ name, users }) => {
      const mine = users.includes(seen.me);
      const who = users.map((id) => (id === seen.me ? "you" : (server.people[id]?.display ?? id))).join(", ");
      return h(
        "button",
        {
          key: name, type: "button", class: names("reaction", mine && "reaction--mine"),
          "aria-pressed": mine ? "true" : "false", title: `${who} reacted with :${name}:`,
          "aria-label": `${name.replaceAll("_", " ")}, ${users.length}`, "data-reaction": name,
          onclick: () => act("react", { channel: message.channel, ts: message.ts, name }),
        },
        emoji(name),
        h("span", { class: "reaction__count" }, users.length),
      );
    }),
    h("button", {
      key: "+", type: "button", class: "reaction reaction--add", "aria-label": "Add a reaction",
      onclick: (event) => pickReaction(event.currentTarget, message),
    }, icon("smile", 16)),
  );
}

function threadLine(message, seen) {
  if (!message.reply_count) return null;
  return h(
    "button",
    { type: "button", class: "threadline", onclick: () => goTo({ thread: message.ts }) },
    h("span", { class: "threadline__faces" }, (message.reply_users ?? []).slice(0, 4).map((id) => face(server.people[id], 20))),
    h("strong", null, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    message.latest_reply &&
      h("span", { class: "threadline__when" }, `last ${ago(new Date(Number(message.latest_reply) * 1000), seen.now())}`),
  );
}

// -- what can be done ------------------------------------------------------------------------

function tools(message, options) {
  if (message.ephemeral) {
    return h("div", { class: "tools" }, h("button", {
      type: "button", class: "tools__button", "aria-label": "Dismiss this message",
      onclick: () => act("dismiss", { id: message.ephemeral }),
    }, icon("close")));
  }
  if (server.room?.archived || message.subtype === "tombstone") return null;
  const react = (name) => act("react", { channel: message.channel, ts: message.ts, name });
  return h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Do something with this message" },
    ["pushpin", "white_check_mark", "eyes"].map((name) =>
      h("button", { key: name, type: "button", class: "tools__button tools__button--quick", "aria-label": `React with ${name.replaceAll("_", " ")}`, onclick: () => react(name) }, emoji(name)),
    ),
    h("button", {
      key: "react", type: "button", class: "tools__button", "aria-label": "React with something else",
      onclick: (event) => pickReaction(event.currentTarget, message),
    }, icon("smile")),
    !options.inThread &&
      h("button", {
        key: "thread", type: "button", class: "tools__button", "aria-label": "Reply in a thread",
        onclick: () => goTo({ thread: message.thread_ts ?? message.ts }),
      }, icon("thread")),
    h("button", {
      key: "more", type: "button", class: "tools__button", "aria-label": "More actions", "aria-haspopup": "menu",
      onclick: (event) => openMenu(event.currentTarget, () => actions(message), "Message actions"),
    }, icon("more")),
  );
}

function actions(message) {
  const at = { channel: message.channel, ts: message.ts };
  const shortcuts = (server.app?.shortcuts ?? []).filter((each) => each.type === "message");
  const mine = message.user === server.me;
  return [
    ...shortcuts.map((shortcut) => ({
      label: shortcut.name, hint: server.app.name, icon: icon("bolt"),
      run: () => act("shortcut", { ...at, callback_id: shortcut.callback_id }),
    })),
    ...(shortcuts.length ? [null] : []),
    {
      label: message.pinned ? "Unpin from channel" : "Pin to channel", icon: icon("pin"),
      run: () => act("pin", at),
    },
    { label: "Copy link", icon: icon("link"), run: () => copyLink(message) },
    ...(mine
      ? [
          null,
          { label: "Edit message", icon: icon("pencil"), run: () => startEditing(message) },
          { label: "Delete message…", icon: icon("trash"), danger: true, run: () => confirmDelete(message) },
        ]
      : me()?.admin ? [null, { label: "Delete message…", icon: icon("trash"), danger: true, run: () => confirmDelete(message) }] : []),
  ];
}

async function copyLink(message) {
  try {
    await navigator.clipboard.writeText(message.permalink);
    notice("Link copied.");
  } catch {
    notice(message.permalink);
  }
}

function confirmDelete(message) {
  ui.confirm = {
    title: { text: "Delete message" },
    text: { type: "plain_text", text: "Delete this message? This cannot be undone." },
    confirm: { text: "Delete" }, deny: { text: "Cancel" }, style: "danger", opener: document.activeElement,
    agreed: () => act("delete", { channel: message.channel, ts: message.ts }),
  };
  redraw();
}

function startEditing(message) {
  ui.editing = message.key;
  redraw();
}

function editor(message) {
  const done = () => {
    ui.editing = null;
    redraw();
  };
  const save = (area) => {
    const text = area.value.trim();
    if (text && text !== message.plain) act("edit", { channel: message.channel, ts: message.ts, text });
    done();
  };
  return h(
    "div",
    { class: "editor" },
    h("textarea", {
      class: "field", rows: "3", initial: message.plain ?? message.text, "aria-label": "Edit message",
      created: (area) => {
        queueMicrotask(() => {
          area.focus();
          area.setSelectionRange(area.value.length, area.value.length);
        });
      },
      onkeydown: (event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          done();
        } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          save(event.target);
        }
      },
    }),
    h(
      "div",
      { class: "editor__buttons" },
      h("button", { type: "button", class: "button button--small", onclick: done }, "Cancel"),
      h("button", {
        type: "button", class: "button button--small button--primary",
        onclick: (event) => save(event.currentTarget.closest(".editor").querySelector("textarea")),
      }, "Save"),
    ),
  );
}

export function pickReaction(anchor, message) {
  const choose = (name) => {
    closePopover();
    act("react", { channel: message.channel, ts: message.ts, name });
  };
  openPopover(anchor, () => emojiGrid(choose), { label: "Choose a reaction" });
}

export function emojiGrid(choose) {
  const query = (ui.popover?.query ?? "").trim().toLowerCase().replace(/[: ]/g, "_").replace(/^_+|_+$/g, "");
  const shown = query ? search(query).slice(0, 48) : FAVOURITES.concat(search("").filter((name) => !FAVOURITES.includes(name)).slice(0, 40));
  return h(
    "div",
    { class: "emoji-picker" },
    h("input", {
      class: "options__input", type: "text", placeholder: "Search emoji", "aria-label": "Search emoji", autocomplete: "off",
      oninput: (event) => {
        ui.popover.query = event.target.value;
        redraw();
      },
      onkeydown: (event) => {
        if (event.key === "Enter" && shown[0]) {
          event.preventDefault();
          choose(shown[0]);
        }
      },
    }),
    h(
      "div",
      { class: "emoji-picker__grid" },
      shown.map((name) =>
        h("button", { key: name, type: "button", class: "emoji-picker__one", title: `:${name}:`, "aria-label": name.replaceAll("_", " "), onclick: () => choose(name) }, emoji(name)),
      ),
      !shown.length && h("p", { class: "options__none" }, "No emoji of that name."),
    ),
  );
}

/** One line for lists of pins. */
export const preview = (message, seen) => flat(message.text || firstText(message.blocks) || "A message", seen).slice(0, 140);

const firstText = (all) => all?.map((block) => block.text?.text).find(Boolean);
