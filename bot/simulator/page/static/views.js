// The app's own views: modals, stacked up to three, and the App Home; and the page's questions.

import { blocks } from "./blocks.js";
import { h, names } from "./dom.js";
import { findWrong, stateOf } from "./forms.js";
import { icon } from "./icons.js";
import { plainText, textObject } from "./mrkdwn.js";
import { press } from "./reporting.js";
import { act, actWaiting, redraw, seen as reader, server, ui } from "./state.js";

function surfaceOf(view, on) {
  const address = { on, view: view.id };
  const surface = {
    id: view.id, blocks: view.blocks, state: view.state, errors: view.errors, address,
    typed: () => {
      ui.trouble.delete(view.id);
    },
    report: (block, item, value) => press(surface, block, item, value),
  };
  return surface;
}

export function modalLayer() {
  const view = server.views.at(-1);
  if (!view) return null;
  const depth = server.views.length;
  const surface = surfaceOf(view, "modal");
  const waiting = ui.waiting.has(`${view.id}|submit`);
  const trouble = ui.trouble.get(view.id);
  return h(
    "div",
    {
      class: "veil",
      key: "modal",
      onmousedown: (event) => event.target === event.currentTarget && shake(event.currentTarget),
    },
    h(
      "form",
      {
        key: view.id,
        class: "modal",
        role: "dialog",
        "aria-modal": "true",
        "aria-labelledby": `title-${view.id}`,
        novalidate: true,
        "data-callback": view.callback_id, tabindex: "-1",
        created: enter,
        onkeydown: holdFocus,
        onsubmit: (event) => {
          event.preventDefault();
          submit(view, surface, event.currentTarget);
        },
      },
      h(
        "div",
        { class: "modal__head" },
        depth > 1
          ? h(
            "button",
            {
              type: "button",
              class: "room__tool",
              "aria-label": "Back",
              onclick: () => closeView(view),
            },
            icon("back"),
          )
          : h("span", { class: "modal__mark", "aria-hidden": "true" }, icon("bolt", 16)),
        h(
          "h2",
          { id: `title-${view.id}` },
          plainText(view.title),
          h("small", null, server.app.name),
        ),
        h(
          "button",
          {
            type: "button",
            class: "room__tool",
            "aria-label": "Close the form",
            onclick: () => closeView(view, true),
          },
          icon("close"),
        ),
      ),
      h("div", { class: "modal__body", key: `body-${view.id}` }, blocks(surface, reader())),
      trouble && h("p", { class: "modal__trouble", role: "alert" }, icon("warning", 16), trouble),
      h(
        "div",
        { class: "modal__foot" },
        h(
          "button",
          { type: "button", class: "button", onclick: () => closeView(view) },
          plainText(view.close) || (view.submit ? "Cancel" : "Close"),
        ),
        view.submit &&
          h("button", {
            type: "submit",
            class: names("button button--primary", waiting && "button--waiting"),
            "aria-busy": waiting ? "true" : undefined,
            disabled: view.submit_disabled,
          }, plainText(view.submit)),
      ),
    ),
  );
}

async function submit(view, surface, form) {
  const wrong = findWrong(surface);
  ui.wrong.set(view.id, wrong);
  if (Object.keys(wrong).length) {
    redraw();
    focusWrong(form);
    return;
  }
  ui.trouble.delete(view.id);
  const answer = await actWaiting(
    `${view.id}|submit`,
    "submit",
    { view: view.id, state: stateOf(surface) },
  );
  if (answer.errors) {
    ui.wrong.set(view.id, answer.errors);
    focusWrong(form);
  } else if (!answer.ok && answer.error) {
    ui.trouble.set(view.id, answer.error);
  } else if (answer.ok) {
    ui.wrong.delete(view.id);
  }
  redraw();
}

const focusWrong = (form) => setTimeout(
  () => form.querySelector("[aria-invalid=true]")?.focus(),
  0,
);

/** Following a link into the workspace leaves the forms behind. */
export function closeForms() {
  const view = server.views.at(-1);
  if (view) closeView(view, true);
}

/** Close the top view, or with `all` the whole stack. */
function closeView(view, all = false) {
  for (const each of all ? server.views : [view]) ui.wrong.delete(each.id);
  return act("close_view", { view: view.id, all });
}

let opener = null;

/** Called before the first form of a stack is drawn. */
export function rememberFocus() {
  opener = document.activeElement;
}

function enter(form) {
  queueMicrotask(() => {
    const first = form.querySelector("[data-focus]") ?? form.querySelector(
      ".modal__body :is(input, textarea, select, .picker__field)",
    ) ?? form;
    first.focus();
  });
}

/** An update may take away the field that had the keyboard: the form itself has it then. */
export function holdModal() {
  if (document.activeElement === document.body) document.querySelector(".modal")?.focus();
}

/** When the last view is gone, the keyboard goes back to where it was. */
export function leaveModal() {
  if (opener?.isConnected && opener !== document.body) opener.focus({ preventScroll: true });
  else document.querySelector("[data-composer=room]")?.focus();
  opener = null;
}

function shake(veil) {
  veil.querySelector(".modal")?.focus();
}

/** Tab goes round inside a dialog. */
function holdFocus(event) {
  if (event.key !== "Tab") return;
  const all = [...event.currentTarget.querySelectorAll("a[href], button, input, textarea, select")].filter(
    (each) => !each.disabled && each.offsetParent !== null,
  );
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0]).focus();
}

export function home() {
  const view = server.home;
  const name = server.app?.name ?? "App";
  return h(
    "main",
    { class: "room", key: "room-home", "aria-label": `${name}: home` },
    h(
      "div",
      { class: "room__head" },
      h(
        "div",
        { class: "room__title" },
        h("h1", null, icon("home", 20), h("span", null, name)),
        h("p", { class: "room__topic" }, "Home, as only you see it"),
      ),
    ),
    h(
      "div",
      { class: "home" },
      view
        ? h("div", { class: "home__page", key: view.id }, blocks(surfaceOf(view, "home"), reader()))
        : h(
          "div",
          { class: "beginning beginning--middle" },
          h("span", { class: "beginning__mark" }, icon("home", 28)),
          h("h2", null, "Nothing here yet"),
          h("p", null, `${name} has not drawn a home for you. It is told each time you come here.`),
        ),
    ),
  );
}

/** A small question: the app's `confirm`, or the page's own before it deletes something. */
export function confirmLayer() {
  const asked = ui.confirm;
  if (!asked) return null;
  const close = () => {
    ui.confirm = null;
    redraw();
    asked.opener?.focus?.();
  };
  return h(
    "div",
    { class: "veil veil--top", key: "confirm" },
    h(
      "form",
      {
        class: "modal modal--small",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": "confirm-title",
        onkeydown: holdFocus,
        created: (form) => queueMicrotask(
          () => (form.querySelector(".field") ?? form.querySelector("[type=submit]")).focus(),
        ),
        onsubmit: (event) => {
          event.preventDefault();
          const text = event.currentTarget.querySelector(".field")?.value;
          close();
          asked.agreed(text);
        },
      },
      h("div", { class: "modal__head" }, h("h2", { id: "confirm-title" }, plainText(asked.title))),
      h(
        "div",
        { class: "modal__body" },
        asked.text && h("div", { class: "text" }, textObject(asked.text, reader())),
        asked.field &&
          h(
            "label",
            { class: "input" },
            h("span", { class: "input__label" }, asked.field.label),
            h(
              "input",
              {
                class: "field",
                initial: asked.field.text,
                list: asked.field.choices ? "confirm-choices" : undefined,
                autocomplete: "off",
              },
            ),
          ),
        asked.field?.choices && h(
          "datalist",
          { id: "confirm-choices" },
          asked.field.choices.map((each) => h("option", { value: each })),
        ),
      ),
      h(
        "div",
        { class: "modal__foot" },
        h(
          "button",
          { type: "button", class: "button", onclick: close },
          plainText(asked.deny) || "No",
        ),
        h(
          "button",
          {
            type: "submit",
            class: names(
              "button",
              asked.style === "danger" ? "button--danger-full" : "button--primary",
            ),
          },
          plainText(asked.confirm) || "Yes",
        ),
      ),
    ),
  );
}

/** Esc closes what is on top. Returns whether there was something. */
export function closeTop() {
  if (ui.confirm) {
    const { opener: from } = ui.confirm;
    ui.confirm = null;
    redraw();
    from?.focus?.();
    return true;
  }
  const view = server.views.at(-1);
  if (view) closeView(view);
  return Boolean(view);
}
