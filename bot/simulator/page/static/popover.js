// One floating panel at a time: menus, pickers, profile cards. It is placed beside what opened it.

import { h, names } from "./dom.js";
import { redraw, ui } from "./state.js";

/** Open a panel beside `anchor`; `content()` is drawn anew whenever the page is. */
export function openPopover(anchor, content, { label, role = "dialog", wide = false } = {}) {
  ui.popover = { anchor, content, label, role, wide, query: "", at: 0 };
  redraw();
}

export function closePopover({ refocus = true } = {}) {
  const open = ui.popover;
  if (!open) return;
  ui.popover = null;
  redraw();
  if (refocus && open.anchor.isConnected) open.anchor.focus({ preventScroll: true });
}

export const isOpenFor = (anchor) => ui.popover?.anchor === anchor;

export function popoverLayer() {
  const open = ui.popover;
  if (!open) return null;
  return h(
    "div",
    {
      key: "popover",
      class: names("popover", open.wide && "popover--wide"),
      role: open.role,
      "aria-label": open.label,
      tabindex: "-1",
      created: (panel) => {
        placeBeside(panel, open.anchor);
        focusFirst(panel);
      },
      updated: (panel) => placeBeside(panel, open.anchor),
    },
    open.content(),
  );
}

function focusFirst(panel) {
  const first = panel.querySelector("input, [role=menuitem], button") ?? panel;
  first.focus({ preventScroll: true });
}

function placeBeside(panel, anchor) {
  const gap = 6;
  const edge = 8;
  const target = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = window.innerHeight - target.bottom - gap - edge;
  const above = target.top - gap - edge;
  const down = height <= below || below >= above;
  panel.style.maxHeight = `${Math.max(down ? below : above, 120)}px`;
  const shown = Math.min(height, down ? below : above);
  const top = down ? target.bottom + gap : target.top - gap - shown;
  const left = Math.min(Math.max(target.left, edge), window.innerWidth - width - edge);
  panel.style.top = `${Math.max(top, edge)}px`;
  panel.style.left = `${Math.max(left, edge)}px`;
  panel.style.minWidth = `${Math.min(target.width, 360)}px`;
}

/** A list of commands: [{label, icon?, danger?, hint?, run}], null entries are dividers. */
export function menu(entries) {
  return h(
    "div",
    { class: "menu", role: "none", onkeydown: arrows },
    entries.map((entry) =>
      entry === null
        ? h("hr", { class: "menu__line" })
        : h(
            "button",
            {
              class: names("menu__item", entry.danger && "menu__item--danger"),
              type: "button",
              role: "menuitem",
              onclick: () => {
                closePopover();
                entry.run();
              },
            },
            entry.icon,
            h("span", { class: "menu__label" }, entry.label),
            entry.hint && h("span", { class: "menu__hint" }, entry.hint),
          ),
    ),
  );
}

export function openMenu(anchor, entries, label) {
  if (isOpenFor(anchor)) closePopover();
  else openPopover(anchor, () => menu(entries()), { label, role: "menu" });
}

/** Up and down move among the buttons of a panel. */
function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button:not(:disabled)")];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  next?.focus();
}
