"""`muster erase @ann`: what a person wrote is emptied, and their name; the record stays whole."""

import argparse
import getpass
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cli import Problem
from bot.cli.process import read_process
from bot.cli.register import counted, operator, person_called, takes_workspace
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.domain.events import TERMINAL
from bot.domain.process import Process
from bot.domain.values import at_the_terminal, is_person
from bot.engine.dispatcher import Dispatcher
from bot.engine.emptying import Amount
from bot.engine.erasing import Erasing, Erasure, LeftForNewer
from bot.storage import authorship, directory, erasures, selves
from bot.storage.database import Connection, Database

_NAMED = 10
"""How many open incidents are named."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, and whether to do it."""
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("person", nargs="?", metavar="@ann", help="by name, or by Slack's id (U…)")
    whom.add_argument(
        "--terminal",
        metavar="LOGIN",
        help="what LOGIN typed with `muster do` without --as, which is nobody's in Slack",
    )
    takes_workspace(parser)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--dry-run", action="store_true", help="say how much it is, change nothing")
    choice.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument(
        "--open-too",
        action="store_true",
        help="with --yes: also where they have a part in an incident that is still open",
    )
    parser.epilog = (
        "Empties the texts of all that the person did in incidents, the messages they wrote in "
        "rooms, and their name; ids of Slack stay, and so does what others wrote about them. That "
        "it was done, by whom and how much, is on record. It cannot be taken back, and backups and "
        "Slack itself still have it. `muster docs record` tells the rest."
    )


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What there is to erase, and where it is missed: numbers of open incidents with roles there.

    `typed` counts the texts that are nobody's in Slack, by login; `links` lead to where Slack has
    the words.
    """

    user: str
    amount: Amount
    still_open: dict[int, list[str]]
    typed: dict[str, int]
    links: dict[int, list[str]]

    def told(self) -> Iterator[str]:
        """Yield what somebody should know before they erase it."""
        yield f"Of {self.user} there are {_told(self.amount)}."
        if self.still_open:
            yield (
                f"{self.user} has a part in what is still open: {_incidents(self.still_open)}. "
                "What they wrote there is gone for those at work, and what they write from now on "
                "stays."
            )
        if self.typed:
            whose = ", ".join(f"{login}: {many:,}" for login, many in sorted(self.typed.items()))
            yield (
                f"Not among it is what was typed at the terminal in nobody's name ({whose}); "
                "`muster erase --terminal LOGIN` erases that."
            )

    def still_in_slack(self) -> Iterator[str]:
        """Yield where Slack goes on showing it, which only somebody there can delete."""
        if not self.links:
            return
        yield (
            "Slack goes on showing what they wrote, and Muster's posts that quote it, in these "
            "rooms and in the threads of these announcements. Delete there what has to go; once it "
            "is erased, `muster show` has [erased] at the time of each."
        )
        for number, links in self.links.items():
            yield f"  INC-{number}  {'  '.join(links)}"


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Whose words, in the name of whom."""

    person: str | None
    terminal: str | None
    workspace: str | None
    login: str
    process: Process
    dry_run: bool
    sure: bool
    open_too: bool

    async def carried_out(self, database: Database) -> str:
        """Erase, or say how much it would be; return what is said in the end.

        Raises:
            Problem: nobody is meant, nobody said that it is meant, or not all could be done.
        """
        workspace = (await operator(database, self.workspace)).workspace
        clock = Clock()
        erasing = Erasing(database, Dispatcher(database, clock, lambda: self.process))
        found = await self._found(database, erasing, workspace)
        if self.dry_run:
            return "\n".join([*found.told(), *found.still_in_slack(), "Nothing was changed."])
        if not self.sure:
            _confirm(found)
        elif found.still_open and not self.open_too:
            raise Problem(
                f"{found.user} has a part in what is still open: {_incidents(found.still_open)}. "
                "Wait until it is over, or say --open-too as well; nothing was erased."
            )
        for line in found.still_in_slack():
            print(line, flush=True)  # now: a second run does not find what this one has emptied
        asked = Erasure(
            workspace=workspace,
            user=found.user,
            by=at_the_terminal(self.login),
            cause=f"{TERMINAL}{self.login}",
        )
        try:
            done = await erasing.erase(asked, clock.now())
        except LeftForNewer as fault:
            raise Problem(_left(found.user, fault)) from fault
        name = ", and the name" if is_person(found.user) else ""
        return (
            f"Of {found.user} {_told(done)} were emptied{name}. Cards, announcements and reviews "
            "follow as soon as the bot runs."
        )

    async def _found(self, database: Database, erasing: Erasing, workspace: str) -> _Found:
        everybody = await database.read(directory.everybody)
        typed = await database.read(lambda c: authorship.typed(c, workspace))
        if self.terminal is not None:
            begun = await database.read(erasures.unfinished)
            user = _typist(self.terminal, typed, {one.user for one in begun})
        else:
            people = [person for person in everybody if person.workspace == workspace]
            user = person_called(self.person or "", people)
        written = await erasing.written_by(workspace, user)
        return _Found(
            user=user,
            amount=written.amount,
            still_open=await database.read(
                lambda c: authorship.still_open(c, workspace, user, written.streams)
            ),
            typed={} if self.terminal is not None else typed,
            links=await database.read(lambda c: _links(c, workspace, written.streams)),
        )


def run(parsed: argparse.Namespace) -> int:
    """Ask, erase, and say how much it was."""
    settings = read_settings()
    asked = _Asked(
        person=parsed.person,
        terminal=parsed.terminal,
        workspace=parsed.workspace,
        login=getpass.getuser(),
        process=read_process(settings),
        dry_run=parsed.dry_run,
        sure=parsed.yes,
        open_too=parsed.open_too,
    )
    print(on_database(settings, asked.carried_out))
    return 0


def _links(connection: Connection, workspace: str, streams: Sequence[str]) -> dict[int, list[str]]:
    archive = f"{selves.address(connection, workspace)}/archives"
    return {
        number: [
            f"{archive}/{place.channel}" + (f"/p{place.item.replace('.', '')}" * bool(place.item))
            for place in places
        ]
        for number, places in authorship.told_in(connection, workspace, streams).items()
    }


def _typist(login: str, typed: dict[str, int], begun: set[str]) -> str:
    """Return who typed in nobody's name; an erasure that was `begun` may have left nothing.

    Raises:
        Problem: nobody of that login did.
    """
    user = at_the_terminal(login).user
    if login in typed or user in begun:
        return user
    some = f" Who did: {', '.join(sorted(typed))}." if typed else ""
    raise Problem(f"Of {login} nothing is on record that was typed in nobody's name.{some}")


def _told(amount: Amount) -> str:
    return (
        f"{counted(amount.texts, 'text')} and {counted(amount.messages, 'message')} "
        f"in {counted(amount.incidents, 'incident')}"
    )


def _incidents(numbered: dict[int, list[str]]) -> str:
    """Name incidents, with the roles that are held in them."""
    parts = {number: f" ({', '.join(roles)})" for number, roles in numbered.items() if roles}
    named = [f"INC-{number}{parts.get(number, '')}" for number in numbered]
    more = len(named) - _NAMED
    return ", ".join(named[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _left(user: str, fault: LeftForNewer) -> str:
    many = "1 incident was" if fault.left == 1 else f"{fault.left:,} incidents were"
    return (
        f"Of {user} {_told(fault.done)} were emptied, and the name. Not all: {many} last changed "
        "by a newer version of Muster than this one, and left as they are. Update this "
        "installation: a bot of that version finishes it by itself, or run it again then."
    )


def _confirm(found: _Found) -> None:
    """Have a person at the terminal say that it is meant.

    Raises:
        Problem: they do not, or nobody is there.
    """
    user = found.user
    if not sys.stdin.isatty():
        raise Problem(f"Nobody is here to confirm it: say --yes to erase what {user} wrote.")
    for line in found.told():
        print(line, file=sys.stderr)
    print("It cannot be brought back.", file=sys.stderr)
    print(f"Type {user} to erase it: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != user:
        raise Problem("That was something else; nothing was erased.")
