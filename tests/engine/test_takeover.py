"""What a dead process held is in other hands after 25 seconds: by the settings, and in deed."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.app import LOOK_EVERY
from bot.clock import Clock
from bot.domain import effects as f
from bot.domain.commands import Command
from bot.engine.carrying import CALL_LIMIT, LEASE, Carrying
from bot.engine.courier import IN_FLIGHT
from bot.engine.twins import LATER, SOON
from bot.storage import postgresql
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from tests.databases import fresh_postgresql
from tests.engine.rig import START, Rig, makes_room, running

PROMISED = timedelta(seconds=25)
REMOVED = timedelta(seconds=30)
MARGIN = timedelta(seconds=2)
"""For the round itself, on a busy machine."""


def test_lease_and_looks_leave_a_margin_below_what_is_promised() -> None:
    looks = timedelta(seconds=postgresql.NET + LOOK_EVERY)
    assert LEASE + looks + MARGIN <= PROMISED


def test_what_lands_between_two_looks_for_twins_is_gone_as_soon_as_is_promised() -> None:
    assert CALL_LIMIT < SOON, "the first look is behind whatever the dead one's call did"
    assert LATER - SOON + MARGIN <= REMOVED


def test_a_call_ends_before_its_lease() -> None:
    assert CALL_LIMIT < LEASE / 2


async def never_answers(_effect: Any, _carrying: Carrying) -> Command | None:
    await asyncio.Event().wait()
    return None


async def dies_holding(database: Database, number: int) -> Rig:
    """A process that claims so many lanes, and is gone."""
    dead = Rig(database, wall=Clock(stopped_at=START).now)
    dead.on(f.CreateRoom, never_answers)
    for nth in range(number):
        await dead.declares(f"outage {nth}")
    await dead.courier.round()
    await dead.courier.abandon()
    assert await held_by(dead, database) == number
    return dead


async def held_by(rig: Rig, database: Database) -> int:
    """How many lanes are in its hands, as the record says."""

    def work(connection: Connection) -> int:
        held = select(func.count()).where(t.lane.c.owner == rig.courier.owner)
        return connection.execute(held).scalar_one()

    return await database.read(work)


async def test_nothing_that_a_dead_process_held_is_untaken_after_its_lease_and_one_look(
    database: Database,
) -> None:
    """As much as one process can hold is taken over in one round, and not a moment too early."""
    dead = await dies_holding(database, IN_FLIGHT)
    wall = Clock(stopped_at=START)
    living = Rig(database, wall=wall.now)
    living.on(f.CreateRoom, makes_room)
    wall.advance(LEASE - timedelta(milliseconds=1))
    await living.courier.round()
    assert living.carried == []
    wall.advance(timedelta(milliseconds=1))
    await living.courier.round()
    assert await held_by(dead, database) == 0
    await living.courier.stop()
    assert living.named() == ["CreateRoom"] * IN_FLIGHT
    assert all(carrying.doubt for _, carrying in living.carried), "what died may have sent it"


async def test_a_look_finds_leases_that_have_ended_without_any_notice(postgresql: str) -> None:
    """Nothing is said when a process dies; who goes on looks by itself."""
    taken: list[str] = []
    all_taken = asyncio.Event()

    async def takes(effect: f.CreateRoom, carrying: Carrying) -> Command | None:
        taken.append(effect.stream)
        if len(taken) == 3:
            all_taken.set()
        return await makes_room(effect, carrying)

    async with asynccontextmanager(fresh_postgresql)(postgresql) as url:
        opened = connect(url)
        await dies_holding(opened, 3)
        wall = Clock(stopped_at=START)
        living = Rig(opened, wall=wall.now, look_every=0.01)
        living.on(f.CreateRoom, takes)
        async with running(living):
            await living.rests()
            await living.rests()  # now it waits, and nobody rings any more
            assert taken == []
            wall.advance(PROMISED - MARGIN)
            async with asyncio.timeout(20):
                await all_taken.wait()
        await opened.close()


async def test_who_slept_between_the_claim_and_the_call_makes_none(database: Database) -> None:
    """Whatever kind it is: half of the lease is gone, so somebody may soon take it over."""
    wall = Clock(stopped_at=START)
    rig = Rig(database, wall=wall.now)
    rig.on(f.CreateRoom, makes_room)
    await rig.declares()
    await rig.courier.round()
    wall.advance(LEASE / 2)  # before what was claimed has set out
    assert await held_by(rig, database) > 0
    async with running(rig):
        await rig.rests()
        assert rig.carried == []
        await rig.passes(seconds=1)
        (first, *_) = [carrying for effect, carrying in rig.carried if effect.name == "CreateRoom"]
    assert first.attempts == 2, "the first attempt was let go, and nothing was called for it"
    assert not first.doubt, "so there is nothing to look up"
