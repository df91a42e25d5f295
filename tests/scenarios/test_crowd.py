"""The database is busy with others, and somebody declares: they wait, and know that they do."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import Application
from bot.slack.messages.answers import OUR_FAULT
from bot.storage.database import Overtaken, T, Urgency, Work
from bot.storage.opening import connect
from tests.databases import migrated
from tests.outages import Unplugged
from tests.people import World, a_world
from tests.scenarios.test_database_away import PATIENT

pytestmark = pytest.mark.hurried  # how long a person waits is what this is about

NOT_YET = "Not recorded yet"


class Crowded(Unplugged):
    """People's work waits behind others', whose goes on: what the courier writes is as theirs."""

    def __init__(self, url: str) -> None:
        super().__init__(connect(url))
        self.turn = asyncio.Event()
        self.turn.set()
        self.fault: Exception | None = None
        """What people's work comes to, once it is its turn."""

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Write, once it is this work's turn."""
        if urgency is Urgency.DELIVERY:
            await self.turn.wait()
            if self.fault is not None:
                raise self.fault
        result: T = await super().write(work, urgency)
        return result


@dataclass
class Crowd:
    """A world in which others are first."""

    world: World
    database: Crowded

    async def through(self, deed: Coroutine[Any, Any, T]) -> T:
        """Do something while others are recorded, one after the other."""
        doing = asyncio.create_task(deed)
        assert self.world.bot.serving is not None
        while not doing.done():
            self.world.bot.alarm.ring()
            await self.world.bot.serving.courier.rested()
            await asyncio.wait({doing}, timeout=0.2)
        return await doing

    async def ends(self) -> None:
        """Everybody has had their turn."""
        self.database.turn.set()
        await self.answered()
        await self.world.settles()

    async def answered(self) -> None:
        """Whoever waited has been told."""
        assert self.world.bot.desk is not None
        await self.world.bot.desk.errands.drain()


@pytest.fixture
async def crowd(tmp_path: Path) -> AsyncIterator[Crowd]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    await migrated(url)
    async with a_world(tmp_path, database_url=url, started=False) as world:
        database = Crowded(url)
        world.build = lambda *given: Application(*given, database=database)
        world.sim.ack_deadline = PATIENT
        await world.starts()
        await world.settles()
        database.turn.clear()
        yield Crowd(world, database)
        database.turn.set()


async def test_who_waits_in_a_crowd_gets_the_incident_and_no_provisional_room(
    crowd: Crowd,
) -> None:
    world = crowd.world
    line = "/incident declare checkout is down"
    reply = await crowd.through(world.ann.hands.types("general", line))
    assert NOT_YET in reply
    assert "declare again: it will not happen twice" in reply
    assert world.channels("inc-") == []
    again = await crowd.through(world.ann.hands.types("general", line))
    assert NOT_YET in again
    await crowd.ends()
    assert world.channels("inc-") == ["inc-1-checkout-is-down"]
    seen = world.ann.sees("general")
    assert "Room: #inc-1-checkout-is-down" in seen
    assert "[Declare another]" in seen, "the second waited, too, and is led to the first"


async def test_a_form_says_so_too_and_turns_into_the_way_into_the_room(crowd: Crowd) -> None:
    world = crowd.world
    await world.ann.hands.types("general", "/incident declare")
    await world.ann.hands.sees_modal("declare")
    values = {"title": "checkout is down", "severity": "sev2"}
    await crowd.through(world.ann.hands.submits(values))
    await world.ann.hands.sees_modal(showing=NOT_YET)
    await crowd.ends()
    await world.ann.hands.sees_modal(showing="Room: #inc-1-checkout-is-down")
    assert world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_a_database_that_goes_away_meanwhile_leaves_a_provisional_room(crowd: Crowd) -> None:
    world = crowd.world
    line = "/incident declare checkout is down"
    reply = await crowd.through(world.ann.hands.types("general", line))
    assert NOT_YET in reply
    crowd.database.is_away = True
    crowd.database.turn.set()
    await crowd.answered()
    assert "you can start" in world.ann.sees("general")
    assert len(world.channels("inc-provisional-")) == 1
    crowd.database.is_away = False


async def test_whom_others_overtook_each_time_gets_a_provisional_room(crowd: Crowd) -> None:
    world = crowd.world
    line = "/incident declare checkout is down"
    assert NOT_YET in await crowd.through(world.ann.hands.types("general", line))
    crowd.database.fault = Overtaken("others were first")
    crowd.database.turn.set()
    await crowd.answered()
    assert "you can start" in world.ann.sees("general")
    assert len(world.channels("inc-provisional-")) == 1


async def test_a_form_that_waited_says_so_where_muster_itself_fails(crowd: Crowd) -> None:
    world = crowd.world
    await world.ann.hands.types("general", "/incident declare")
    await world.ann.hands.sees_modal("declare")
    await crowd.through(world.ann.hands.submits({"title": "checkout is down"}))
    await world.ann.hands.sees_modal(showing=NOT_YET)
    crowd.database.fault = RuntimeError("a bug")
    crowd.database.turn.set()
    await crowd.answered()
    await world.ann.hands.sees_modal(showing=OUR_FAULT.replace("*", ""))
    assert world.channels("inc-") == []
