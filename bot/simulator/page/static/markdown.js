// Standard Markdown, as markdown blocks and canvases have it: headings, lists, tasks, quotes, code,
// tables, rules and links. It ends in text nodes and checked links like everything people wrote.

import { h } from "./dom.js";
import { link, mrkdwn } from "./mrkdwn.js";

/** Draw a whole text. */
export function markdown(text, seen) {
  const lines = text.split("\n");
  const drawn = [];
  while (lines.length) drawn.push(block(lines, seen));
  return drawn;
}

const LIST = /^(\s*)(?:([-*+])|(\d+)[.)])\s+(.*)$/;
const FENCE = /^\s*```/;

/** Take the next block off the lines. */
function block(lines, seen) {
  const line = lines[0];
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (FENCE.test(line)) return fenced(lines);
  if (heading) {
    lines.shift();
    return h(`h${Math.min(heading[1].length + 2, 6)}`, { class: "markdown__heading" }, inline(heading[2], seen));
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
    lines.shift();
    return h("hr", { class: "block__divider" });
  }
  if (LIST.test(line)) return list(lines, seen);
  if (/^\s*>/.test(line)) {
    const quoted = takeWhile(lines, (each) => /^\s*>/.test(each)).map((each) => each.replace(/^\s*> ?/, ""));
    return h("blockquote", { class: "quote" }, markdown(quoted.join("\n"), seen));
  }
  if (/^\s*\|.*\|\s*$/.test(line)) return table(lines, seen);
  return paragraph(lines, seen);
}

function takeWhile(lines, which) {
  const taken = [];
  while (lines.length && which(lines[0])) taken.push(lines.shift());
  return taken;
}

function fenced(lines) {
  lines.shift();
  const code = takeWhile(lines, (each) => !FENCE.test(each));
  lines.shift();
  return h("pre", { class: "pre" }, code.join("\n"));
}

function list(lines, seen) {
  const items = takeWhile(lines, (each) => LIST.test(each)).map((each) => LIST.exec(each));
  const ordered = Boolean(items[0][3]);
  return h(
    ordered ? "ol" : "ul",
    { class: "markdown__list" },
    items.map(([, indent, , , text]) => {
      const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
      const depth = Math.min(Math.floor(indent.length / 2), 4);
      return h(
        "li",
        { class: `markdown__item markdown__item--${depth}${task ? " markdown__item--task" : ""}` },
        task && h("span", { class: "markdown__box", role: "img", "aria-label": task[1] === " " ? "to do" : "done" },
          task[1] === " " ? "☐" : "☑"),
        inline(task ? task[2] : text, seen),
      );
    }),
  );
}

function table(lines, seen) {
  const cells = (row) => row.trim().replace(/^\||\|$/g, "").split("|").map((each) => each.trim());
  const rows = takeWhile(lines, (each) => /^\s*\|.*\|\s*$/.test(each));
  const [head, ...rest] = rows.filter((row) => !/^[\s|:-]+$/.test(row)).map(cells);
  return h(
    "div",
    { class: "tablebox" },
    h(
      "table",
      { class: "table" },
      h("thead", null, h("tr", null, (head ?? []).map((cell) => h("th", null, inline(cell, seen))))),
      h("tbody", null, rest.map((row) => h("tr", null, row.map((cell) => h("td", null, inline(cell, seen)))))),
    ),
  );
}

function paragraph(lines, seen) {
  const taken = [lines.shift()];
  if (!taken[0].trim()) return h("div", { class: "markdown__gap" });
  const begins = (each) => FENCE.test(each) || LIST.test(each) || /^\s*(#{1,6}\s|>|\|)/.test(each);
  taken.push(...takeWhile(lines, (each) => each.trim() && !begins(each)));
  return h("div", { class: "text" }, taken.map((each, index) => [index > 0 && h("br"), inline(each, seen)]));
}

const LONGEST_LINE = 4000; // characters in which marks are looked for
const LINK = /!?\[([^\]\n]*)\]\(((?:https?:|mailto:|\/)[^)\s]+)\)/g;

/** Links first; what is between them is like mrkdwn, once its marks are Slack's. */
function inline(text, seen) {
  const drawn = [];
  let last = 0;
  for (const match of text.matchAll(LINK)) {
    drawn.push(marked(text.slice(last, match.index), seen));
    const address = match[2].startsWith("/") ? new URL(match[2], location.origin).href : match[2];
    drawn.push(link(address, match[1] || address));
    last = match.index + match[0].length;
  }
  drawn.push(marked(text.slice(last), seen));
  return drawn;
}

/** `![](@U1)` and `![](#C1)` are how canvases mention people and channels. */
const marked = (text, seen) => mrkdwn(text.length > LONGEST_LINE ? escaped(text) : asMrkdwn(text), seen);

/** What is no mention and no link is meant as it is written. */
const escaped = (text) => text.replace(/<(?![@#!]\w|https?:|mailto:)/g, "&lt;");

const asMrkdwn = (text) =>
  escaped(text)
    .replace(/!\[\]\(@(\w+)\)/g, "<@$1>")
    .replace(/!\[\]\(#(\w+)\)/g, "<#$1>")
    .replace(/(?<!\*)\*(?!\*)([^*\n]+?)(?<!\*)\*(?!\*)/g, "_$1_")
    .replace(/(\*\*|__)(?=\S)([^\n]+?)(?<=\S)\1/g, "*$2*")
    .replace(/~~([^\n]+?)~~/g, "~$1~");
