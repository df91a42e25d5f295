"""Whether the database has the schema that this version needs, and bringing it there.

Alembic is imported only to migrate: starting must not wait for it.
"""

from sqlalchemy import Connection, inspect, text

from bot.shipped import shipped
from bot.storage.database import Database

HEAD = "0011"
"""The newest revision under `migrations/`."""
_OURS = 0x6D7573746572
"""The number under which processes that migrate wait for each other; it spells the product."""
TABLE = "alembic_version"
"""Where a database says which schema it has."""


async def revision(database: Database) -> str | None:
    """Return the revision of the schema, None for an empty database."""
    return await database.read(revision_of)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the schema, None for an empty database."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def is_known(revision: str) -> bool:
    """Say whether this version has a migration to that schema."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see the module's docstring

    scripts = ScriptDirectory(str(shipped("migrations")))
    return any(each.revision == revision for each in scripts.walk_revisions())


async def migrate(database: Database) -> None:
    """Bring the schema to this version's revision, in one transaction."""
    await database.write(upgrade)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision, inside a transaction that is under way.

    Who comes second, as pods do that start side by side, finds it done. SQLite has one writer
    anyway.
    """
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": _OURS})
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
