"""How long something takes, on a machine that may be busy.

What is promised is promised on a machine that is there. What it withholds from the test while that
waits, it withholds from Muster; that much is added to the promise.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_EVERY = 0.05


class Withheld:
    """Seconds that the machine was not there when it was asked for, from now on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._late = 0.0
        self._go_on()

    @property
    def seconds(self) -> float:
        """How many by now."""
        return self._late + max(0.0, self._loop.time() - self._due)

    def _look(self) -> None:
        self._late = self.seconds
        self._go_on()

    def _go_on(self) -> None:
        self._due = self._loop.time() + _EVERY
        self._loop.call_at(self._due, self._look)


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """What is done here ends within so many seconds."""
    loop, withheld = asyncio.get_running_loop(), Withheld()
    began = loop.time()
    yield
    assert loop.time() - began < seconds + withheld.seconds
