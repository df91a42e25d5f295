// The inspector: below the room, every call of the app and every delivery to it, and the switches
// for what goes wrong.

import { h, names } from "./dom.js";
import { faults } from "./faults.js";
import { icon } from "./icons.js";
import { hasSeveral } from "./spaces.js";
import { redraw, server } from "./state.js";
import { closeInspector, openInspector, traffic } from "./traffic.js";
import { wire } from "./wire.js";

/** The button in the bar on top. */
export const inspectorButton = () =>
  h(
    "button",
    {
      type: "button",
      class: names("top__tool", traffic.open && "top__tool--on"),
      "aria-expanded": traffic.open ? "true" : "false",
      "aria-label": "Inspector",
      title: "What goes over the wire (Alt + I)",
      onclick: toggleInspector,
    },
    icon("pulse", 18),
    h("span", null, "Inspector"),
    ordered() > 0 && h("span", { class: "top__count" }, ordered()),
  );

export function toggleInspector() {
  if (traffic.open) closeInspector();
  else openInspector();
}

const ordered = () => traffic.state?.faults.filter((each) => !each.spent).length ?? 0;

export function inspector() {
  if (!traffic.open) return null;
  return h(
    "section",
    { class: "dock", key: "dock", "aria-label": "Inspector" },
    h(
      "div",
      { class: "dock__bar" },
      h(
        "div",
        { class: "dock__tabs", role: "tablist", onkeydown: moveTab },
        tab("traffic", "Traffic"),
        tab("faults", ordered() ? `Faults and limits (${ordered()})` : "Faults and limits"),
      ),
      traffic.tab === "traffic" && filters(),
      h(
        "button",
        { type: "button", class: "room__tool", "aria-label": "Close the inspector", onclick: closeInspector },
        icon("close", 16),
      ),
    ),
    traffic.tab === "traffic" ? wire() : faults(),
  );
}

const tab = (name, label) =>
  h(
    "button",
    {
      key: name,
      type: "button",
      role: "tab",
      class: "dock__tab",
      "aria-selected": traffic.tab === name ? "true" : "false",
      tabindex: traffic.tab === name ? "0" : "-1",
      onclick: () => {
        traffic.tab = name;
        redraw();
      },
    },
    label,
  );

function moveTab(event) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const other = [...event.currentTarget.children].find((each) => each !== document.activeElement);
  other.click();
  other.focus();
}

// -- filters -----------------------------------------------------------------------------------

const KINDS = [["all", "Everything"], ["call", "Calls"], ["delivery", "Deliveries"], ["note", "Notes"]];

function filters() {
  const set = (change) => {
    Object.assign(traffic, change, { follows: true });
    redraw();
  };
  return h(
    "div",
    { class: "dock__filters" },
    h("input", {
      class: "dock__search",
      type: "search",
      placeholder: "Filter by name or error",
      "aria-label": "Filter by name or error",
      oninput: (event) => set({ words: event.target.value }),
    }),
    h(
      "select",
      {
        class: "dock__select",
        "aria-label": "Kind",
        value: traffic.kind,
        onchange: (event) => set({ kind: event.target.value }),
      },
      KINDS.map(([value, label]) => h("option", { value }, label)),
    ),
    hasSeveral() && h(
      "select",
      {
        class: "dock__select",
        key: "space",
        "aria-label": "Workspace",
        value: traffic.space,
        onchange: (event) => set({ space: event.target.value }),
      },
      h("option", { value: "" }, "All workspaces"),
      server.spaces.map((each) => h("option", { key: each.id, value: each.id }, each.name)),
    ),
    check("This channel", traffic.here, (here) => set({ here })),
    check("Failed", traffic.failed, (failed) => set({ failed })),
  );
}

const check = (label, checked, change) =>
  h(
    "label",
    { class: "dock__check" },
    h("input", { type: "checkbox", checked, onchange: (event) => change(event.target.checked) }),
    label,
  );
