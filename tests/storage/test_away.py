"""A database that goes away: what is said, what is recorded, and that it comes back by itself."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.engine import make_url

from bot.storage import messages
from bot.storage import tables as t
from bot.storage.awaited import AwaitedDatabase
from bot.storage.database import (
    CommitUnknown,
    Connection,
    Database,
    DatabaseAway,
    T,
    Urgency,
    Work,
)
from bot.storage.messages import Said
from bot.storage.opening import connect
from bot.storage.sqlite import SqliteDatabase
from tests.databases import fresh_postgresql, migrated, shut_down
from tests.machine import within
from tests.outages import Wire, administrate, hang_up_on, locked, wired

pytestmark = [
    pytest.mark.faults("the database goes away in the middle of its work"),
    pytest.mark.hurried,
]

SOON = 2.5
"""Seconds within which a person is told."""


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(t.workspaces)).scalar_one()


def adding(name: str) -> Work[str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(t.workspaces), [{"id": name, "next_number": 1}])
        return name

    return work


async def is_told_soon(database: Database, work: Work[object]) -> None:
    """It fails within the time in which a person is answered."""
    with within(SOON), pytest.raises(DatabaseAway):
        await database.write(work)
    assert database.presence.trouble


async def is_back(database: Database, count_by_now: int) -> None:
    """It works again, by itself, and holds what was committed and nothing else."""
    assert await database.write(adding("after")) == "after"
    assert await database.read(count) == count_by_now
    assert database.presence.trouble is None
    assert database.presence.absences >= 1


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    await migrated(url)
    database = connect(url)
    assert isinstance(database, SqliteDatabase)
    yield database
    await database.close()


def url_of(database: SqliteDatabase) -> str:
    return f"sqlite+aiosqlite:///{database.path}"


async def test_a_lock_of_another_process_is_told_in_time_and_waited_out(
    embedded: SqliteDatabase,
) -> None:
    with locked(url_of(embedded)):
        await is_told_soon(embedded, adding("meanwhile"))
        assert await embedded.read(count) == 0
    await is_back(embedded, 1)


async def test_a_message_that_comes_alone_finds_the_lock_too(embedded: SqliteDatabase) -> None:
    said = Said(workspace="T1", channel="C1", ts="1.0", as_of="1.0", user="U1", text="it is down")
    work = partial(messages.store, rows=messages.rows_of([said]))
    with locked(url_of(embedded)), pytest.raises(DatabaseAway, match="locked"):
        await embedded.put(work)
    assert embedded.presence.absences == 1
    await embedded.put(work)
    assert embedded.presence.trouble is None
    assert await embedded.read(lambda c: messages.one(c, "C1", "1.0")) == said


async def test_a_lock_on_reading_is_told_too(embedded: SqliteDatabase) -> None:
    await embedded.close()
    other = sqlite3.connect(embedded.path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    database = SqliteDatabase(embedded.path)
    with pytest.raises(DatabaseAway):
        await database.read(count)
    await is_told_soon(database, adding("meanwhile"))
    assert database.changed_elsewhere(), "where it cannot be told, have a look"
    other.close()
    await is_back(database, 1)
    await database.close()


async def test_a_full_disk_is_told_and_room_on_it_is_used(embedded: SqliteDatabase) -> None:
    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.execute(
            insert(t.workspaces), [{"id": f"T{n}" * 20, "next_number": n} for n in range(5_000)]
        )

    outcomes = await asyncio.gather(
        embedded.write(adding("before")), embedded.write(fill), return_exceptions=True
    )
    assert isinstance(outcomes[1], DatabaseAway), outcomes
    assert "full" in str(outcomes[1])
    held = 1 if outcomes[0] == "before" else 0
    await is_back(embedded, held + 1)


@contextmanager
def files_cannot_grow(beyond: Path) -> Iterator[None]:
    """Let no file of this process become longer than this one is."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (beyond.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_who_has_nothing_to_write_does_not_end_the_trouble(
    embedded: SqliteDatabase,
) -> None:
    await embedded.write(adding("before"))
    with files_cannot_grow(embedded.path.with_name("muster.db-wal")):
        await is_told_soon(embedded, adding("meanwhile"))
        with pytest.raises(DatabaseAway):
            await embedded.write(count)
        assert embedded.presence.trouble
    assert await embedded.write(count) == 1
    assert embedded.presence.trouble is None


async def test_a_read_only_database_is_told_and_written_once_it_may_be(
    embedded: SqliteDatabase,
) -> None:
    await embedded.write(lambda c: c.exec_driver_sql("PRAGMA query_only=1"))
    await is_told_soon(embedded, adding("meanwhile"))
    await is_back(embedded, 1)


async def test_a_file_that_is_gone_for_a_while_is_found_again(embedded: SqliteDatabase) -> None:
    """As with a volume that is mounted late: the folder is not there, then it is."""
    await embedded.close()
    away = embedded.path.parent.with_name("away")
    embedded.path.parent.rename(away)
    database = SqliteDatabase(embedded.path)
    with pytest.raises(DatabaseAway):
        await database.read(count)
    await is_told_soon(database, adding("meanwhile"))
    away.rename(embedded.path.parent)
    await is_back(database, 1)
    await database.close()


async def test_a_folder_that_cannot_be_looked_at_leaves_nobody_unanswered(
    embedded: SqliteDatabase,
) -> None:
    """Where a folder was moved away, nobody can tell that it has room."""
    await embedded.write(adding("before"))
    embedded.presence.away("the disk is full")
    away = embedded.path.parent.with_name("away")
    embedded.path.parent.rename(away)
    async with asyncio.timeout(30):
        for _ in range(2):
            await asyncio.gather(embedded.write(count), return_exceptions=True)
    assert embedded.presence.trouble
    away.rename(embedded.path.parent)
    await is_back(embedded, 2)


async def test_what_goes_into_a_file_that_was_moved_is_refused_until_it_is_back(
    embedded: SqliteDatabase,
) -> None:
    """Who has it open could write on, and nobody would find that again."""
    await embedded.write(adding("before"))
    assert await embedded.read(count) == 1
    place, away = embedded.path.parent, embedded.path.parent.with_name("away")
    away.mkdir()
    _move_all(place, away)
    await is_told_soon(embedded, adding("meanwhile"))
    for ask in (embedded.read(count), embedded.put(adding("alone"))):
        with pytest.raises(DatabaseAway, match="is gone; put it back"):
            await ask
    assert embedded.changed_elsewhere(), "where it cannot be told, have a look"
    assert not list(place.iterdir()), "nothing is made in its place"
    embedded.path.touch()
    with pytest.raises(DatabaseAway, match="is another file"):
        await embedded.write(adding("meanwhile"))
    assert not embedded.path.stat().st_size
    _move_all(away, place)
    await is_back(embedded, 2)


def _move_all(place: Path, to: Path) -> None:
    for each in place.iterdir():
        each.rename(to / each.name)


async def test_what_was_committed_while_the_file_was_taken_away_is_in_doubt(
    embedded: SqliteDatabase,
) -> None:
    away = embedded.path.with_name("away.db")

    def taken_away(connection: Connection) -> None:
        adding("meanwhile")(connection)
        embedded.path.rename(away)

    with pytest.raises(CommitUnknown, match="is gone"):
        await embedded.write(taken_away)
    away.rename(embedded.path)
    await is_back(embedded, 2)


class LosesCommits(SqliteDatabase):
    """Is fit as far as can be seen, but for the answer to each commit."""

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        await super().write(work, urgency)
        raise CommitUnknown("the connection was lost")


async def test_what_was_asked_of_a_shut_database_is_never_in_doubt(
    embedded: SqliteDatabase,
) -> None:
    """The look that shut it was in doubt; what comes after it is not even tried."""
    awaited = AwaitedDatabase(LosesCommits(embedded.path), None)
    with pytest.raises(CommitUnknown):
        await awaited.look()
    for ask in (awaited.write(adding("meanwhile")), awaited.read(count)):
        with pytest.raises(DatabaseAway, match="was lost") as told:
            await ask
        assert type(told.value) is DatabaseAway
    await awaited.close()


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def server_url(postgresql: str) -> AsyncIterator[str]:
    async for url in fresh_postgresql(postgresql):
        yield url


@pytest.fixture
async def wire(server_url: str) -> AsyncIterator[tuple[Database, Wire]]:
    """A database at the end of a wire."""
    async with wired(server_url) as (url, held):
        database = connect(url)
        await database.write(adding("before"))
        yield database, held
        await database.close()


async def test_connections_that_the_server_ends_are_made_anew(server_url: str) -> None:
    database = connect(server_url)
    await asyncio.gather(*(database.write(adding(f"T{n}")) for n in range(5)))
    await administrate(server_url, hang_up_on(server_url))
    assert await database.write(adding("after")) == "after"
    assert await database.read(count) == 6
    await database.close()


async def test_a_server_that_is_restarted_is_found_again(server_url: str) -> None:
    database = connect(server_url)
    await asyncio.gather(*(database.write(adding(f"T{n}")) for n in range(5)))
    with shut_down(server_url):
        await is_told_soon(database, adding("meanwhile"))
        with pytest.raises(DatabaseAway):
            await database.read(count)
    await is_back(database, 6)
    await database.close()


async def test_work_whose_connection_the_server_ends_is_told(server_url: str) -> None:
    database = connect(server_url)

    def ends(connection: Connection) -> str:
        adding("meanwhile")(connection)
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return "never"

    await is_told_soon(database, ends)
    await is_back(database, 1)
    await database.close()


async def test_after_a_failover_the_new_primary_is_found(server_url: str) -> None:
    """The old primary is a stand-by now: connections live on, and take no writes."""
    name = make_url(server_url).database
    database = connect(server_url)
    await database.write(adding("before"))
    await administrate(
        server_url,
        f"ALTER DATABASE {name} SET default_transaction_read_only = on",
        hang_up_on(server_url),
    )
    await is_told_soon(database, adding("meanwhile"))
    assert await database.read(count) == 1
    await administrate(server_url, f"ALTER DATABASE {name} RESET default_transaction_read_only")
    await is_back(database, 2)
    await database.close()


async def test_a_server_that_cannot_be_reached_is_told_and_found_again(
    wire: tuple[Database, Wire],
) -> None:
    database, held = wire
    held.is_cut()
    await is_told_soon(database, adding("meanwhile"))
    with pytest.raises(DatabaseAway):
        await database.read(count)
    held.opens()
    await is_back(database, 2)


async def test_what_needs_no_transaction_is_told_too_and_done_again_where_that_helps(
    wire: tuple[Database, Wire], server_url: str
) -> None:
    database, held = wire
    held.is_cut()
    with pytest.raises(DatabaseAway):
        await database.put(adding("meanwhile"))
    assert database.presence.absences == 1
    held.opens()
    assert await database.put(adding("after")) == "after"
    await administrate(server_url, hang_up_on(server_url))
    assert await database.put(adding("on another connection")) == "on another connection"
    assert await database.read(count) == 3


async def test_who_stops_waiting_for_a_silent_server_is_let_go_at_once(
    wire: tuple[Database, Wire],
) -> None:
    database, held = wire
    held.falls_silent()
    for ask in (database.write(adding("meanwhile")), database.read(count)):
        with within(2), pytest.raises((TimeoutError, DatabaseAway)):
            async with asyncio.timeout(0.3):
                await ask
    held.opens()
    await database.write(adding("after"))
    assert await database.read(count) in {2, 3}, "a write that nobody waits for may still come"


async def test_a_commit_that_never_arrived_is_not_known(wire: tuple[Database, Wire]) -> None:
    database, held = wire
    held.cuts_commits = "before"
    with pytest.raises(CommitUnknown):
        await database.write(adding("meanwhile"))
    held.opens()
    await is_back(database, 2)


async def test_a_commit_whose_answer_was_lost_is_not_known(wire: tuple[Database, Wire]) -> None:
    database, held = wire
    held.cuts_commits = "after"
    with pytest.raises(CommitUnknown):
        await database.write(adding("meanwhile"))
    held.opens()
    await is_back(database, 3)


async def test_many_at_once_find_a_cut_server_again(wire: tuple[Database, Wire]) -> None:
    """Every connection of the pool was in use when it broke."""
    database, held = wire
    await asyncio.gather(*(database.write(adding(f"T{n}")) for n in range(20)))
    held.is_cut()
    lost = await asyncio.gather(
        *(database.write(adding(f"lost{n}")) for n in range(20)), return_exceptions=True
    )
    assert all(isinstance(one, DatabaseAway) for one in lost)
    held.opens()
    await asyncio.gather(*(database.write(adding(f"again{n}")) for n in range(20)))
    await is_back(database, 42)
