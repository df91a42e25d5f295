"""`muster serve` as people run it, in a process of its own, against a pretend Slack in this one."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.clock import Clock
from bot.simulator import Simulator

ROOT = Path(__file__).resolve().parents[1]
SLOW = 0.1
"""Seconds added to every call to Slack."""


@dataclass
class Served:
    """The bot's process and its Slack."""

    sim: Simulator
    process: psutil.Process
    connected_after: float

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        return float(self.process.memory_info().rss) / 1e6

    @property
    def processor(self) -> float:
        """Seconds of processor time used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def served(
    folder: Path, *, latency: float = SLOW, sim: Simulator | None = None, core: int | None = None
) -> AsyncIterator[Served]:
    """Start a pretend Slack, unless one is handed in, and `muster serve`; stop both.

    With `core` the bot has that core, and this process all others.
    """
    if sim is None:
        sim = Simulator(clock=Clock())
        await sim.start()
    sim.limits.posts = True
    sim.latency = latency
    began = time.perf_counter()
    with _kept_apart(core):
        child = await launched(sim, folder)
    try:
        await sim.wait_connected(within=20)
        yield Served(
            sim=sim,
            process=psutil.Process(child.pid),
            connected_after=time.perf_counter() - began,
        )
    finally:
        child.send_signal(signal.SIGTERM)
        await child.wait()
        await sim.stop()


async def launched(
    sim: Simulator, folder: Path, *, log: Path | None = None, **settings: str
) -> asyncio.subprocess.Process:
    """Start `muster serve` on the database of a folder, its log in a file or nowhere."""
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": sim.bot_token,
        "SLACK_APP_TOKEN": sim.app_token,
        "SLACK_API_URL": sim.api_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'muster.db'}",
        "MUSTER_HTTP": "127.0.0.1:0",
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    with (log or Path(os.devnull)).open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "serve",
            cwd=folder,
            env=environment,
            stderr=errors,
        )


@contextmanager
def _kept_apart(core: int | None) -> Iterator[None]:
    """Have what is started here run on one core, and this process on the others for good."""
    if core is None:
        yield
        return
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    yield
    os.sched_setaffinity(0, everywhere - {core})
