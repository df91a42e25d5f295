"""Long-lived loops: logged and restarted when they fail, and honest about how they are."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

_BACK_OFF = (0.1, 1, 5, 15, 30)
_SOUND = 60.0
"""Seconds without a fault after which a loop counts as sound again."""


class Loop:
    """A loop that is started again when it fails, slower each time; one that `ends` may be over."""

    def __init__(
        self, name: str, run: Callable[[], Awaitable[None]], *, ends: bool = False
    ) -> None:
        self.name = name
        self._run = run
        self._ends = ends
        self._failures = 0
        self._failed_at: float | None = None
        self._task = asyncio.create_task(self._supervise(), name=name)

    @property
    def trouble(self) -> str | None:
        """What is wrong with it, in words, None while it is sound."""
        if self._task.done():
            if self._ends and not self._task.cancelled():
                return None
            return f"the {self.name} has stopped"
        if self._failed_lately:
            return f"the {self.name} keeps failing; the log says why"
        return None

    @property
    def _failed_lately(self) -> bool:
        return self._failed_at is not None and time.monotonic() - self._failed_at < _SOUND

    async def end(self) -> None:
        """Cancel it and wait until it is gone."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _supervise(self) -> None:
        while True:
            try:
                await self._run()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("loop.failed", loop=self.name)
                self._failures = self._failures + 1 if self._failed_lately else 1
                self._failed_at = time.monotonic()
                await asyncio.sleep(_BACK_OFF[min(self._failures, len(_BACK_OFF)) - 1])
            else:
                return
