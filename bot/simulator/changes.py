"""Notifications of changes, for everybody who displays or waits for something."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

PATIENCE = 30.0
"""Seconds of wall time that a wait takes before it is given up, on a machine that may be busy."""

T = TypeVar("T")


class NotSeen(AssertionError):
    """What was waited for did not happen in time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something changed; listeners refresh what they display."""

    kind: str  # message ephemeral channel view home user file canvas call delivery socket …
    team: str = ""  # the workspace; empty for what belongs to all of them
    channel: str | None = None
    ts: str | None = None
    user: str | None = None


@dataclass(kw_only=True, slots=True)
class Changes:
    """The listeners to changes, and those who wait for one."""

    _listeners: list[Callable[[Change], None]] = field(default_factory=list)
    _waiters: list[asyncio.Future[None]] = field(default_factory=list)

    def listen(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call back after each change, until the returned function is called."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def tell(self, change: Change) -> None:
        for callback in tuple(self._listeners):
            callback(change)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_for(
        self, seen: Callable[[], T | None], *, within: float = PATIENCE, what: str = ""
    ) -> T:
        """The first true result of `seen`, which is called again after each change.

        Raises NotSeen when there is none `within` so many seconds of wall time.
        """
        try:
            async with asyncio.timeout(within):
                while not (answer := seen()):
                    waiter = asyncio.get_running_loop().create_future()
                    self._waiters.append(waiter)
                    await waiter
                return answer
        except TimeoutError:
            raise NotSeen(f"{what or 'it'} was not seen within {within} s") from None
