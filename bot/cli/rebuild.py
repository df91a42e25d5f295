"""`muster rebuild`: prove that what lists and pages read follows from the events, or make it so."""

import argparse
import sys
from collections.abc import Callable

from bot.cli.register import counted
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.engine.rebuilding import Differs, rebuild
from bot.storage.database import Database

_TOLD = 20
_NOT_LOOKED_AT = (
    "Events, texts and messages were taken as they are; `muster verify` proves that nobody changed "
    "them."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Write, or only compare."""
    parser.add_argument(
        "--check", action="store_true", help="only compare, change nothing; exit 1 on a difference"
    )
    parser.epilog = (
        "The events are the record; what lists and pages read is written from them in the same "
        "moment. A difference means a mistake in Muster, or that somebody changed the database."
    )


def run(parsed: argparse.Namespace) -> int:
    """Rebuild, with progress, and say what was different."""

    async def work(database: Database) -> tuple[int, list[Differs]]:
        return await rebuild(database, write=not parsed.check, progress=progress_line("incidents"))

    settings = read_settings()
    count, different = on_database(settings, work, only_reading=bool(parsed.check))
    of = counted(count, "incident")
    if not different:
        print(f"{of}: everything that lists and pages read follows from the events.")
        print(_NOT_LOOKED_AT)
        return 0
    for each in different[:_TOLD]:
        print(f"{each.stream} differed in: {', '.join(each.tables)}", file=sys.stderr)
    if len(different) > _TOLD:
        print(f"… and {len(different) - _TOLD} more", file=sys.stderr)
    if parsed.check:
        differ = "differs from its" if len(different) == 1 else "differ from their"
        print(f"{len(different)} of {of} {differ} events; nothing was changed.")
        print(_NOT_LOOKED_AT)
        return 1
    differed = "its events and is" if len(different) == 1 else "their events and are"
    print(f"{len(different)} of {of} differed from {differed} right now.")
    return 0


def progress_line(what: str) -> Callable[[int, int], None]:
    """Return a reporter that keeps one line of the terminal current, each hundredth of the way."""

    def report(done: int, of: int) -> None:
        if sys.stderr.isatty() and (done == of or done % max(1, of // 100) == 0):
            end = "\n" if done == of else ""
            print(f"\r{done} of {of} {what}", end=end, file=sys.stderr, flush=True)

    return report
