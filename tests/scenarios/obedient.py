"""Slack's `Retry-After` seen from the bot's side of the wire: what was told, and what was sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.engine.verdicts import RetryAt
from bot.slack.calls import SlackCalls

_SECOND = timedelta(seconds=1)


@dataclass
class Wire:
    """Calls as they leave the bot, and the waits that Slack asks for, in order."""

    sent: list[tuple[str, datetime]] = field(default_factory=list)
    told: list[tuple[str, datetime, int]] = field(default_factory=list)
    """Method, until when it is to be left alone, and how many calls had left by then."""

    def too_early(self) -> list[str]:
        """The calls that left before Slack wanted another one of that method."""
        return [
            f"{method} at {at:%H:%M:%S}, told to wait until {until:%H:%M:%S}"
            for told_method, until, behind in self.told
            for method, at in self.sent[behind:]
            if method == told_method and at < until
        ]

    def too_late(self) -> list[str]:
        """What was refused, so that it waits, and did not leave within a second of Slack's word."""
        late = []
        for told_method, until, behind in self.told:
            again = (at for method, at in self.sent[behind:] if method == told_method)
            first = min(again, default=None)
            if first is None or first > until + _SECOND:
                late.append(f"{told_method} at {first}, told to wait until {until:%H:%M:%S}")
        return late


def watched(wire: Wire) -> Callable[[Settings, Clock, Process], Application]:
    """Return what builds a bot whose calls are noted."""

    class Watched(SlackCalls):
        async def _sent(self, method: str, given: dict[str, Any]) -> Any:
            wire.sent.append((method, self._clock.now()))
            return await super()._sent(method, given)

        def _throttled(self, method: str, headers: Any) -> RetryAt:
            until = self._clock.now() + timedelta(seconds=int(headers["Retry-After"]))
            wire.told.append((method, until, len(wire.sent)))
            return super()._throttled(method, headers)

    def build(settings: Settings, clock: Clock, process: Process) -> Application:
        return Application(settings, clock, process, new_calls=Watched)

    return build
