"""Inputs of modals. `block_id` and `action_id` are both the field's name, which stays stable."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.accepting import TEXT_LIMIT
from bot.domain.process import Process
from bot.slack.asking import Asked
from bot.slack.messages.phrases import headline
from bot.slack.messages.text import Block, Message, context, plain, section

ANSWER = "answer"
_TITLE, _LABEL, _HINT, _PLACEHOLDER, _OPTION = 24, 2_000, 2_000, 150, 75
"""How many characters Slack takes of each text in a modal."""
_BLOCKS, _OPTIONS, _TICKED = 100, 100, 10
"""How many blocks, options to choose from, and options to tick Slack takes."""


def modal(
    name: str,
    title: str,
    blocks: Sequence[Block],
    submit: str | None = None,
    metadata: dict[str, Any] | None = None,
    *,
    close: str = "",
) -> Block:
    """Return a modal; `metadata` comes back with the submission."""
    view: Block = {
        "type": "modal",
        "callback_id": name,
        "title": _plain(title, _TITLE),
        "close": _plain(close or ("Cancel" if submit else "Close"), _TITLE),
        "blocks": list(blocks)[:_BLOCKS],
        "private_metadata": json.dumps(metadata or {}),
    }
    if submit:
        view["submit"] = _plain(submit, _TITLE)
    return view


def about(asked: Asked, **more: Any) -> dict[str, Any]:
    """Return what a form about an incident carries: which one, and where it was asked for."""
    return {"stream": asked.the_incident().stream, "channel": asked.channel, **more}


def standing(asked: Asked) -> Block:
    """Return the line at the top of a form: which incident this is about."""
    return context(headline(asked.the_incident(), asked.desk.process))


def answer(message: Message) -> Block:
    """Return a message as a modal, for where there is no room to answer in."""
    blocks = message.get("blocks") or [section(message["text"])]
    return modal(ANSWER, "Muster", blocks)


def paragraph(name: str, text: str, accessory: Block | None = None) -> Block:
    """Return text in a form, under a name that stays when the form is changed."""
    return {**section(text, accessory=accessory), "block_id": name}


def fingerprint(value: object) -> str:
    """Return what tells whether a prefilled field was changed, without carrying its text."""
    return hashlib.sha256(str(value).encode()).hexdigest()[:12]


def _plain(text: str, limit: int) -> Block:
    return plain(text, limit, emoji=True)


def _input(name: str, label: str, element: Block, *, optional: bool, hint: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": _plain(label, _LABEL),
        "optional": optional,
        "element": {"action_id": name, **element},
    }
    if hint:
        block["hint"] = _plain(hint, _HINT)
    return block


def text_input(
    name: str,
    label: str,
    *,
    initial: str = "",
    multiline: bool = False,
    optional: bool = True,
    hint: str = "",
    placeholder: str = "",
    limit: int = TEXT_LIMIT,
    speaks: bool = False,
) -> Block:
    """A line or a box to type in; `speaks` tells the bot of each pause in typing."""
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": limit}
    if initial:
        element["initial_value"] = initial[:limit]
    if placeholder:
        element["placeholder"] = _plain(placeholder, _PLACEHOLDER)
    if speaks:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    block = _input(name, label, element, optional=optional, hint=hint)
    if speaks:
        block["dispatch_action"] = True
    return block


def option(value: str, label: str, description: str = "") -> Block:
    """One choice."""
    made: Block = {"text": _plain(label, _OPTION), "value": value}
    if description:
        made["description"] = _plain(description, _OPTION)
    return made


def select(
    name: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: str | None = None,
    optional: bool = True,
    hint: str = "",
    placeholder: str = "Choose",
) -> Block:
    """One of several; without any to choose from, Slack would not show the form at all."""
    element: Block = {
        "type": "static_select",
        "options": list(options)[:_OPTIONS],
        "placeholder": _plain(placeholder, _PLACEHOLDER),
    }
    chosen = next((o for o in options if o["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    return _input(name, label, element, optional=optional, hint=hint)


def category(process: Process, *, initial: str | None = None, optional: bool = False) -> Block:
    """What kind of incident it is."""
    return select(
        "category",
        "What kind of incident is it?",
        [option(name, name.capitalize()) for name in process.categories],
        initial=initial,
        optional=optional,
    )


def multi_select(
    name: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: Sequence[str] = (),
    optional: bool = True,
    hint: str = "",
) -> Block:
    """Any of several."""
    element: Block = {
        "type": "multi_static_select",
        "options": list(options)[:_OPTIONS],
        "placeholder": _plain("Choose", _PLACEHOLDER),
    }
    _choose(element, initial)
    return _input(name, label, element, optional=optional, hint=hint)


def _choose(element: Block, initial: Sequence[str]) -> None:
    """Have these of an element's options chosen already."""
    chosen = [one for one in element["options"] if one["value"] in set(initial)]
    if chosen:
        element["initial_options"] = chosen


def radio(
    name: str, label: str, options: Sequence[Block], *, initial: str | None = None, hint: str = ""
) -> Block:
    """One of a few, all of them in sight."""
    element: Block = {"type": "radio_buttons", "options": list(options)[:_TICKED]}
    chosen = next((o for o in options if o["value"] == initial), None)
    if chosen:
        element["initial_option"] = chosen
    return _input(name, label, element, optional=False, hint=hint)


def checkboxes(
    name: str,
    label: str,
    options: Sequence[Block],
    *,
    initial: Sequence[str] = (),
    optional: bool = True,
    hint: str = "",
) -> Block:
    """Things to tick."""
    element: Block = {"type": "checkboxes", "options": list(options)[:_TICKED]}
    _choose(element, initial)
    return _input(name, label, element, optional=optional, hint=hint)


def person(
    name: str, label: str, *, optional: bool = True, initial: str | None = None, hint: str = ""
) -> Block:
    """Somebody of the workspace."""
    element: Block = {
        "type": "users_select",
        "placeholder": _plain("Choose a person", _PLACEHOLDER),
    }
    if initial:
        element["initial_user"] = initial
    return _input(name, label, element, optional=optional, hint=hint)


def moment(
    name: str, label: str, *, initial: datetime | None = None, optional: bool = True, hint: str = ""
) -> Block:
    """A date and a time, in the reader's own zone."""
    element: Block = {"type": "datetimepicker"}
    if initial is not None:
        element["initial_date_time"] = int(initial.timestamp())
    return _input(name, label, element, optional=optional, hint=hint)


def day(name: str, label: str, *, initial: str | None = None, optional: bool = True) -> Block:
    """A day without a time."""
    element: Block = {"type": "datepicker", "placeholder": _plain("Choose a day", _PLACEHOLDER)}
    if initial:
        element["initial_date"] = initial
    return _input(name, label, element, optional=optional, hint="")
