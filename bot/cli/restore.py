"""`muster restore FILE`: a backup into an empty database, proved to be right."""

import argparse
from contextlib import ExitStack
from pathlib import Path

from bot.cli import Problem
from bot.cli.backup import contents
from bot.cli.register import counted, incident_number
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.engine.restoring import Restored, restore
from bot.storage import schema
from bot.storage.backup_file import examine
from bot.storage.backup_form import BackupFault
from bot.storage.database import Database
from bot.storage.opening import Served, database_file, only_process


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and what is to be different."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file that `muster backup` wrote")
    parser.add_argument(
        "--next",
        type=incident_number,
        default=0,
        metavar="INC-42",
        help="the first number to give out: for when incidents were declared after the backup",
    )
    parser.add_argument(
        "--although-broken",
        action="store_true",
        help="restore a record whose chain was broken already when the backup was taken",
    )
    parser.epilog = (
        "The database is that of DATABASE_URL and must be empty. All of it is restored and proved, "
        "or nothing is. Stop the old bot first: two bots on two records answer everything twice."
    )


def run(parsed: argparse.Namespace) -> int:
    """Check the file, restore it, and say what the proofs said."""
    settings = read_settings()

    async def work(database: Database) -> Restored:
        return await restore(
            database,
            parsed.file,
            number_from=parsed.next,
            although_broken=parsed.although_broken,
        )

    with ExitStack() as held:
        try:
            print(contents(*examine(parsed.file)))
            path = database_file(settings.database_url)
            if path is not None:
                held.enter_context(only_process(path))
            restored = on_database(settings, work, migrated=False, lost_too=True)
        except (BackupFault, Served) as fault:
            raise Problem(str(fault)) from fault
    print("\n".join(_told(restored)))
    return 0


def _told(restored: Restored) -> list[str]:
    manifest, before = restored.manifest, restored.header.schema
    lines = [f"Restored {counted(manifest.rows, 'row')}; each table returns what the backup holds."]
    if before != schema.HEAD:
        lines.append(f"The schema went from {before} to {schema.HEAD}.")
    if restored.broken:
        lines.append(f"Broken already when the backup was taken: {'; '.join(restored.broken)}.")
    else:
        lines.append(
            f"{counted(manifest.count('events'), 'event')} in "
            f"{counted(restored.streams, 'stream')} follow each other without a break."
        )
    lines.append(_lists(restored))
    lines.append(
        f"Owed: {restored.in_doubt:,} (each is looked up in Slack before it is done). "
        f"Timers: {restored.timers:,}."
    )
    lines.append("`muster serve` goes on from here.")
    return lines


def _lists(restored: Restored) -> str:
    told = "Everything that lists and pages read follows from the events."
    if restored.written_anew:
        incidents = counted(restored.written_anew, "incident")
        told = f"What lists and pages read of {incidents} was written anew."
    if restored.left_alone:
        told += f" {restored.left_alone:,} hold events of a newer version and are as they came."
    return told
