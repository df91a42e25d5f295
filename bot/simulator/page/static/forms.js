// What a person has typed or chosen in a view's inputs, in the shapes of `state.values`.

import { ui } from "./state.js";

const TEXTS = new Set(["plain_text_input", "email_text_input", "url_text_input", "number_input"]);
const ONE_OPTION = new Set(["static_select", "external_select", "radio_buttons"]);
const MANY_OPTIONS = new Set(["multi_static_select", "multi_external_select", "checkboxes"]);
const PLAIN = {
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

/** The value an element starts with; null for one that holds none (a button, an overflow). */
function initialValue(element) {
  const { type } = element;
  if (TEXTS.has(type)) return { type, value: element.initial_value ?? null };
  if (ONE_OPTION.has(type)) return { type, selected_option: element.initial_option ?? null };
  if (MANY_OPTIONS.has(type)) return { type, selected_options: element.initial_options ?? [] };
  if (type === "rich_text_input") return { type, rich_text_value: element.initial_value ?? null };
  if (type === "file_input") return { type, files: [] };
  if (PLAIN[type]) {
    const [name, initial] = PLAIN[type];
    return { type, [name]: element[initial] ?? (type.startsWith("multi_") ? [] : null) };
  }
  return null;
}

const keyOf = (surface, block, element) => `${surface.id}|${block.block_id}|${element.action_id}`;

export function valueOf(surface, block, element) {
  return (
    ui.forms.get(keyOf(surface, block, element)) ??
    surface.state?.[block.block_id]?.[element.action_id] ??
    initialValue(element)
  );
}

export function setValue(surface, block, element, value) {
  ui.forms.set(keyOf(surface, block, element), value);
  ui.formsVersion += 1;
  const wrong = ui.wrong.get(surface.id);
  if (wrong?.[block.block_id]) delete wrong[block.block_id];
}

const elementsOf = (block) => [
  block.element,
  block.accessory,
  ...(block.elements ?? []),
].filter(Boolean);

/** All values of a view or message, as Slack sends them. */
export function stateOf(surface) {
  const values = {};
  for (const block of surface.blocks) {
    for (const element of elementsOf(block)) {
      const value = element.action_id ? valueOf(surface, block, element) : null;
      if (value) (values[block.block_id] ??= {})[element.action_id] = value;
    }
  }
  return values;
}

function isEmpty(value) {
  const held = Object.entries(value).filter(([name]) => name !== "type" && name !== "timezone");
  return held.every(([, one]) => one === null || one === "" || (Array.isArray(one) && !one.length));
}

/** What Slack's client itself refuses before it sends a form: {block_id: message}. */
export function findWrong(surface) {
  const wrong = {};
  for (const block of surface.blocks) {
    if (block.type !== "input") continue;
    const value = valueOf(surface, block, block.element);
    const message = value && complaint(block, block.element, value);
    if (message) wrong[block.block_id] = message;
  }
  return wrong;
}

function complaint(block, element, value) {
  if (isEmpty(value)) return block.optional ? null : "Please complete this required field.";
  const text = value.value;
  if (typeof text !== "string") return null;
  if (element.min_length && text.length < element.min_length) {
    return `Please enter at least ${element.min_length} characters.`;
  }
  if (text.length > (element.max_length ?? 3000)) {
    return `Please enter at most ${element.max_length ?? 3000} characters.`;
  }
  if (element.type === "email_text_input" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text)) {
    return "Please enter a valid email address.";
  }
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/i.test(text)) {
    return "Please enter a valid URL.";
  }
  if (element.type === "number_input") return numberComplaint(element, text);
  return null;
}

function numberComplaint(element, text) {
  const number = Number(text);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value)) {
    return `Please enter ${element.min_value} or more.`;
  }
  if (element.max_value !== undefined && number > Number(element.max_value)) {
    return `Please enter ${element.max_value} or less.`;
  }
  return null;
}
