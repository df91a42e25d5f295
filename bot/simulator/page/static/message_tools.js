// What can be done with a message: the bar that appears on it, its menu, and the editor.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { emoji } from "./pictures.js";
import { openMenu } from "./popover.js";
import { pickReaction } from "./reactions.js";
import { act, goTo, me, notice, redraw, server, ui } from "./state.js";

/** The bar of a message. */
export function tools(message, options) {
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
      h(
        "button",
        {
          key: name,
          type: "button",
          class: "tools__button tools__button--quick",
          "aria-label": `React with ${name.replaceAll("_", " ")}`,
          onclick: () => react(name),
        },
        emoji(name),
      ),
    ),
    h("button", {
      key: "react",
      type: "button",
      class: "tools__button",
      "aria-label": "React with something else",
      onclick: (event) => pickReaction(event.currentTarget, message),
    }, icon("smile")),
    !options.inThread &&
      h("button", {
        key: "thread", type: "button", class: "tools__button", "aria-label": "Reply in a thread",
        onclick: () => goTo({ thread: message.thread_ts ?? message.ts }),
      }, icon("thread")),
    h("button", {
      key: "more",
      type: "button",
      class: "tools__button",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      onclick: (event) => openMenu(event.currentTarget, () => actions(message), "Message actions"),
    }, icon("more")),
  );
}

function actions(message) {
  const at = { channel: message.channel, ts: message.ts };
  const shortcuts = (server.app?.shortcuts ?? []).filter((each) => each.type === "message");
  const mine = message.user === server.me;
  const edit = { label: "Edit message", icon: icon("pencil"), run: () => startEditing(message) };
  const remove = {
    label: "Delete message…",
    icon: icon("trash"),
    danger: true,
    run: () => confirmDelete(message),
  };
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
    ...(mine || me()?.admin ? [null] : []),
    ...(mine ? [edit] : []),
    ...(mine || me()?.admin ? [remove] : []),
  ];
}

/** What a key does to a message that has the keyboard; nothing for other keys. */
export function deedOf(key, message, box) {
  if (message.ephemeral) {
    return key === "delete" ? () => act("dismiss", { id: message.ephemeral }) : null;
  }
  if (server.room?.archived || message.subtype) return null;
  const at = { channel: message.channel, ts: message.ts };
  const mine = message.user === server.me;
  return {
    r: () => pickReaction(box, message),
    t: () => goTo({ thread: message.thread_ts ?? message.ts }),
    p: () => act("pin", at),
    e: mine && (() => startEditing(message)),
    delete: (mine || me()?.admin) && (() => confirmDelete(message)),
  }[key] || null;
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
    confirm: { text: "Delete" },
    deny: { text: "Cancel" },
    style: "danger",
    opener: document.activeElement,
    agreed: () => act("delete", { channel: message.channel, ts: message.ts }),
  };
  redraw();
}

function startEditing(message) {
  ui.editing = message.key;
  redraw();
}

/** The field that stands in for a message while it is edited. */
export function editor(message) {
  const done = () => {
    ui.editing = null;
    redraw();
  };
  const save = (area) => {
    const text = area.value.trim();
    if (text && text !== message.plain) act(
      "edit",
      { channel: message.channel, ts: message.ts, text },
    );
    done();
  };
  return h(
    "div",
    { class: "editor" },
    h("textarea", {
      class: "field",
      rows: "3",
      initial: message.plain ?? message.text,
      "aria-label": "Edit message",
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
