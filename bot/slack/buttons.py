"""Buttons, choices and shortcuts: each is a word on an incident, or a command to carry out."""

import json
from dataclasses import replace
from typing import Any

from bot.domain.commands import Declare
from bot.domain.permissions import may_see
from bot.domain.refusals import NotFound
from bot.slack.asking import Asked, Message
from bot.slack.commands import DEEDS, SHORTCUTS
from bot.slack.forms import CHOICES
from bot.slack.messages.deeds import read_deed
from bot.slack.words import run_word, word_named


async def press(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Do what a button says; what follows `#` in its action_id only makes it unique."""
    action = body["actions"][0]
    kind = str(action["action_id"]).partition("#")[0]
    value = str(action.get("value") or "")
    if kind.startswith("word:"):
        asked = asked if not value else await _about_stream(asked, value)
        return await run_word(word_named(kind.removeprefix("word:"), asked.desk.word), asked, "")
    if kind == "do":
        stream, command = read_deed(value)
        if not isinstance(command, Declare):
            asked = await _about_stream(asked, stream)
        return await DEEDS(asked, command)
    choice = CHOICES.get(kind)
    if choice is not None:
        return await choice(asked, body)
    return None


async def use_shortcut(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Do what a shortcut says."""
    shortcut = SHORTCUTS.get(body["callback_id"])
    return await shortcut(asked, body) if shortcut else None


async def about_private_metadata(asked: Asked, metadata: str) -> Asked:
    """A form carries its incident, and what else it needs, in `private_metadata`."""
    carried = json.loads(metadata) if metadata else {}
    asked = replace(asked, metadata=carried)
    return await _about_stream(asked, carried["stream"]) if carried.get("stream") else asked


async def _about_stream(asked: Asked, stream: str) -> Asked:
    incident = await asked.desk.dispatcher.current(stream)
    if incident is None or not may_see(incident, asked.actor.user):
        raise NotFound("There is no such incident, or it is not for you to see.")
    return asked.about(incident)
