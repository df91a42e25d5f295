// Reactions below a message, and the picker they and the composer choose emoji with.

import { h, names } from "./dom.js";
import { FAVOURITES, search } from "./emoji.js";
import { icon } from "./icons.js";
import { emoji } from "./pictures.js";
import { closePopover, openPopover } from "./popover.js";
import { searchField, sought } from "./search_field.js";
import { act, server } from "./state.js";

/** Who reacted with what; a click joins in or takes one's own back. */
export function reactions(message, seen) {
  const entries = message.reactions ?? [];
  if (!entries.length) return null;
  return h(
    "div",
    { class: "reactions" },
    entries.map(({ name, users }) => {
      const mine = users.includes(seen.me);
      const who = users.map(
        (id) => (id === seen.me ? "you" : (server.people[id]?.display ?? id)),
      ).join(", ");
      return h(
        "button",
        {
          key: name, type: "button", class: names("reaction", mine && "reaction--mine"),
          "aria-pressed": mine ? "true" : "false", title: `${who} reacted with :${name}:`,
          "aria-label": `${name.replaceAll("_", " ")}, ${users.length}`, "data-reaction": name,
          onclick: () => act("react", { channel: message.channel, ts: message.ts, name }),
        },
        emoji(name),
        h("span", { class: "reaction__count" }, users.length),
      );
    }),
    h("button", {
      key: "+", type: "button", class: "reaction reaction--add", "aria-label": "Add a reaction",
      onclick: (event) => pickReaction(event.currentTarget, message),
    }, icon("smile", 16)),
  );
}

export function pickReaction(anchor, message) {
  const choose = (name) => {
    closePopover();
    act("react", { channel: message.channel, ts: message.ts, name });
  };
  openPopover(anchor, () => emojiGrid(choose), { label: "Choose a reaction" });
}

export function emojiGrid(choose) {
  const query = sought().replace(/[: ]/g, "_").replace(/^_+|_+$/g, "");
  const shown = query ? search(query).slice(0, 48) : FAVOURITES.concat(
    search("").filter((name) => !FAVOURITES.includes(name)).slice(0, 40),
  );
  return h(
    "div",
    { class: "emoji-picker" },
    searchField("Search emoji", {
      onkeydown: (event) => {
        if (event.key === "Enter" && shown[0]) {
          event.preventDefault();
          choose(shown[0]);
        }
      },
    }),
    h(
      "div",
      { class: "emoji-picker__grid" },
      shown.map((name) =>
        h(
          "button",
          {
            key: name,
            type: "button",
            class: "emoji-picker__one",
            title: `:${name}:`,
            "aria-label": name.replaceAll("_", " "),
            onclick: () => choose(name),
          },
          emoji(name),
        ),
      ),
      !shown.length && h("p", { class: "options__none" }, "No emoji of that name."),
    ),
  );
}
