// The page's own line drawings, and the faces of people, drawn from their name and colour.

import { h } from "./dom.js";

const PATHS = {
  hash: "M5 9h14M5 15h14M10 4 8 20M16 4l-2 16",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  archive: "M4 5h16v4H4zM6 9v10h12V9M10 13h4",
  home: "M4 11 12 4l8 7M6 10v10h12V10",
  plus: "M12 5v14M5 12h14",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14 6l-6 6 6 6",
  down: "M7 10l5 5 5-5",
  thread: "M5 5h14v10H10l-5 4z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 14a4 4 0 0 0 7 0M9 9.5v.5M15 9.5v.5",
  more: "M12 5.5v.5M12 12v.5M12 18.5v.5",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  bookmark: "M7 4h10v16l-5-4-5 4z",
  send: "M4 12 20 5l-5 15-4-6z",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3 20c0-4 2.5-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5M17 14c2.500.5 4 2.500 4 6",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.500 2",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  pencil: "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  eye: "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  warning: "M12 4 2.500 20h19zM12 10v5M12 17.500v.5",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
  check: "M5 12l5 5 9-10",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9v.5",
  file: "M6 3h8l4 4v14H6zM14 3v5h4",
  pulse: "M3 12h4l3-7 4 14 3-7h4",
  keys: "M3 7h18v10H3zM7 10.500h.5M11 10.500h.5M15 10.500h.5M8 14h8",
  canvas: "M5 4h14v16H5zM8.500 8h7M8.500 12h7M8.500 16h4",
  leave: "M14 4H6v16h8M10 12h10M17 9l3 3-3 3",
};

export function icon(name, size = 18) {
  return h(
    "svg",
    {
      class: "icon", viewBox: "0 0 24 24", width: size, height: size, fill: "none",
      stroke: "currentColor", "stroke-width": "1.8", "stroke-linecap": "round",
      "stroke-linejoin": "round", "aria-hidden": "true", focusable: "false",
    },
    h("path", { d: PATHS[name] }),
  );
}

function number(text) {
  let found = 7;
  for (const letter of text) found = (found * 31 + letter.charCodeAt(0)) % 9973;
  return found;
}

const SKINS = ["#f3d3bd", "#e6b998", "#c98f68", "#a56b46", "#7d4d31"];
const HAIRS = ["#2b2320", "#5a3a22", "#8c5a2b", "#c9a15a", "#6b6f76", "#97452c"];
const TOPS = [
  "M9 17c0-7 4-10 11-10s11 3 11 10c-3-4-7-5-11-5s-8 1-11 5z",
  "M8 24c-1-11 3-17 12-17s13 6 12 17c-1-6-3-9-5-11-5 2-10 2-13 0-3 2-5 5-6 11z",
  "M9 18c-1-8 5-12 12-11 7 1 11 5 10 11-2-3-4-5-6-5-6 0-12 0-16 5z",
  "M10 15c1-5 5-8 10-8s9 3 10 8c-6-2-14-2-20 0z",
];

/** A person's face: a few shapes chosen by their id, so that it is always the same. */
export function face(person, size = 36) {
  const pick = number(person?.id ?? "?");
  const paint = `#${person?.color || "6b7280"}`;
  const frame = {
    class: "face",
    viewBox: "0 0 40 40",
    width: size,
    height: size,
    "aria-hidden": "true",
  };
  if (person?.bot) {
    return h(
      "svg",
      frame,
      h("rect", { width: "40", height: "40", fill: paint }),
      h("rect", { x: "9", y: "13", width: "22", height: "16", rx: "5", fill: "#fff" }),
      h("path", { d: "M20 13V8", stroke: "#fff", "stroke-width": "2.500" }),
      h("circle", { cx: "20", cy: "7.500", r: "2.500", fill: "#fff" }),
      h("circle", { cx: "15.500", cy: "20", r: "2.200", fill: paint }),
      h("circle", { cx: "24.500", cy: "20", r: "2.200", fill: paint }),
      h(
        "path",
        { d: "M16 25h8", stroke: paint, "stroke-width": "1.800", "stroke-linecap": "round" },
      ),
    );
  }
  const hair = HAIRS[Math.floor(pick / 5) % HAIRS.length];
  return h(
    "svg",
    frame,
    h("rect", { width: "40", height: "40", fill: paint, "fill-opacity": "0.32" }),
    h("path", { d: "M6 42c0-8 5-12 14-12s14 4 14 12z", fill: paint }),
    h("rect", { x: "17", y: "25", width: "6", height: "8", rx: "3", fill: SKINS[pick % 5] }),
    h("ellipse", { cx: "20", cy: "19", rx: "8.500", ry: "9.500", fill: SKINS[pick % 5] }),
    h("path", { d: TOPS[Math.floor(pick / 3) % TOPS.length], fill: hair }),
    h("circle", { cx: "16.600", cy: "20", r: "1.100", fill: "#2b2320" }),
    h("circle", { cx: "23.400", cy: "20", r: "1.100", fill: "#2b2320" }),
    h("path", {
      d: "M17 24c1.500 1.500 4.500 1.500 6 0", stroke: "#2b2320", "stroke-width": "1.100",
      fill: "none", "stroke-linecap": "round",
    }),
  );
}
