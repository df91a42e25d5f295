// One line of the traffic in full.

import { h, names } from "./dom.js";
import { explain, seconds } from "./explain.js";
import { json } from "./json.js";
import { hasSeveral, spaceNamed } from "./spaces.js";
import { goTo, notice, redraw } from "./state.js";
import { control, isTrouble, traffic } from "./traffic.js";

/** What came of it, in a word. */
export function statusOf(entry) {
  if (entry.kind === "note") return "";
  if (entry.kind === "delivery") {
    const http = entry.attempts.at(-1)?.http;
    const failed = entry.status === "failed" && http ? `failed: ${http}` : entry.status;
    const status = entry.status === "acknowledged" ? "ok" : failed;
    return entry.attempts.length > 1 ? `${status} ×${entry.attempts.length}` : status;
  }
  if (!entry.status) return entry.fault || "…";
  return entry.error || (entry.status === 200 ? "ok" : String(entry.status));
}

/** The chosen entry with its bodies, what it means, and what can be done with it. */
export function entryInFull() {
  const entry = traffic.whole;
  if (!entry) return h("div", { class: "wired", key: "wired", "aria-busy": "true" });
  if (entry.gone) return h("div", { class: "wired", key: "wired" }, h("p", { class: "empty" }, entry.gone));
  const said = explain(entry, traffic.state?.pace.ack_deadline);
  return h(
    "div",
    { class: "wired", key: "wired", role: "region", "aria-label": `${entry.name} in full` },
    h(
      "div",
      { class: "wired__head" },
      h("h3", null, entry.name),
      h("span", { class: names("tag", isTrouble(entry) && "tag--bad") }, statusOf(entry)),
      entry.channel && h("button", {
        type: "button", class: "button button--small", onclick: () => goTo({ team: entry.workspace || null, at: entry.channel }),
      }, "Go to the channel"),
      entry.kind === "delivery" && replayButton(entry),
    ),
    said.length > 0 && h(
      "ul",
      { class: names("wired__said", isTrouble(entry) && "wired__said--bad") },
      said.map((words) => h("li", null, words)),
    ),
    hasSeveral() && entry.workspace && h("p", { class: "knobs__about" }, `In ${spaceNamed(entry.workspace)}.`),
    h("p", { class: "knobs__about" }, `At ${entry.at}, by the machine's clock ${entry.machine}.`),
    (entry.attempts?.length > 1 || entry.attempts?.some((each) => each.said)) && attempts(entry),
    body(entry.kind === "call" ? "Asked" : "Sent", entry.request),
    body("Answered", entry.response),
  );
}

const body = (title, value) =>
  value !== undefined && value !== null && [h("h4", { class: "wired__title" }, title), json(value)];

const attempts = (entry) =>
  h(
    "ol",
    { class: "wired__attempts" },
    entry.attempts.map((each) =>
      h(
        "li",
        null,
        `${each.outcome}${typeof each.ms === "number" ? ` after ${seconds(each.ms)}` : ""}`,
        each.http >= 300 && `: HTTP ${each.http}`,
        each.said && h("code", null, ` ${each.said}`),
        each.reason && ` (again because of ${each.reason})`,
        h("small", null, ` ${each.machine}`),
      ),
    ),
  );

let replaying = null;

const replayButton = (entry) =>
  h(
    "button",
    {
      type: "button",
      class: names("button button--small", replaying === entry.id && "button--waiting"),
      title: "Send the same payload once more, as Slack's retries do",
      onclick: () => replay(entry),
    },
    "Deliver again",
  );

async function replay(entry) {
  if (replaying) return;
  replaying = entry.id;
  redraw();
  const answer = await control("POST", "/replay", { id: entry.id });
  replaying = null;
  if (answer.ok) notice(`Delivered again: ${answer.outcome}.`, answer.outcome === "acknowledged" ? "plain" : "bad");
  else notice(answer.error, "bad");
}
