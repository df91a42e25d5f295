// The box in which a person writes: messages, slash commands, mentions, with completion.

import { complete, completionList, fit, keys } from "./completion.js";
import { h, names } from "./dom.js";
import { picture } from "./emoji.js";
import { bring, chooser, chosenFiles } from "./files.js";
import { icon } from "./icons.js";
import { goToEnd, logOf } from "./log.js";
import { closePopover, openPopover } from "./popover.js";
import { emojiGrid } from "./reactions.js";
import { actWaiting, redraw, ui } from "./state.js";

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
      created: (area) => {
        fit(area);
        if (target.thread || ui.writeTo !== target.channel) return;
        ui.writeTo = null;
        area.focus();
      },
      oninput: (event) => {
        ui.drafts.set(target.key, event.target.value);
        fit(event.target);
        complete(target, event.target);
      },
      onkeydown: (event) => keys(event, target, send),
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
