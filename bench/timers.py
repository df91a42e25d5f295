"""What is due among much that is not: looking, claiming, and commands while much is overdue."""

import asyncio
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from bench.crowd import WORKSPACE, declared, settle_all
from bench.databases import KINDS, fresh
from bench.engine import declare_one, engine, note, running
from bench.soak.lags import share
from bench.table import Table
from bot.clock import Clock
from bot.domain.commands import UpdateFallsDue
from bot.domain.effects import Later, ShowTopic
from bot.domain.process import Process
from bot.domain.values import Origin
from bot.engine.dispatcher import Dispatcher
from bot.storage import claiming, outbox, tables, timers
from bot.storage.database import Connection, Database

SIZES = (1_000, 10_000, 100_000)
AT_ONCE = 100
"""How many timers a round takes, and how many lanes are claimed."""
_LEASE = timedelta(seconds=20)
_TIMES = 15
_IN_BULK = 5_000
_INCIDENTS = 2_000
_THOUSAND = 1_000


async def measure(table: Table, folder: Path) -> None:
    """Measure on both databases, with ever more timers and lanes."""
    for kind in KINDS:
        for size in SIZES:
            place = folder / f"{kind}-{size}"
            place.mkdir()
            async with fresh(kind, place) as (database, _):
                await _due_or_not(table, database, kind, size)
        place = folder / f"{kind}-absence"
        place.mkdir()
        async with fresh(kind, place) as (database, _):
            await _after_an_absence(table, database, kind)


async def _due_or_not(table: Table, database: Database, kind: str, size: int) -> None:
    now = datetime.now(UTC)
    await _fill(database, size, now + timedelta(days=1))
    idle = await _times(database, lambda connection: _look(connection, now))
    await database.write(lambda connection: _fall_due(connection, AT_ONCE, now))
    some = await _times(database, lambda connection: _take(connection, now))
    await database.write(lambda connection: _fall_due(connection, size, now))
    everything = await _times(database, lambda connection: _take(connection, now))
    table.add(
        f"{size:,} timers and {size:,} lanes on {kind}: a look when nothing is due",
        idle,
        "ms",
        beside=f"claiming {AT_ONCE} of each, when these are due: {some:.1f} ms; "
        f"when all are due: {everything:.1f} ms",
    )


async def _fill(database: Database, size: int, due: datetime) -> None:
    for start in range(0, size, _IN_BULK):
        streams = [f"s{number}" for number in range(start, min(start + _IN_BULK, size))]
        await database.write(lambda connection: _owe(connection, streams, due))  # noqa: B023 - awaited at once


def _owe(connection: Connection, streams: list[str], due: datetime) -> None:
    origin = Origin(workspace=WORKSPACE, cause="bench", correlation="bench")
    later = [
        Later(
            key=f"cadence:{stream}",
            stream=stream,
            at=due,
            command=UpdateFallsDue(stage="due", due_at=due),
        )
        for stream in streams
    ]
    timers.schedule(connection, later, origin)
    effects = outbox.owing([ShowTopic(stream=stream) for stream in streams], origin, due)
    outbox.owe(connection, effects, due)


def _fall_due(connection: Connection, number: int, now: datetime) -> None:
    """Have so many timers and lanes be due, the oldest first."""
    for column, key in ((tables.job.c.due, "cadence:s"), (tables.lane.c.next_due, "ShowTopic:s")):
        for start in range(0, number, _IN_BULK):
            keys = [f"{key}{each}" for each in range(start, min(start + _IN_BULK, number))]
            source = column.table
            connection.execute(update(source).where(source.c.key.in_(keys)).values({column: now}))
    for start in range(0, number, _IN_BULK):
        lanes = [f"ShowTopic:s{each}" for each in range(start, min(start + _IN_BULK, number))]
        connection.execute(
            update(tables.outbox).where(tables.outbox.c.lane.in_(lanes)).values(due=now)
        )


class _Undone(Exception):
    """What was measured is not to stay."""


async def _times(database: Database, work: Callable[[Connection], None]) -> float:
    """Return the median milliseconds of some work within a transaction, which is then undone."""
    took: list[float] = []

    def timed(connection: Connection) -> None:
        began = time.perf_counter()
        work(connection)
        took.append(time.perf_counter() - began)
        raise _Undone

    for _ in range(_TIMES):
        try:
            await database.write(timed)
        except _Undone:
            continue
    return statistics.median(took) * _THOUSAND


def _look(connection: Connection, now: datetime) -> None:
    """Ask what a courier's round asks."""
    if timers.due(connection, now, AT_ONCE) or _claimed(connection, now):
        raise RuntimeError("nothing was to be due")
    outbox.next_due(connection, now)


def _take(connection: Connection, now: datetime) -> None:
    taken = timers.take(connection, list(timers.due(connection, now, AT_ONCE)), now)
    if len(taken) != AT_ONCE or len(_claimed(connection, now)) != AT_ONCE:
        raise RuntimeError("not all was taken that is due")
    outbox.next_due(connection, now)


def _claimed(connection: Connection, now: datetime) -> list[claiming.Claimed]:
    return claiming.claim(
        connection,
        owner="bench",
        now=now,
        wall=now,
        lease=_LEASE,
        limit=AT_ONCE,
        kinds=frozenset({"ShowTopic"}),
    ).taken


async def _after_an_absence(table: Table, database: Database, kind: str) -> None:
    """Have thousands of timers overdue, and ask something meanwhile, again and again."""
    away = Clock(stopped_at=datetime.now(UTC) - timedelta(hours=3))
    await declared(Dispatcher(database, away, Process), _INCIDENTS, severity="sev1", at_once=8)
    await database.write(lambda connection: settle_all(connection, timers=False))
    dispatcher, courier = engine(database)
    stream = await declare_one(dispatcher)
    alone = [await note(dispatcher, stream) for _ in range(100)]
    meanwhile: list[float] = []
    began = time.perf_counter()
    async with running(courier):
        while await database.read(_overdue):
            meanwhile.append(await note(dispatcher, stream))
            await asyncio.sleep(0.005)
        took = time.perf_counter() - began
    table.add(
        f"a note while {_INCIDENTS:,} overdue timers are made good on {kind} (99 %)",
        share(meanwhile, 0.99) * _THOUSAND,
        "ms",
        beside=f"median {share(meanwhile, 0.5) * _THOUSAND:.1f} ms; without them "
        f"{share(alone, 0.5) * _THOUSAND:.1f} ms, 99 % {share(alone, 0.99) * _THOUSAND:.1f} ms; "
        f"{_INCIDENTS / took:,.0f} timers a second",
    )


def _overdue(connection: Connection) -> bool:
    due = timers.next_due(connection)
    return due is not None and due <= datetime.now(UTC)
