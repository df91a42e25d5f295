// Times in the zone of the person who looks, and Slack's date tokens.

const formats = new Map();

function format(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, made(zone, options));
  return formats.get(key);
}

/** A zone that this browser does not know is read as UTC. */
function made(zone, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
  }
}

function parts(date, zone, options) {
  const found = {};
  for (const part of format(zone, options).formatToParts(date)) found[part.type] = part.value;
  return found;
}

const DAY = { year: "numeric", month: "2-digit", day: "2-digit" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** `2026-11-21` in the zone. */
export function dayKey(date, zone) {
  const { year, month, day } = parts(date, zone, DAY);
  return `${year}-${month}-${day}`;
}

/** `18:28` in the zone. */
export function clockTime(date, zone, seconds = false) {
  return format(zone, seconds ? { ...CLOCK, second: "2-digit" } : CLOCK).format(date);
}

function ordinal(day) {
  const tail = day % 100 >= 11 && day % 100 <= 13 ? "th" : (
    ["th", "st", "nd", "rd"][day % 10] ?? "th"
  );
  return `${day}${tail}`;
}

function written(date, zone, { weekday = false, short = false } = {}) {
  const month = short ? "short" : "long";
  const found = parts(date, zone, { weekday: "long", year: "numeric", month, day: "numeric" });
  const monthDay = short ? `${found.month} ${found.day}` : `${found.month} ${ordinal(Number(found.day))}`;
  return `${weekday ? `${found.weekday}, ` : ""}${monthDay}, ${found.year}`;
}

function nearby(date, zone, now) {
  const key = dayKey(date, zone);
  const step = 24 * 3600 * 1000;
  if (key === dayKey(now, zone)) return "today";
  if (key === dayKey(new Date(now.getTime() - step), zone)) return "yesterday";
  if (key === dayKey(new Date(now.getTime() + step), zone)) return "tomorrow";
  return null;
}

/** The heading above a day's messages: Today, Yesterday, or Saturday, November 21st, 2026. */
export function dayTitle(date, zone, now) {
  const near = nearby(date, zone, now);
  return near ? near[0].toUpperCase() + near.slice(1) : written(date, zone, { weekday: true });
}

/** `5 minutes ago`, `in 2 hours`, `just now`. */
export function ago(date, now) {
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds >= 0 ? "just now" : "in a moment";
  const [count, unit] =
    size < 45 * 60 ? [Math.round(size / 60), "minute"]
    : size < 22 * 3600 ? [Math.round(size / 3600), "hour"]
    : size < 26 * 86400 ? [Math.round(size / 86400), "day"]
    : size < 320 * 86400 ? [Math.round(size / (30.44 * 86400)), "month"]
    : [Math.round(size / (365.25 * 86400)), "year"];
  const amount = `${Math.max(count, 1)} ${unit}${count > 1 ? "s" : ""}`;
  return seconds >= 0 ? `${amount} ago` : `in ${amount}`;
}

/** Fill the tokens of `<!date^…>`; null when the text has one that Slack does not know. */
export function fillDate(text, seconds, zone, now) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const near = nearby(date, zone, now);
  const values = {
    date_num: () => dayKey(date, zone),
    date: () => written(date, zone),
    date_short: () => written(date, zone, { short: true }),
    date_long: () => written(date, zone, { weekday: true }),
    date_pretty: () => near ?? written(date, zone),
    date_short_pretty: () => near ?? written(date, zone, { short: true }),
    date_long_pretty: () => near ?? written(date, zone, { weekday: true }),
    time: () => clockTime(date, zone),
    time_secs: () => clockTime(date, zone, true),
    ago: () => ago(date, now),
  };
  let strange = false;
  const filled = text.replace(/\{([a-z_]+)\}/g, (all, name) => {
    if (values[name]) return values[name]();
    strange = true;
    return all;
  });
  return strange ? null : filled;
}

/** The whole instant, for tooltips. */
export function inFull(date, zone) {
  return `${written(date, zone, { weekday: true })} at ${clockTime(date, zone, true)} (${zone})`;
}

/** A short form of the instant for the header clock. */
export function headerDate(date, zone) {
  return format(zone, { weekday: "short", day: "numeric", month: "short" }).format(date);
}

const sign = (minutes) => (minutes < 0 ? "-" : "+");

/** Epoch seconds of a wall time (`2026-11-21T18:30`) in a zone. */
export function epochOf(wall, zone) {
  const guess = Date.parse(`${wall}:00Z`);
  if (Number.isNaN(guess)) return null;
  const offset = (at) => Date.parse(
    `${wallOf(at / 1000, zone)}:00Z`,
  ) - Math.floor(at / 60000) * 60000;
  const first = guess - offset(guess);
  return Math.floor((guess - offset(first)) / 1000);
}

/** The wall time (`2026-11-21T18:30`) of epoch seconds in a zone. */
export function wallOf(seconds, zone) {
  const date = new Date(seconds * 1000);
  return `${dayKey(date, zone)}T${clockTime(date, zone)}`;
}

/** `UTC+1`, `UTC-4:30`. */
export function offsetName(date, zone) {
  const wall = Date.parse(`${wallOf(date.getTime() / 1000, zone)}:00Z`);
  const minutes = Math.round(wall / 60000) - Math.floor(date.getTime() / 60000);
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  const rest = size % 60 ? `:${String(size % 60).padStart(2, "0")}` : "";
  return `UTC${sign(minutes)}${Math.floor(size / 60)}${rest}`;
}
