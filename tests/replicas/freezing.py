"""Two replicas on one PostgreSQL, one of which is frozen in the middle of a call.

Its call to Slack is on its way and is held back there, it answers nobody and writes nothing, and
its leases end. The other replica takes over. Then the call arrives after all, and the frozen one
wakes up, or is gone for good.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import update

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.simulator.faults import Fault
from bot.storage import tables
from bot.storage.database import Database, Urgency, Work
from bot.storage.opening import connect
from tests.people import START, World, a_world
from tests.scenarios.surviving import QUICK

T = TypeVar("T")


class SleepyDatabase(Database):
    """A real database whose user may be asleep; until they wake up, nothing comes of anything."""

    def __init__(self, inner: Database, awake: asyncio.Event) -> None:
        self._inner = inner
        self._awake = awake
        self._busy = 0
        self.quiet = asyncio.Event()
        self.quiet.set()

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Write, once awake."""
        async with self._awake_and_busy():
            return await self._inner.write(work, urgency)

    async def read(self, work: Work[T]) -> T:
        """Read, once awake."""
        async with self._awake_and_busy():
            return await self._inner.read(work)

    @asynccontextmanager
    async def _awake_and_busy(self) -> AsyncIterator[None]:
        await self._awake.wait()
        self._busy += 1
        self.quiet.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self.quiet.set()

    def changed_elsewhere(self) -> bool:
        """Ask the real one."""
        return self._inner.changed_elsewhere()

    async def close(self) -> None:
        """Close the real one."""
        await self._inner.close()


@dataclass
class Pair:
    """The replica that will freeze, and the world, whose bot is the other one once it has."""

    world: World
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    sleeper: Application | None = None
    held: Fault | None = None

    def __post_init__(self) -> None:
        """Be awake."""
        self.awake.set()

    def build(self, settings: Settings, clock: Clock, process: Process) -> Application:
        """Build the replica that will freeze."""
        database = SleepyDatabase(connect(settings.database_url), self.awake)
        return Application(settings, clock, process, database=database)

    async def is_struck(self) -> None:
        """The call that is to be held back is on its way."""
        held, sim = self.held, self.world.sim
        assert held is not None
        await sim.workspace.wait_for(lambda: bool(held.struck), what="the call to hold back")

    async def freezes(self) -> None:
        """Freeze the one that runs, and let the other take over what it held."""
        self.sleeper, self.world.app = self.world.bot, None
        assert self.sleeper.socket is not None
        await self.sleeper.socket.close()
        self.awake.clear()
        sleepy = self.sleeper.database.behind
        assert isinstance(sleepy, SleepyDatabase)
        await sleepy.quiet.wait()
        self.world.sim.sockets.lose_patience()
        self.world.build = Application
        await self.world.starts()
        await self.leases_end()

    async def leases_end(self) -> None:
        """Let the time pass that a lease lasts."""
        ended = (
            update(tables.lane).where(tables.lane.c.owner.is_not(None)).values(lease_until=START)
        )
        await self.world.bot.database.write(lambda c: c.execute(ended))
        await self.world.bot.rested()

    async def arrives(self) -> None:
        """The call that was held back arrives."""
        assert self.held is not None
        self.held.release()
        await self.world.sim.workspace.wait_for(
            lambda: all(call.took for call in self.world.sim.calls), what="the late call"
        )

    async def wakes(self) -> None:
        """The frozen one goes on where it was, and soon leaves."""
        assert self.sleeper is not None
        self.awake.set()
        await self.sleeper.rested()
        await self.sleeper.stop()

    async def dies(self) -> None:
        """The frozen one is gone."""
        assert self.sleeper is not None
        await self.sleeper.abandon()


@asynccontextmanager
async def a_pair(folder: Path, url: str) -> AsyncIterator[Pair]:
    """A workspace with one replica that may freeze."""
    async with a_world(folder, database_url=url, started=False) as world:
        world.sim.sockets.retries = QUICK
        pair = Pair(world)
        world.build = pair.build
        await world.starts()
        yield pair
