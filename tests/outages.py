"""Databases that go away, in every way that databases do, and come back when the test says so."""

import asyncio
import contextlib
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import asyncpg
import pytest
from sqlalchemy.engine import URL, make_url

from bot.storage.database import Database, DatabaseAway, T, Urgency, Work, timed
from bot.storage.opening import database_file

# ── Any ─────────────────────────────────────────────────────────────────────────────────────────


class Unplugged(Database):
    """A real database that is away at once, and for as long as the test says."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.is_away = False

    @timed("write")
    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Write, unless it is away."""
        self._ask()
        result = await self._inner.write(work, urgency)
        self.presence.back()
        return result

    @timed("read")
    async def read(self, work: Work[T]) -> T:
        """Read, unless it is away."""
        self._ask()
        return await self._inner.read(work)

    def _ask(self) -> None:
        if self.is_away:
            self.presence.away("unplugged")
            raise DatabaseAway("unplugged")

    def changed_elsewhere(self) -> bool:
        """Ask the real one."""
        return self._inner.changed_elsewhere()

    async def close(self) -> None:
        """Close the real one."""
        await self._inner.close()


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Another process holds the write lock."""
    other = sqlite3.connect(str(database_file(url)), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


@contextmanager
def mounted_read_only(folder: Path) -> Iterator[None]:
    """Mount a folder onto itself so that nobody writes to it, if this user may."""
    for options in ("bind", "remount,bind,ro"):
        done = subprocess.run(
            ["mount", "-o", options, str(folder), str(folder)],  # noqa: S607
            check=False,
            capture_output=True,
        )
        if done.returncode:
            pytest.skip("only root mounts: the permissions of files are tried above")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────

_MOST = 65_536


@dataclass
class Wire:
    """What lies between Muster and its server: it can be cut, or fall silent."""

    server: str
    mode: Literal["open", "cut", "silent"] = "open"
    cuts_commits: Literal["", "before", "after"] = ""
    """Break the connection that commits: before the server hears of it, or once it has answered."""
    hushes_commits: bool = False
    """Fall silent behind the next commit: the server has it, and nobody hears so."""
    struck: int = 0
    """How many commits were cut."""
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)
    _loud: asyncio.Event = field(default_factory=asyncio.Event)

    def opens(self) -> None:
        """All is well again; what was held back goes on."""
        self.mode, self.cuts_commits, self.hushes_commits = "open", "", False
        self._loud.set()

    def is_cut(self) -> None:
        """Every connection breaks, and new ones do at once."""
        self.mode = "cut"
        for end in tuple(self._ends):
            end.transport.abort()

    def falls_silent(self) -> None:
        """Nothing comes through in either direction, and nobody is told."""
        self.mode = "silent"
        self._loud.clear()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until it breaks."""
        ends = {writer}
        with contextlib.suppress(OSError):
            if self.mode == "cut":
                raise ConnectionResetError
            far_reader, far_writer = await asyncio.open_unix_connection(self.server)
            ends.add(far_writer)
            self._ends |= ends
            line = _Line(self)
            out = asyncio.ensure_future(line.out(reader, far_writer))
            back = asyncio.ensure_future(line.back(far_reader, writer))
            await asyncio.wait({out, back}, return_when=asyncio.FIRST_COMPLETED)
            for task in (out, back):
                task.cancel()
            await asyncio.gather(out, back, return_exceptions=True)
        self._ends -= ends
        for end in ends:
            end.transport.abort()

    async def heard(self) -> None:
        """Wait while the wire is silent."""
        if self.mode == "silent":
            await self._loud.wait()


@dataclass
class _Line:
    """One connection through the wire."""

    wire: Wire
    doomed: bool = False

    async def out(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_MOST):
            await self.wire.heard()
            if self.wire.cuts_commits and b"COMMIT" in data:
                self.wire.struck += 1
                if self.wire.cuts_commits == "before":
                    return
                self.doomed = True
            writer.write(data)
            if self.wire.hushes_commits and b"COMMIT" in data:
                self.wire.struck += 1
                self.wire.falls_silent()

    async def back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (data := await reader.read(_MOST)) and not self.doomed:
            await self.wire.heard()
            writer.write(data)


@asynccontextmanager
async def wired(url: str) -> AsyncIterator[tuple[str, Wire]]:
    """A database's URL by way of a wire that the test can cut."""
    parsed = make_url(url)
    wire = Wire(f"{parsed.query['host']}/.s.PGSQL.5432")
    with tempfile.TemporaryDirectory(prefix="wire", dir="/tmp") as folder:  # sockets: a short path
        server = await asyncio.start_unix_server(wire.carry, f"{folder}/.s.PGSQL.5432")
        try:
            yield through(parsed, folder), wire
        finally:
            wire.is_cut()
            server.close()
            await server.wait_closed()


def through(url: URL, folder: str) -> str:
    """The same database at another socket."""
    return url.set(query={"host": folder}).render_as_string(hide_password=False)


async def administrate(url: str, *statements: str) -> None:
    """Do something to the server, past Muster and past the wire."""
    host = str(make_url(url).query["host"])
    admin = await asyncpg.connect(host=host, user="postgres", database="postgres")
    try:
        for statement in statements:
            await admin.execute(statement)
    finally:
        await admin.close()


def hang_up_on(url: str) -> str:
    """The statement by which a server ends everybody's connections to this database."""
    name = make_url(url).database
    return (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608 - a name of our own
        f"WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
