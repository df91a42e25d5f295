"""The bot's process seen from outside: memory, tasks, and what it complains about."""

import asyncio
import contextlib
import re
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from bench.rig import launched
from bot.demo.running import free_port
from bot.simulator import Simulator

_LEAKS = re.compile(
    r"Unclosed|ResourceWarning|Task was destroyed|never retrieved|never awaited|Traceback"
)
"""What Python and aiohttp say about tasks, sessions and sockets that nobody looked after."""
_EVERY = 1.0
_STARTING = 200.0
_LOOK = 0.05


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One look at the process: seconds since the first, megabytes, tasks."""

    after: float
    memory: float
    tasks: int


@dataclass(kw_only=True)
class Bot:
    """A `muster serve` that is looked at each second."""

    process: asyncio.subprocess.Process
    metrics: str
    log: Path
    samples: list[Sample] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look at it now and meanwhile."""
        began = time.monotonic()
        await self._look(began)
        task = asyncio.create_task(self._watch(began))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self, began: float) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            await self._look(began)

    async def _look(self, began: float) -> None:
        after = time.monotonic() - began
        memory = psutil.Process(self.process.pid).memory_info().rss / 1e6
        self.samples.append(Sample(after=after, memory=memory, tasks=await self.tasks()))

    async def tasks(self) -> int:
        """Return how many tasks run in it, by its own metrics."""
        async with aiohttp.ClientSession() as session, session.get(self.metrics) as answer:
            found = re.search(r"^muster_tasks (\d+)", await answer.text(), re.MULTILINE)
        if found is None:
            raise RuntimeError("the bot's metrics do not tell its tasks")
        return int(found[1])

    async def stop(self) -> tuple[int, float]:
        """Send SIGTERM; return its exit status, and the seconds until it was gone."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = await self.process.wait()
        return status, time.monotonic() - began

    @property
    def ready(self) -> bool:
        """Whether it has said that all of it runs."""
        return "serve.ready" in self.log.read_text(errors="replace")

    @property
    def complaints(self) -> list[str]:
        """What its log says about what nobody looked after."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line[:300] for line in lines if _LEAKS.search(line)]


@contextlib.asynccontextmanager
async def started(sim: Simulator, folder: Path, name: str, url: str) -> AsyncIterator[Bot]:
    """Start the bot and wait until all of it runs; one that was not stopped is killed."""
    port, log = free_port(), folder / f"{name}.log"
    process = await launched(
        sim,
        folder,
        log=log,
        DATABASE_URL=url,
        MUSTER_HTTP=f"127.0.0.1:{port}",
        PYTHONWARNINGS="default::ResourceWarning",
    )
    try:
        bot = Bot(process=process, metrics=f"http://127.0.0.1:{port}/metrics", log=log)
        await _ready(bot)
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _ready(bot: Bot) -> None:
    for _ in range(int(_STARTING / _LOOK)):
        if bot.ready:
            return
        await asyncio.sleep(_LOOK)
    raise TimeoutError("the bot has not started")
