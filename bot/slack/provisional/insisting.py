"""Retries in memory while nothing can be recorded, for as long as somebody waits."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.engine.verdicts import Doubt, NotYet, RetryAt
from bot.slack.desk import Desk

T = TypeVar("T")

_PATIENCE = timedelta(minutes=10)
_SHORTEST = 0.1


async def insist(desk: Desk, ask: Callable[[], Awaitable[T]]) -> T:
    """Return what comes of `ask`, which must be idempotent: an answer may be lost.

    Raises:
        SlackSaidNo: Slack refuses.
        Verdict: it was tried for ten minutes.
        CancelledError: the process stops.
    """
    waited = timedelta()
    while True:
        try:
            return await ask()
        except (RetryAt, Doubt, NotYet) as verdict:
            wait = max(verdict.at - desk.clock.now(), timedelta(seconds=_SHORTEST))
            waited += wait
            if waited > _PATIENCE:
                raise
            await desk.errands.pause(wait.total_seconds())
