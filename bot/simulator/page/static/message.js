// One message as the present persona sees it, and messages one below the other.

import { attachment, blocks } from "./blocks.js";
import { ago, clockTime, dayKey, dayTitle, inFull } from "./dates.js";
import { h, names } from "./dom.js";
import { fileCard } from "./files.js";
import { face, icon } from "./icons.js";
import { editor, tools } from "./message_tools.js";
import { flat, mrkdwn, unmarked } from "./mrkdwn.js";
import { reactions } from "./reactions.js";
import { press } from "./reporting.js";
import { goTo, server, ui } from "./state.js";

const instant = (message) => new Date(Number(message.ts.split(".")[0]) * 1000);

/** Messages with day headings; runs of one author are drawn closer together. */
export function messageList(messages, options, seen) {
  const now = seen.now();
  const stop = messages.some((each) => each.key === ui.current) ? ui.current : messages.at(-1)?.key;
  let lastDay = null;
  let before = null;
  return messages.flatMap((message) => {
    const at = instant(message);
    const day = dayKey(at, seen.zone);
    const heading =
      day !== lastDay && !options.inThread
        ? [
          h(
            "div",
            { class: "day", key: `day-${day}`, role: "separator" },
            h("span", null, dayTitle(at, seen.zone, now)),
          ),
        ]
        : [];
    const follows = before !== null && day === lastDay && sameRun(before, message);
    lastDay = day;
    before = message;
    const unread = options.unreadFrom === message.key
      ? [
        h(
          "div",
          { class: "unread-line", key: "unread", role: "separator" },
          h("span", null, "New"),
        ),
      ]
      : [];
    const here = { ...options, follows, stop: stop === message.key };
    return [...heading, ...unread, drawn(message, here, seen)];
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
    options.target === message.ts, options.stop, ui.hovered === message.key,
  ].join("|");
  const old = kept.get(message);
  if (old?.state === state) return old.node;
  const node = options.stop ? draw(message, options, seen) : passedBy(draw(message, options, seen));
  kept.set(message, { state, node });
  return node;
}

const CONTROLS = new Set(["a", "button", "input", "select", "textarea"]);

/** Tab stops once among the messages; the arrows choose at which, and Tab goes on inside it. */
function passedBy(node) {
  if (typeof node === "string") return node;
  if (CONTROLS.has(node.tag)) node.props.tabindex ??= "-1";
  node.children.forEach(passedBy);
  return node;
}

function draw(message, options, seen) {
  if (QUIET.test(message.subtype ?? "")) return quiet(message, options, seen);
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
      tabindex: options.stop ? "0" : "-1",
    },
    message.ephemeral && h("p", { class: "message__flag" }, icon("eye", 14), "Only visible to you"),
    message.pinned && h(
      "p",
      { class: "message__flag" },
      icon("pin", 14),
      `Pinned by ${server.people[message.pinned]?.display ?? "someone"}`,
    ),
    message.broadcast && h(
      "p",
      { class: "message__flag" },
      icon("thread", 14),
      options.inThread ? "also sent to the channel" : "replied in a thread",
    ),
    h(
      "div",
      { class: "message__row" },
      h(
        "div",
        { class: "message__gutter" },
        options.follows ? time : h(
          "button",
          {
            class: "message__face",
            type: "button",
            "data-person": message.user,
            "aria-label": `Profile of ${name}`,
            tabindex: "-1",
          },
          face(author, 36),
        ),
      ),
      h(
        "div",
        { class: "message__main" },
        !options.follows &&
          h(
            "p",
            { class: "message__head" },
            h(
              "button",
              { class: "message__author", type: "button", "data-person": message.user },
              name,
            ),
            author?.bot && h("span", { class: "tag" }, "App"),
            time,
          ),
        ui.editing === message.key ? editor(message) : content(message, seen),
        reactions(message, seen),
        !options.inThread && threadLine(message, seen),
      ),
    ),
    (options.stop || ui.hovered === message.key) && tools(message, options),
  );
}

function quiet(message, options, seen) {
  const at = instant(message);
  return h(
    "p",
    {
      class: "quiet", key: message.key, "data-ts": message.ts, "data-key": message.key,
      tabindex: options.stop ? "0" : "-1",
    },
    h("time", { class: "quiet__time", title: inFull(at, seen.zone) }, clockTime(at, seen.zone)),
    h("span", null, mrkdwn(message.text ?? "", seen)),
  );
}

function content(message, seen) {
  if (message.subtype === "tombstone") return h(
    "p",
    { class: "message__gone" },
    "This message was deleted.",
  );
  const surface = surfaceOf(message);
  const body = message.blocks?.length
    ? blocks(surface, seen)
    : h("div", { class: "text" }, (message.unmarked ? unmarked : mrkdwn)(message.text ?? "", seen));
  return h(
    "div",
    { class: "message__content" },
    body,
    message.edited && h("small", { class: "message__edited" }, "(edited)"),
    (message.attachments ?? []).map((item) => attachment(item, surface, seen)),
    (message.files ?? []).map((file) => fileCard(file)),
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

function threadLine(message, seen) {
  if (!message.reply_count) return null;
  return h(
    "button",
    { type: "button", class: "threadline", onclick: () => goTo({ thread: message.ts }) },
    h(
      "span",
      { class: "threadline__faces" },
      (message.reply_users ?? []).slice(0, 4).map((id) => face(server.people[id], 20)),
    ),
    h("strong", null, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    message.latest_reply &&
      h(
        "span",
        { class: "threadline__when" },
        `last reply ${ago(new Date(Number(message.latest_reply) * 1000), seen.now())}`,
      ),
  );
}

/** One line for lists of pins. */
export const preview = (message, seen) => flat(
  message.text || firstText(message.blocks) || "A message",
  seen,
).slice(0, 140);

const firstText = (all) => all?.map((block) => block.text?.text).find(Boolean);
