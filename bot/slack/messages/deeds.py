"""What a button carries: the incident and the command that pressing it asks for."""

import json

from bot.domain.commands import Command
from bot.slack.messages.text import Block, button
from bot.storage.codec import pack_command, unpack_command

VALUE_LIMIT = 2_000


def deed(stream: str, command: Command) -> str | None:
    """Return the value of a button that carries a command out; None where Slack has no room."""
    value = json.dumps([stream, pack_command(command)], separators=(",", ":"), ensure_ascii=False)
    return value if len(value) <= VALUE_LIMIT else None


def read_deed(value: str) -> tuple[str, Command]:
    """Return the incident's stream and the command of a pressed button.

    Raises:
        ValueError: no button of ours has such a value.
        NotReadable: a newer version of Muster made the button.
    """
    stream, packed = json.loads(value)
    return str(stream), unpack_command(packed)


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
        ValueError: no button of ours has such a value.
    """
    stream, run, path = json.loads(value)
    return str(stream), str(run), str(path)
