"""What is typed in a terminal as Slack would send it, and what Slack would show as plain lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bot.cli.register import printable
from bot.domain import commands as c
from bot.domain.refusals import NeedsConfirmation, Refused
from bot.slack.messages.text import sentence
from bot.slack.typed import readable
from bot.storage.directory import Person

NameOf = Callable[[str], str]

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_ID = re.compile(r"(?<!\S)@([UW][A-Z0-9]{4,})\b")
_BARE = re.compile(r"(?<!\S)[UW][A-Z0-9]{4,}(?!\S)")
"""An id without its @: of somebody whom Muster knows, or such as Slack gives out now (U0…)."""
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_ELSEWHERE = (
    ("muster do list all", "muster list --all"),
    ("muster do list", "muster list"),
    ("muster do show", "muster show"),
    ("muster do help", "muster do --help"),
)
"""Words that have a place of their own in the terminal."""


def as_slack_sends(line: str, everybody: Sequence[Person]) -> str:
    """Return a line as Slack would send it: escaped, the people in it by their ids."""
    safe = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    by_name: dict[str, set[str]] = {}
    for person in everybody:
        by_name.setdefault(person.name.casefold(), set()).add(person.user)
    names = sorted((n for n, users in by_name.items() if len(users) == 1), key=len, reverse=True)
    if names:
        known = re.compile(rf"(?<!\S)@({'|'.join(map(re.escape, names))})(?![\w-])", re.IGNORECASE)
        safe = known.sub(lambda found: f"<@{min(by_name[found[1].casefold()])}>", safe)
    ids = {person.user for person in everybody}

    def named(found: re.Match[str]) -> str:
        return f"<@{found[0]}>" if found[0] in ids or found[0][1] == "0" else found[0]

    safe = _BARE.sub(named, safe)
    return _ID.sub(r"<@\1>", safe)


def in_lines(message: dict[str, Any] | None, name_of: NameOf) -> str:
    """Return an answer as lines; None means that it was done and there is nothing to say."""
    texts = list(_texts(message)) if message else []
    return "\n".join(_lines(text, name_of) for text in texts) or "Done."


def refusal(why: Refused, said: str, name_of: NameOf) -> str:
    """Return what was `said` to refuse something, with what to add to do it all the same."""
    return _lines(f"{sentence(said)}{_way_out(why)}", name_of)


def _way_out(why: Refused) -> str:
    command = why.way_out.command if why.way_out else None
    if isinstance(why, NeedsConfirmation):
        return " Add --yes to do it."
    match command:
        case c.Declare():
            return " Add --again to declare another."
        case c.TakeRole(over=True):
            return " Add --over to take it over."
        case _:
            return ""


def _texts(message: dict[str, Any]) -> Iterator[str]:
    """Return the texts of a message's blocks; buttons are for Slack."""
    blocks = message.get("blocks") or [{"text": {"text": message["text"]}}]
    for block in blocks:
        parts = [block.get("text"), *block.get("fields", ())]
        if block.get("type") == "context":
            parts += block["elements"]
        yield from (part["text"] for part in parts if part and "text" in part)


def _lines(text: str, name_of: NameOf) -> str:
    plain = readable(_BOLD.sub(r"\1", _DATE.sub(r"\1", text)), name_of)
    for slack, terminal in _ELSEWHERE:
        plain = plain.replace(f"`{slack}", f"`{terminal}")
    return "\n".join(printable(line) for line in plain.splitlines())
