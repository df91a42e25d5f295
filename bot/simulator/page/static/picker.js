// The choosing field: one or many options from a list that can be searched, with keyboard and
// screen reader. Static, external, user and channel selects are all this one.

import { h, names } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover, isOpenFor, openPopover } from "./popover.js";
import { searchField, seek, sought } from "./search_field.js";
import { redraw, ui } from "./state.js";

/**
 * Draw the field. `groups` is [{label, options: [{value, label, description, picture}]}], `chosen`
 * the list of chosen values, `choose(values)` takes the new ones. `load(query)`, when given, asks
 * elsewhere for the groups. `many` allows several, `most` limits them.
 */
export function picker(field) {
  const { id, label, labelledBy, placeholder, chosen, disabled } = field;
  const shown = chosen.map((option) => option.label);
  return h(
    "div",
    { class: "picker", key: field.key },
    h(
      "button",
      {
        id,
        type: "button",
        class: names("picker__field", !shown.length && "picker__field--empty"),
        "aria-haspopup": "listbox",
        "aria-label": labelledBy ? undefined : `${label}: ${shown.join(", ") || placeholder}`,
        "aria-labelledby": labelledBy ? `${labelledBy} ${id}` : undefined,
        "aria-invalid": field.invalid ? "true" : undefined,
        "aria-describedby": field.describedBy,
        "data-picker": field.name,
        disabled,
        onclick: (event) => toggle(event.currentTarget, field),
        onkeydown: (event) => {
          if (event.key !== "ArrowDown" || isOpenFor(event.currentTarget)) return;
          event.preventDefault();
          toggle(event.currentTarget, field);
        },
      },
      field.many && shown.length
        ? h(
          "span",
          { class: "picker__chips" },
          chosen.map((option) => h("span", { class: "chip" }, option.label)),
        )
        : h("span", { class: "picker__value" }, shown[0] ?? placeholder),
      icon("down", 16),
    ),
    !field.many && shown.length > 0 && field.clearable &&
      h(
        "button",
        {
          type: "button",
          class: "picker__clear",
          "aria-label": `Clear ${label}`,
          onclick: () => field.choose([]),
        },
        icon("close", 14),
      ),
  );
}

function toggle(anchor, field) {
  if (isOpenFor(anchor)) return closePopover();
  const current = {
    field,
    chosen: field.chosen,
    groups: field.groups ?? [],
    loading: Boolean(field.load),
  };
  openPopover(anchor, () => list(current), { label: field.label, role: "presentation" });
  const all = current.groups.flatMap((group) => group.options);
  ui.popover.at = Math.max(all.findIndex((option) => option.value === current.chosen[0]?.value), 0);
  if (field.load && (field.fewest ?? 0) === 0) load(current, "");
  else current.loading = false;
}

async function load(current, query) {
  current.loading = true;
  current.wanted = query;
  redraw();
  const groups = await current.field.load(query);
  if (current.wanted !== query) return;
  current.groups = groups;
  current.loading = false;
  redraw();
}

function matching(current) {
  const query = sought();
  if (current.field.load || !query) return current.groups;
  return current.groups
    .map((group) => ({
      ...group,
      options: group.options.filter((option) =>
        `${option.label} ${option.description ?? ""}`.toLowerCase().includes(query),
      ),
    }))
    .filter((group) => group.options.length);
}

function list(current) {
  const groups = matching(current);
  const all = groups.flatMap((group) => group.options);
  const at = Math.min(ui.popover.at, Math.max(all.length - 1, 0));
  const searchable = current.field.load || current.groups.flatMap((group) => group.options).length > 6;
  return h(
    "div",
    { class: "options", onkeydown: (event) => keys(event, current, all, at) },
    h(
      "div",
      { class: names("options__search", !searchable && "visually-hidden") },
      searchField(`Search ${current.field.label}`, {
        placeholder: "Search",
        list: "options-list",
        at: all.length ? `option-${at}` : undefined,
        oninput: ({ target }) => {
          if (current.field.load && target.value.length >= (current.field.fewest ?? 0)) {
            load(current, target.value);
          }
          seek(target.value);
        },
      }),
    ),
    h(
      "div",
      { class: "options__list", id: "options-list", role: "listbox", "aria-label": current.field.label,
        "aria-multiselectable": current.field.many ? "true" : undefined },
      current.loading && h("p", { class: "options__none" }, "Loading…"),
      !current.loading && !all.length && h(
        "p",
        { class: "options__none" },
        "Nothing to choose from.",
      ),
      groups.map((group) => [
        group.label && h("p", { class: "options__group", role: "presentation" }, group.label),
        group.options.map((option) => row(current, option, all.indexOf(option), at)),
      ]),
    ),
    current.field.many &&
      h(
        "button",
        {
          type: "button",
          class: "button button--small options__done",
          onclick: () => closePopover(),
        },
        "Done",
      ),
  );
}

function row(current, option, index, at) {
  const on = current.chosen.some((each) => each.value === option.value);
  return h(
    "div",
    {
      key: option.value,
      id: `option-${index}`,
      class: names("option", index === at && "option--at", on && "option--on"),
      role: "option",
      "aria-selected": on ? "true" : "false",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => take(current, option),
      updated: (element) => index === at && element.scrollIntoView({ block: "nearest" }),
    },
    option.picture,
    h(
      "span",
      { class: "option__text" },
      h("span", null, option.label),
      option.description && h("small", null, option.description),
    ),
    on && icon("check", 16),
  );
}

function take(current, option) {
  const { field } = current;
  if (!field.many) {
    closePopover();
    field.choose([option]);
    return;
  }
  const on = current.chosen.some((each) => each.value === option.value);
  if (!on && field.most && current.chosen.length >= field.most) return;
  current.chosen = on
    ? current.chosen.filter((each) => each.value !== option.value)
    : [...current.chosen, option];
  field.choose(current.chosen);
}

function keys(event, current, all, at) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    ui.popover.at = (at + step + all.length) % all.length;
    redraw();
  } else if (event.key === "Enter" && all[at] && event.target.tagName === "INPUT") {
    event.preventDefault();
    take(current, all[at]);
  }
}
