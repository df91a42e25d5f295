"""The review of a long incident: `python -m bench.reviews`, or a part of the whole table."""

import asyncio
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.crowd import ANN, WORKSPACE
from bench.table import Table
from bot.clock import Clock
from bot.domain import commands as c
from bot.domain.process import Process
from bot.domain.values import Text
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.engine.reviews import compile_review
from bot.storage import messages, schema
from bot.storage.database import Database
from bot.storage.messages import Said
from bot.storage.opening import connect
from bot.storage.reviews import Terms

GOAL = 1_000
_LINE = (
    "the checkout pods restart &amp; <@U0ANN> says `kubectl` shows 5xx on two nodes, "
    "<https://grafana.example/d/1|the graph> goes on rising"
)
_SPEAKERS = 40
_TIMES = 5
_NOON = 1_772_625_600


async def measure(table: Table, folder: Path, count: int = 10_000) -> None:
    """Measure compiling and keeping a review, its growth, and a command meanwhile."""
    half, whole = await _compiled(folder, count // 2), await _compiled(folder, count)
    table.add(
        f"review of an incident with {count:,} messages (median of {_TIMES})",
        whole.wall,
        "ms",
        GOAL,
        beside=f"{whole.cpu:.0f} ms of processor time; "
        f"half as many: {half.wall:.0f} ms, {half.cpu:.0f} ms of processor time",
    )
    table.add(
        "a note while such a review is compiled (median)",
        statistics.median(whole.notes),
        "ms",
        beside=f"worst {max(whole.notes):.0f} ms of {len(whole.notes)}; "
        f"without a review: median {statistics.median(whole.alone):.1f} ms, "
        f"worst {max(whole.alone):.0f} ms",
    )


class _Run:
    """What one size of incident showed, in milliseconds."""

    def __init__(self, walls: list[float], cpus: list[float]) -> None:
        self.wall, self.cpu = statistics.median(walls), statistics.median(cpus)
        self.notes: list[float] = []
        self.alone: list[float] = []


async def _compiled(folder: Path, count: int) -> _Run:
    database = connect(f"sqlite+aiosqlite:///{folder / f'reviews-{count}.db'}")
    await schema.migrate(database)
    dispatcher = Dispatcher(database, Clock(), Process)
    stream = await _incident(database, dispatcher, count)
    terms = Terms(
        process=Process(),
        compiled_at=datetime.now(UTC),
        page="http://127.0.0.1:8080/incidents/1",
        archive="https://bench.slack.com/",
        word="/incident",
        itself=frozenset(),
    )
    walls, cpus = [], []
    for _ in range(_TIMES):
        began, used = time.perf_counter(), _cpu()
        await compile_review(database, stream, terms)
        walls.append((time.perf_counter() - began) * 1000)
        cpus.append((_cpu() - used) * 1000)
    run = _Run(walls, cpus)
    run.alone = [await _note(dispatcher, stream) for _ in range(200)]
    compiling = asyncio.create_task(compile_review(database, stream, terms))
    while not compiling.done():
        run.notes.append(await _note(dispatcher, stream))
    await compiling
    await database.close()
    return run


def _cpu() -> float:
    """Processor time of this process and of those that it has waited for, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


async def _incident(database: Database, dispatcher: Dispatcher, count: int) -> str:
    stream = f"review-{count}"
    for command in (
        c.Declare(title=Text("checkout is down")),
        c.RoomMade(channel="C1", name="inc-1"),
    ):
        await dispatcher.deliver(
            Order(workspace=WORKSPACE, stream=stream, command=command, actor=ANN)
        )
    said = [
        Said(
            workspace=WORKSPACE,
            channel="C1",
            ts=f"{_NOON + n}.000100",
            as_of=f"{_NOON + n}.000100",
            user=f"U{n % _SPEAKERS:03}",
            text=f"{n}: {_LINE}",
        )
        for n in range(count)
    ]
    for start in range(0, count, 1_000):
        page = said[start : start + 1_000]
        await database.write(partial(messages.keep, told=page))
    return stream


async def _note(dispatcher: Dispatcher, stream: str) -> float:
    order = Order(
        workspace=WORKSPACE, stream=stream, command=c.AddNote(text=Text("one more")), actor=ANN
    )
    began = time.perf_counter()
    await dispatcher.deliver(order)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as place:
        shown = Table()
        shown.head()
        asyncio.run(measure(shown, Path(place)))
