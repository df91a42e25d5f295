// Trouble on order: switches for what is wanted most, a form for everything, and what is in force.

import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { hasSeveral, spaceNamed } from "./spaces.js";
import { notice, redraw, server } from "./state.js";
import { control, traffic } from "./traffic.js";

const SOME = 0.25; // the share of calls that a switch strikes
const SWITCHES = [
  { label: "429 for a quarter of the calls", order: { target: "*", kind: "rate_limited", share: SOME } },
  { label: "500 for a quarter of the calls", order: { target: "*", kind: "http", share: SOME } },
  { label: "Answers lost, a quarter", order: { target: "*", kind: "lose_answer", share: SOME } },
  { label: "Connections dropped, a quarter", order: { target: "*", kind: "refuse", share: SOME } },
  { label: "Calls hang, a quarter", order: { target: "*", kind: "hang", share: SOME } },
  { label: "Every answer at a response URL hangs", order: { target: "response_url", kind: "hang" } },
  { label: "Response URLs drop the connection", order: { target: "response_url", kind: "refuse" } },
  { label: "Response URLs lose their confirmation", order: { target: "response_url", kind: "lose_answer" } },
  { label: "Response URLs answer 5 s late", order: { target: "response_url", kind: "latency", seconds: 5 } },
  { label: "Every delivery twice", order: { target: "*", kind: "twice" } },
  { label: "Every delivery 5 s late", order: { target: "*", kind: "late", seconds: 5 } },
  { label: "Deliveries out of order", order: { target: "*", kind: "out_of_order", seconds: 2 } },
  { label: "A quarter of the deliveries lost", order: { target: "*", kind: "lost", share: SOME } },
];
const PACES = [0, 0.2, 1, 5];

export function faults() {
  const state = traffic.state;
  if (!state) return h("div", { class: "dock__body", key: "faults" }, h("p", { class: "empty" }, "Connecting…"));
  return h(
    "div",
    { class: "dock__body dock__body--faults", key: "faults" },
    h(
      "div",
      { class: "knobs" },
      h("h3", null, "Slack"),
      turn("Rate limits of the method tiers", state.limits.tiers, (tiers) => tell("POST", "/limits", { tiers })),
      turn("One post a second and channel", state.limits.posts, (posts) => tell("POST", "/limits", { posts })),
      turn(
        "300 posts a minute in all channels",
        state.limits.all_posts !== null,
        (on) => tell("POST", "/limits", { all_posts: on ? 300 : null }),
      ),
      turn(
        "History once a minute, 15 messages",
        state.limits.sold,
        (sold) => tell("POST", "/limits", { sold }),
      ),
      turn(
        "30,000 events an hour",
        state.limits.events !== null,
        (on) => tell("POST", "/limits", { events: on ? 30_000 : null }),
      ),
      turn(
        "Events that failed come again hourly",
        state.habits.delayed_events,
        (on) => tell("POST", "/habits", { delayed_events: on }),
      ),
      h(
        "label",
        { class: "knob" },
        "Every call takes longer by ",
        h(
          "select",
          {
            class: "dock__select",
            onchange: (event) => tell("POST", "/pace", { latency: Number(event.target.value) }),
          },
          [...new Set([...PACES, state.pace.latency])].map(
            (pace) => h(
              "option",
              { key: String(pace), value: String(pace), selected: pace === state.pace.latency },
              pace ? `${pace} s` : "nothing",
            ),
          ),
        ),
      ),
      h("h3", null, "The app's sockets"),
      h("p", { class: "knobs__about" }, `${state.sockets.connected} open`),
      h(
        "div",
        { class: "knobs__row" },
        press("Cut them", () => tell("POST", "/sockets", { do: "cut" })),
        press("Ask to reconnect", () => tell("POST", "/sockets", { do: "disconnect" })),
        press("Let them fall silent", () => tell("POST", "/sockets", { do: "fall_silent" })),
      ),
    ),
    h(
      "div",
      { class: "knobs" },
      h("h3", null, "Faults"),
      SWITCHES.map((each) => turn(each.label, Boolean(inForce(each.order)), (on) => flip(each.order, on))),
    ),
    h("div", { class: "knobs knobs--wide" }, h("h3", null, "In force"), orders(state.faults), form()),
  );
}

// -- switches --------------------------------------------------------------------------------------

const turn = (label, on, change) =>
  h(
    "label",
    { class: "knob", key: label },
    h("input", {
      type: "checkbox",
      role: "switch",
      class: "knob__switch",
      checked: on,
      onchange: (event) => change(event.target.checked),
    }),
    label,
  );

const press = (label, run) =>
  h("button", { type: "button", class: "button button--small", key: label, onclick: run }, label);

const inForce = (order) =>
  traffic.state.faults.find(
    (each) => each.times === null && each.nth === null && each.target === order.target &&
      each.kind === order.kind && each.share === (order.share ?? null) && !each.workspace,
  );

function flip(order, on) {
  const old = inForce(order);
  if (on) return tell("POST", "/faults", { ...order, times: null });
  return old && tell("DELETE", `/faults/${encodeURIComponent(old.id)}`);
}

async function tell(method, path, body) {
  const answer = await control(method, path, body);
  if (!answer.ok) notice(answer.error, "bad");
  redraw();
  return answer;
}

// -- what is in force --------------------------------------------------------------------------------

function orders(all) {
  if (!all.length) return h("p", { class: "knobs__about" }, "Nothing goes wrong on order.");
  return h(
    "ul",
    { class: "orders" },
    all.map((each) =>
      h(
        "li",
        { key: each.id, class: names("order", each.spent && "order--spent") },
        h("span", { class: "order__what" }, h("strong", null, each.kind), ` ${each.target}${partOf(each)}`),
        h("small", null, `${each.struck} of ${each.seen} struck${each.spent ? ", spent" : ""}`),
        ["hang", "held"].includes(each.kind) &&
          press("Let go on", () => tell("POST", `/faults/${encodeURIComponent(each.id)}/release`, {})),
        h(
          "button",
          {
            type: "button",
            class: "room__tool",
            "aria-label": `Take back ${each.kind} of ${each.target}`,
            onclick: () => tell("DELETE", `/faults/${encodeURIComponent(each.id)}`),
          },
          icon("close", 14),
        ),
      ),
    ),
  );
}

const partOf = ({ share, nth, times, workspace }) => [
  workspace && `, in ${spaceNamed(workspace)}`,
  share !== null && `, ${Math.round(share * 100)} %`,
  nth !== null && `, the ${nth}. only`,
  times !== null && nth === null && `, ${times} times`,
].filter(Boolean).join("");

// -- the form ----------------------------------------------------------------------------------------

const draft = { kind: "error", target: "chat.postMessage", times: "1", share: "", nth: "", workspace: "" };
const EXTRAS = {
  error: ["Error", "text", "internal_error"],
  status: ["Status", "number", "500"],
  retry_after: ["Retry-After", "number", "1"],
  seconds: ["Seconds", "number", "5"],
  jitter: ["Up to so many seconds more", "number", "0"],
  effect: ["It takes effect", "checkbox", true],
  empty_body: ["With an empty body", "checkbox", false],
  body: ["Body", "text", "{"],
};

async function learnKinds() {
  traffic.kinds = {};
  const answer = await control("GET", "/faults");
  traffic.kinds = answer.kinds ?? null;
  redraw();
}

function form() {
  if (!traffic.kinds) learnKinds();
  const kinds = traffic.kinds ?? {};
  const kind = kinds[draft.kind];
  const set = (name) => (event) => {
    draft[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
    redraw();
  };
  const text = (name, label, type, initial, hint) =>
    h(
      "label",
      { class: "order__field", key: name },
      h("span", null, label),
      h("input", {
        class: "dock__search", type, initial, placeholder: hint, list: name === "target" ? "targets" : undefined,
        min: type === "number" ? "0" : undefined, step: type === "number" ? "any" : undefined, oninput: set(name),
      }),
    );
  const box = (name, label) =>
    h(
      "label",
      { class: "dock__check", key: name },
      h("input", { type: "checkbox", checked: draft[name] ?? EXTRAS[name][2], onchange: set(name) }),
      label,
    );
  return h(
    "form",
    {
      class: "orderform",
      "aria-label": "Order a fault",
      onsubmit: (event) => {
        event.preventDefault();
        order(kind);
      },
    },
    h(
      "label",
      { class: "order__field", key: "kind" },
      h("span", null, "Fault"),
      h(
        "select",
        { class: "dock__select", "aria-label": "Fault", onchange: set("kind") },
        Object.keys(kinds).map(
          (name) => h("option", { key: name, value: name, selected: name === draft.kind }, name),
        ),
      ),
    ),
    text("target", kind?.strikes === "delivery" ? "Of which delivery" : "Of which method", "text", draft.target),
    h("datalist", { id: "targets", key: "targets" }, known(kind).map((name) => h("option", { key: name, value: name }))),
    text("times", "How often", "number", draft.times, "always"),
    text("share", "Share in %", "number", draft.share, "all"),
    text("nth", "Only the n-th", "number", draft.nth, "any"),
    hasSeveral() && h(
      "label",
      { class: "order__field", key: "workspace" },
      h("span", null, "In which workspace"),
      h(
        "select",
        { class: "dock__select", "aria-label": "In which workspace", onchange: set("workspace") },
        h("option", { value: "" }, "All"),
        server.spaces.map((each) => h("option", { key: each.id, value: each.id }, each.name)),
      ),
    ),
    (kind?.takes ?? []).map((name) =>
      EXTRAS[name][1] === "checkbox" ? box(name, EXTRAS[name][0]) : text(name, ...EXTRAS[name]),
    ),
    h("button", { type: "submit", class: "button button--small button--primary", key: "go" }, "Order it"),
    kind && h("p", { class: "knobs__about", key: "does" }, `It ${kind.does}.`),
  );
}

/** Names that were seen on the wire, for the field of the target. */
function known(kind) {
  const wanted = kind?.strikes ?? "call";
  const seen = [...traffic.entries.values()].filter((each) => each.kind === wanted).map((each) => each.name);
  const always = wanted === "call" ? ["*", "response_url"] : ["*"];
  return [...new Set([...always, ...seen])].slice(0, 40);
}

async function order(kind) {
  const number = (value) => (value === "" || value === undefined ? null : Number(value));
  const body = { target: draft.target, kind: draft.kind, times: number(draft.times) };
  if (draft.workspace) body.workspace = draft.workspace;
  if (number(draft.nth) !== null) body.nth = number(draft.nth);
  if (number(draft.share) !== null) body.share = number(draft.share) / 100;
  for (const name of kind?.takes ?? []) {
    const [, type, first] = EXTRAS[name];
    const value = draft[name] ?? first;
    body[name] = type === "number" ? Number(value) : value;
  }
  const answer = await tell("POST", "/faults", body);
  if (answer.ok) notice(`Ordered: ${draft.kind} of ${draft.target}.`);
}
