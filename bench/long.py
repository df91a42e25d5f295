"""Long incidents: a command on 2,000 events."""

import asyncio
import statistics
import time
from pathlib import Path

from bench.crowd import ANN, WORKSPACE, long_incident
from bench.table import Table
from bot.clock import Clock
from bot.domain.commands import AddNote
from bot.domain.process import Process
from bot.domain.values import Text
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.storage import schema
from bot.storage.opening import connect


async def measure(table: Table, folder: Path, events: int = 2_000) -> None:
    """Measure a command on a long incident, warm and right after a start."""
    database = connect(f"sqlite+aiosqlite:///{folder / 'long.db'}")
    await schema.migrate(database)
    clock = Clock()
    dispatcher, stream = await long_incident(database, clock, events)
    warm = [await _note(dispatcher, stream) for _ in range(20)]
    cold = []
    for _ in range(5):
        cold.append(await _note(Dispatcher(database, clock, Process), stream))
        await asyncio.sleep(0)
    await database.close()
    table.add(
        f"command on an incident with {events:,} events (median of 20)",
        statistics.median(warm) * 1000,
        "ms",
        20,
        beside=f"the first after a start: {statistics.median(cold) * 1000:.0f} ms",
    )


async def _note(dispatcher: Dispatcher, stream: str) -> float:
    order = Order(
        workspace=WORKSPACE, stream=stream, command=AddNote(text=Text("one more")), actor=ANN
    )
    began = time.perf_counter()
    await dispatcher.deliver(order)
    return time.perf_counter() - began
