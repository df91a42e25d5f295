"""Buttons, choices and shortcuts: each is a word on an incident, or a command to carry out."""

import json
from dataclasses import replace
from typing import Any

from bot.domain.commands import Command, Declare
from bot.domain.refusals import Refused
from bot.slack.asking import Asked, KeptForNewer, Message, NoForm, Surface
from bot.slack.commands import DEEDS, SHORTCUTS
from bot.slack.events.home import publish
from bot.slack.forms import CHOICES, fields
from bot.slack.messages.deeds import NewerButton, read_deed
from bot.slack.settled import ENDS, clear_pressed, looked_after
from bot.slack.typed import first_word
from bot.slack.words import run_word, word_named


class NewerShortcut(Refused):
    """This Muster has no such shortcut. If it is being upgraded, use it again in a moment."""


_TEXTS = ("stream", "channel", "link", "thread", "run", "path", "below")


async def press(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Do what a button says; what comes of it inside a modal is shown there, on top of it."""
    view, surface = body.get("view") or {}, _surface(body)
    asked = replace(asked, surface=surface)
    if surface == "home":
        message = await _press(asked, body)
        asked.desk.errands.start(
            publish(asked.desk, asked.workspace, asked.actor.user), "views.publish"
        )
        return message
    if surface != "modal":
        return await _press(asked, body)
    asked = await about_private_metadata(asked, view.get("private_metadata") or "")
    asked = replace(asked, form=str(view.get("callback_id") or ""))
    try:
        message = await _press(asked, body)
    except Refused as why:
        message = asked.refusal(why)
    except KeptForNewer as kept:
        message = kept.message
    if message and view.get("callback_id") == fields.ANSWER:
        asked.update_view(fields.answer(message))
    elif message:
        asked.open_view(fields.answer(message))
    return None


def _surface(body: dict[str, Any]) -> Surface:
    view = (body.get("view") or {}).get("type")
    if view:
        return "home" if view == "home" else "modal"
    return "whisper" if (body.get("container") or {}).get("is_ephemeral") else "post"


async def _press(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Do what the action says; what follows `#` in its id only makes it unique."""
    action = body["actions"][0]
    kind = str(action["action_id"]).partition("#")[0]
    value = str(action.get("value") or "")
    if kind.startswith("word:"):
        name, rest = first_word(kind.removeprefix("word:"))
        asked = await asked.about_stream(value) if value else asked
        return await run_word(word_named(name, asked.desk.word), asked, rest)
    if kind == "do":
        stream, command = read_deed(value)
        if not isinstance(command, Declare):
            asked = await asked.about_stream(stream, command)
        return await _done(asked, command, body)
    if kind in CHOICES:
        return await CHOICES[kind](asked, body)
    if action.get("type") == "button" and not action.get("url"):
        raise NewerButton
    return None  # a link was followed, or a field filled in that waits for its form


async def _done(asked: Asked, command: Command, body: dict[str, Any]) -> Message | None:
    """Carry it out, or say why not; buttons that mean nothing then go away.

    Where nobody looks after the message, it is done here, and what was done is said.
    """
    post = asked.surface == "post" and asked.incident is not None
    if post and isinstance(command, ENDS) and not await looked_after(asked, body):
        asked = replace(asked, surface="left post")
    try:
        message, done = await DEEDS(asked, command), True
    except Refused as why:
        message, done = asked.refusal(why), False
    if post and (asked.surface == "left post" or not done):
        gone = clear_pressed(asked, command, body, done=done)
        asked.desk.errands.start(gone, "chat.update")
    return message


async def use_shortcut(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Do what a shortcut says."""
    shortcut = SHORTCUTS.get(body["callback_id"])
    if shortcut is None:
        raise NewerShortcut
    return await shortcut(asked, body)


async def about_private_metadata(asked: Asked, metadata: str) -> Asked:
    """Return the request with what the form carries, and about its incident."""
    carried = _carried(metadata) if metadata else {}
    asked = replace(asked, metadata=carried)
    return await asked.about_stream(carried["stream"]) if carried.get("stream") else asked


def _carried(metadata: str) -> dict[str, Any]:
    """Read what a form carries.

    Raises:
        NoForm: no form of ours carries this.
    """
    try:
        carried = json.loads(metadata)
    except (ValueError, RecursionError) as fault:
        raise NoForm from fault
    if not isinstance(carried, dict) or not isinstance(carried.get("was", {}), dict):
        raise NoForm
    if any(not isinstance(carried.get(name, ""), str) for name in _TEXTS):
        raise NoForm
    return carried
