"""`muster serve` as people run it, in a process of its own, against a pretend Slack in this one."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
async def served(folder: Path, *, latency: float = SLOW) -> AsyncIterator[Served]:
    """Start a pretend Slack and `muster serve`, and stop both."""
    sim = Simulator(clock=Clock())
    await sim.start()
    sim.limits.posts = True
    environment = {
        "PATH": os.environ["PATH"],
        "SLACK_BOT_TOKEN": sim.bot_token,
        "SLACK_APP_TOKEN": sim.app_token,
        "SLACK_API_URL": sim.api_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'muster.db'}",
        "MUSTER_HTTP": "127.0.0.1:0",
        "PYTHONPATH": str(ROOT),
    }
    sim.latency = latency
    began = time.perf_counter()
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "serve",
        cwd=folder,
        env=environment,
        stderr=asyncio.subprocess.DEVNULL,
    )
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
