"""Reading from Slack at its own pace: nobody waits, so every rate limit is waited for."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.domain.commands import Command
from bot.domain.values import MUSTER, Actor
from bot.engine.clockwork import Alarm
from bot.engine.verdicts import Doubt, Misread, NotYet, RetryAt
from bot.slack.desk import Desk
from bot.slack.events.observing import Observation, observed

Raw = Mapping[str, Any]

_PAGE = 200
_TRIES = 30
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, kw_only=True)
class RoomRead:
    """A room that is read."""

    channel: str
    stream: str
    workspace: str


async def tell(desk: Desk, place: RoomRead, command: Command, actor: Actor = MUSTER) -> None:
    """Hand the present state of something to the rules.

    Nothing happens where they know it, or the incident has moved to another room meanwhile.
    """
    await observed(
        desk,
        Observation(
            workspace=place.workspace,
            stream=place.stream,
            command=command,
            actor=actor,
            room=place.channel,
        ),
    )


def pages(desk: Desk, method: str, **where: Any) -> AsyncIterator[Raw]:
    """Read page by page to the end."""
    return desk.calls.pages(partial(call, desk, method, limit=_PAGE, **where))


async def call(desk: Desk, method: str, **arguments: Any) -> Raw:
    """Read from Slack, waiting for as long as it has told any replica to wait.

    Raises:
        SlackSaidNo: Slack refuses.
        Verdict: it was tried often enough for now.
    """
    for left in range(_TRIES, 0, -1):
        await _brake_lets_go(desk, method)
        try:
            return await desk.calls.call(method, **arguments)
        except (RetryAt, Doubt, NotYet) as verdict:
            hopeless = isinstance(verdict, Misread) or desk.calls.reach.away is not None
            if left == 1 or hopeless:
                raise  # others have their turn; while Slack is away, one call asks for all
            if isinstance(verdict, RetryAt) and verdict.brake:
                await desk.throttling.tell(desk.me.workspace, verdict.brake, verdict.at)
                continue
            seconds = (verdict.at - desk.clock.now()).total_seconds()
            await asyncio.sleep(min(max(seconds, 0.1), _LONGEST_WAIT))
    raise AssertionError


async def _brake_lets_go(desk: Desk, method: str) -> None:
    """Wait while any replica was told to leave the method alone."""
    alarm = Alarm(desk.clock)
    try:
        while (until := await desk.throttling.until(desk.me.workspace, method)) is not None:
            if until <= desk.clock.now():
                return
            await alarm.wait_until(until)
    finally:
        alarm.close()
