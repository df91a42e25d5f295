"""`muster verify`: whether the record is as it was written, offline; or whether an export is."""

import argparse
import sys
from collections.abc import Iterator

from bot.cli.rebuild import progress_line
from bot.cli.register import printable
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.storage import verifying
from bot.storage.database import Connection, Database
from bot.storage.statements import one_moment
from bot.storage.verifying import Report

_TOLD = 20
_SHORTEST = 16


def arguments(parser: argparse.ArgumentParser) -> None:
    """The database, or the file of an export."""
    parser.add_argument(
        "--since",
        metavar="HEAD",
        type=_head,
        help="prove that the record still holds this head of the chain, which was printed before",
    )
    parser.epilog = (
        "Walks all events, texts and messages of the database, on which a bot may be at work; it "
        "changes nothing. Exit status 1 says that something is not as it was written."
    )


def _head(text: str) -> str:
    """Return a head of the chain, or so much of it that it can be no other's."""
    folded = text.strip().lower()
    if len(folded) < _SHORTEST or set(folded) - set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no head: write what `muster verify` printed, {_SHORTEST} digits at least"
        )
    return folded


def run(parsed: argparse.Namespace) -> int:
    """Verify, say what is wrong, and what all of it amounts to."""
    since = parsed.since or ""

    async def work(database: Database) -> Report:
        def look(connection: Connection) -> Report:
            one_moment(connection)
            return verifying.verify(connection, since=since, progress=progress_line("events"))

        return await database.read(look)

    report = on_database(read_settings(), work)
    wrong = [*_breaks(report), *_doubts(report, since)]
    for line in wrong:
        print(printable(line), file=sys.stderr)
    if not wrong:
        print("The record is as it was written.")
    for line in _amounts(report):
        print(line)
    return 1 if wrong else 0


def _breaks(report: Report) -> Iterator[str]:
    """The first break, and so many of the others as anybody reads."""
    if not report.broken:
        return
    yield f"The record is not as it was written. First break: {report.breaks[0]}."
    for each in report.breaks[1:_TOLD]:
        yield f"- {each}"
    if report.broken > _TOLD:
        yield f"… and {report.broken - _TOLD:,} more"


def _doubts(report: Report, since: str) -> Iterator[str]:
    """What is no break by itself, and is not as it should be."""
    if report.unheld:
        yield (
            f"{report.unheld:,} messages are held by nothing: an older version of Muster wrote "
            "them, and `muster serve` takes them over within a minute; or somebody added them."
        )
    if since and not report.seen:
        yield f"The record does not hold {since}: it was rewritten since, or is another."


def _amounts(report: Report) -> Iterator[str]:
    yield (
        f"Looked at {report.events:,} events in {report.streams:,} streams, {report.texts:,} texts "
        f"and {report.messages:,} messages."
    )
    if report.emptied:
        yield f"Of these, {report.emptied:,} texts are empty, each by an erasure on record."
    if report.taken_over:
        yield (
            f"{report.taken_over:,} messages were held only after an older version of Muster had "
            "written them: what was changed before shows nowhere."
        )
    if report.late:
        yield (
            f"{report.late:,} events of {report.late_streams:,} streams are not anchored yet: a "
            "running bot does that each minute. That they were cut off would not show."
        )
    for workspace, head in sorted(report.heads.items()):
        yield f"Head of the chain of {workspace}: {head}"
