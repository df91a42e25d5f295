// How a press or a choice reaches the app: at once, or after a question, with all that is typed.

import { setValue, stateOf } from "./forms.js";
import { act, actWaiting, redraw, ui } from "./state.js";

/** Tell the app of a press or a choice, with all that the same place holds; buttons wait for it. */
export function press(surface, block, item, value) {
  const details = {
    ...surface.address,
    block_id: block.block_id,
    action_id: item.action_id,
    value,
    state: stateOf(surface),
  };
  if (item.type !== "button") return act("press", details);
  return actWaiting(`${surface.id}|${block.block_id}|${item.action_id}`, "press", details);
}

/** The id of an element's field, so that its label can name it. */
export const fieldId = ({ surface, block }, item) =>
  `f-${surface.id}-${block.block_id}-${item.action_id}`.replace(/\s/g, "_");

/** Ask first when the element says so, then tell the app. */
export function report(where, item, value) {
  const tell = () => where.surface.report(where.block, item, value);
  if (item.confirm) {
    ui.confirm = { ...item.confirm, agreed: tell, opener: document.activeElement };
    redraw();
  } else tell();
}

/** A field was changed for good: keep it, and tell the app where it wants to hear of it. */
export function settle(where, item, value) {
  const { surface, block } = where;
  setValue(surface, block, item, value);
  surface.typed?.();
  redraw();
  if (block.type !== "input" || block.dispatch_action) report(where, item, value);
}
