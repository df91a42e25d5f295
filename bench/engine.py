"""The engine alone, whose effects all succeed at once: dispatcher, courier and a database."""

import asyncio
import time
import typing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from bench.crowd import WORKSPACE
from bot.clock import Clock
from bot.domain import effects
from bot.domain.commands import AddNote, Command, Declare
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

BOB = Actor(user="U0BOB")
"""Somebody else than who declared the crowd."""


async def _works(_effect: object, _carrying: Carrying) -> Command | None:
    """Carry anything, to nobody's notice."""
    return None


def engine(database: Database) -> tuple[Dispatcher, Courier]:
    """Return an engine on the database; the courier does not run yet."""
    clock = Clock()
    dispatcher = Dispatcher(database, clock, Process)
    courier = Courier(
        database=database,
        dispatcher=dispatcher,
        performers=dict.fromkeys(typing.get_args(effects.Effect), _works),
        alarm=Alarm(clock),
        tally=Tally(),
        reach=Reach(clock),
    )
    return dispatcher, courier


@asynccontextmanager
async def running(courier: Courier) -> AsyncIterator[None]:
    """Run the courier meanwhile."""
    task = asyncio.create_task(courier.run())
    try:
        yield
    finally:
        await courier.stop()
        await task


async def declare_one(dispatcher: Dispatcher) -> str:
    """Declare an incident and return its stream."""
    stream = str(uuid4())
    await dispatcher.deliver(_order(stream, Declare(title=Text(f"worked on: {stream}"))))
    return stream


async def note(dispatcher: Dispatcher, stream: str) -> float:
    """Add a note to an incident; return the seconds until it was recorded."""
    command = AddNote(text=Text(f"one more: {uuid4()}"))  # what is said twice is recorded once
    began = time.perf_counter()
    await dispatcher.deliver(_order(stream, command))
    return time.perf_counter() - began


def _order(stream: str, command: Declare | AddNote) -> Order:
    return Order(workspace=WORKSPACE, stream=stream, command=command, actor=BOB)
