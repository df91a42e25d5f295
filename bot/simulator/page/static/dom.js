// Turns descriptions of elements into elements, and keeps them up to date.
// User text only ever becomes text nodes or attribute values, never markup.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline"]);
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "scrollTop"]);
const known = new WeakMap();

/** Describe an element: h("button", {class: "go", onclick: f}, "Go"). Falsy children are left out. */
export function h(tag, props, ...children) {
  const kept = [];
  flatten(children, kept);
  return { tag, props: props ?? {}, key: props?.key, children: kept };
}

function flatten(children, into) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === true) continue;
    if (Array.isArray(child)) flatten(child, into);
    else into.push(typeof child === "number" ? String(child) : child);
  }
}

/** Make the children of `parent` match the descriptions, reusing what is there. */
export function render(parent, ...children) {
  const wanted = [];
  flatten(children, wanted);
  patchChildren(parent, wanted);
  for (const announce of born.splice(0)) announce();
}

const born = []; // `created` hooks wait until their elements stand in the page

function create(node) {
  if (typeof node === "string") {
    const text = document.createTextNode(node);
    known.set(text, node);
    return text;
  }
  const element = SVG_TAGS.has(node.tag)
    ? document.createElementNS(SVG, node.tag)
    : document.createElement(node.tag);
  patchChildren(element, node.children);
  for (const [name, value] of Object.entries(node.props)) assign(element, name, value, undefined);
  known.set(element, node);
  if (node.props.created) born.push(() => node.props.created(element));
  return element;
}

function patch(dom, node) {
  const before = known.get(dom);
  if (before === node) return;
  if (typeof node === "string") {
    dom.data = node;
  } else {
    patchChildren(dom, node.children);
    for (const name of Object.keys(before.props)) {
      if (!(name in node.props)) assign(dom, name, undefined, before.props[name]);
    }
    for (const [name, value] of Object.entries(node.props)) {
      assign(dom, name, value, before.props[name]);
    }
  }
  known.set(dom, node);
  node.props?.updated?.(dom);
}

/** `initial` sets a field's value once, at birth: what a person types afterwards is theirs. */
function assign(element, name, value, before) {
  if (name === "key" || name === "created" || name === "updated" || value === before) return;
  if (name === "initial") {
    if (!known.has(element)) element.value = value ?? "";
  } else if (name.startsWith("on")) {
    element[name] = value ?? null;
  } else if (PROPERTIES.has(name)) {
    element[name] = value ?? "";
  } else if (name === "class" && element.namespaceURI !== SVG) {
    element.className = value || "";
  } else if (value === undefined || value === null || value === false) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

/** The first word of the class says what an element is; the others say how it looks now. */
const block = (node) => String(node.props.class ?? "").split(" ", 1)[0];

function alike(dom, node) {
  const before = known.get(dom);
  if (before === undefined) return false;
  if (typeof node === "string") return typeof before === "string";
  return before.tag === node.tag && before.key === node.key && block(before) === block(node);
}

function patchChildren(parent, wanted) {
  const old = [...parent.childNodes];
  const keyed = new Map();
  for (const dom of old) {
    const key = known.get(dom)?.key;
    if (key !== undefined) keyed.set(key, dom);
  }
  const free = old.filter((dom) => known.get(dom)?.key === undefined);
  const used = new Set();
  let next = 0;
  const placed = wanted.map((node) => {
    if (node.key !== undefined) {
      const dom = keyed.get(node.key);
      if (dom && alike(dom, node) && !used.has(dom)) return used.add(dom) && dom;
      return null;
    }
    for (let index = next; index < free.length; index += 1) {
      if (alike(free[index], node)) {
        next = index + 1;
        used.add(free[index]);
        return free[index];
      }
    }
    return null;
  });
  for (const dom of old) if (!used.has(dom)) dom.remove();
  let cursor = parent.firstChild;
  wanted.forEach((node, index) => {
    const dom = placed[index];
    if (dom === null) {
      parent.insertBefore(create(node), cursor);
      return;
    }
    if (dom === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(dom, cursor);
    patch(dom, node);
  });
}

/** A short name for joining class names; falsy parts are left out. */
export const names = (...parts) => parts.filter(Boolean).join(" ");
