// Puts the page together: paints it, listens to the keyboard, follows links inside the workspace.

import { render, h, names } from "./dom.js";
import { canvas, details, thread } from "./beside.js";
import { applyTheme, header } from "./header.js";
import { icon } from "./icons.js";
import { inspector } from "./inspector.js";
import "./keys.js";
import { holdPlaces, logOf, readingAt } from "./log.js";
import { closePopover, popoverLayer } from "./popover.js";
import { room } from "./room.js";
import { profile, sidebar } from "./sidebar.js";
import { hasSeveral, waitsElsewhere } from "./spaces.js";
import {
  act,
  connect,
  drawWith,
  dropNotice,
  goTo,
  place,
  readAddress,
  redraw,
  server,
  ui,
} from "./state.js";
import { listen } from "./traffic.js";
import {
  closeForms,
  confirmLayer,
  holdModal,
  home,
  leaveModal,
  modalLayer,
  rememberFocus,
} from "./views.js";

const root = document.getElementById("app");
let hadModal = false;

function paint() {
  const has = server.views.length > 0;
  if (has && !hadModal) rememberFocus();
  const restore = holdPlaces();
  render(root, server.me ? page() : starting());
  restore();
  if (hadModal && !has) leaveModal();
  else if (has) holdModal();
  hadModal = has;
  document.title = title();
  markRead();
}

const starting = () =>
  h(
    "div",
    { class: "starting", key: "starting", role: "status" },
    h("span", { class: "starting__mark" }, icon("hash", 28)),
    server.nobody
      ? "Nobody is left in this workspace whom one could be. Reload the page once somebody is."
      : "Opening the workspace…",
  );

function page() {
  const beside = thread() ?? canvas() ?? details();
  const covered = server.views.length > 0 || Boolean(ui.confirm);
  return [
    h(
      "div",
      {
        class: names("frame", beside && "frame--beside", hasSeveral() && "frame--spaces"),
        key: "frame",
        inert: covered ? "" : undefined,
      },
      header(),
      sidebar(),
      ui.drawer && h("div", { class: "side__shade", key: "shade", onclick: closeDrawer }),
      place.at === "home" ? home() : room(),
      beside,
      inspector(),
    ),
    modalLayer(),
    confirmLayer(),
    popoverLayer(),
    h(
      "div",
      { class: "notices", key: "notices", role: "status", "aria-live": "polite" },
      ui.notices.map((each) =>
        h(
          "div",
          { key: String(each.id), class: names("notice", `notice--${each.tone}`) },
          h("span", null, each.text),
          h(
            "button",
            {
              type: "button",
              class: "notice__close",
              "aria-label": "Dismiss",
              onclick: () => dropNotice(each.id),
            },
            icon("close", 14),
          ),
        ),
      ),
    ),
  ];
}

function closeDrawer() {
  ui.drawer = false;
  redraw();
}

function title() {
  const unread = server.rooms.reduce((sum, each) => sum + (each.unread > 0 ? 1 : 0), 0);
  const name = place.at === "home" ? (server.app?.name ?? "Home") : (server.room?.name ?? "");
  return `${unread || waitsElsewhere() ? "• " : ""}${name ? `${name} – ` : ""}${server.team.name || "Pretend Slack"}`;
}

/** What is in sight is read, once the newest message is. */
let lastRead = "";

function markRead() {
  const at = server.room;
  if (!at?.member || at.id !== place.at || document.hidden) return;
  if (!logOf("room").atEnd || at.later) return;
  const newest = server.messages.findLast((message) => !message.ephemeral)?.ts;
  const mark = `${server.me}|${at.id}|${newest}`;
  if (!newest || mark === lastRead || (at.last_read ?? "") >= newest) return;
  lastRead = mark;
  act("read", { channel: at.id, ts: newest });
}

/** The message below the mouse shows its tools; the one with the keyboard, its other controls. */
function follow(name, event) {
  const key = event.target.closest?.("[data-key]")?.dataset.key ?? null;
  if (key === ui[name] || (name === "current" && key === null)) return;
  ui[name] = key;
  redraw();
}

document.addEventListener("mouseover", (event) => follow("hovered", event));
document.addEventListener("focusin", (event) => follow("current", event));

document.addEventListener("mousedown", (event) => {
  const open = ui.popover;
  if (!open || event.target.closest(".popover") || open.anchor.contains(event.target)) return;
  closePopover({ refocus: false });
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-person], [data-room], a[href]");
  if (!target) return;
  if (target.dataset.person) profile(target, target.dataset.person);
  else if (target.dataset.room) enter({ at: target.dataset.room });
  else followInside(event, target);
});

/** A permalink of this workspace opens here instead of in a new tab. */
function followInside(event, anchor) {
  const url = new URL(anchor.href, location.href);
  const document = /^\/docs\/(\w+)\/(\w+)$/.exec(url.pathname);
  if (url.origin === location.origin && document) {
    event.preventDefault();
    closeForms();
    return goTo({ team: document[1], canvas: document[2], thread: null });
  }
  const found = /^\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?$/.exec(url.pathname);
  if (url.origin !== location.origin || !found) return;
  event.preventDefault();
  const [, at, seconds, micros] = found;
  const message = seconds ? `${seconds}.${micros}` : null;
  const team = server.rooms.some((each) => each.id === at) ? place.team : null; // else whose it is
  enter({ team, at, thread: url.searchParams.get("thread_ts"), message });
}

function enter(where) {
  closeForms();
  goTo(where);
}

document.addEventListener("visibilitychange", redraw);
window.addEventListener("resize", redraw);
window.addEventListener("hashchange", () => {
  const before = { ...place };
  readAddress();
  const wanted = { ...place };
  Object.assign(place, before);
  goTo(wanted);
});
setInterval(redraw, 5000);

ui.reading = readingAt;
readAddress();
applyTheme();
drawWith(paint);
paint();
connect();
listen();
