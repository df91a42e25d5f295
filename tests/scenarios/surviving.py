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
QUICK = (0.02, 10.0, 10.0)
"""After how many seconds Slack sends an event again: soon, and then as soon as a bot is there."""
_LONGEST = 500
"""Seconds after which a story is not waited for any more."""
_TRIES = 4
"""How often the same is sent at the most: the machine may be too busy to answer in time."""
UNSURE = ("nothing was recorded", "not known whether this was recorded")
"""Answers after which a person asks again, as they are told to."""


async def nothing(_world: World) -> None:
    """Nobody does anything."""


async def takes_up_its_work(world: World) -> None:
    """The bot starts, and does all that a start does of itself."""
    await world.starts()
    await world.bot.rested()


async def survived(
    world: World,
    deed: Deed,
    boundaries: Boundaries,
    *,
    again: bool = False,
    resumes: bool = False,
    by_itself: bool = False,
    build: Build = Application,
    then: Deed = nothing,
) -> bool:
    """Do this to its end, whether the bot dies of it or not; say if it died owing an answer.

    `again`: Slack delivers it again; `resumes`: what takes several deliveries is gone on with by
    who did not get to its end; `by_itself`: nobody asks, so nobody asks again; `build`: what the
    next bot is like; `then`: what follows of itself before all of it settles, as often as it takes.
    """
    before = len(world.sim.deliveries)
    ended, owing = asyncio.Event(), False
    with suppress(Crash):
        await unless_it_dies(_done(world, deed, ended, then), boundaries)
    boundaries.spare()
    if boundaries.dead:
        world.build = build
        await world.crashes()
        await leases_end(world)
        await world.starts()
        if by_itself:
            await world.settles()
            return False
        asked = _asked(world, before)
        owing = not asked or not all(map(_is_sure, asked))
        if again:
            await _delivered_again(world, asked)
        if not (ended.is_set() if resumes else asked and all(map(_is_sure, asked))):
            await _surely(world, deed)
        await then(world)
    await world.settles()
    return owing


async def _done(world: World, deed: Deed, ended: asyncio.Event, then: Deed) -> None:
    await _surely(world, deed)
    ended.set()
    await then(world)
    await world.settles()


async def _surely(world: World, deed: Deed) -> None:
    """Do it until nobody is told that it may not have been recorded."""
    asked: list[Delivery] = []
    for _ in range(_TRIES):
        before = len(world.sim.deliveries)
        await deed(world)
        asked = _asked(world, before)
        if all(map(_is_sure, asked)):
            return
    raise AssertionError(asked)


async def unless_it_dies(story: Awaitable[None], boundaries: Boundaries) -> None:
    """Play the story; a bot that died answers nobody, so nobody waits for it."""
    playing = asyncio.ensure_future(story)
    dying = asyncio.ensure_future(boundaries.died.wait())
    await asyncio.wait({playing, dying}, return_when=asyncio.FIRST_COMPLETED, timeout=_LONGEST)
    assert playing.done() or dying.done(), f"it never ends; to die at: {boundaries.at}"
    if not boundaries.dead:
        await playing
    for waiting in (playing, dying):
        waiting.cancel()
    await asyncio.gather(playing, dying, return_exceptions=True)


async def leases_end(world: World) -> None:
    """Let the twenty seconds pass for which what the dead bot held is still its own."""
    database = connect(world.database_url)
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    held = update(tables.lane).where(tables.lane.c.owner.is_not(None))
    await database.write(lambda c: c.execute(held.values(lease_until=long_ago)))
    await database.close()


def _asked(world: World, before: int) -> list[Delivery]:
    """Return the commands, buttons and forms that were sent since then."""
    return [each for each in world.sim.deliveries[before:] if each.kind != "events_api"]


def _is_sure(delivery: Delivery) -> bool:
    """Whether the person was answered, and not told that it may not have been recorded."""
    answers = [str(each.answer) for each in delivery.attempts if each.outcome == "acknowledged"]
    return bool(answers) and not any(words in answers[-1] for words in UNSURE)


async def _delivered_again(world: World, asked: list[Delivery]) -> None:
    """Have what was not answered delivered again, or what was sent last, until it is answered."""
    for each in [one for one in asked if not _is_sure(one)] or asked[-1:]:
        await world.sim.redeliver(each)
        for _ in range(_TRIES - 1):
            if not _is_sure(each):
                await world.sim.redeliver(each)
        assert _is_sure(each), each
