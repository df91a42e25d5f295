"""What commands and pages cost with very many open incidents, beside what they cost with few."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.crowd import WORKSPACE, crowded
from bench.engine import declare_one, engine, note
from bench.table import Table
from bot.domain.process import SEVERITIES
from bot.storage import backlog, queries
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from bot.storage.queries import Viewer

FEW, MANY = 100, 10_000
_TIMES = 30
_THOUSAND = 1_000
_ANN = Viewer(workspace=WORKSPACE, user="U0ANN")
_STRANGER = Viewer(workspace=WORKSPACE, user="U0CAROL")
_GRAVEST = [one.key for one in SEVERITIES]
_LONG_AGO = datetime.now(UTC) - timedelta(minutes=5)
_QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "was it declared a moment ago": lambda c: queries.declared_just_now(
        c, WORKSPACE, _STRANGER.user, "outage", _LONG_AGO
    ),
    "open incidents like this one (the form)": lambda c: queries.similar(
        c, _STRANGER, "an outage of checkout"
    ),
    "the newest open ones (the form)": lambda c: queries.newest_open(c, _STRANGER, 10),
    "a hundred open ones (list, home, pages)": lambda c: queries.open_incidents(
        c, _STRANGER, _GRAVEST
    ),
    "mine, being part of none (list, home)": lambda c: queries.mine(c, _STRANGER, _GRAVEST),
    "mine, being part of all (list, home)": lambda c: queries.mine(c, _ANN, _GRAVEST),
    "a search that finds nothing": lambda c: queries.search(c, _STRANGER, ["checkout"]),
    "what is owed (metrics)": lambda c: backlog.look(c, datetime.now(UTC)),
}


async def measure(table: Table, folder: Path) -> None:
    """Measure each with few and with many."""
    took: dict[str, list[float]] = {}
    for number in (FEW, MANY):
        place = folder / str(number)
        place.mkdir()
        await crowded(place, number)
        database = connect(f"sqlite+aiosqlite:///{place / 'muster.db'}")
        for name, seconds in (await _all(database)).items():
            took.setdefault(name, []).append(seconds * _THOUSAND)
        await database.close()
    for name, (few, many) in took.items():
        beside = f"with {FEW}: {few:.2f} ms, a {few / many:.2f} of it"
        table.add(f"with {MANY:,} open incidents: {name}", many, "ms", beside=beside)


async def _all(database: Database) -> dict[str, float]:
    dispatcher, _ = engine(database)
    stream = await declare_one(dispatcher)
    took = {"a note": statistics.median([await note(dispatcher, stream) for _ in range(_TIMES)])}
    declares = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        await declare_one(dispatcher)
        declares.append(time.perf_counter() - began)
    took["a declare"] = statistics.median(declares)
    for name, ask in _QUESTIONS.items():
        took[name] = await _asked(database, ask)
    return took


async def _asked(database: Database, ask: Callable[[Connection], object]) -> float:
    def work(connection: Connection) -> float:
        began = time.perf_counter()
        ask(connection)
        return time.perf_counter() - began

    return statistics.median([await database.read(work) for _ in range(_TIMES)])
