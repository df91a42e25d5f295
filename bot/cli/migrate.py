"""`muster migrate`: bring the database to the schema that this version needs."""

import argparse

from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.storage import schema
from bot.storage.database import Database


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: the database is that of DATABASE_URL."""
    parser.epilog = (
        "The database is that of DATABASE_URL. Running it again changes nothing; `muster serve` "
        "does it by itself for an embedded database (SQLite)."
    )


def run(_: argparse.Namespace) -> int:
    """Migrate, in one transaction, and say what was done."""
    print(on_database(read_settings(), _migrate, migrated=False))
    return 0


async def _migrate(database: Database) -> str:
    before = await schema.revision(database)
    if before == schema.HEAD:
        return f"The database has schema {schema.HEAD} already; nothing to do."
    if before is not None and before > schema.HEAD:
        return (
            f"The database has schema {before}, which a newer Muster made; this version knows "
            f"{schema.HEAD} and works on it as it is. Nothing was changed."
        )
    await schema.migrate(database)
    return f"The database now has schema {schema.HEAD} (before: {before or 'none'})."
