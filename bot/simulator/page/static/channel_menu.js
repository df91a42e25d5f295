// What can be done with a channel, and the panel that shows who and what is in it.

import { icon } from "./icons.js";
import { act, goTo, place, redraw, server, ui } from "./state.js";

/** Show or put away the panel with members or pins. */
export function panel(which) {
  ui.details = ui.details === which && !place.canvas ? false : which;
  goTo({ canvas: null, thread: null });
}

/** The entries of a channel's menu. */
export function channelActions(at) {
  const shortcuts = (server.app?.shortcuts ?? []).filter((each) => each.type === "global");
  return [
    ...shortcuts.map(
      (each) => (
        {
          label: each.name,
          hint: server.app.name,
          icon: icon("bolt"),
          run: () => act("shortcut", { callback_id: each.callback_id }),
        }
      ),
    ),
    ...(shortcuts.length ? [null] : []),
    { label: "Members", icon: icon("people"), run: () => panel("members") },
    { label: "Pinned messages", icon: icon("pin"), run: () => panel("pins") },
    ...(at.archived || !at.member
      ? []
      : [
          null,
          {
            label: "Set the topic…",
            icon: icon("pencil"),
            run: () => ask(
              "Set the topic",
              "Topic",
              at.topic,
              (topic) => act("topic", { channel: at.id, topic }),
            ),
          },
          {
            label: "Rename the channel…",
            icon: icon("hash"),
            run: () => ask(
              "Rename the channel",
              "Name",
              at.name,
              (name) => act("rename", { channel: at.id, name }),
            ),
          },
          {
            label: "Add somebody…",
            icon: icon("plus"),
            run: () => ask(
              "Add somebody",
              "Name",
              "",
              (who) => act("invite", { channel: at.id, who }),
              outsiders(at),
            ),
          },
          null,
          {
            label: "Leave the channel",
            icon: icon("leave"),
            run: () => act("leave", { channel: at.id }),
          },
          {
            label: "Archive the channel…",
            icon: icon("archive"),
            danger: true,
            run: () => confirmArchive(at),
          },
        ]),
  ];
}

const outsiders = (at) =>
  Object.values(server.people)
    .filter(
      (person) => !person.deleted && !at.members.includes(person.id) && person.id !== "USLACKBOT",
    )
    .map((person) => person.name);

function ask(title, label, text, run, choices = null) {
  ui.confirm = {
    title: { text: title },
    field: { label, text, choices },
    confirm: { text: "Save" },
    deny: { text: "Cancel" },
    agreed: run,
    opener: document.activeElement,
  };
  redraw();
}

function confirmArchive(at) {
  ui.confirm = {
    title: { text: `Archive #${at.name}?` },
    text: {
      type: "plain_text",
      text: "Nobody can write in it any more. The app leaves it and cannot open it again.",
    },
    confirm: { text: "Archive" },
    deny: { text: "Keep" },
    style: "danger",
    opener: document.activeElement,
    agreed: () => act("archive", { channel: at.id }),
  };
  redraw();
}
