"""Faults that come in storms: what happens in the calm between them can be judged."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.simulator import Simulator
from bot.simulator.fault_kinds import Kind

AFTERWARDS = timedelta(seconds=10)
"""How long after a storm something may still be late because of it: waits, retries, a socket."""
_SHARES: tuple[tuple[str, Kind, float], ...] = (
    ("*", "rate_limited", 0.10),
    ("*", "http", 0.03),
    ("*", "refuse", 0.02),
    ("chat.postMessage", "lose_answer", 0.05),
    ("conversations.create", "http_after_effect", 0.05),
    ("message", "twice", 0.05),
    ("/incident", "twice", 0.20),
)
"""What goes wrong in a storm, and with which share of calls or deliveries."""
_STILL = ("conversations.create", "chat.postMessage")
"""What a standstill refuses."""
HELD_UP = ("CreateRoom", "PostToRoom", "PostToFeed", "PostGuidelines")
"""Which effects are nothing but that."""


@dataclass(kw_only=True)
class Weather:
    """Calm, then a storm, again and again; the sockets are cut in the midst of each storm."""

    sim: Simulator
    calm: float = 40.0
    storm: float = 10.0
    storms: list[tuple[datetime, datetime]] = field(default_factory=list)
    struck: int = 0

    @contextlib.asynccontextmanager
    async def changing(self) -> AsyncIterator[None]:
        """Have storms meanwhile, and leave the sky clear."""
        task = asyncio.create_task(self._change())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def standstill(self, seconds: float) -> AsyncIterator[None]:
        """Take no room and no post meanwhile, so that whoever stops now leaves something owed."""
        began = self.sim.clock.now()
        for method in _STILL:
            self.sim.faults.add(method, "rate_limited", times=None)
        await asyncio.sleep(seconds)
        try:
            yield
        finally:
            self.sim.faults.clear()
            self.storms.append((began, self.sim.clock.now() + AFTERWARDS))

    async def _change(self) -> None:
        while True:
            await asyncio.sleep(self.calm)
            began = self.sim.clock.now()
            try:
                self._break_out()
                await asyncio.sleep(self.storm / 2)
                await self.sim.sockets.cut()
                await asyncio.sleep(self.storm / 2)
            finally:
                self.struck += sum(fault.struck for fault in self.sim.faults)
                self.sim.faults.clear()
                self.storms.append((began, self.sim.clock.now() + AFTERWARDS))

    def _break_out(self) -> None:
        for number, (target, kind, share) in enumerate(_SHARES):
            seed = number + len(self.storms)
            self.sim.faults.add(target, kind, times=None, share=share, seed=seed)

    def touched(self, began: datetime, ended: datetime) -> bool:
        """Whether a storm, or what it left behind, fell into this time."""
        return any(began <= until and since <= ended for since, until in self.storms)
