"""A workspace's own stream."""

import asyncio

from bot.clock import Clock
from bot.domain.workspace import AppConnected, FeedFound
from bot.engine.workspaces import Workspaces
from bot.storage import queries, streams
from bot.storage.database import Database
from tests.engine.rig import START


async def test_what_is_recorded_is_there_after_a_restart(database: Database) -> None:
    clock = Clock(stopped_at=START)
    await Workspaces(database, clock).record("T1", AppConnected(user="U1", bot="B1"))
    await Workspaces(database, clock).record("T1", FeedFound(channel="C1", drill=False))
    again = await Workspaces(database, clock).current("T1")
    assert (again.user, again.feed, again.version) == ("U1", "C1", 2)
    assert (await Workspaces(database, clock).current("T2")).version == 0


async def test_news_that_is_none_leaves_no_event(database: Database) -> None:
    known = Workspaces(database, Clock(stopped_at=START))
    for _ in range(3):
        await known.record("T1", FeedFound(channel="C1", drill=False))
    recorded = await database.read(lambda c: streams.read(c, "workspace:T1"))
    assert len(recorded) == 1


async def test_two_at_once_leave_one_event(database: Database) -> None:
    known = Workspaces(database, Clock(stopped_at=START))
    found = FeedFound(channel="C1", drill=False)
    await asyncio.gather(*(known.record("T1", found) for _ in range(4)))
    recorded = await database.read(lambda c: streams.read(c, "workspace:T1"))
    assert len(recorded) == 1


async def test_of_two_feeds_found_at_once_both_are_told_the_same_one(database: Database) -> None:
    known = Workspaces(database, Clock(stopped_at=START))
    two = [FeedFound(channel=channel, drill=False) for channel in ("C1", "C2")]
    told = await asyncio.gather(*(known.record("T1", found) for found in two))
    assert len({state.feed for state in told}) == 1


async def test_it_is_no_incident(database: Database) -> None:
    await Workspaces(database, Clock(stopped_at=START)).record(
        "T1", FeedFound(channel="C1", drill=False)
    )
    assert await database.read(queries.all_streams) == []
