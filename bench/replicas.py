"""Several replicas on one PostgreSQL: how soon one carries what another owes."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from bench.databases import fresh
from bench.table import Table
from bot.clock import Clock
from bot.domain import effects as f
from bot.domain.commands import Command, Declare
from bot.domain.process import Process
from bot.domain.values import Actor, Text
from bot.engine.carrying import Carrying
from bot.engine.clockwork import Alarm
from bot.engine.courier import Courier
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.engine.reach import Reach
from bot.engine.tally import Tally
from bot.storage.database import Database
from bot.storage.opening import connect

ROUNDS = 40
LOOK_EVERY = 1.0
"""Seconds between looks where nobody listens, as `muster serve` has it."""


async def measure(table: Table, folder: Path) -> None:
    """Measure it with notices, and with looking alone."""
    async with fresh("PostgreSQL", folder) as (_, url):
        heard = await _latency(url, listens=True)
        looked = await _latency(url, listens=False)
    ratio = f"by looking each second alone: {looked:.0f} ms, {looked / heard:.0f} times as long"
    name = f"owed by one replica, begun by another (median of {ROUNDS})"
    table.add(name, heard, "ms", 50, ratio)


async def _latency(url: str, *, listens: bool) -> float:
    """Return the median of milliseconds from a commit here to a performer's call there."""
    here, there = connect(url), connect(url)
    clock = Clock()
    owing = Dispatcher(here, clock, Process, Tally())
    begun: asyncio.Queue[float] = asyncio.Queue()
    took = []
    async with _carrying(there, clock, begun, listens=listens):
        for nth in range(ROUNDS):
            await asyncio.sleep(0.05 + 0.37 * nth / ROUNDS)  # anywhere between two looks
            await owing.deliver(
                Order(
                    workspace="T1",
                    stream=str(uuid4()),
                    command=Declare(title=Text(f"outage {uuid4()}")),
                    actor=Actor(user="U0ANN"),
                )
            )
            owed = time.perf_counter()
            took.append((await begun.get() - owed) * 1000)
    await here.close()
    await there.close()
    return statistics.median(took)


@asynccontextmanager
async def _carrying(
    database: Database, clock: Clock, begun: asyncio.Queue[float], *, listens: bool
) -> AsyncIterator[None]:
    """Run a courier whose performers only say when they were called."""

    async def makes(_effect: f.CreateRoom, _carrying: Carrying) -> Command | None:
        begun.put_nowait(time.perf_counter())
        return None

    alarm, tally = Alarm(clock, look_every=LOOK_EVERY), Tally()
    courier = Courier(
        database=database,
        dispatcher=Dispatcher(database, clock, Process, tally),
        performers={f.CreateRoom: makes},
        alarm=alarm,
        tally=tally,
        reach=Reach(clock),
    )
    tasks = [asyncio.create_task(courier.run())]
    if listens:
        tasks.append(asyncio.create_task(database.listen(alarm.ring)))
    await asyncio.sleep(1)
    try:
        yield
    finally:
        await courier.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        alarm.close()
