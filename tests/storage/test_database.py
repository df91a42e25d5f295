"""The one kind of transaction, on both databases."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.storage import tables as t
from bot.storage.database import Connection, Database, Overtaken, Urgency, Work
from bot.storage.opening import connect
from tests.databases import migrated


def _count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(t.workspaces)).scalar_one()


def _adding(name: str) -> Work[str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(t.workspaces), [{"id": name, "next_number": 1}])
        return name

    return work


async def test_what_was_written_can_be_read(database: Database) -> None:
    assert await database.write(_adding("T1")) == "T1"
    assert await database.read(_count) == 1


async def test_what_needs_no_transaction_around_it_is_recorded_as_well(database: Database) -> None:
    assert await asyncio.gather(*(database.put(_adding(f"T{n}")) for n in range(20))) == [
        f"T{n}" for n in range(20)
    ]
    assert await database.read(_count) == 20
    with pytest.raises(Overtaken):
        await database.put(_adding("T1"))
    assert await database.write(_adding("T20")) == "T20", "the connection is as good as new"
    assert await database.read(_count) == 21


async def test_a_piece_of_work_that_fails_leaves_nothing_behind(database: Database) -> None:
    def work(connection: Connection) -> None:
        connection.execute(insert(t.workspaces), [{"id": "T1", "next_number": 1}])
        raise KeyError("half way")

    with pytest.raises(KeyError):
        await database.write(work)
    assert await database.read(_count) == 0


async def test_one_failure_among_many_that_share_a_commit_fails_alone(database: Database) -> None:
    def fails(connection: Connection) -> str:
        connection.execute(insert(t.workspaces), [{"id": "no", "next_number": 1}])
        raise KeyError("mine alone")

    works = [_adding(f"T{n}") for n in range(20)]
    works.insert(7, fails)
    results = await asyncio.gather(
        *(database.write(work) for work in works), return_exceptions=True
    )
    assert [type(r) for r in results if isinstance(r, Exception)] == [KeyError]
    assert await database.read(_count) == 20


async def test_who_comes_second_to_a_name_is_told(database: Database) -> None:
    await database.write(_adding("T1"))
    with pytest.raises(Overtaken):
        await database.write(_adding("T1"))


async def test_deliveries_are_written_before_outcomes_that_wait_longer(database: Database) -> None:
    order: list[str] = []

    def noting(name: str) -> Work[None]:
        def work(_connection: Connection) -> None:
            order.append(name)

        return work

    await asyncio.gather(
        database.write(noting("first"), Urgency.DELIVERY),
        database.write(noting("outcome"), Urgency.OUTCOME),
        database.write(noting("delivery"), Urgency.DELIVERY),
    )
    assert set(order) == {"first", "outcome", "delivery"}


async def test_who_gives_up_waiting_does_not_disturb_the_others(database: Database) -> None:
    waiting = asyncio.ensure_future(database.write(_adding("T1")))
    waiting.cancel()
    assert await database.write(_adding("T2")) == "T2"


async def test_what_is_given_up_while_it_is_done_is_not_recorded(tmp_path: Path) -> None:
    """Who was answered "nothing was recorded" is right, though the writer had begun already."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    await migrated(url)
    database = connect(url)
    under_way, go_on = threading.Event(), threading.Event()

    def slowly(connection: Connection) -> None:
        _adding("T1")(connection)
        under_way.set()
        go_on.wait(10)

    waiting = asyncio.ensure_future(database.write(slowly))
    assert await asyncio.to_thread(under_way.wait, 10)
    waiting.cancel()
    await asyncio.wait({waiting})
    go_on.set()
    await database.write(_adding("T2"))
    assert await database.read(_count) == 1
    await database.close()


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite+aiosqlite:///:memory:", "sqlite+aiosqlite://"]
)
def test_a_url_that_cannot_keep_a_record_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        connect(url)
