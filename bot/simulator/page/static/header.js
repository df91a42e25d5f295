// The bar on top: whose workspace, what time it is here, and the buttons that move that time.

import { clockTime, headerDate, offsetName } from "./dates.js";
import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { inspectorButton } from "./inspector.js";
import { showShortcuts } from "./keys.js";
import { closePopover, openPopover } from "./popover.js";
import { waitsElsewhere } from "./spaces.js";
import { act, me, now, redraw, server, ui } from "./state.js";

const STEPS = [
  ["+5 min", 5 * 60],
  ["+30 min", 30 * 60],
  ["+4 h", 4 * 3600],
  ["+1 day", 24 * 3600],
];

export function header() {
  return h(
    "header",
    { class: "top" },
    h("button", {
      type: "button",
      class: names("top__menu", waitsElsewhere() && "top__menu--waits"),
      "aria-label": waitsElsewhere() ? "Channels and people; another workspace has news" : "Channels and people",
      "aria-expanded": ui.drawer ? "true" : "false",
      onclick: () => {
        ui.drawer = !ui.drawer;
        redraw();
      },
    }, icon("menu", 20)),
    h(
      "div",
      { class: "top__name" },
      h("span", { class: "top__mark", "aria-hidden": "true" }, [...(server.team.name || "P")][0]),
      h(
        "span",
        { class: "top__text" },
        h("strong", null, server.team.name),
        h("small", null, "a pretend Slack on this machine"),
      ),
    ),
    clock(),
    inspectorButton(),
    h("button", {
      type: "button",
      class: "top__theme top__keys",
      "aria-label": "Keyboard shortcuts",
      "aria-haspopup": "dialog",
      onclick: (event) => showShortcuts(event.currentTarget),
    }, icon("keys", 18)),
    h("button", {
      type: "button",
      class: "top__theme",
      "aria-label": isDark() ? "Use light colours" : "Use dark colours",
      onclick: switchTheme,
    }, icon(isDark() ? "sun" : "moon", 18)),
  );
}

function clock() {
  const zone = me()?.tz ?? "UTC";
  const time = now();
  return h(
    "div",
    { class: "clock", role: "group", "aria-label": "The workspace’s clock" },
    h(
      "time",
      {
        class: "clock__time",
        datetime: time.toISOString(),
        title: `${zone.replace(/_/g, " ")}. Times are shown where ${me()?.display ?? "this person"} is.`,
      },
      icon("clock", 16),
      h("span", { class: "clock__day" }, headerDate(time, zone)),
      h("strong", { class: "clock__now" }, clockTime(time, zone)),
      h("small", { class: "clock__zone" }, offsetName(time, zone)),
    ),
    h(
      "div",
      { class: "clock__steps" },
      STEPS.map(([label, seconds]) =>
        h("button", {
          key: label,
          type: "button",
          class: "clock__step",
          title: `Move the workspace’s clock ahead by ${label.slice(1)}`,
          onclick: () => act("clock", { seconds }),
        }, label),
      ),
      h("button", {
        key: "other",
        type: "button",
        class: "clock__step",
        "aria-label": "Move the clock by another time",
        "aria-haspopup": "dialog",
        onclick: (event) => openPopover(event.currentTarget, otherStep, { label: "Move the clock" }),
      }, "…"),
    ),
  );
}

const UNITS = { minutes: 60, hours: 3600, days: 24 * 3600 };

/** Any span of time. */
const otherStep = () =>
  h(
    "form",
    {
      class: "otherstep",
      onsubmit: (event) => {
        event.preventDefault();
        const [number, unit] = event.currentTarget.elements;
        closePopover();
        act("clock", { seconds: Math.round(Number(number.value) * UNITS[unit.value]) });
      },
    },
    h("span", null, "Move the clock ahead by"),
    h("input", {
      class: "field", type: "number", min: "1", step: "any", initial: "90", required: true, "aria-label": "How many",
    }),
    h(
      "select",
      { class: "field", "aria-label": "Of what" },
      Object.keys(UNITS).map((unit) => h("option", { value: unit }, unit)),
    ),
    h("button", { type: "submit", class: "button button--small button--primary" }, "Move"),
  );

const wanted = () => localStorage.getItem("muster-theme");
const ofTheSystem = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (wanted() ?? (ofTheSystem.matches ? "dark" : "light")) === "dark";

ofTheSystem.addEventListener("change", redraw);

function switchTheme() {
  localStorage.setItem("muster-theme", isDark() ? "light" : "dark");
  applyTheme();
  redraw();
}

export function applyTheme() {
  const theme = wanted();
  if (theme) document.documentElement.dataset.theme = theme;
}
