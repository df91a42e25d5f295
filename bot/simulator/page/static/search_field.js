// The field in a panel in which one looks for an entry of the list below it.

import { h } from "./dom.js";
import { redraw, ui } from "./state.js";

/** What is looked for, in small letters. */
export const sought = () => (ui.popover?.query ?? "").trim().toLowerCase();

/** Look for something else; the first that is found is marked. */
export function seek(query) {
  Object.assign(ui.popover, { query, at: 0 });
  redraw();
}

/** `list` and `at` are the ids of the list and of the entry in it that the arrows marked, if any. */
export function searchField(label, { list, at, ...more } = {}) {
  const arrows = list && {
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": list,
    "aria-activedescendant": at,
  };
  return h("input", {
    class: "options__input",
    type: "text",
    placeholder: label,
    "aria-label": label,
    autocomplete: "off",
    oninput: (event) => seek(event.target.value),
    ...arrows,
    ...more,
  });
}
