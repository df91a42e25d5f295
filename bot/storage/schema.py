"""Whether the database has the schema that this version needs, and bringing it there.

Alembic is imported only to migrate: starting must not wait for it.
"""

from sqlalchemy import Connection, inspect, text

from bot.shipped import shipped
from bot.storage.database import Database

HEAD = "0001"
"""The newest revision under `migrations/`."""


async def revision(database: Database) -> str | None:
    """Return the revision of the schema, None for an empty database."""
    return await database.read(_revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


async def migrate(database: Database) -> None:
    """Bring the schema to this version's revision, in one transaction."""
    await database.write(_upgrade)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
