"""Waiting until something is due, or until somebody rings."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The application's clock."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when the clock is moved; returns what stops that."""


_LONGEST = timedelta(hours=1)


def wall_time() -> datetime:
    """Return the machine's own time: leases are promises between machines."""
    return datetime.now(UTC)


class Alarm:
    """Wakes one loop: at a time of the clock, when the clock is moved, or when rung."""

    def __init__(self, clock: Clock, look_every: float | None = None) -> None:
        self.clock = clock
        self._rung = asyncio.Event()
        self._unlisten = clock.listen(self.ring)
        self._look_every = look_every
        """Seconds after which the loop looks even when nothing rang: other processes write too."""

    def now(self) -> datetime:
        """Return the clock's present."""
        return self.clock.now()

    def ring(self) -> None:
        """Wake the loop; rings before it waits are not lost."""
        self._rung.set()

    def close(self) -> None:
        """Stop listening to the clock."""
        self._unlisten()

    async def wait_until(self, due: datetime | None) -> bool:
        """Return at `due`, at the next look, or when rung; say whether it was rung."""
        wait = _LONGEST if due is None else min(due - self.clock.now(), _LONGEST)
        seconds = max(wait.total_seconds(), 0)
        if self._look_every is not None:
            seconds = min(seconds, self._look_every)
        return await self.wait_seconds(seconds)

    async def wait_seconds(self, seconds: float) -> bool:
        """Return after so many real seconds, or earlier when rung; say whether it was rung."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung
