"""A database with many incidents in it, made by the engine itself."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import delete, update

from bot.clock import Clock
from bot.domain.commands import AddNote, Declare, RoomMade
from bot.domain.process import Process
from bot.domain.values import MUSTER, Actor, Text
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.storage import schema, tables
from bot.storage.database import Connection, Database
from bot.storage.opening import connect

WORKSPACE = "T0PRETEND"
ANN = Actor(user="U0ANN")


async def crowded(folder: Path, number: int, *, due_each_second: bool = False) -> None:
    """Make a database with so many open incidents, nothing owed, and their timers far away.

    With `due_each_second`, one timer comes due in each of the next minutes' seconds.
    """
    database = connect(f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    await schema.migrate(database)
    clock = Clock()
    await declared(Dispatcher(database, clock, Process), number)
    await database.write(settle_all)
    if due_each_second:
        await database.write(lambda connection: _spread(connection, clock))
    await database.close()


async def declared(
    dispatcher: Dispatcher, number: int, severity: str | None = None, *, at_once: int = 200
) -> None:
    """Declare so many incidents; those at once share commits on SQLite."""
    for start in range(0, number, at_once):
        some = range(start, min(start + at_once, number))
        await asyncio.gather(*(_declare(dispatcher, n, severity) for n in some))


async def _declare(dispatcher: Dispatcher, number: int, severity: str | None = None) -> str:
    stream = str(uuid4())
    command = Declare(title=Text(f"outage number {number}"), severity=severity)
    await dispatcher.deliver(_order(stream, command))
    return stream


def _order(stream: str, command: Declare | AddNote) -> Order:
    return Order(workspace=WORKSPACE, stream=stream, command=command, actor=ANN)


def settle_all(connection: Connection, *, timers: bool = True) -> None:
    """Have nothing owed; with `timers`, put those off by days."""
    connection.execute(delete(tables.outbox))
    connection.execute(delete(tables.lane))
    if timers:
        later = Clock().now() + timedelta(days=2)
        connection.execute(update(tables.job).values(due=later))


def _spread(connection: Connection, clock: Clock) -> None:
    keys: Sequence[str] = (
        connection.execute(tables.job.select().limit(120)).scalars().all()  # the key is first
    )
    for second, key in enumerate(keys):
        due = clock.now() + timedelta(seconds=second)
        connection.execute(update(tables.job).where(tables.job.c.key == key).values(due=due))


async def long_incident(database: Database, clock: Clock, events: int) -> tuple[Dispatcher, str]:
    """Make one incident with a room and so many events."""
    dispatcher = Dispatcher(database, clock, Process)
    stream = await _declare(dispatcher, 1)
    made = RoomMade(channel="C1", name="inc-1")
    await dispatcher.deliver(Order(workspace=WORKSPACE, stream=stream, command=made, actor=MUSTER))
    for start in range(0, events, 100):
        notes = [
            dispatcher.deliver(_order(stream, AddNote(text=Text(f"note {n} of many"))))
            for n in range(start, min(start + 100, events))
        ]
        await asyncio.gather(*notes)
    return dispatcher, stream
