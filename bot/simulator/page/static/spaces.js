// The column on the far left: the workspaces, when there are several, and what waits in each.

import { h, names } from "./dom.js";
import { goTo, server } from "./state.js";

const COLOURS = ["#19686a", "#7a58b0", "#a06a2c", "#b5546d", "#3d6fb4", "#4f7a3a"];
const BADGE_MOST = 9;

/** Whether anything waits in a workspace that is not shown. */
export const waitsElsewhere = () =>
  server.spaces.some((each) => each.unread && each.id !== server.team.id);

export const hasSeveral = () => server.spaces.length > 1;

/** How a workspace is called, by its id; nothing for what belongs to none. */
export const spaceNamed = (id) => server.spaces.find((each) => each.id === id)?.name ?? "";

/** The first letters of the first and the last word; of one word its first two. */
function initials(name) {
  const words = name.split(/[\s\-_.&]+/).filter(Boolean);
  const [first = "?", last] = [words[0], words.length > 1 ? words.at(-1) : null];
  const letters = last ? [[...first][0], [...last][0]] : [...first].slice(0, 2);
  return letters.join("").toUpperCase();
}

export function rail() {
  if (!hasSeveral()) return null;
  return h(
    "section",
    { class: "rail", key: "rail", "aria-label": "Workspaces", onkeydown: among },
    server.spaces.map(tile),
  );
}

function tile(space, index) {
  const here = space.id === server.team.id;
  const waits = !here && space.unread;
  const said = !waits ? "" : space.mentions ? `, ${space.mentions} for you` : ", unread";
  return h(
    "button",
    {
      key: space.id,
      type: "button",
      class: names("rail__space", here && "rail__space--on", waits && "rail__space--unread"),
      "aria-label": `${space.name}${said}`,
      "aria-current": here ? "true" : undefined,
      title: index < 9 ? `${space.name} (Alt + Shift + ${index + 1})` : space.name,
      tabindex: here ? "0" : "-1",
      onclick: () => goToSpace(space.id),
    },
    h("span", { class: "rail__mark", created: (mark) => paint(mark, index), "aria-hidden": "true" }, initials(space.name)),
    waits && !space.mentions && h("span", { class: "rail__dot", "aria-hidden": "true" }),
    waits && space.mentions > 0 && h(
      "span",
      { class: "rail__badge", "aria-hidden": "true" },
      space.mentions > BADGE_MOST ? `${BADGE_MOST}+` : space.mentions,
    ),
  );
}

const paint = (mark, index) => {
  mark.style.background = COLOURS[index % COLOURS.length];
};

/** Go to a workspace, to where this tab was in it. */
export function goToSpace(id) {
  if (id && id !== server.team.id) goTo({ team: id });
}

/** The arrows go up and down; Enter or Space chooses. */
function among(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey) return;
  event.preventDefault();
  const all = [...event.currentTarget.children];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}
