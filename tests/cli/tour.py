"""The tour of the README as a list of things to do, for whoever follows it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_README = Path("README.md").read_text()
TOUR = _README[_README.index("## A tour") : _README.index("## Install it")]


@dataclass(frozen=True, kw_only=True)
class Become:
    """Be this person from now on."""

    name: str


@dataclass(frozen=True, kw_only=True)
class GoTo:
    """Look at this channel from now on."""

    channel: str


@dataclass(frozen=True, kw_only=True)
class Press:
    """Press a step of the clock so many times."""

    label: str
    times: int


@dataclass(frozen=True, kw_only=True)
class Type:
    """Type a command; where it opens a form, `form` is what to write, by the form's labels."""

    command: str
    form: tuple[tuple[str, str], ...] = ()


Step = Become | GoTo | Press | Type


def steps() -> Iterator[Step]:
    """Yield what the tour asks for, in order."""
    lines = TOUR.splitlines()
    for number, line in enumerate(lines):
        if person := re.search(r"[Aa]s \*\*(\w+)\*\*", line):
            yield Become(name=person.group(1))
        if channel := re.search(r"in \*\*#([\w-]+)\*\*", line):
            yield GoTo(channel=channel.group(1))
        if pressed := re.search(r"Press \*\*(\+[^*]+)\*\* twice", line):
            yield Press(label=pressed.group(1), times=2)
        if line.startswith("/incident"):
            yield Type(command=line, form=tuple(_rows(lines[number + 1 :])))


def _rows(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the rows of the table that comes next, if one does."""
    for line in lines:
        row = re.fullmatch(r"\| (.+?) \| (.+?) \|", line)
        if row and row.group(1) != "in the form":
            yield row.group(1), row.group(2)
        elif line.strip() and not line.startswith(("|", "```")):
            return
