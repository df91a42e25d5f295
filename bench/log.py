"""The message log at its entry, beside bare inserts of the same rows in the same run."""

import asyncio
import itertools
import sqlite3
import statistics
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from bench.databases import KINDS, fresh
from bench.table import Table
from bot.engine.message_log import MessageLog
from bot.storage import tables
from bot.storage.messages import Said

HALF = 0.5
"""What the log should reach of the bare inserts' speed."""
SIZES = (1, 10, 100, 500)
_ROWS = 20_000
_MOST = 1_000
"""How many batches of one size are stored at the most; SQLite's first few hundred commits cost
twice as much on either side, since they lengthen its log file."""
_NOON = 1_772_625_600
_COLUMNS = tuple(column.name for column in tables.messages.columns)


class _Bare(ABC):
    """A table of the same shape, filled by the driver's own `executemany`, a commit each."""

    @abstractmethod
    async def store(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert and commit."""

    @abstractmethod
    async def close(self) -> None:
        """Let go of the connection."""


class _BareFile(_Bare):
    def __init__(self, path: str) -> None:
        question = "SELECT sql FROM sqlite_master WHERE name = 'messages'"
        with sqlite3.connect(path) as ours:
            (shape,) = ours.execute(question).fetchone()
        self._file = sqlite3.connect(f"{path}.bare", isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.execute(shape.replace("messages", "bare"))
        places = ",".join("?" * len(_COLUMNS))
        self._insert = f"INSERT INTO bare VALUES ({places})"  # noqa: S608 - question marks only

    async def store(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany(self._insert, rows)
        self._file.execute("COMMIT")

    async def close(self) -> None:
        self._file.close()


class _BareServer(_Bare):
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        places = ",".join(f"${n + 1}" for n in range(len(_COLUMNS)))
        self._insert = f"INSERT INTO bare VALUES ({places})"  # noqa: S608 - numbered places only

    async def store(self, rows: Sequence[tuple[Any, ...]]) -> None:
        async with self._connection.transaction():
            await self._connection.executemany(self._insert, rows)

    async def close(self) -> None:
        await self._connection.close()


async def _bare(url: str) -> _Bare:
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        return _BareFile(str(place.database))
    host = str(place.query["host"])
    connection = await asyncpg.connect(host=host, user="postgres", database="postgres")
    await connection.execute("CREATE TABLE bare (LIKE messages INCLUDING ALL)")
    return _BareServer(connection)


async def measure(table: Table, folder: Path) -> None:
    """Measure both, batch by batch in turn, on both databases."""
    for kind in KINDS:
        async with fresh(kind, folder) as (database, url):
            bare = await _bare(url)
            contest = _Contest(MessageLog(database), bare)
            for size in SIZES:
                await contest.run(min(_MOST, _ROWS // size), size)
                contest.tell(table, kind, size)
            await bare.close()


class _Contest:
    """Batches of one size, stored three ways in turn; how many seconds each took."""

    def __init__(self, log: MessageLog, bare: _Bare) -> None:
        self._log = log
        self._bare = bare
        self._numbers = itertools.count()
        self._together: list[float] = []
        self._each: list[float] = []
        self._plain: list[float] = []

    async def run(self, batches: int, size: int) -> None:
        for measured in (self._together, self._each, self._plain):
            measured.clear()
        for _ in range(batches):
            said = [_said(next(self._numbers)) for _ in range(size)]
            rows = [_row(one) for one in said]
            self._together.append(await _timed(self._log.keep(*said)))
            self._plain.append(await _timed(self._bare.store(rows)))
            said = [_said(next(self._numbers)) for _ in range(size)]
            everybody = (self._log.keep(one) for one in said)
            self._each.append(await _timed(asyncio.gather(*everybody)))

    def tell(self, table: Table, kind: str, size: int) -> None:
        measured = (self._together, self._each, self._plain)
        together, each, plain = (statistics.median(one) for one in measured)
        table.add(
            f"message log on {kind}, {size} a commit",
            plain / together,
            "of bare inserts",
            at_least=HALF,
            beside=f"{size / together:,.0f} a second, bare {size / plain:,.0f}; "
            f"each message from a task of its own: {plain / each:.2f} of bare inserts",
        )


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _said(number: int) -> Said:
    ts = f"{_NOON + number // 1_000}.{number % 1_000:06}"
    return Said(
        workspace="T0PRETEND",
        channel=f"C{number % 100:03}",
        ts=ts,
        as_of=ts,
        user=f"U{number % 40:03}",
        text=f"{number}: the checkout pods restart, and the graph of 5xx answers goes on rising",
    )


def _row(said: Said) -> tuple[Any, ...]:
    made = {"files": "[]", "salt": b"sixteen bytes it"}
    return tuple(made[name] if name in made else getattr(said, name) for name in _COLUMNS)
