// Slack's mrkdwn and rich text, turned into descriptions of elements. Nothing here makes markup
// from text: what a person typed can only end in a text node or in a checked link.

import { fillDate, inFull } from "./dates.js";
import { h, names } from "./dom.js";
import { withPictures } from "./emoji.js";
import { emoji, pictured } from "./pictures.js";

const UNESCAPED = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const LINKS = [
  "(?<token><[^<>\\n]+>)",
  "(?<url>https?:\\/\\/[^\\s<>|`]+)",
  "(?<emoji>:[a-z0-9_+-]+(?:::skin-tone-[2-6])?:)",
];
// The alternatives inside bold, italic and strike exclude each other: no text makes them try twice.
const MARKS = [
  "(?<code>`[^`\\n]+`)",
  "(?<bold>(?<![\\w*])\\*(?=\\S)(?:<[^<>\\n]*>|<(?![^<>\\n]*>)|[^*\\n<])*?(?<=\\S)\\*(?![\\w*]))",
  "(?<italic>(?<![\\w_])_(?=\\S)(?:<[^<>\\n]*>|<(?![^<>\\n]*>)|[^_\\n<])*?(?<=\\S)_(?![\\w_]))",
  "(?<strike>(?<![\\w~])~(?=\\S)(?:<[^<>\\n]*>|<(?![^<>\\n]*>)|[^~\\n<])*?(?<=\\S)~(?![\\w~]))",
];
const PLAIN = new RegExp(LINKS.join("|"), "g");
const INLINE = new RegExp([...LINKS, ...MARKS].join("|"), "g");

/** Slack's three escapes, undone once. */
const unescape = (text) => text.replace(/&(?:lt|gt|amp);/g, (found) => UNESCAPED[found]);

/** A whole mrkdwn text: code blocks, quotes, lines. `seen` is who looks, when, and at whom. */
export function mrkdwn(text, seen) {
  const drawn = [];
  text.split(/```/).forEach((piece, index, all) => {
    const fenced = index % 2 === 1 && index < all.length - 1;
    if (fenced) {
      drawn.push(h("pre", { class: "pre" }, unescape(piece.replace(/^\n|\n$/g, ""))));
    } else {
      const loose = index % 2 === 1 ? "```" + piece : piece;
      drawn.push(...paragraphs(index > 0 ? loose.replace(/^\n/, "") : loose, seen));
    }
  });
  return drawn;
}

/** A text in which marks are no marks: only links, mentions, dates and emoji are found. */
export const unmarked = (text, seen) => lines(text.split("\n"), seen, PLAIN);

function paragraphs(text, seen) {
  const drawn = [];
  let quoted = [];
  let plain = [];
  const endQuote = () => {
    if (quoted.length) drawn.push(h("blockquote", { class: "quote" }, lines(quoted, seen)));
    quoted = [];
  };
  const endPlain = () => {
    if (plain.length) drawn.push(...lines(plain, seen));
    plain = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      endPlain();
      quoted.push(quote[1]);
    } else {
      endQuote();
      plain.push(line);
    }
  }
  endQuote();
  endPlain();
  return drawn;
}

const lines = (all, seen, pattern = INLINE) =>
  all.flatMap((line, index) => [...(index ? [h("br")] : []), ...inline(line, seen, pattern)]);

function inline(text, seen, pattern = INLINE) {
  const drawn = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) drawn.push(...pictured(unescape(text.slice(last, match.index))));
    drawn.push(piece(match[0], match.groups, seen));
    last = match.index + match[0].length;
  }
  if (last < text.length) drawn.push(...pictured(unescape(text.slice(last))));
  return drawn;
}

function piece(text, found, seen) {
  const inner = text.slice(1, -1);
  if (found.code) return h("code", { class: "code" }, unescape(inner));
  if (found.token) return token(inner, seen);
  if (found.url) {
    const url = text.replace(/[.,;:!?)'"\]]+$/, "");
    return [link(unescape(url), unescape(url)), text.slice(url.length)];
  }
  if (found.emoji) return emoji(inner);
  if (found.bold) return h("strong", null, inline(inner, seen));
  if (found.italic) return h("em", null, inline(inner, seen));
  return h("s", null, inline(inner, seen));
}

function token(inner, seen) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? null : unescape(inner.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1), label, seen);
  if (target.startsWith("#")) return roomLink(target.slice(1), label, seen);
  if (target.startsWith("!date^")) return label === null ? `<${inner}>` : dateToken(target, label, seen);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), label, seen);
  if (/^!(here|channel|everyone)$/.test(target)) {
    return h("span", { class: "mention mention--me" }, `@${target.slice(1)}`);
  }
  if (target.startsWith("!")) return label ?? `<${inner}>`;
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

/** A link, when its scheme is one that cannot run anything; otherwise its text. */
export function link(address, label) {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return label;
  return h(
    "a",
    { class: "link", href: address, target: "_blank", rel: "noopener noreferrer" },
    pictured(label),
  );
}

function mention(id, label, seen) {
  const person = seen.people[id];
  const name = person ? person.display : (label ?? id);
  return h(
    "button",
    {
      class: names("mention", id === seen.me && "mention--me"),
      type: "button",
      "data-person": id,
    },
    `@${name}`,
  );
}

function groupMention(id, label, seen) {
  const group = seen.groups[id];
  const mine = group?.users.includes(seen.me);
  const handle = (group?.handle ?? label ?? id).replace(/^@/, "");
  return h(
    "span",
    { class: names("mention", mine && "mention--me"), title: group?.name },
    `@${handle}`,
  );
}

function roomLink(id, label, seen) {
  const room = seen.rooms[id];
  if (!room && !label) return h("span", { class: "mention mention--locked" }, "🔒 private channel");
  return h(
    "button",
    { class: "mention", type: "button", "data-room": id },
    `#${room?.name ?? label}`,
  );
}

function dateToken(target, fallback, seen) {
  const [, seconds, pattern = "", address] = target.split("^");
  const filled = fillDate(unescape(pattern), Number(seconds), seen.zone, seen.now());
  if (filled === null) return fallback ?? pattern;
  if (address) return link(unescape(address), filled);
  const instant = new Date(Number(seconds) * 1000);
  return h(
    "time",
    { class: "date", datetime: instant.toISOString(), title: inFull(instant, seen.zone) },
    filled,
  );
}

/** A text object of Block Kit. */
export function textObject(object, seen) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "", seen);
  const plain = unescape(object.text ?? "");
  const shown = (line) => (object.emoji === false ? [line] : pictured(line));
  return plain.split("\n").flatMap(
    (line, index) => (index ? [h("br"), ...shown(line)] : shown(line)),
  );
}

/** The text of a text object as a plain string, for labels and titles. */
export const plainText = (object) => (object ? withPictures(unescape(object.text ?? "")) : "");

/** A text without its marks, for previews in one line. */
export function flat(text, seen) {
  const bare = text
    .slice(0, 800)
    .replace(/<@([^|>]+)(?:\|[^>]*)?>/g, (all, id) => `@${seen.people[id]?.display ?? id}`)
    .replace(
      /<#([^|>]+)(?:\|([^>]*))?>/g,
      (all, id, label) => `#${seen.rooms[id]?.name ?? label ?? id}`,
    )
    .replace(/<[^|>]+\|([^>]+)>/g, "$1")
    .replace(/<([^>]+)>/g, "$1")
    .replace(/[*_~`]+/g, "")
    .replace(/\s+/g, " ");
  return withPictures(unescape(bare)).trim();
}

/** A rich_text block. */
export function richText(block, seen) {
  return h(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((element) => richPart(element, seen)),
  );
}

function richPart(part, seen) {
  const inside = (part.elements ?? []).map((element) => richInline(element, seen));
  switch (part.type) {
    case "rich_text_preformatted":
      return h("pre", { class: "pre" }, inside);
    case "rich_text_quote":
      return h("blockquote", { class: "quote" }, inside);
    case "rich_text_list":
      return h(
        part.style === "ordered" ? "ol" : "ul",
        { class: `rich__list rich__list--${Math.min(part.indent ?? 0, 4)}` },
        (part.elements ?? []).map((item) => h("li", null, richPart(item, seen))),
      );
    default:
      return h("div", { class: "rich__section" }, inside);
  }
}

function richInline(element, seen) {
  switch (element.type) {
    case "link":
      return styled(link(element.url, element.text ?? element.url), element.style);
    case "emoji":
      return emoji(element.name);
    case "user":
      return mention(element.user_id, null, seen);
    case "usergroup":
      return groupMention(element.usergroup_id, null, seen);
    case "channel":
      return roomLink(element.channel_id, null, seen);
    case "broadcast":
      return h("span", { class: "mention mention--me" }, `@${element.range}`);
    case "date": {
      const filled = fillDate(element.format ?? "{date}", element.timestamp, seen.zone, seen.now());
      return filled ?? element.fallback ?? "";
    }
    case "text":
      return styled(
        (element.text ?? "").split("\n").flatMap(
          (line, index) => (index ? [h("br"), line] : [line]),
        ),
        element.style,
      );
    default:
      return element.text ?? "";
  }
}

function styled(content, style = {}) {
  let drawn = content;
  if (style.code) drawn = h("code", { class: "code" }, drawn);
  if (style.bold) drawn = h("strong", null, drawn);
  if (style.italic) drawn = h("em", null, drawn);
  if (style.strike) drawn = h("s", null, drawn);
  return drawn;
}
