"""Answers to the person who asked: seen by them alone, and short."""

import re
from collections.abc import Sequence
from typing import Any

from bot.domain import commands as c
from bot.domain.incident import Incident
from bot.domain.values import Failure
from bot.slack.messages.deeds import do_button
from bot.slack.messages.phrases import marked, where
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    mention,
    message,
    plain,
    section,
    sentence,
)

OUR_FAULT = (
    "Something went wrong in Muster and *nothing was recorded*. The bot's log has the details."
)
_REFUSAL = 2_800


def declared(incident: Incident) -> Message:
    """Return the acknowledgement of a declare: it is recorded, and the room follows."""
    text = f"{_named(incident)} is declared: {brief_words(incident.title)}"
    return _for_them(f"{text}\nYour room is being made; you will find yourself in it.")


def declared_view(answer: Message) -> dict[str, Any]:
    """Return what the form turns into once it is sent: the acknowledgement, still to be read."""
    blocks = answer.get("blocks") or [section(answer["text"])]
    name = re.search(r"INC-\d+", answer["text"])
    return _modal(f"{name.group()} declared" if name else "No number yet", *blocks)


def room_answer(incident: Incident) -> Message:
    """Return what follows the acknowledgement: the way into the room, or why there is none."""
    text, button = _room(incident)
    return _for_them(text, button)


def room_view(incident: Incident, waits: Sequence[Block] = ()) -> dict[str, Any]:
    """Return the form once more, with the way into the room, and what Slack makes them wait for."""
    text, button = _room(incident)
    blocks = [section(text), *([actions(button)] if button else []), *waits]
    return _modal(f"{incident.name} declared", *blocks)


def wait_answer(incident: Incident, waits: Sequence[Block]) -> Message:
    """Return the word behind a command that something is late: what, until when, and no worry."""
    text, _ = _room(incident)
    calm = "It is declared and recorded, and the rest follows by itself."
    return message(f"{incident.name} waits for Slack", section(f"{text}\n{calm}"), *waits)


def declared_from_here(incident: Incident) -> Message:
    """Return the answer below the message from which an incident was declared, for all to see."""
    who, name = mention(incident.reporter), _named(incident)
    text = f"🚨 {who} declared {name} from this: {brief_words(incident.title)}"
    return _for_them(f"{text}\nRoom: {where(incident)}")


def refused(text: str, way_out_button: Block | None = None) -> Message:
    """Return why something cannot be done, with what to do instead."""
    return _for_them(sentence(text, _REFUSAL), way_out_button)


def _named(incident: Incident) -> str:
    marks = marked(incident)
    return f"*{incident.name}*" + (f" ({marks.lower()})" if marks else "")


def _room(incident: Incident) -> tuple[str, Block | None]:
    about = f"{_named(incident)} {brief_words(incident.title)}"
    failure = incident.failures.get("CreateRoom")
    if incident.room is not None:
        return f"{about}\nRoom: {where(incident)}", None
    if failure is None:
        return f"{about}\nIts room is being made; you will find yourself in it.", None
    return _without_room(incident, about, failure)


def _without_room(incident: Incident, about: str, failure: Failure) -> tuple[str, Block | None]:
    text = (
        f"{about}\n⚠️ It is declared and recorded, but it has no room yet. "
        f"{sentence(failure.why, 1_000)}"
    )
    retry = c.RetryEffect(effect=failure.effect)
    return text, do_button("Retry", incident.stream, retry, style="primary")


def _for_them(text: str, button: Block | None = None) -> Message:
    """Return an answer to one person, in blocks: those are sent verbatim, so nothing pings."""
    return message(text, section(text), actions(button) if button else None)


def _modal(title: str, *blocks: Block) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "declared",
        "title": plain(title, 24),
        "close": plain("Close", 24),
        "blocks": list(blocks),
    }
