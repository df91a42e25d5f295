"""What is said in rooms, through the socket and bolt into the log, the bot on one core."""

import asyncio
import itertools
import statistics
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from bench.rig import Served, served
from bench.rooms import Room, furnished
from bench.table import Table
from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.deeds.messages import Content, post
from bot.simulator.record import Attempt, Delivery
from bot.simulator.transport import Answer, Transport
from bot.storage import schema, tables
from bot.storage.database import Connection, Database
from bot.storage.opening import connect

RATES = (500, 1_000)
"""Messages a second; a goal is set for the first."""
_ROOMS = 100
_SECONDS = 10
_TICK = 0.01
_GOAL = 50.0
_THOUSAND = 1_000


async def measure(table: Table, folder: Path) -> None:
    """Measure the acknowledgements of messages that come at a steady rate over many rooms."""
    database = connect(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    await schema.migrate(database)
    sim = Simulator(clock=Clock())
    await sim.start()
    rooms = await furnished(database, sim, _ROOMS)
    watch = Watched(sim.backstage.deliveries.transport)
    sim.backstage.deliveries.transport = watch
    async with served(folder, latency=0.0, sim=sim, core=1) as bot:
        await caught_up(bot)
        for rate in RATES:
            await _flood(table, bot, watch, rooms, rate)
    await _all_kept(database, sim, rooms)
    await database.close()


@dataclass
class Watched:
    """A transport that notes how long each acknowledgement took, in seconds."""

    inner: Transport
    took: list[float] = field(default_factory=list)
    waiting: int = 0

    def retry_after(self) -> tuple[float, ...]:
        """See the protocol."""
        return self.inner.retry_after()

    async def reachable(self, within: float) -> None:
        """See the protocol."""
        await self.inner.reachable(within)

    async def send(self, delivery: Delivery, attempt: Attempt, deadline: float) -> Answer:
        """Send, and note how long it took."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        self.waiting += 1
        try:
            return await self.inner.send(delivery, attempt, deadline)
        finally:
            self.waiting -= 1
            self.took.append(loop.time() - began)


async def caught_up(bot: Served) -> None:
    """Wait until the bot has read what was said in its rooms while it was away."""
    seen = -1
    while seen != len(bot.sim.calls):
        seen = len(bot.sim.calls)
        await asyncio.sleep(1)


async def _flood(table: Table, bot: Served, watch: Watched, rooms: list[Room], rate: int) -> None:
    watch.took.clear()
    loop = asyncio.get_running_loop()
    used, began, sent = bot.processor, loop.time(), 0
    turn = itertools.cycle(rooms)
    while (passed := loop.time() - began) < _SECONDS or watch.waiting:
        while sent < min(passed, _SECONDS) * rate:
            say(bot.sim, next(turn), f"the pods restart, attempt {sent}")
            sent += 1
        await asyncio.sleep(_TICK)
    took = loop.time() - began
    share = (bot.processor - used) / took
    slowest = sorted(seconds * _THOUSAND for seconds in watch.took)
    table.add(
        f"{rate} messages a second, acknowledged (99 %)",
        slowest[int(len(slowest) * 0.99)],
        "ms",
        _GOAL if rate == RATES[0] else None,
        beside=f"median {statistics.median(slowest):.1f} ms, worst {slowest[-1]:.0f} ms; "
        f"{share:.0%} of one core, {share * took / sent * _THOUSAND:.2f} ms each",
    )


def say(sim: Simulator, room: Room, text: str) -> str:
    """Have Bob say something in a room; return its ts."""
    bob = sim.workspace.user_named("bob").id
    return post(
        sim.workspace, sim.workspace.channels[room.channel], Content(text=text), user=bob
    ).ts


async def _all_kept(database: Database, sim: Simulator, rooms: list[Room]) -> None:
    """A figure of messages that were not kept would be none."""
    bob = sim.workspace.user_named("bob").id
    for room in rooms:
        channel = sim.workspace.channels[room.channel]
        said = sum(message.user == bob for message in channel.messages.values())
        kept = await database.read(partial(_kept, channel=room.channel))
        if kept != said:
            raise RuntimeError(f"{said} messages were said in {channel.name}, {kept} were kept")


def _kept(connection: Connection, channel: str) -> int:
    query = select(func.count()).where(tables.messages.c.channel == channel)
    return connection.execute(query).scalar_one()
