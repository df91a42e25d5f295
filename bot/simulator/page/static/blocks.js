// Block Kit's blocks, drawn for one surface: a message, a modal, an App Home.

import { h, names } from "./dom.js";
import { element, picture } from "./elements.js";
import { icon } from "./icons.js";
import { link, mrkdwn, plainText, richText, textObject } from "./mrkdwn.js";
import { markdown } from "./markdown.js";
import { fieldId } from "./reporting.js";
import { ui } from "./state.js";

/** `surface`: {id, blocks, state, errors, report, typed, address}; see elements.js. */
export function blocks(surface, seen) {
  return h(
    "div",
    { class: "blocks" },
    surface.blocks.map((block, index) => {
      const drawn = carefully(block, surface, seen);
      return h(
        "div",
        {
          key: block.block_id ?? `n${index}`,
          class: `block block--${block.type}`,
          "data-block": block.block_id,
        },
        drawn,
      );
    }),
  );
}

/** One block that cannot be drawn does not take the page with it. */
function carefully(block, surface, seen) {
  try {
    return draw(block, surface, seen);
  } catch (error) {
    console.warn("A block could not be drawn.", block, error);
    return h("p", { class: "unsupported" }, `This “${block.type}” block could not be drawn.`);
  }
}

function draw(block, surface, seen) {
  const where = { surface, block };
  switch (block.type) {
    case "section":
      return section(block, where, seen);
    case "header":
      return h("h3", { class: "block__header" }, textObject(block.text, seen));
    case "divider":
      return h("hr", { class: "block__divider" });
    case "context":
      return h(
        "div",
        { class: "block__context" },
        (block.elements ?? []).map((item) => contextItem(item, seen)),
      );
    case "actions":
    case "context_actions":
      return h(
        "div",
        { class: "block__actions" },
        (block.elements ?? []).map((item) => element(item, where, seen)),
      );
    case "input":
      return input(block, where, seen);
    case "image":
      return h(
        "figure",
        { class: "block__image" },
        block.title && h("figcaption", null, plainText(block.title)),
        picture(block, plainText(block.title)),
      );
    case "video":
      return video(block, seen);
    case "file":
      return h("p", { class: "unsupported" }, icon("file", 16), ` A remote file, ${block.external_id}`);
    case "rich_text":
      return richText(block, seen);
    case "markdown":
      return h("div", { class: "markdown" }, markdown(block.text ?? "", seen));
    case "table":
      return table(block, seen);
    default:
      return h("p", { class: "unsupported" }, `The simulator does not draw “${block.type}” yet.`);
  }
}

function section(block, where, seen) {
  const label = block.text ? plainText(block.text).replace(/[*_~`]/g, "").split("\n")[0] : "";
  return h(
    "div",
    { class: names("block__section", block.accessory && "block__section--with") },
    h(
      "div",
      { class: "block__body" },
      block.text && h("div", { class: "text" }, textObject(block.text, seen)),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((field) => h("div", { class: "text" }, textObject(field, seen))),
        ),
    ),
    block.accessory && h(
      "div",
      { class: "block__accessory" },
      element(block.accessory, { ...where, label }, seen),
    ),
  );
}

function contextItem(item, seen) {
  if (item.type === "image") return picture(item);
  return h("span", { class: "text" }, textObject(item, seen));
}

const GROUPED = new Set(["radio_buttons", "checkboxes", "file_input"]);

function input(block, where, seen) {
  const { surface } = where;
  const item = block.element ?? {};
  const base = `l-${surface.id}-${block.block_id}`.replace(/\s/g, "_");
  const wrong = ui.wrong.get(surface.id)?.[block.block_id] ?? surface.errors?.[block.block_id];
  const described = names(block.hint && `${base}-hint`, wrong && `${base}-wrong`) || undefined;
  const drawn = element(
    item,
    {
      ...where,
      label: plainText(block.label),
      labelId: base,
      invalid: Boolean(wrong),
      describedBy: described,
    },
    seen,
  );
  const field = fieldId(where, item);
  return h(
    "div",
    { class: names("input", wrong && "input--wrong") },
    h(
      GROUPED.has(item.type) ? "span" : "label",
      { class: "input__label", id: base, for: GROUPED.has(item.type) ? undefined : field },
      plainText(block.label),
      block.optional && h("span", { class: "input__optional" }, " (optional)"),
    ),
    drawn,
    wrong && h("p", { class: "input__wrong", id: `${base}-wrong`, role: "alert" }, wrong),
    block.hint && h("p", { class: "input__hint", id: `${base}-hint` }, plainText(block.hint)),
  );
}

/** A video is not played: it stands on another host. */
function video(block, seen) {
  return h(
    "div",
    { class: "attachment" },
    block.author_name && h("small", null, block.author_name),
    h("strong", null, block.title_url ? link(block.title_url, plainText(block.title)) : plainText(block.title)),
    block.description && h("div", { class: "text" }, textObject(block.description, seen)),
    picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }),
  );
}

function table(block, seen) {
  const cell = (item) =>
    item.type === "raw_text" ? item.text : item.type === "rich_text" ? richText(item, seen) : "";
  const [head = [], ...rest] = block.rows ?? [];
  return h(
    "div",
    { class: "tablebox" },
    h(
      "table",
      { class: "table" },
      h("thead", null, h("tr", null, head.map((item) => h("th", null, cell(item))))),
      h(
        "tbody",
        null,
        rest.map((row) => h("tr", null, row.map((item) => h("td", null, cell(item))))),
      ),
    ),
  );
}

/** A legacy attachment: a coloured edge with text, fields or blocks. */
export function attachment(item, surface, seen) {
  const tone = /^#?[0-9a-f]{6}$/i.test(item.color ?? "") ? `#${item.color.replace("#", "")}` : null;
  const named = { good: "good", warning: "warn", danger: "bad" }[item.color];
  return h(
    "div",
    {
      class: names("attachment", named && `attachment--${named}`),
      created: (box) => tone && box.style.setProperty("--edge", tone),
    },
    item.pretext && h("div", { class: "text" }, mrkdwn(item.pretext, seen)),
    item.title && h("strong", null, item.title),
    item.text && h("div", { class: "text" }, mrkdwn(item.text, seen)),
    item.fields &&
      h("div", { class: "fields" }, item.fields.map((field) =>
        h(
          "div",
          null,
          h("strong", null, field.title),
          h("div", { class: "text" }, mrkdwn(field.value ?? "", seen)),
        ))),
    item.blocks && blocks({ ...surface, blocks: item.blocks }, seen),
    item.footer && h("small", { class: "attachment__footer" }, item.footer),
  );
}
