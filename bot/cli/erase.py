"""`muster erase @ann`: what a person wrote is emptied, and their name; the record stays whole."""

import argparse
import getpass
import sys
from dataclasses import dataclass

from bot.cli import Problem
from bot.cli.process import read_process
from bot.cli.register import counted, operator, person_called, takes_workspace
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.domain.events import TERMINAL
from bot.domain.process import Process
from bot.domain.values import at_the_terminal
from bot.engine.dispatcher import Dispatcher
from bot.engine.emptying import Amount
from bot.engine.erasing import Erasing, Erasure, LeftForNewer
from bot.storage import directory
from bot.storage.database import Database


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, and whether to do it."""
    parser.add_argument("person", metavar="@ann", help="by name, or by Slack's id (U…)")
    takes_workspace(parser)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--dry-run", action="store_true", help="say how much it is, change nothing")
    choice.add_argument("--yes", action="store_true", help="do it without asking")
    parser.epilog = (
        "Empties the texts of all that the person did in incidents, the messages they wrote in "
        "rooms, and their name; ids of Slack stay, and so does what others wrote about them. That "
        "it was done, by whom and how much, is on record. It cannot be taken back, and backups and "
        "Slack itself still have it. docs/record.md tells the rest."
    )


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Whose words, in the name of whom."""

    person: str
    workspace: str | None
    login: str
    process: Process
    dry_run: bool
    sure: bool

    async def carried_out(self, database: Database) -> str:
        """Erase, or say how much it would be; return what is said in the end.

        Raises:
            Problem: nobody is meant, nobody said that it is meant, or not all could be done.
        """
        workspace = (await operator(database, self.workspace)).workspace
        everybody = await database.read(directory.everybody)
        user = person_called(self.person, [p for p in everybody if p.workspace == workspace])
        clock = Clock()
        erasing = Erasing(database, Dispatcher(database, clock, lambda: self.process))
        there = (await erasing.written_by(workspace, user)).amount
        if self.dry_run:
            return f"Of {user} there are {_told(there)}. Nothing was changed."
        if not self.sure:
            _confirm(user, there)
        try:
            done = await erasing.erase(
                Erasure(
                    workspace=workspace,
                    user=user,
                    by=at_the_terminal(self.login),
                    cause=f"{TERMINAL}{self.login}",
                ),
                clock.now(),
            )
        except LeftForNewer as fault:
            raise Problem(_left(user, fault)) from fault
        return (
            f"Of {user} {_told(done)} were emptied, and the name. Cards, announcements and reviews "
            "follow as soon as the bot runs."
        )


def run(parsed: argparse.Namespace) -> int:
    """Ask, erase, and say how much it was."""
    settings = read_settings()
    asked = _Asked(
        person=parsed.person,
        workspace=parsed.workspace,
        login=getpass.getuser(),
        process=read_process(settings),
        dry_run=parsed.dry_run,
        sure=parsed.yes,
    )
    print(on_database(settings, asked.carried_out))
    return 0


def _told(amount: Amount) -> str:
    return (
        f"{counted(amount.texts, 'text')} and {counted(amount.messages, 'message')} "
        f"in {counted(amount.incidents, 'incident')}"
    )


def _left(user: str, fault: LeftForNewer) -> str:
    many = "1 incident was" if fault.left == 1 else f"{fault.left:,} incidents were"
    return (
        f"Of {user} {_told(fault.done)} were emptied, and the name. Not all: {many} last changed "
        "by a newer version of Muster than this one, and left as they are. Update this "
        "installation: a bot of that version finishes it by itself, or run it again then."
    )


def _confirm(user: str, there: Amount) -> None:
    """Have a person at the terminal say that it is meant.

    Raises:
        Problem: they do not, or nobody is there.
    """
    if not sys.stdin.isatty():
        raise Problem(f"Nobody is here to confirm it: say --yes to erase what {user} wrote.")
    print(f"Of {user} there are {_told(there)}. They cannot be brought back.", file=sys.stderr)
    print(f"Type {user} to erase them: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != user:
        raise Problem("That was something else; nothing was erased.")
