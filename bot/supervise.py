"""Long-lived loops: started together, logged and restarted when they fail, stopped in order."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

_BACK_OFF = (0.1, 1, 5, 15, 30)


async def supervise(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop until it returns; when it fails, log the whole and start it again, slower."""
    failures = 0
    while True:
        try:
            await loop()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("loop.failed", loop=name)
            await asyncio.sleep(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
            failures += 1
        else:
            return
