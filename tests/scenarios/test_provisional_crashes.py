"""A provisional room and its adoption survive a crash at any moment, and two who adopt at once."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.slack.calls import SlackCalls
from bot.storage.opening import connect
from tests.databases import fresh_postgresql
from tests.outages import Unplugged
from tests.people import World, a_world
from tests.reliability import Tried, tried
from tests.scenarios.crashing import Boundaries, MortalCalls, MortalDatabase
from tests.scenarios.surviving import QUICK, unless_it_dies

__all__ = ["tried"]

pytestmark = pytest.mark.faults("a crash around a provisional room and its adoption")

_MOST = 32
"""Boundaries up to which it is walked; what comes behind are the effects of every incident."""
DECLARE = "/incident declare checkout is down"


def unplugged(boundaries: Boundaries) -> Callable[[Settings, Clock, Process], Application]:
    """Build a bot whose database can be unplugged, and which dies at one of the boundaries."""

    def new_calls(client: Any, clock: Clock) -> SlackCalls:
        calls = MortalCalls(client, clock)
        calls.boundaries = boundaries
        return calls

    def build(settings: Settings, clock: Clock, process: Process) -> Application:
        database = Unplugged(connect(settings.database_url))
        return Application(
            settings,
            clock,
            process,
            database=MortalDatabase(database, boundaries),
            new_calls=new_calls,
        )

    return build


def plug(world: World, *, away: bool) -> None:
    """Take the database away, or bring it back."""
    mortal = world.bot.database.behind
    assert isinstance(mortal, MortalDatabase)
    assert isinstance(mortal._inner, Unplugged)  # noqa: SLF001 - as the builder made it
    mortal._inner.is_away = away  # noqa: SLF001 - as the builder made it


def fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


def hurry(world: World) -> None:
    """Have Slack send again soon what a dead bot has not acknowledged."""
    world.sim.sockets.retries = QUICK


async def opens(world: World) -> None:
    """Ann declares without a database, and has a room."""
    plug(world, away=True)
    await world.ann.hands.types("general", DECLARE)
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()


async def one_incident_with_one_room(world: World) -> None:
    """Exactly one incident, in a room of its own name; no room claims to be provisional."""
    incident = await world.incident(1)
    assert incident.room is not None
    assert incident.failures == {}
    channels = [c for c in world.sim.workspace.channels.values() if c.name.startswith("inc-")]
    standing = [c for c in channels if not c.is_archived]
    assert [c.id for c in standing] == [incident.room.channel]
    assert standing[0].name == "inc-1-checkout-is-down"
    assert world.ann.id in standing[0].members
    assert incident.card is not None
    assert list(standing[0].pins) == [incident.card.ts]
    cards = [
        m for m in standing[0].messages.values() if m.by_app and "Post update" in str(m.blocks)
    ]
    assert [m.ts for m in cards] == [incident.card.ts]
    assert "no number yet" not in world.ann.sees(incident.room.channel)


async def adopts(folder: Path, at: str | None) -> Boundaries:
    """A bot finds a provisional room and dies there; the next one ends with what there must be."""
    boundaries = Boundaries(at=at)
    async with a_world(fresh(folder), started=False) as world:
        hurry(world)
        world.build = unplugged(boundaries)
        await world.starts()
        await opens(world)
        await world.crashes()
        await world.launches()
        boundaries.begin()
        await unless_it_dies(world.settles(), boundaries)
        if boundaries.dead:
            await world.crashes()
            world.build = Application
            await world.starts()
            await world.settles()
        await one_incident_with_one_room(world)
    return boundaries


async def reopens(folder: Path, at: str | None) -> Boundaries:
    """A bot dies while it opens a room; the person asks again once the database is back."""
    boundaries = Boundaries(at=at)
    async with a_world(fresh(folder), started=False) as world:
        hurry(world)
        world.build = unplugged(boundaries)
        await world.starts()
        await world.settles()
        boundaries.begin()
        await unless_it_dies(opens(world), boundaries)
        await world.crashes()
        world.build = Application
        await world.starts()
        await world.settles()
        await world.ann.says(DECLARE)
        await world.passes(minutes=20)
        await world.restarts()
        await world.settles()
        await one_incident_with_one_room(world)
    return boundaries


@pytest.mark.faults
@pytest.mark.parametrize("first", [0, 1, 2])
@pytest.mark.parametrize("story", [adopts, reopens])
async def test_a_crash_at_any_boundary_ends_with_one_incident_in_one_room(
    tmp_path: Path,
    story: Callable[[Path, str | None], Awaitable[Boundaries]],
    first: int,
    tried: Tried,
) -> None:
    """The boundaries are found by crossing them; every third in one test."""
    whole = await story(tmp_path / "whole", None)
    names = [crossing[0] for crossing in whole.crossed[:_MOST]]
    assert len(names) > 8, names
    walked = [await story(tmp_path / str(n), names[n]) for n in range(first, len(names), 3)]
    crashes = sum(each.dead for each in walked)
    assert crashes > len(walked) / 2
    tried("a crash around a provisional room and its adoption", "SQLite", times=crashes)


async def test_two_replicas_that_adopt_at_once_make_one(tmp_path: Path, postgresql: str) -> None:
    async for url in fresh_postgresql(postgresql):
        async with a_world(tmp_path, database_url=url, started=False) as world:
            world.build = unplugged(Boundaries())
            await world.starts()
            await opens(world)
            await world.crashes()
            world.build = Application
            await world.launches()
            first = world.bot
            await world.launches()
            second = world.bot
            try:
                await world.sim.wait_connected(2)
                await first.rested()
                await world.settles()
                await one_incident_with_one_room(world)
                shown = world.ann.sees("inc-1-checkout-is-down")
                assert shown.count("This is INC-1 now") == 1
            finally:
                world.app = second
                await first.stop()
