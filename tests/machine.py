"""How long something takes, on a machine that may be busy, or be gone for seconds.

What is promised is promised on a machine that is there. While a machine of CI is not, nothing goes
on: neither in Muster, nor in the pretend Slack, nor in the test. So no time passes for them. What
they compute themselves takes its time all the same: who blocks the loop is late.
"""

import asyncio
import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager

TURN = 0.05
"""Seconds that may pass between two moments at which a loop looks at its clock."""
LOOK = 0.5
"""Seconds after which a loop that has nothing to do looks at it all the same."""


class _Waiting(selectors.DefaultSelector):
    """Waits for what comes over the wire, and says so before and afterwards."""

    loop: "PatientLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """See the base class."""
        self.loop.time()
        seconds = LOOK if timeout is None else min(timeout, LOOK)
        found = super().select(seconds)
        self.loop.woken(seconds)
        return found


class PatientLoop(asyncio.SelectorEventLoop):
    """A loop whose clock stands still while the machine is not there.

    Else a machine that is taken away for seconds would end every wait that began before, whatever
    was about to come: who is answered in time would be a matter of luck.
    """

    def __init__(self) -> None:
        self.withheld = 0.0
        """Seconds that the machine was not there when it was asked for."""
        self._seen, self._computed = super().time(), time.thread_time()
        waiting = _Waiting()
        waiting.loop = self
        super().__init__(waiting)

    def time(self) -> float:
        """Seconds of a machine that is there."""
        return self._look(TURN)

    def woken(self, timeout: float) -> None:
        """It has waited, for no longer than this."""
        self._look(max(0.0, timeout) + TURN)

    def _look(self, at_most: float) -> float:
        now, computed = super().time(), time.thread_time()
        at_most += computed - self._computed
        self.withheld += max(0.0, now - self._seen - at_most)
        self._seen, self._computed = now, computed
        return now - self.withheld


def withheld() -> float:
    """How many seconds the machine was not there since this loop began."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, PatientLoop)
    return loop.withheld


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done here ends within so many seconds."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    yield
    assert loop.time() - began < seconds
