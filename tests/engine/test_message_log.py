"""The log's entry: rooms are told from other channels, and commits are shared."""

import asyncio
from dataclasses import replace
from typing import TypeVar

import pytest

from bot.engine.message_log import MessageLog
from bot.storage import messages, tables
from bot.storage.database import Connection, Database, DatabaseAway, Urgency, Work
from bot.storage.messages import Said

T = TypeVar("T")
ROOM, OTHER = "C1", "C2"


def said(number: int, channel: str = ROOM) -> Said:
    ts = f"1772618400.{number:06d}"
    return Said(workspace="T1", channel=channel, ts=ts, as_of=ts, user="U1", text="hello")


class Counting(Database):
    """A real database that counts, and that can be made to wait or to be away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.reads = self.writes = 0
        self.open = asyncio.Event()
        self.open.set()
        self.away = False

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        self.writes += 1
        await self.open.wait()
        if self.away:
            raise DatabaseAway("gone fishing")
        return await self._database.write(work, urgency)

    async def read(self, work: Work[T]) -> T:
        self.reads += 1
        return await self._database.read(work)

    def changed_elsewhere(self) -> bool:
        return self._database.changed_elsewhere()

    async def close(self) -> None:
        await self._database.close()


@pytest.fixture
def counting(database: Database) -> Counting:
    return Counting(database)


async def has_a_room(database: Database, channel: str = ROOM) -> None:
    row = {"channel": channel, "workspace": "T1", "stream": "s1", "seen_to": "0"}

    def work(connection: Connection) -> None:
        connection.execute(tables.rooms.insert(), [row])

    await database.write(work)


async def count(database: Database) -> int:
    return len(await database.read(lambda c: messages.of_room(c, ROOM)))


async def test_a_room_is_asked_for_once(counting: Counting) -> None:
    await has_a_room(counting)
    log = MessageLog(counting)
    assert [await log.stream_of(ROOM) for _ in range(3)] == ["s1"] * 3
    assert counting.reads == 1


async def test_a_channel_that_becomes_a_room_a_moment_later_is_known_at_once(
    counting: Counting,
) -> None:
    log = MessageLog(counting)
    assert await log.stream_of(ROOM) is None
    await has_a_room(counting)
    assert await log.stream_of(ROOM) == "s1"


async def test_a_channel_that_was_foreign_for_long_costs_nothing(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("bot.engine.message_log.time.monotonic", lambda: now)
    log = MessageLog(counting)
    await log.stream_of(OTHER)
    now += 61
    for _ in range(100):
        assert await log.stream_of(OTHER) is None
    assert counting.reads == 2
    now += 31
    await log.stream_of(OTHER)
    assert counting.reads == 3


async def test_what_arrives_during_a_commit_shares_the_next(counting: Counting) -> None:
    log = MessageLog(counting)
    counting.open.clear()
    handlers = [asyncio.create_task(log.keep(said(0)))]
    await asyncio.sleep(0)
    handlers += [asyncio.create_task(log.keep(said(n))) for n in range(1, 101)]
    await asyncio.sleep(0)
    counting.open.set()
    await asyncio.gather(*handlers)
    assert counting.writes == 2
    assert await count(counting) == 101


async def test_nobody_is_told_that_it_is_kept_before_the_commit(counting: Counting) -> None:
    log = MessageLog(counting)
    counting.open.clear()
    first = asyncio.create_task(log.keep(said(0)))
    second = asyncio.create_task(log.keep(said(1)))
    await asyncio.wait([first, second], timeout=0.05)
    assert not first.done()
    assert not second.done()
    counting.open.set()
    await asyncio.gather(first, second)
    assert await count(counting) == 2


async def test_a_commit_that_fails_is_told_to_all_who_share_it_and_to_nobody_else(
    counting: Counting,
) -> None:
    log = MessageLog(counting)
    counting.away = True
    told = await asyncio.gather(*(log.keep(said(n)) for n in range(3)), return_exceptions=True)
    assert all(isinstance(one, DatabaseAway) for one in told)
    counting.away = False
    await log.keep(said(9))
    assert await count(counting) == 1


async def test_a_handler_that_runs_out_of_time_takes_nobody_along_for_good(
    counting: Counting,
) -> None:
    log = MessageLog(counting)
    counting.open.clear()
    leading = asyncio.create_task(log.keep(said(0)))
    following = asyncio.create_task(log.keep(said(1)))
    await asyncio.sleep(0)
    leading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leading
    counting.open.set()
    await asyncio.gather(following, return_exceptions=True)
    await log.keep(said(0), said(1))
    assert await count(counting) == 2


async def test_how_far_a_room_is_complete_is_noted_one_look_later(counting: Counting) -> None:
    await has_a_room(counting)
    log = MessageLog(counting)

    async def seen_to() -> str:
        return await counting.read(lambda c: messages.seen_to(c, ROOM))

    await log.keep(said(1))
    await log.note_seen()
    assert await seen_to() == "0"
    await log.keep(said(2))
    await log.note_seen()
    assert await seen_to() == said(1).ts


async def test_behind_a_gap_nothing_is_noted_as_complete(counting: Counting) -> None:
    await has_a_room(counting)
    log = MessageLog(counting)
    await log.keep(said(1))
    await log.note_seen()
    log.forget_progress()
    await log.note_seen()
    await log.keep(said(2))
    await log.note_seen(besides={ROOM})
    await log.note_seen(besides={ROOM})
    assert await counting.read(lambda c: messages.seen_to(c, ROOM)) == "0"


async def test_a_message_that_cannot_be_stored_fails_alone(counting: Counting) -> None:
    log = MessageLog(counting)
    odd = replace(said(9), text="cut \ud83d in half")
    counting.open.clear()
    first = asyncio.create_task(log.keep(said(0)))
    others = [asyncio.create_task(log.keep(*told)) for told in ([said(1)], [odd, said(2)])]
    await asyncio.sleep(0)
    counting.open.set()
    kept = await asyncio.gather(first, *others, return_exceptions=True)
    assert kept[:2] == [None, None]
    assert isinstance(kept[2], Exception)
    assert [one.ts for one in await counting.read(lambda c: messages.of_room(c, ROOM))] == [
        said(number).ts for number in range(3)
    ]
