// A value as indented JSON with colours. It only ever becomes text nodes, and not too many of them.

import { h } from "./dom.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MOST_COLOURED = 20_000; // characters; what is longer is shown plainly
const MOST_SHOWN = 200_000;

/** Draw a body; one that the server has cut is shown as it begins. */
export function json(value) {
  const text = value?.cut ? `${value.begins}…` : JSON.stringify(value, null, 2);
  if (text === undefined) return null;
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return h("pre", { class: "json", tabindex: "0" }, shown.length > MOST_COLOURED ? shown : coloured(shown));
}

function coloured(text) {
  const drawn = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, quoted, colon] = match;
    if (match.index > last) drawn.push(text.slice(last, match.index));
    if (quoted && colon) drawn.push(h("span", { class: "json__key" }, quoted), colon);
    else drawn.push(h("span", { class: quoted ? "json__text" : "json__fact" }, all));
    last = match.index + all.length;
  }
  drawn.push(text.slice(last));
  return drawn;
}
