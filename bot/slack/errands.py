"""What is done beside the deliveries, and finished before the process stops."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

from bot.engine.verdicts import Verdict
from bot.slack.calls import SlackSaidNo

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Errands:
    """Short tasks nobody waits for, such as opening a view; tracked, so that stopping can drain."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._stopping = asyncio.Event()

    def start(self, errand: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
        """Run it beside all else; a fault is logged, and that Slack refused is only a warning."""
        task = asyncio.create_task(errand, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, SlackSaidNo | Verdict):
            log.warning("errand.refused", errand=task.get_name(), why=str(fault))
        elif fault is not None:
            log.error("errand.failed", errand=task.get_name(), exc_info=fault)

    @property
    def busy(self) -> bool:
        """Whether any is under way."""
        return bool(self._running)

    async def pause(self, seconds: float) -> None:
        """Wait between two tries.

        Raises:
            CancelledError: the process stops.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        if self._stopping.is_set():
            raise asyncio.CancelledError

    async def stop(self) -> None:
        """Wait for what is under way, and try nothing again."""
        self._stopping.set()
        await self.drain()

    async def drain(self) -> None:
        """Wait for what is under way."""
        while self._running:
            await asyncio.wait(self._running)

    async def abandon(self) -> None:
        """Drop what is under way, as a crash would."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
