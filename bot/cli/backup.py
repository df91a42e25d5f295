"""`muster backup FILE`: the whole record as one file, taken while the bot runs."""

import argparse
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.cli import VERSION, Problem
from bot.cli.register import counted
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.storage.backing_up import take
from bot.storage.backup_file import examine, new_file
from bot.storage.backup_form import BackupFault, Header, Manifest
from bot.storage.database import Database


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; it must not exist yet")
    parser.add_argument(
        "--check", action="store_true", help="read a backup that is there, and say if it is whole"
    )
    parser.epilog = (
        "The bot may run meanwhile: the copy is of one moment. It can be restored into SQLite and "
        "into PostgreSQL, by this version and later ones. It holds what people wrote, private "
        "incidents too, and none of Muster's secrets. `muster docs backup` tells the rest."
    )


def run(parsed: argparse.Namespace) -> int:
    """Take a backup, or look whether one is whole."""
    try:
        if parsed.check:
            print(contents(*examine(parsed.file)))
        else:
            taken = _take(parsed.file)
            size = parsed.file.stat().st_size
            print(f"{parsed.file}: {_counts(taken)}; {size:,} bytes, digest {taken.digest[:16]}.")
    except BackupFault as fault:
        raise Problem(str(fault)) from fault
    return 0


def contents(header: Header, manifest: Manifest) -> str:
    """Return in a line what a backup is and holds."""
    taken = datetime.fromisoformat(header.taken_at)
    return (
        f"A backup of {taken:%Y-%m-%d %H:%M} UTC, schema {header.schema}: {_counts(manifest)}. "
        "It is whole: every digest agrees."
    )


def _counts(manifest: Manifest) -> str:
    parts = [
        counted(manifest.count(table), what)
        for table, what in (
            ("incidents", "incident"),
            ("events", "event"),
            ("messages", "message"),
        )
    ]
    return f"{', '.join(parts)}, {counted(manifest.rows, 'row')} in all"


def _take(path: Path) -> Manifest:
    settings = read_settings()
    with new_file(path) as writer:

        async def work(database: Database) -> Manifest:
            now = Clock().now().isoformat(timespec="seconds")
            taking = partial(take, writer=writer, taken_at=now, version=VERSION)
            return await database.read(taking)

        return on_database(settings, work, any_schema=True, only_reading=True)
