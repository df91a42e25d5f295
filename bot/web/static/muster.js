// What the pages do by themselves: times in the reader's zone, refreshing, light and dark.
// Without it everything can still be read; times are in UTC then.
"use strict";

(() => {
  const EVERY = 5000; // milliseconds between two looks at the server
  const PATIENCE = 10000;
  const live = document.querySelector("[data-live]");
  let ahead = 0; // how far the server's clock is ahead of this one, in milliseconds

  const now = () => Date.now() + ahead;

  // ── Times ─────────────────────────────────────────────────────────────────────────────────────

  const format = (options) => new Intl.DateTimeFormat("en-GB", options);
  const formats = {
    full: format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    now: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    clock: format({ hour: "2-digit", minute: "2-digit" }),
    day: format({ weekday: "short", day: "numeric", month: "short", year: "numeric" }),
    exact: format({ dateStyle: "full", timeStyle: "long" }),
  };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "your zone";

  function apart(milliseconds) {
    const seconds = Math.round(milliseconds / 1000);
    const size = Math.abs(seconds);
    if (size < 60) return seconds > 0 ? "in a moment" : "just now";
    const minutes = Math.floor(size / 60);
    const hours = Math.floor(size / 3600);
    let text = `${minutes}\u00a0min`;
    if (hours >= 24) text = `${Math.floor(hours / 24)}\u00a0d`;
    else if (hours >= 1) text = minutes % 60 ? `${hours}\u00a0h ${minutes % 60}\u00a0min` : `${hours}\u00a0h`;
    return seconds > 0 ? `in ${text}` : `${text} ago`;
  }

  function tell(time) {
    const at = new Date(time.dateTime);
    const style = time.dataset.as;
    const text = style === "ago" ? apart(at - now()) : formats[style].format(at);
    if (time.textContent !== text) time.textContent = text;
    time.title = formats.exact.format(at);
  }

  function days(list) {
    let last = "";
    for (const row of list.children) {
      const time = row.querySelector("time");
      const day = time ? formats.day.format(new Date(time.dateTime)) : last;
      if (day !== last) row.dataset.day = day;
      else delete row.dataset.day;
      last = day;
    }
  }

  function localise(root) {
    root.querySelectorAll("time[data-as]").forEach(tell);
    root.querySelectorAll("[data-zone]").forEach((place) => (place.textContent = zone));
    root.querySelectorAll("[data-days]").forEach(days);
  }

  // ── Refreshing: only what changed is exchanged, so that reading goes on undisturbed ────────────

  const source = new WeakMap(); // an element as the server sent it, before its times were told

  const LISTS = "[data-keyed], [data-parts]"; // whose children are exchanged one by one

  function remember(root) {
    for (const part of root.children) {
      const within = part.matches(LISTS) || part.querySelector(LISTS);
      source.set(part, within ? "" : part.outerHTML);
      if (within) remember(part);
    }
  }

  function same(old, fresh) {
    return old && source.get(old) === source.get(fresh);
  }

  function keepOpen(old, fresh) {
    for (const details of fresh.querySelectorAll("details[id]")) {
      const before = old.querySelector(`#${CSS.escape(details.id)}`);
      if (before) details.open = before.open;
    }
  }

  function exchange(old, fresh) {
    const known = new Map([...old.children].filter((each) => each.id).map((each) => [each.id, each]));
    const keyed = old.hasAttribute("data-keyed");
    const children = [...fresh.children].map((child) => {
      const before = known.get(child.id);
      if (!before) {
        if (keyed) child.classList.add("fresh");
        return child;
      }
      if (source.get(before) === "" && source.get(child) === "") {
        exchange(before, child);
        return before;
      }
      if (same(before, child)) return before;
      keepOpen(before, child);
      return child;
    });
    const unchanged =
      children.length === old.children.length && children.every((each, n) => each === old.children[n]);
    if (!unchanged) old.replaceChildren(...children);
  }

  function again(focused, address) {
    const same = (each) => each.getAttribute("href") === address;
    const place = live.contains(focused)
      ? focused
      : document.getElementById(focused.id) || [...live.querySelectorAll("a")].find(same);
    if (place) place.focus({ preventScroll: true });
  }

  function show(html) {
    const fresh = document.createElement("div");
    fresh.innerHTML = html;
    remember(fresh);
    const focused = document.activeElement;
    const within = focused && live.contains(focused);
    const address = within && focused.getAttribute("href");
    exchange(live, fresh);
    if (within && document.activeElement !== focused) again(focused, address);
    setClock();
    localise(live);
  }

  function setClock() {
    const state = live.querySelector("[data-now]");
    if (state) ahead = new Date(state.dataset.now) - Date.now();
  }

  function asOf(moment) {
    const time = live.querySelector("[data-asof] time");
    if (!time) return;
    time.dateTime = moment.toISOString();
    tell(time);
  }

  let etag = "";
  let wrong = 0;

  function copying() {
    const chosen = document.getSelection();
    return chosen.anchorNode && live.contains(chosen.anchorNode) && String(chosen) !== "";
  }

  async function look() {
    if (document.hidden || copying()) return;
    const headers = { "Muster-Part": "live" };
    if (etag) headers["If-None-Match"] = etag;
    const ends = AbortSignal.timeout(PATIENCE);
    try {
      const answer = await fetch(location.pathname + location.search, { headers, cache: "no-store", signal: ends });
      if (answer.status === 304) asOf(new Date(now()));
      else if (answer.ok) {
        show(await answer.text());
        etag = answer.headers.get("ETag") || "";
      } else if (answer.status === 403 || answer.status === 404) {
        location.reload(); // the pass is over, or it is not theirs to see any more: the page says it
        return;
      } else throw new Error(String(answer.status));
      wrong = 0;
    } catch {
      wrong += 1;
    }
    live.classList.toggle("away", wrong > 1);
    live.classList.toggle("live", wrong === 0);
  }

  function refresh() {
    remember(live);
    setClock();
    live.classList.add("live");
    let next = 0;
    const soon = async () => {
      clearTimeout(next);
      await look();
      next = setTimeout(soon, EVERY * Math.min(1 + wrong, 6));
    };
    next = setTimeout(soon, EVERY);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) soon();
    });
  }

  // ── A link to an event that stands on another page of the timeline ────────────────────────────

  function find() {
    const event = /^#event-(\d+)$/.exec(location.hash);
    if (!event || !live || document.getElementById(location.hash.slice(1))) return;
    const query = new URLSearchParams(location.search);
    if (query.get("event") === event[1]) return;
    location.replace(`${location.pathname}?event=${event[1]}${location.hash}`);
  }

  // ── Light and dark ────────────────────────────────────────────────────────────────────────────

  function theme() {
    const button = document.querySelector("[data-theme-switch]");
    const order = ["", "light", "dark"];
    const labels = { "": "Theme: system", light: "Theme: light", dark: "Theme: dark" };
    const root = document.documentElement;
    const told = () => (button.textContent = labels[root.dataset.theme || ""]);
    button.addEventListener("click", () => {
      const chosen = order[(order.indexOf(root.dataset.theme || "") + 1) % order.length];
      if (chosen) root.dataset.theme = chosen;
      else delete root.dataset.theme;
      const lasts = chosen ? 31536000 : 0;
      document.cookie = `muster_theme=${chosen}; path=/; max-age=${lasts}; samesite=lax`;
      told();
    });
    told();
    button.hidden = false;
  }

  function print() {
    const button = document.querySelector("[data-print]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  if (live) refresh();
  localise(document);
  setInterval(() => {
    if (!document.hidden) document.querySelectorAll('time[data-as="ago"]').forEach(tell);
  }, 15000);
  find();
  window.addEventListener("hashchange", find);
  theme();
  print();
})();
