// Files: chosen by a person and brought to the simulator, and shown where they were shared.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { notice, redraw, server } from "./state.js";

/** Bring chosen files to the simulator; resolves to what is known of those it took. */
export async function bring(chosen) {
  const taken = [];
  for (const file of chosen) {
    try {
      const address = `/page/files/${encodeURIComponent(file.name)}?as=${encodeURIComponent(server.me)}`;
      const answer = await (await fetch(address, { method: "POST", body: file })).json();
      if (answer.ok) taken.push(answer);
      else notice(answer.trouble, "bad");
    } catch {
      notice(`“${file.name}” could not be brought to the simulator. Is it still running?`, "bad");
    }
  }
  redraw();
  return taken;
}

/** A button that opens the browser's own choice of files. `take` gets what was chosen. */
export function chooser({ label, accept, many, take, content, name }) {
  return h(
    "label",
    { class: name, key: `chooser-${label}`, title: label },
    h("input", {
      type: "file",
      class: "visually-hidden",
      "aria-label": label,
      accept,
      multiple: many,
      onchange: (event) => {
        const chosen = [...event.target.files];
        event.target.value = "";
        if (chosen.length) take(chosen);
      },
    }),
    content,
  );
}

/** Chosen files by name, each with a cross. */
export const chosenFiles = (files, drop) =>
  files.length > 0 && h(
    "ul",
    { class: "chosen", key: "chosen", "aria-label": "Chosen files" },
    files.map((file) =>
      h(
        "li",
        { class: "chosen__one", key: file.id },
        icon("file", 16),
        h("span", null, file.name),
        h(
          "button",
          {
            type: "button",
            class: "notice__close",
            "aria-label": `Do not send ${file.name}`,
            onclick: () => drop(file),
          },
          icon("close", 13),
        ),
      ),
    ),
  );

/** A shared file: a picture is drawn, a text shows how it begins. */
export function fileCard(file) {
  if (file.deleted) return h("p", { class: "message__gone", key: file.id }, `${file.title || file.name} was deleted.`);
  return h(
    "div",
    { class: "shared", key: file.id },
    file.picture && h(
      "a",
      { class: "shared__picture", href: file.link, target: "_blank", rel: "noopener" },
      h("img", { src: file.link, alt: file.title || file.name, loading: "lazy" }),
    ),
    file.begins && h("pre", { class: "pre shared__begins" }, file.begins),
    h(
      "a",
      { class: "file", href: file.link, target: "_blank", rel: "noopener" },
      h("span", { class: "file__icon" }, icon("file", 22)),
      h(
        "span",
        { class: "file__text" },
        h("strong", null, file.title || file.name),
        h("small", null, file.about),
      ),
    ),
  );
}
