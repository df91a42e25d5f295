"""A deed in which the bot may die: a new one starts, and what was not answered is asked again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import update

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.simulator.record import Delivery
from bot.storage import tables
from bot.storage.opening import connect
from tests.people import World
from tests.scenarios.crashing import Boundaries, Crash

Deed = Callable[[World], Awaitable[object]]
Build = Callable[[Settings, Clock, Process], Application]
QUICK = (0.02, 0.1, 0.5)
"""After how many seconds Slack sends an event again: soon, so that a crash costs little."""
_TRIES = 4
"""How often a delivery is sent at the most: the machine may be too busy to answer in time."""


async def survived(
    world: World,
    deed: Deed,
    boundaries: Boundaries,
    *,
    again: bool = False,
    resumes: bool = False,
    build: Build = Application,
) -> None:
    """Do this to its end, whether the bot dies of it or not.

    `again`: Slack delivers it again; `resumes`: what takes several deliveries is gone on with by
    who did not get to its end; `build`: what the next bot is like.
    """
    patience = world.sim.ack_deadline
    if boundaries.mortal:
        world.sim.ack_deadline = 0.6
    before = len(world.sim.deliveries)
    ended = asyncio.Event()
    with suppress(Crash):
        await _unless_it_dies(_done(world, deed, ended), boundaries)
    world.sim.ack_deadline = patience
    boundaries.spare()
    if boundaries.dead:
        world.build = build
        await world.crashes()
        await _leases_end(world)
        await world.starts()
        asked = _asked(world.sim.deliveries[before:])
        answered = asked is not None and asked.acknowledged_after is not None
        if again and asked is not None:
            await _delivered_again(world, asked)
            answered = True
        if not (ended.is_set() if resumes else answered):
            await deed(world)
    await world.settles()


async def _done(world: World, deed: Deed, ended: asyncio.Event) -> None:
    await deed(world)
    ended.set()
    await world.settles()


async def _unless_it_dies(story: Awaitable[None], boundaries: Boundaries) -> None:
    """Play the story; a bot that died answers nobody, so nobody waits for it."""
    playing = asyncio.ensure_future(story)
    dying = asyncio.ensure_future(boundaries.died.wait())
    await asyncio.wait({playing, dying}, return_when=asyncio.FIRST_COMPLETED, timeout=60)
    if not boundaries.dead:
        await playing
    for waiting in (playing, dying):
        waiting.cancel()
    await asyncio.gather(playing, dying, return_exceptions=True)


async def _leases_end(world: World) -> None:
    """Let the twenty seconds pass for which what the dead bot held is still its own."""
    database = connect(world.database_url)
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    held = update(tables.lane).where(tables.lane.c.owner.is_not(None))
    await database.write(lambda c: c.execute(held.values(lease_until=long_ago)))
    await database.close()


def _asked(deliveries: list[Delivery]) -> Delivery | None:
    """Return the last command, button or form that was sent, if any was."""
    return next((each for each in reversed(deliveries) if each.kind != "events_api"), None)


async def _delivered_again(world: World, asked: Delivery) -> None:
    """Have what was sent delivered again, until it is answered."""
    tries = [await world.sim.redeliver(asked)]
    while tries[-1].outcome != "acknowledged" and len(tries) < _TRIES:
        tries.append(await world.sim.redeliver(asked))
    assert tries[-1].outcome == "acknowledged", tries
