"""What a button carries: the incident and the command that pressing it asks for."""

import json
from typing import get_args

from bot.domain import commands as c
from bot.domain.commands import Command
from bot.domain.refusals import Refused
from bot.slack.messages.text import Block, button
from bot.storage.codec import NotReadable, pack_command, unpack_command

VALUE_LIMIT = 2_000
_ABOUT_MESSAGES = (c.MarkMessage, c.UnmarkMessage, c.TakeBackFollowup)
"""What names a message and who said it: read from Slack's event, never from a button."""


class NoButton(Refused):
    """This button does not work here any more. Type the command instead."""


class NewerButton(NoButton):
    """Muster is being upgraded, and this button needs the newer version. Press it again soon."""


def deed(stream: str, command: Command) -> str | None:
    """Return the value of a button that carries a command out; None where Slack has no room."""
    value = json.dumps([stream, pack_command(command)], separators=(",", ":"), ensure_ascii=False)
    return value if len(value) <= VALUE_LIMIT else None


def read_deed(value: str) -> tuple[str, Command]:
    """Return the incident's stream and the command of a pressed button.

    Raises:
        NewerButton: a newer version of Muster made the button.
        NoButton: nobody did: what only timers, couriers and Slack's events ask for is on no button.
    """
    try:
        stream, packed = json.loads(value)
        if not _is_written_as_ours(json.loads(packed)):
            raise NoButton
        command = unpack_command(packed)
    except NotReadable as fault:
        raise NewerButton from fault
    except (ValueError, TypeError, RecursionError) as fault:
        raise NoButton from fault
    source = isinstance(command, c.AddFollowup) and command.source is not None
    if (
        not isinstance(command, get_args(c.AskedByPerson))
        or isinstance(command, _ABOUT_MESSAGES)
        or source
    ):
        raise NoButton
    return str(stream), command


def _is_written_as_ours(packed: object) -> bool:
    """Whether it has the form in which every version writes a command: its name, its fields."""
    match packed:
        case [str(), dict()]:
            return True
        case _:
            return False


def do_button(
    label: str,
    stream: str,
    command: Command,
    *,
    nth: int | str = "",
    style: str | None = None,
    confirm: str | None = None,
    says: str | None = None,
) -> Block | None:
    """Return a button that carries a command out; `nth` tells it from others in its block."""
    value = deed(stream, command)
    if value is None:
        return None
    action = f"do#{nth}" if nth != "" else "do"
    return button(label, action, value, style=style, confirm=confirm, says=says)


def word_button(label: str, word: str, stream: str, *, style: str | None = None) -> Block:
    """Return a button that opens a word's modal, or runs the word, for an incident."""
    return button(label, f"word:{word}", stream, style=style)


def path_value(stream: str, run: str, path: str) -> str:
    """Return the value of a button that asks about one item of a playbook's run."""
    return json.dumps([stream, run, path], separators=(",", ":"))


def read_path(value: str) -> tuple[str, str, str]:
    """Return stream, run and path of such a button.

    Raises:
        NoButton: no button of ours has such a value.
    """
    try:
        stream, run, path = json.loads(value)
    except (ValueError, TypeError, RecursionError) as fault:
        raise NoButton from fault
    return str(stream), str(run), str(path)
