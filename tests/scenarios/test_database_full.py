"""The database can be read and not be written: its disk is full, or it takes no writes."""

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bot.storage import tables
from bot.storage.opening import database_file
from bot.storage.sqlite import ROOM, SqliteDatabase
from tests.databases import fresh_postgresql
from tests.outages import Wire, administrate, hang_up_on
from tests.people import a_world
from tests.reliability import Tried, tried
from tests.scenarios.test_database_away import NOTHING, SEARCH, Outage, in_time

__all__ = ["tried"]


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def a_small_disk(folder: Path) -> Iterator[None]:
    """Have a folder lie on a disk of its own, if this user may mount one."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={4 * ROOM}", "none", str(folder)],  # noqa: S607
        check=False,
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("only root mounts: tests/storage/test_away.py tries a full SQLite without")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


class FullDisk(Outage):
    """Something else has taken all room on the disk of a file."""

    async def begins(self) -> None:
        await asyncio.to_thread(self._fill)

    def _fill(self) -> None:
        with _ballast(self).open("wb", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                _write_until_full(file.fileno(), b"x" * size)

    async def ends(self) -> None:
        await asyncio.to_thread(_ballast(self).unlink, missing_ok=True)


def _ballast(outage: Outage) -> Path:
    path = database_file(outage.world.database_url)
    assert path is not None
    return path.with_name("ballast")


def _file(outage: Outage) -> SqliteDatabase:
    assert outage.world.app is not None
    behind = outage.world.app.database.behind
    assert isinstance(behind, SqliteDatabase)
    return behind


def _write_until_full(file: int, some: bytes) -> None:
    with suppress(OSError):
        while True:
            os.write(file, some)


class NoWrites(Outage):
    """A file takes no writes, through any connection."""

    async def begins(self) -> None:
        event.listen(_file(self)._writing, "connect", _no_writes)  # noqa: SLF001 - its connections
        await _file(self).write(lambda c: c.exec_driver_sql("PRAGMA query_only=ON"))

    async def ends(self) -> None:
        engine = _file(self)._writing  # noqa: SLF001 - its connections
        if event.contains(engine, "connect", _no_writes):
            event.remove(engine, "connect", _no_writes)


def _no_writes(raw: sqlite3.Connection, _record: object) -> None:
    raw.execute("PRAGMA query_only=ON")


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────


class FullServer(Outage):
    """No table may grow: the server says so with the words that it has for a full disk."""

    async def begins(self) -> None:
        await self._orders(
            "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; "
            "END $$",
            *(
                f"CREATE TRIGGER full_disk BEFORE INSERT ON {table.name} EXECUTE FUNCTION "
                "full_disk()"
                for table in tables.metadata.sorted_tables
            ),
        )

    async def ends(self) -> None:
        await self._orders("DROP FUNCTION IF EXISTS full_disk CASCADE")

    async def _orders(self, *statements: str) -> None:
        url = make_url(self.world.database_url)
        connection = await asyncpg.connect(
            host=str(url.query["host"]), user="postgres", database=url.database
        )
        for statement in statements:
            await connection.execute(statement)
        await connection.close()


class StandBy(Outage):
    """The server is a stand-by now, which takes no writes."""

    async def begins(self) -> None:
        await self._is("SET default_transaction_read_only = on")

    async def ends(self) -> None:
        await self._is("RESET default_transaction_read_only")

    async def _is(self, what: str) -> None:
        url = self.world.database_url
        alter = f"ALTER DATABASE {make_url(url).database} {what}"
        await administrate(url, alter, hang_up_on(url))


# ── Any ─────────────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "full SQLite": FullDisk,
    "read-only SQLite": NoWrites,
    "full PostgreSQL": FullServer,
    "read-only PostgreSQL": StandBy,
}


@pytest.fixture(params=KINDS)
async def outage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outage]:
    """INC-1 is declared; then nothing can be written any more."""
    kind: str = request.param
    async with AsyncExitStack() as stack:
        url = None
        if "PostgreSQL" in kind:
            server = request.getfixturevalue("postgresql")
            url = await stack.enter_async_context(asynccontextmanager(fresh_postgresql)(server))
        elif "full" in kind:
            stack.enter_context(a_small_disk(tmp_path))
        world = await stack.enter_async_context(a_world(tmp_path, database_url=url))
        await world.ann.says("/incident declare checkout is down --sev 2")
        outage = KINDS[kind](world, Wire(""), kind, AsyncExitStack())
        stack.push_async_callback(outage.ends)
        yield outage


@pytest.mark.faults
async def test_people_are_told_have_a_room_and_go_on_when_it_can_be_written_again(
    outage: Outage, tried: Tried
) -> None:
    world = outage.world
    room = (await world.room(1)).channel
    await world.ann.hands.types(room, "/incident update")
    await world.ann.hands.sees_modal("update")
    await outage.begins()
    typed, submitted, declared = await asyncio.gather(
        world.bob.hands.types("general", "/incident severity inc-1 1 many are hit"),
        world.ann.hands.submits({"text": "we are on it"}),
        world.carol.hands.types("general", SEARCH),
    )
    assert NOTHING in str(typed)
    assert NOTHING in str(submitted.errors)
    assert "you can start" in declared
    assert "checkout is down" in await world.bob.hands.types("general", "/incident show inc-1")
    in_time(outage)
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    (name,) = world.channels("inc-provisional-")
    assert name.startswith("inc-provisional-search-is-slow-")
    assert world.bot.database.presence.absences >= 1
    await outage.ends()
    await outage.recovers()
    assert world.channels("inc-") == ["inc-1-checkout-is-down", "inc-2-search-is-slow"]
    assert (await world.incident(1)).severity == "sev2"
    assert (await world.ann.submits({"text": "we are on it"})).ok
    assert "we are on it" in (await world.room(1)).text()
    kind, _, where = outage.how.partition(" ")
    tried(f"the database is {kind} while three people ask for something", where)


@pytest.mark.faults("the database takes no writes while a bot starts")
@pytest.mark.parametrize("outage", ["full SQLite", "read-only PostgreSQL"], indirect=True)
async def test_a_bot_that_starts_while_nothing_can_be_written_goes_on_once_it_can(
    outage: Outage,
) -> None:
    world = outage.world
    await world.crashes()
    await outage.begins()
    await world.starts()
    assert (await outage.ready())[0] == 503
    graver = "/incident severity inc-1 1 many are hit"
    assert NOTHING in await world.ann.hands.types("general", graver)
    await outage.ends()
    await outage.recovers()
    await world.ann.says(graver)
    assert (await world.incident(1)).severity == "sev1"
