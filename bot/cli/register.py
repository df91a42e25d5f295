"""What words ask of the register: which workspace, which incident, in columns for a terminal."""

import argparse
import re
import unicodedata
from collections.abc import Sequence

from bot.cli import Problem
from bot.storage import directory, queries
from bot.storage.database import Database
from bot.storage.directory import Person
from bot.storage.queries import Listed, Viewer

_NAMED = 10
"""How many people a refusal names."""
_ID = re.compile(r"[UW][A-Z0-9]{4,}")
_ANSI_AND_CONTROLS = frozenset({"Cc", "Cf", "Zl", "Zp"})


def counted(number: int, what: str) -> str:
    """Return `1 event`, or `1,200 events`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def are(number: int, what: str) -> str:
    """Return `1 event is`, or `1,200 events are`."""
    return f"{counted(number, what)} {'is' if number == 1 else 'are'}"


def takes_workspace(parser: argparse.ArgumentParser) -> None:
    """Let the operator say which workspace is meant."""
    parser.add_argument(
        "--workspace", metavar="T…", help="Slack's id of the workspace, where there are several"
    )


def takes_incident(parser: argparse.ArgumentParser) -> None:
    """Let the operator name an incident."""
    parser.add_argument("incident", metavar="INC-42", type=incident_number)
    takes_workspace(parser)


def incident_number(text: str) -> int:
    """Return the number of `INC-42`, `inc-42` or `42`."""
    found = re.fullmatch(r"(?:inc-)?(\d{1,9})", text.strip(), re.IGNORECASE | re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} names no incident; write INC-42")
    return int(found.group(1))


async def operator(database: Database, workspace: str | None) -> Viewer:
    """Return the viewer at the terminal, who owns the database and sees everything.

    Raises:
        Problem: there are several workspaces and none was named, or it is not there.
    """
    known = await database.read(queries.all_workspaces)
    if workspace is None and len(known) > 1:
        raise Problem(f"There are several workspaces: say --workspace {' or '.join(known)}.")
    if workspace is not None and workspace not in known:
        there = f"There is {', '.join(known)}." if known else "There is none yet."
        raise Problem(f"Muster was never connected to the workspace {workspace}. {there}")
    return Viewer(workspace=workspace or (known or [""])[0], user="", everything=True)


async def incident_of(database: Database, viewer: Viewer, number: int) -> Listed:
    """Return the incident with a number.

    Raises:
        Problem: there is none.
    """
    listed = await database.read(lambda c: queries.by_number(c, viewer, number))
    if listed is None:
        raise Problem(f"There is no INC-{number}. muster list --all shows what there is.")
    return listed


async def names_of(database: Database, workspace: str) -> dict[str, str]:
    """Return what people are called, by their id, as far as the bot has met them."""
    people = await database.read(directory.everybody)
    return {each.user: each.name for each in people if each.workspace == workspace}


def person_called(name: str, everybody: Sequence[Person]) -> str:
    """Return Slack's id of somebody who is named by it, or by what they are called.

    Raises:
        Problem: Muster has met nobody, or several, of that name.
    """
    wanted = name.removeprefix("@")
    found = {p.user for p in everybody if p.user == wanted} or {
        p.user for p in everybody if p.name.casefold() == wanted.casefold()
    }
    if not found and _ID.fullmatch(wanted):
        return wanted
    if len(found) > 1:
        ids = " or ".join(sorted(found))
        raise Problem(f"{wanted} is the name of several people: name one by id, {ids}.")
    if not found:
        raise Problem(nobody_called(wanted, everybody))
    return found.pop()


def nobody_called(name: str, everybody: Sequence[Person]) -> str:
    """Return that a name leads to nobody, with some that do."""
    known = sorted(p.name for p in everybody if not p.bot and not p.deleted)
    some = f" It knows {', '.join(known[:_NAMED])}{' …' * (len(known) > _NAMED)}." if known else ""
    return f"Muster has met nobody called {name}.{some} Slack's id works, too, as in @U0123456789."


def in_columns(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as lines, their columns aligned; the last column may be of any length."""
    clean = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*clean, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in clean
    )


def printable(text: str) -> str:
    """Return what somebody wrote on one line, without anything that a terminal would obey."""
    line = " ".join(text.split())
    return "".join(c for c in line if unicodedata.category(c) not in _ANSI_AND_CONTROLS)


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes: wide characters take two."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
