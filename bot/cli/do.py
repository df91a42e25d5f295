"""`muster do severity INC-42 1 …`: work on incidents in a terminal, as with `/incident` in Slack.

The words, the rules and the record are those of Slack. A bot that runs beside carries out what is
owed within seconds; without one it is carried out when one starts.
"""

import argparse
import getpass
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

import aiohttp

from bot import log
from bot.cli import Problem
from bot.cli.at_a_terminal import AtATerminal, NoSlack, NotInATerminal
from bot.cli.plain import as_slack_sends, in_lines, refusal
from bot.cli.process import read_process
from bot.cli.register import nobody_called, operator, person_called, takes_workspace
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.domain.refusals import Refused
from bot.domain.values import Actor, at_the_terminal
from bot.engine.dispatcher import Dispatcher
from bot.engine.tally import Tally
from bot.engine.workspaces import Workspaces
from bot.links import Signer
from bot.slack import words
from bot.slack.calls import new_client
from bot.slack.desk import Desk
from bot.slack.errands import Errands
from bot.slack.people import Directory
from bot.slack.typed import WhoIsThat, first_word, number_of
from bot.storage import directory
from bot.storage.database import CommitUnknown, Database, DatabaseAway
from bot.storage.directory import Person
from bot.storage.opening import database_file, served
from bot.storage.selves import Self

_NAMED = 10
"""How many people a refusal names."""
_SHOWN = "`muster show INC-42` shows an incident with its timeline."
_RECORDED: Mapping[bool | None, str] = {
    True: "Recorded. Muster is running: what goes to Slack goes out as soon as Slack answers.",
    False: "Recorded. No Muster runs: what goes to Slack goes out once one does (`muster serve`).",
    None: "Recorded. What goes to Slack goes out once Muster runs and Slack answers.",
}
"""What comes of it, by whether a bot serves this database."""
_INSTEAD = {
    "": _SHOWN,
    "show": _SHOWN,
    "timeline": _SHOWN,
    "catchup": _SHOWN,
    "why": _SHOWN,
    "list": "`muster list` lists what is open.",
    "review": "`muster review INC-42` prints the review.",
    "help": "`muster do --help` tells how to do something.",
    "join": "Join the room in Slack; `muster show INC-42` names it.",
}
"""Words of the slash command that change nothing, and where the terminal has the same."""
_ID = re.compile(r"[UW][A-Z0-9]{4,}")
_ODD = re.compile(r"[^\w.@+-]")


def arguments(parser: argparse.ArgumentParser) -> None:
    """In whose name, then what would follow `/incident`."""
    parser.add_argument(
        "--as",
        dest="person",
        metavar="@ann",
        help="in whose name: somebody whom Muster has met, by name or by Slack's id",
    )
    takes_workspace(parser)
    parser.add_argument(
        "line",
        nargs=argparse.REMAINDER,
        metavar="word …",
        help="what would follow /incident, as in: update inc-42 We are rolling back",
    )
    parser.epilog = (
        "Every word that changes something works: declare, update, severity, status, role, note, "
        "decision, resolve, close and the others; `/incident help` in Slack and "
        "`muster docs using` list them. Whoever has the database may do all of it. The timeline "
        "says that it came from the terminal, and from whom. What is typed without --as belongs to "
        "nobody in Slack: `muster erase --terminal LOGIN` empties it."
    )


def run(parsed: argparse.Namespace) -> int:
    """Carry it out and print what a person in Slack would read."""
    settings = read_settings()
    typed = _Typed(
        line=_line(parsed.line),
        person=parsed.person,
        workspace=parsed.workspace,
        login=_ODD.sub("", getpass.getuser())[:40] or "somebody",
        settings=settings,
        process=read_process(settings),
    )
    log.only_faults()
    print(on_database(settings, typed.carried_out, newer_too=True))
    print(_RECORDED[_runs(settings)], file=sys.stderr)
    return 0


def _runs(settings: Settings) -> bool | None:
    path = database_file(settings.database_url)
    return None if path is None else served(path)


@dataclass(frozen=True, kw_only=True)
class _Typed:
    """A line, in whose name, by whom."""

    line: str
    person: str | None
    workspace: str | None
    login: str
    settings: Settings
    process: Process

    async def carried_out(self, database: Database) -> str:
        """Carry the line out and return the answer.

        Raises:
            Problem: it was refused, or cannot be done in a terminal.
        """
        workspace = (await operator(database, self.workspace)).workspace
        if not workspace:
            raise Problem("Muster was never connected to a workspace: start `muster serve` once.")
        everybody = await database.read(directory.everybody)
        people = [person for person in everybody if person.workspace == workspace]
        async with aiohttp.ClientSession() as session:
            asked = AtATerminal(
                desk=await self._desk(database, workspace, session),
                workspace=workspace,
                actor=_actor(self.person, people, self.login),
                text=as_slack_sends(self.line, people),
                identity=f"terminal:{uuid4().hex}",
                login=self.login,
                word=_word(self.line),
            )
            try:
                return await _answered(asked, people)
            finally:
                await asked.desk.errands.drain()

    async def _desk(
        self, database: Database, workspace: str, session: aiohttp.ClientSession
    ) -> Desk:
        clock, errands = Clock(), Errands()
        calls = NoSlack(new_client("", self.settings.slack_api_url, session), clock)
        people = Directory(database, calls, clock, errands)
        await people.load()
        known = await Workspaces(database, clock).current(workspace)
        return Desk(
            me=Self(workspace=workspace, user=known.user, bot=known.bot, url=""),
            clock=clock,
            database=database,
            dispatcher=Dispatcher(database, clock, lambda: self.process),
            calls=calls,
            people=people,
            errands=errands,
            workspaces=Workspaces(database, clock),
            tally=Tally(),
            word="muster do",
            pages_url=self.settings.public_url,
            pages_open=self.settings.pages_secret is None,
            signer=Signer(""),
        )


async def _answered(asked: AtATerminal, people: list[Person]) -> str:
    def name_of(user: str) -> str:
        return asked.desk.people.name(asked.workspace, user)

    try:
        return in_lines(await words.run(asked), name_of)
    except WhoIsThat as why:
        raise Problem(nobody_called(why.name.removeprefix("@"), people)) from why
    except Refused as why:
        raise Problem(refusal(why, asked.typeable(why.message), name_of)) from why
    except NotInATerminal as why:
        raise Problem(str(why)) from why
    except CommitUnknown as fault:
        raise Problem(
            "The database went away meanwhile, and it is not known whether this was recorded. "
            "Asking again is safe."
        ) from fault
    except DatabaseAway as fault:
        raise Problem(f"The database does not answer, nothing was recorded: {fault}") from fault


def _line(given: list[str]) -> str:
    """Return what would be typed behind the slash command.

    Raises:
        Problem: nothing is there, or no text; an option stands behind its word; it is only to look.
    """
    for option in ("--as", "--workspace"):
        if any(each == option or each.startswith(f"{option}=") for each in given):
            raise Problem(f"{option} goes before the word: muster do {option} … {given[0]} …")
    line = " ".join(given).strip()
    if not _is_text(line):
        raise Problem(
            "This holds bytes that are no text (UTF-8), so nothing was done: type it anew."
        )
    if not line:
        raise Problem("Say what to do, as in: muster do severity inc-42 1 many users affected")
    if _word(line) in _INSTEAD:
        raise Problem(f"That is only to look, or is done in Slack. {_INSTEAD[_word(line)]}")
    return line


def _is_text(line: str) -> bool:
    """Say whether it can be kept: the system hands over whatever bytes were typed."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _word(line: str) -> str:
    """Return the word of a line: it stands first, or behind the incident."""
    word, rest = first_word(line)
    return (first_word(rest)[0] if number_of(word) is not None else word).lower()


def _actor(name: str | None, everybody: list[Person], login: str) -> Actor:
    """Return who does it: somebody in Slack, or whoever is at the machine.

    Raises:
        Problem: Muster has met nobody, or several, of that name.
    """
    if name is None:
        return at_the_terminal(login)
    present = [p for p in everybody if not p.deleted or p.user == name.removeprefix("@")]
    return Actor(user=person_called(name, present), operator=True)
