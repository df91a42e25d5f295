// The interactive elements of Block Kit: drawn, kept, and reported to the app.

import { epochOf, wallOf } from "./dates.js";
import { h, names } from "./dom.js";
import { bring, chooser, chosenFiles } from "./files.js";
import { setValue, valueOf } from "./forms.js";
import { icon } from "./icons.js";
import { plainText, textObject } from "./mrkdwn.js";
import { openMenu } from "./popover.js";
import { fieldId, report, settle } from "./reporting.js";
import { select } from "./selects.js";
import { me, redraw, server, ui } from "./state.js";

/**
 * Draw an element. `where` is {surface, block, label, labelId, invalid, describedBy}; `surface` has
 * `id`, `blocks`, `state` and `report(block, element, value)` which tells the app.
 */
export function element(item, where, seen) {
  switch (item.type) {
    case "button":
    case "workflow_button":
      return button(item, where);
    case "overflow":
      return overflow(item, where);
    case "image":
      return picture(item);
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return textField(item, where);
    case "radio_buttons":
    case "checkboxes":
      return choices(item, where, seen);
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return dateField(item, where);
    case "file_input":
      return fileField(item, where);
    case "rich_text_input":
      return richField(item, where);
    case "icon_button":
      return button({ ...item, accessibility_label: item.accessibility_label }, where);
    case "feedback_buttons":
      return feedback(item, where);
    default:
      return item.type?.includes("select") ? select(item, where) : unsupported(item);
  }
}

const unsupported = (item) => h(
  "p",
  { class: "unsupported" },
  `The simulator does not draw “${item.type}” yet.`,
);

function button(item, where) {
  const key = `${where.surface.id}|${where.block.block_id}|${item.action_id}`;
  const waiting = ui.waiting.has(key);
  const look = { primary: "button--primary", danger: "button--danger" }[item.style];
  return h(
    item.url ? "a" : "button",
    {
      key: `${item.action_id}${item.key ?? ""}`,
      class: names("button", look, waiting && "button--waiting"),
      type: item.url ? undefined : "button",
      href: item.url && /^https?:/i.test(item.url) ? item.url : undefined,
      target: item.url ? "_blank" : undefined,
      rel: item.url ? "noopener noreferrer" : undefined,
      "aria-label": item.accessibility_label || undefined,
      "aria-busy": waiting ? "true" : undefined,
      "data-action": item.action_id,
      onclick: () => !waiting && report(where, item, { value: item.value }),
    },
    textObject(item.text),
  );
}

function overflow(item, where) {
  return h(
    "button",
    {
      key: item.action_id,
      type: "button",
      class: "button button--icon",
      "aria-label": "More choices",
      "aria-haspopup": "menu", "data-action": item.action_id,
      onclick: (event) =>
        openMenu(
          event.currentTarget,
          () =>
            (item.options ?? []).map((option) => ({
              label: plainText(option.text),
              hint: option.description && plainText(option.description),
              run: () => {
                if (option.url && /^https?:/i.test(option.url)) window.open(
                  option.url,
                  "_blank",
                  "noopener",
                );
                report(where, item, { selected_option: option });
              },
            })),
          "More choices",
        ),
    },
    icon("more"),
  );
}

/** Pictures on other hosts are not fetched: the simulator talks to nobody. */
export function picture(item, title) {
  const local = item.image_url?.startsWith("/") || item.image_url?.startsWith(`${location.origin}/`);
  if (local) return h("img", { class: "picture", src: item.image_url, alt: item.alt_text ?? "" });
  return h(
    "span",
    {
      class: "picture picture--elsewhere",
      role: "img",
      "aria-label": item.alt_text,
      title: item.image_url,
    },
    icon("image"),
    h("span", null, item.alt_text || title || "Picture"),
  );
}

function textField(item, where) {
  const { surface, block } = where;
  const kinds = { email_text_input: "email", url_text_input: "url" };
  const held = valueOf(surface, block, item)?.value ?? "";
  let typing;
  const change = (event) => {
    setValue(surface, block, item, { type: item.type, value: event.target.value || null });
    surface.typed?.();
    if (where.invalid) redraw();
    const onEach = item.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
    if (block.dispatch_action && onEach) {
      clearTimeout(typing);
      typing = setTimeout(() => report(where, item, valueOf(surface, block, item)), 250);
    }
  };
  return h(item.multiline ? "textarea" : "input", {
    key: `${block.block_id}|${item.action_id}`,
    id: fieldId(where, item),
    class: "field",
    type: item.multiline ? undefined : (kinds[item.type] ?? "text"),
    inputmode: item.type === "number_input" ? "decimal" : undefined,
    rows: item.multiline ? "4" : undefined,
    initial: held,
    placeholder: plainText(item.placeholder) || undefined,
    maxlength: item.max_length,
    autocomplete: "off",
    "aria-label": where.labelId ? undefined : where.label || item.action_id,
    "aria-invalid": where.invalid ? "true" : undefined,
    "aria-describedby": where.describedBy,
    "data-focus": item.focus_on_load ? "true" : undefined,
    oninput: change,
    onkeydown: (event) => {
      const triggers = item.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
      const entered = event.key === "Enter" && !item.multiline && !event.isComposing;
      if (!entered || !block.dispatch_action || !triggers.includes("on_enter_pressed")) return;
      event.preventDefault();
      event.stopPropagation();
      report(where, item, valueOf(surface, block, item));
    },
  });
}

/** Typed as in the composer: the simulator makes rich text of it, mentions and links included. */
function richField(item, where) {
  const { surface, block } = where;
  const held = valueOf(surface, block, item);
  return h("textarea", {
    key: `${block.block_id}|${item.action_id}`,
    id: fieldId(where, item),
    class: "field",
    rows: "4",
    initial: held.typed ?? asTyped(held.rich_text_value),
    placeholder: plainText(item.placeholder) || undefined,
    "aria-label": where.labelId ? undefined : where.label,
    "aria-invalid": where.invalid ? "true" : undefined,
    "aria-describedby": where.describedBy,
    "data-focus": item.focus_on_load ? "true" : undefined,
    oninput: (event) => {
      setValue(surface, block, item, { type: item.type, typed: event.target.value });
      surface.typed?.();
      if (where.invalid) redraw();
    },
  });
}

/** Rich text as a person would type it. */
function asTyped(value) {
  const said = (part) => {
    if (part.elements) return part.elements.map(said).join(part.type === "rich_text_list" ? "\n" : "");
    const people = server.people[part.user_id];
    const named = { user: `@${people?.name}`, emoji: `:${part.name}:`, link: part.url, broadcast: `@${part.range}` };
    return named[part.type] ?? part.text ?? "";
  };
  return (value?.elements ?? []).map(said).join("\n");
}

function fileField(item, where) {
  const { surface, block } = where;
  const files = valueOf(surface, block, item).files ?? [];
  const most = item.max_files ?? 10;
  const set = (all) => settle(where, item, { type: item.type, files: all.slice(0, most) });
  return h(
    "div",
    { class: "filefield", key: `${block.block_id}|${item.action_id}` },
    chosenFiles(files, (file) => set(files.filter((each) => each.id !== file.id))),
    files.length < most && chooser({
      name: "button filefield__button",
      label: where.label || "Choose files",
      accept: item.filetypes?.map((each) => `.${each}`).join(","),
      many: most > 1,
      take: async (chosen) => set([...files, ...(await bring(chosen))]),
      content: most > 1 ? "Choose files" : "Choose a file",
    }),
  );
}

/** Thumbs up and down, each with its own value. */
const feedback = (item, where) =>
  ["positive_button", "negative_button"].map((name) =>
    item[name] && button({
      ...item,
      key: name,
      text: item[name].text,
      value: item[name].value,
      accessibility_label: item[name].accessibility_label,
    }, where),
  );

function choices(item, where, seen) {
  const { surface, block } = where;
  const many = item.type === "checkboxes";
  const held = valueOf(surface, block, item);
  const chosen = many ? (held.selected_options ?? []) : [held.selected_option].filter(Boolean);
  const pick = (option, on) => {
    if (!many) return settle(where, item, { type: item.type, selected_option: option });
    const rest = chosen.filter((each) => each.value !== option.value);
    const all = on ? [...rest, option] : rest;
    const order = (item.options ?? []).map((each) => each.value);
    all.sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value));
    return settle(where, item, { type: item.type, selected_options: all });
  };
  return h(
    "div",
    {
      key: `${block.block_id}|${item.action_id}`,
      class: "choices",
      role: many ? "group" : "radiogroup",
      "aria-labelledby": where.labelId, "aria-label": where.labelId ? undefined : where.label,
      "aria-describedby": where.describedBy,
    },
    (item.options ?? []).map((option) =>
      h(
        "label",
        { class: "choice", key: option.value },
        h("input", {
          type: many ? "checkbox" : "radio",
          name: fieldId(where, item),
          checked: chosen.some((each) => each.value === option.value),
          onchange: (event) => pick(option, event.target.checked),
        }),
        h(
          "span",
          { class: "choice__text" },
          h("span", null, textObject(option.text, seen)),
          option.description && h("small", null, textObject(option.description, seen)),
        ),
      ),
    ),
  );
}

function dateField(item, where) {
  const { surface, block } = where;
  const zone = item.timezone ?? me()?.tz ?? "UTC";
  const held = valueOf(surface, block, item);
  const shapes = {
    datepicker: {
      type: "date",
      shown: held.selected_date,
      read: (text) => ({ selected_date: text || null }),
    },
    timepicker: {
      type: "time",
      shown: held.selected_time,
      read: (text) => (
        { selected_time: text || null, ...(item.timezone && { timezone: item.timezone }) }
      ),
    },
    datetimepicker: {
      type: "datetime-local",
      shown: held.selected_date_time ? wallOf(held.selected_date_time, zone) : "",
      read: (text) => ({ selected_date_time: text ? epochOf(text.slice(0, 16), zone) : null }),
    },
  };
  const shape = shapes[item.type];
  return h(
    "span",
    { class: "datefield", key: `${block.block_id}|${item.action_id}` },
    h("input", {
      id: fieldId(where, item),
      class: "field field--date",
      type: shape.type,
      initial: shape.shown ?? "",
      "aria-label": where.labelId ? undefined : where.label || plainText(item.placeholder) || item.type,
      "aria-invalid": where.invalid ? "true" : undefined,
      "aria-describedby": where.describedBy,
      "data-focus": item.focus_on_load ? "true" : undefined,
      onchange: (event) => settle(
        where,
        item,
        { type: item.type, ...shape.read(event.target.value) },
      ),
    }),
    item.type !== "datepicker" && h("small", { class: "datefield__zone" }, zone.replace(/_/g, " ")),
  );
}

