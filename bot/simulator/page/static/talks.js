// Whom to write to: one person or several at once, chosen with the mouse or the keyboard.

import { h, names } from "./dom.js";
import { face, icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";
import { searchField, seek, sought } from "./search_field.js";
import { act, goTo, place, redraw, server, ui } from "./state.js";

const MOST_OTHERS = 8;

export const newTalkButton = () =>
  h(
    "button",
    {
      type: "button",
      class: "side__add side__add--talk",
      "aria-label": "Write to somebody",
      title: "Write to somebody (Ctrl + Shift + K)",
      onclick: (event) => openPopover(event.currentTarget, chooser, {
        label: "Write to somebody",
        wide: true,
      }),
    },
    icon("plus", 16),
  );

/** Go to the direct message with these people. */
export async function openTalk(who) {
  closePopover({ refocus: false });
  const answer = await act("open_dm", { who });
  if (!answer.ok) return;
  if (place.at === answer.channel) document.querySelector("[data-composer=room]")?.focus();
  else {
    ui.writeTo = answer.channel;
    goTo({ at: answer.channel });
  }
}

const chosen = () => ui.popover?.chosen ?? [];

const shownName = (id) => server.people[id]?.display ?? "";

/** Everybody who reads what is written to them, and the app. */
function found() {
  const query = sought().replace(/^@/, "");
  return Object.values(server.people)
    .filter((each) => !each.deleted && (!each.bot || each.id === server.app?.bot_user))
    .filter((each) => `${each.name} ${each.real} ${each.display}`.toLowerCase().includes(query))
    .sort((a, b) => (a.id === server.me) - (b.id === server.me) || a.display.localeCompare(b.display));
}

function chooser() {
  const all = found();
  const at = Math.min(ui.popover?.at ?? 0, Math.max(all.length - 1, 0));
  return h(
    "div",
    { class: "options" },
    h(
      "div",
      { class: "options__search" },
      searchField("Whom to write to", {
        placeholder: "Name",
        list: "talk-list",
        at: all.length ? `talk-${at}` : undefined,
        onkeydown: (event) => keys(event, all, at),
      }),
    ),
    h(
      "div",
      {
        class: "options__list", id: "talk-list", role: "listbox", "aria-label": "People",
        "aria-multiselectable": "true",
      },
      !all.length && h("p", { class: "options__none" }, "Nobody is called so."),
      all.map((person, index) => row(person, index, index === at)),
    ),
    h(
      "button",
      {
        type: "button",
        class: "button button--small options__done",
        disabled: !chosen().length,
        onclick: () => openTalk(chosen()),
      },
      chosen().length ? `Write to ${chosen().map(shownName).join(", ")}` : "Choose one or several",
    ),
  );
}

function row(person, index, marked) {
  const on = chosen().includes(person.id);
  return h(
    "div",
    {
      key: person.id,
      id: `talk-${index}`,
      class: names("option", marked && "option--at", on && "option--on"),
      role: "option",
      "aria-selected": on ? "true" : "false",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => choose(person.id),
      updated: (element) => marked && element.scrollIntoView({ block: "nearest" }),
    },
    face(person, 24),
    h(
      "span",
      { class: "option__text" },
      h("span", null, person.id === server.me ? `${person.real} (you)` : person.real),
      h("small", null, [`@${person.name}`, person.title].filter(Boolean).join(" · ")),
    ),
    on && icon("check", 16),
  );
}

function choose(id) {
  const now = chosen();
  if (now.includes(id)) ui.popover.chosen = now.filter((each) => each !== id);
  else if (now.length < MOST_OTHERS) ui.popover.chosen = [...now, id];
  redraw();
}

/** Enter chooses who is marked; in an empty field, once somebody is chosen, it goes to them. */
function keys(event, all, at) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    ui.popover.at = (at + step + all.length) % all.length;
    ui.popover.moved = true;
    redraw();
  } else if (event.key === "Enter") {
    if (!event.target.value && !ui.popover.moved && chosen().length) openTalk(chosen());
    else if (all[at]) {
      choose(all[at].id);
      event.target.value = "";
      seek("");
      ui.popover.moved = false;
    }
  } else return;
  event.preventDefault();
}
