// The emoji that an incident lives by, drawn here, so that they look the same on every machine,
// also on one without an emoji font. All others are left to the reader's own letters.

import { h } from "./dom.js";
import { picture } from "./emoji.js";

const RED = "#d6453d";
const ORANGE = "#e8842c";
const YELLOW = "#f0bf3a";
const GREEN = "#3f9d5d";
const BLUE = "#3c7dd0";
const PURPLE = "#8559b8";
const BROWN = "#8a5a3a";
const DARK = "#39444a";
const PALE = "#e9edef";
const GREY = "#9aa7ad";
const SKIN = "#f2bf5b";

const path = (d, fill = "none", stroke, width = 2) =>
  h("path", {
    d, fill, stroke, "stroke-width": stroke ? String(width) : undefined, "stroke-linecap": "round", "stroke-linejoin": "round",
  });
const disc = (x, y, r, fill, stroke) =>
  h("circle", { cx: String(x), cy: String(y), r: String(r), fill, stroke, "stroke-width": stroke ? "1.500" : undefined });
const box = (x, y, width, height, fill, round = 2) =>
  h("rect", { x: String(x), y: String(y), width: String(width), height: String(height), rx: String(round), fill });

const circle = (fill, stroke) => () => [disc(12, 12, 9.5, fill, stroke)];
const square = (fill) => () => [box(3, 3, 18, 18, fill, 3)];
const arrow = (d) => () => [box(2, 2, 20, 20, BLUE, 4), path(d, "none", "#fff", 2.4)];
const chart = (d, tone) => () => [box(2, 3, 20, 18, PALE, 2), path("M6 6v12h13", "none", GREY, 1.4), path(d, "none", tone, 2.2)];
const sheet = (...more) => () => [path("M6 2h9l4 4v16H6z", "#fff", GREY, 1.3), path("M9 9h7M9 12.500h7M9 16h5", "none", GREY, 1.5), ...more];

const volume = (tone) => () => [box(5, 2, 15, 20, tone), box(5, 17.5, 15, 3, "#fff", 1), box(5, 2, 3, 20, DARK, 1), path("M11 6h6M11 9h4", "none", "#fff", 1.5)];

const DRAWN = {
  red_circle: circle(RED),
  large_orange_circle: circle(ORANGE),
  large_yellow_circle: circle(YELLOW),
  large_green_circle: circle(GREEN),
  large_blue_circle: circle(BLUE),
  large_purple_circle: circle(PURPLE),
  white_circle: circle("#fff", GREY),
  black_circle: circle(DARK),
  large_red_square: square(RED),
  large_orange_square: square(ORANGE),
  large_yellow_square: square(YELLOW),
  large_green_square: square(GREEN),
  large_blue_square: square(BLUE),
  white_large_square: () => [h("rect", { x: "3.500", y: "3.500", width: "17", height: "17", rx: "3", fill: "#fff", stroke: GREY, "stroke-width": "1.500" })],
  black_large_square: square(DARK),
  white_check_mark: () => [box(2, 2, 20, 20, GREEN, 4), path("M6.500 12.500l4 4 7-8.500", "none", "#fff", 2.8)],
  heavy_check_mark: () => [path("M4 13l5.500 5.500L20 5.500", "none", GREEN, 3.4)],
  ballot_box_with_check: () => [box(2, 2, 20, 20, BLUE, 4), path("M6.500 12.500l4 4 7-8.500", "none", "#fff", 2.8)],
  x: () => [path("M5 5l14 14M19 5L5 19", "none", RED, 3.6)],
  question: () => [path("M7.500 8.500a4.500 4.500 0 1 1 6.700 4c-1.500.9-2.200 1.600-2.200 3.200", "none", RED, 3), disc(12, 20, 1.9, RED)],
  exclamation: () => [path("M12 3.500v11", "none", RED, 3.6), disc(12, 20, 2, RED)],
  warning: () => [path("M12 3 1.800 20.500h20.400z", YELLOW, YELLOW, 2), path("M12 9.500v5", "none", DARK, 2.2), disc(12, 17.8, 1.3, DARK)],
  no_entry: () => [disc(12, 12, 9.5, RED), box(6, 10.2, 12, 3.6, "#fff", 1)],
  octagonal_sign: () => [path("M8 2.500h8l5.500 5.500v8L16 21.500H8L2.500 16V8z", RED), path("M8.500 8.500l7 7M15.500 8.500l-7 7", "none", "#fff", 2)],
  information_source: () => [box(2, 2, 20, 20, BLUE, 4), path("M12 11v6", "none", "#fff", 2.6), disc(12, 7, 1.7, "#fff")],
  rotating_light: () => [path("M7 17v-5a5 5 0 0 1 10 0v5z", RED), box(5, 17, 14, 4, DARK, 1.5), path("M12 2.500v2M4.500 5l1.500 1.500M19.500 5 18 6.500M2.500 11.500h2M19.500 11.500h2", "none", ORANGE, 1.8), path("M10 15v-3a2 2 0 0 1 2-2", "none", "#ffd9d6", 1.5)],
  pushpin: () => [path("M10.500 13.500 4 20.500", "none", GREY, 2), path("M13.500 3.500 20.500 10.500 18.500 11.500 15 15 14.500 18.500 5.500 9.500 9 9 12.500 5.500z", RED)],
  round_pushpin: () => [path("M12 12v9", "none", GREY, 2), disc(12, 8, 5.5, RED), disc(10.2, 6.2, 1.5, "#f3a29d")],
  dart: () => [disc(12, 12, 10, RED), disc(12, 12, 7, "#fff"), disc(12, 12, 4, RED), disc(12, 12, 1.5, "#fff")],
  memo: sheet(path("M12 17.500 20.500 9l2 2L14 19.500l-2.800.8z", YELLOW, BROWN, 1)),
  page_facing_up: sheet(),
  clipboard: () => [box(4, 4, 16, 18, BROWN), box(6, 7, 12, 13, "#fff", 1), box(9, 2, 6, 5, GREY), path("M8.500 11h7M8.500 14h7M8.500 17h4", "none", GREY, 1.4)],
  eyes: () => [h("ellipse", { cx: "7", cy: "12", rx: "5", ry: "7.500", fill: "#fff", stroke: GREY, "stroke-width": "1.300" }), h("ellipse", { cx: "17", cy: "12", rx: "5", ry: "7.500", fill: "#fff", stroke: GREY, "stroke-width": "1.300" }), disc(8.3, 13.5, 2.5, DARK), disc(18.3, 13.5, 2.5, DARK)],
  thumbsup: () => [path("M8 11l3.500-8c2 0 3 1.300 2.500 3.500L13.300 9H19c1.800 0 2.600 1.500 2 3l-2.300 7c-.4 1.200-1.300 2-2.700 2H8z", SKIN), box(3, 10.5, 4, 11, BLUE, 1.5)],
  "+1": () => DRAWN.thumbsup(),
  heart: () => [path("M12 21C5 15.500 2.500 12 2.500 8.300 2.500 5.400 4.700 3.500 7.200 3.500c2 0 3.800 1.100 4.800 3 1-1.900 2.800-3 4.800-3 2.500 0 4.700 1.900 4.700 4.800C21.500 12 19 15.500 12 21z", RED)],
  raised_hands: () => [path("M4 21V9.500a1.600 1.600 0 0 1 3.200 0V6a1.600 1.600 0 0 1 3.200 0V17l-1.400 4zM20 21V9.500a1.600 1.600 0 0 0-3.200 0V6a1.600 1.600 0 0 0-3.200 0V17l1.400 4z", SKIN), path("M4 4 2.500 2.500M12 3V1M20 4l1.500-1.500", "none", ORANGE, 1.5)],
  pray: () => [path("M11.500 2.500c-1 0-1.500.8-1.500 2L9 12l-5 5.500L7.500 21l4-3.500zM12.500 2.500c1 0 1.500.8 1.500 2l1 7.500 5 5.500-3.500 3.500-4-3.500z", SKIN)],
  tada: () => [path("M3 21l5-13 8 8z", YELLOW), path("M9 9l6.500 6.500M6 16l3 3", "none", ORANGE, 1.6), path("M14 8c0-3 1.500-4 1-6M16 10c2-2 4-1 6-3M13 4l-1-2M19 13l3 .5", "none", BLUE, 1.8), disc(19.5, 4, 1.3, RED), disc(20, 17, 1.2, GREEN)],
  fire: () => [path("M12 2c1 4 6.500 6.500 6.500 12.500A6.500 6.500 0 0 1 12 22a6.500 6.500 0 0 1-6.500-7C5.500 11.500 8 10 8 6.500c1.700.8 2.500 2 2.800 3.200C12 7.500 12.500 5 12 2z", ORANGE), path("M12 12c.6 2.300 3 3.400 3 6a3 3 0 0 1-6 0c0-2.400 2.200-3.400 3-6z", YELLOW)],
  rocket: () => [path("M14 3.500c3-1.500 5.500-1.500 7-1 .5 1.500.5 4-1 7L13 17l-6-6z", PALE, GREY, 1.2), disc(15.5, 8.5, 2, BLUE), path("M8.500 9 4 11l2.500 2.500zM15 15.500 13 20l-2.500-2.500z", RED), path("M6.500 15.500c-2 .5-3 2.500-3.500 5 2.500-.5 4.500-1.500 5-3.500z", ORANGE)],
  thinking_face: () => [disc(12, 11.5, 9.5, SKIN), disc(8.5, 9.5, 1.3, DARK), disc(15, 9, 1.3, DARK), path("M7 6.500l3-.7M9 14.500c2-1 4-.8 6-.2M13.500 6.200l3 .4", "none", DARK, 1.3), path("M6 22c-1-2 .5-5 2-5.500 2-.500 5 .2 5 1.300 0 1-2.500.7-3 .9 1 1.300-1 4.300-4 3.300z", ORANGE)],
  joy: () => [disc(12, 12, 9.5, SKIN), path("M6.500 10.500c1-1.500 2.500-1.500 3.500 0M14 10.500c1-1.500 2.500-1.500 3.500 0", "none", DARK, 1.5), path("M6.500 13.500h11c0 3-2.300 5-5.500 5s-5.500-2-5.500-5z", "#7b3b2a"), disc(4.5, 13.5, 2, BLUE), disc(19.5, 13.5, 2, BLUE)],
  bell: () => [path("M12 2.500c-4 0-6 3-6 6.500 0 4-1.500 5.500-2.500 7.500h17c-1-2-2.500-3.500-2.500-7.500 0-3.500-2-6.500-6-6.500z", YELLOW), disc(12, 19.5, 2.3, ORANGE)],
  hourglass_flowing_sand: () => [path("M6 3h12M6 21h12", "none", BROWN, 2.2), path("M7.500 4h9c0 4-3 6-3.500 8 .5 2 3.500 4 3.500 8h-9c0-4 3-6 3.500-8-.5-2-3.500-4-3.500-8z", PALE, GREY, 1.2), path("M9 7.500h6L12 11zM8.500 19.500c.5-2 2-3 3.500-3s3 1 3.500 3z", YELLOW)],
  hourglass: () => DRAWN.hourglass_flowing_sand(),
  stopwatch: () => [box(10.5, 1.5, 3, 3, GREY, 1), disc(12, 13.5, 8, "#fff", GREY), path("M12 13.500V9", "none", RED, 2), path("M18 6l1.500-1.500", "none", GREY, 2)],
  alarm_clock: () => [disc(12, 13, 8, "#fff", RED), path("M12 13V8.500M12 13l3 2", "none", DARK, 1.8), path("M3.500 6.500l3-3M20.500 6.500l-3-3", "none", RED, 2.4)],
  calendar: () => [box(3, 4, 18, 17, PALE, 2), box(3, 4, 18, 5, RED, 2), path("M7.500 2.500v3M16.500 2.500v3", "none", GREY, 2), path("M7 13h2M11 13h2M15 13h2M7 17h2M11 17h2", "none", GREY, 2)],
  lock: () => [path("M8 11V8a4 4 0 0 1 8 0v3", "none", GREY, 2.4), box(4.5, 10.5, 15, 11, YELLOW, 2.5), disc(12, 16, 1.8, BROWN)],
  mag: () => [disc(10, 10, 6.5, "#cfe3f7", DARK), path("M15 15l6 6", "none", DARK, 3)],
  bulb: () => [path("M12 2.500a6.500 6.500 0 0 0-4 11.600c.8.7 1 1.500 1 2.400h6c0-.9.2-1.700 1-2.400a6.500 6.500 0 0 0-4-11.600z", YELLOW), box(9, 17, 6, 4.5, GREY, 1.5)],
  star: () => [path("M12 2.500l2.900 6.100 6.600.8-4.900 4.600 1.300 6.600L12 17.300l-5.900 3.300 1.300-6.600L2.500 9.400l6.600-.8z", YELLOW)],
  wrench: () => [path("M20.500 6.500a5 5 0 0 1-6.500 6L7 20a2.200 2.200 0 0 1-3.100-3.100L11.500 10a5 5 0 0 1 6-6.500L14.500 6.500l.7 2.300 2.300.7z", GREY)],
  link: () => [path("M10.500 13.500a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M13.500 10.500a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1", "none", GREY, 2.2)],
  speech_balloon: () => [path("M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z", PALE, GREY, 1.2), path("M7 9h10M7 12.500h6", "none", GREY, 1.6)],
  loudspeaker: () => [path("M4 9.500 17 4v15L4 14z", RED), box(17, 3, 3, 17, DARK, 1.5), path("M6 15l1.500 5.500h3L9 16", GREY)],
  mega: () => DRAWN.loudspeaker(),
  bust_in_silhouette: () => [disc(12, 8, 4.5, BLUE), path("M3.500 21.500c0-5 3.500-7.500 8.500-7.500s8.500 2.500 8.500 7.500z", BLUE)],
  busts_in_silhouette: () => [disc(8.5, 8.5, 4, BLUE), disc(16.5, 9.5, 3.3, GREY), path("M14 20.500c0-3.500 1-6 3-6s5.500 1.500 5.500 6z", GREY), path("M1.500 20.500c0-4.500 2.500-6.500 7-6.500s7 2 7 6.500z", BLUE)],
  chart_with_upwards_trend: chart("M8 16l3.500-4 2.500 2 4.500-6", GREEN),
  chart_with_downwards_trend: chart("M8 8l3.500 4 2.500-2 4.500 6", RED),
  arrow_up: arrow("M12 18V6M7 11l5-5 5 5"),
  arrow_down: arrow("M12 6v12M7 13l5 5 5-5"),
  arrow_right: arrow("M6 12h12M13 7l5 5-5 5"),
  arrow_forward: () => [box(2, 2, 20, 20, BLUE, 4), path("M9 7l8 5-8 5z", "#fff")],
  double_vertical_bar: () => [box(2, 2, 20, 20, BLUE, 4), path("M9 7.500v9M15 7.500v9", "none", "#fff", 3)],
  black_square_for_stop: () => [box(2, 2, 20, 20, BLUE, 4), box(7.5, 7.5, 9, 9, "#fff", 1)],
  fast_forward: () => [box(2, 2, 20, 20, BLUE, 4), path("M6 7l6 5-6 5zM12 7l6 5-6 5z", "#fff")],
  black_right_pointing_double_triangle_with_vertical_bar: () => [box(2, 2, 20, 20, BLUE, 4), path("M5 7l6 5-6 5zM11 7l6 5-6 5z", "#fff"), box(17, 7, 2, 10, "#fff", 0.5)],
  blue_book: volume(BLUE),
  green_book: volume(GREEN),
  orange_book: volume(ORANGE),
  closed_book: volume(RED),
  shield: () => [path("M12 2.500l8 2.500v6c0 5-3.500 8.500-8 10.500-4.500-2-8-5.500-8-10.500V5z", BLUE), path("M12 2.500V21.500c4.500-2 8-5.500 8-10.500V5z", "#6aa0e0")],
  zap: () => [path("M13.500 2 4.500 14h6L9.500 22l9.500-12.500h-6.500z", YELLOW)],
  file_folder: () => [path("M2.500 5h7l2 2.500h10V20h-19z", YELLOW)],
  bookmark: () => [path("M6 2.500h12v19l-6-4.500-6 4.500z", RED)],
  house: () => [path("M12 3 2.500 11.500H5V21h14v-9.500h2.500z", BROWN), box(10, 14, 4, 7, PALE, 1)],
  checkered_flag: () => [path("M5 2.500v19.500", "none", GREY, 2), path("M5 3.500h15v10H5z", "#fff", DARK, 1), path("M5 3.500h5v3.300H5zM15 3.500h5v3.300h-5zM10 6.800h5v3.400h-5zM5 10.200h5v3.300H5zM15 10.200h5v3.300h-5z", DARK)],
  triangular_flag_on_post: () => [path("M6 2.500v19.500", "none", GREY, 2), path("M6 3l13 5-13 5z", RED)],
  bug: () => [h("ellipse", { cx: "12", cy: "14", rx: "5.500", ry: "7", fill: GREEN }), disc(12, 6, 3, DARK), path("M6.500 11 3 9M6.500 15H2.500M7.500 19l-3 2.500M17.500 11 21 9M17.500 15h4M16.500 19l3 2.500M12 8v13", "none", DARK, 1.5)],
};

const names = new Map();
for (const name of Object.keys(DRAWN)) {
  const glyph = picture(name)?.replace(/\ufe0f/g, "");
  if (glyph && !names.has(glyph)) names.set(glyph, name);
}

/** The emoji of that name as an element: drawn here, or a letter of the reader's own fonts. */
export function emoji(code) {
  const label = code.replaceAll("_", " ").replace(/::.*/, "");
  if (Object.hasOwn(DRAWN, code)) {
    return h(
      "svg",
      { class: "emoji emoji--drawn", viewBox: "0 0 24 24", role: "img", "aria-label": label },
      DRAWN[code](),
    );
  }
  const glyph = picture(code);
  return glyph ? h("span", { class: "emoji", role: "img", "aria-label": label }, glyph) : `:${code}:`;
}

const FOUND = new RegExp(
  `:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):|(${[...names.keys()].join("|")})\ufe0f?`,
  "gu",
);

/** Plain text with its emoji as elements, whether written as codes or as characters. */
export function pictured(text) {
  const drawn = [];
  let last = 0;
  for (const found of text.matchAll(FOUND)) {
    const [whole, code, glyph] = found;
    if (code && picture(code) === null) continue;
    if (found.index > last) drawn.push(text.slice(last, found.index));
    drawn.push(emoji(code ?? names.get(glyph)));
    last = found.index + whole.length;
  }
  if (last < text.length) drawn.push(text.slice(last));
  return drawn;
}
