"""Work on the database for one word: opened, checked, closed, its faults in one line."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot.cli import Problem
from bot.config import Settings
from bot.storage import schema
from bot.storage.database import Database, DatabaseAway
from bot.storage.opening import connect, database_file, lost, no_folder

T = TypeVar("T")


def on_database(
    settings: Settings,
    work: Callable[[Database], Awaitable[T]],
    *,
    migrated: bool = True,
    lost_too: bool = False,
    any_schema: bool = False,
    newer_too: bool = False,
    only_reading: bool = False,
) -> T:
    """Run `work` on the database and return what it returned.

    What works without `migrated` makes the database; what works on `any_schema` must find one.
    What works where the record is `lost_too` puts another there. What is `newer_too` works beside a
    newer version, whose schema only adds to this one's. What is `only_reading` needs no permission
    to write, and leaves nothing behind.

    Raises:
        Problem: the database does not answer, or has not the schema that this version needs.
    """

    async def run() -> T:
        path = None if lost_too else database_file(settings.database_url)
        _is_not_lost(path, empty=False)
        _is_there(settings, migrated=migrated)
        database = connect(settings.database_url, patient=True, only_reading=only_reading)
        try:
            if path is not None:
                _is_not_lost(path, empty=await schema.revision(database) is None)
            if migrated and not any_schema:
                await _has_schema(database, newer_too=newer_too)
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DatabaseAway as fault:
        raise Problem(f"The database does not answer: {fault}") from fault


def _is_not_lost(path: Path | None, *, empty: bool) -> None:
    if path is not None and (gone := lost(path, empty=empty)):
        raise Problem(f"{gone[0].upper()}{gone[1:]}.")


def _is_there(settings: Settings, *, migrated: bool) -> None:
    """Only what makes a database may make its file: looking leaves nothing behind."""
    path = database_file(settings.database_url)
    if path is None or path.exists():
        return
    if not path.resolve().parent.is_dir():
        raise Problem(f"There is no database at {path}: {no_folder(path)}.")
    if migrated:
        raise Problem(f"There is no database at {path} yet; `muster serve` makes it.")


async def _has_schema(database: Database, *, newer_too: bool) -> None:
    revision = await schema.revision(database)
    if revision is not None and revision > schema.HEAD:
        if newer_too:
            return
        raise Problem(
            f"The database has schema {revision}, which a newer Muster made; this version knows "
            f"{schema.HEAD}, and would spoil what it does not know. Use the newer version for this."
        )
    if revision != schema.HEAD:
        raise Problem(
            f"The database has schema {revision or 'none'}, this version needs {schema.HEAD}: "
            "run `muster migrate` first."
        )
