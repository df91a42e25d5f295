"""Whether Slack can be used at all from here: one condition, and not a failure of each effect.

Every call reports how it went. After several in a row without an answer, or when Slack rejects the
token, one cheap call probes Slack until it is answered. Meanwhile nothing that needs Slack is
claimed: what is owed keeps its order, and no attempt is used up. Each process finds out for itself,
since another one's network may be fine.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.engine.clockwork import Alarm, Clock

log = structlog.get_logger(__name__)

_ENOUGH = 3
"""After so many calls in a row without an answer Slack is probed."""
_AGAIN = (1, 2, 5, 10, 15)
"""Backoff in seconds between probes; the last one repeats."""


@dataclass(frozen=True, kw_only=True)
class Away:
    """Slack cannot be used: since when, why, and Slack's word where it refuses the token."""

    since: datetime
    why: str
    token: str = ""

    def __str__(self) -> str:
        """Return what is the matter, and what to do, for whoever runs Muster."""
        waits = "what is owed waits in its order"
        if self.token:
            return (
                f"since {self.since:%H:%M} UTC Slack does not accept SLACK_BOT_TOKEN "
                f"({self.token}): install the app anew, set the new token in the environment, and "
                f"start Muster again; {waits}"
            )
        return (
            f"since {self.since:%H:%M} UTC Slack does not answer this process ({self.why}); "
            f"{waits}, and it is asked again every {_AGAIN[-1]} s"
        )


class Reach:
    """What this process knows of whether Slack can be used."""

    def __init__(self, clock: Clock) -> None:
        self.away: Away | None = None
        self.back_at: datetime | None = None
        """When it was usable again, if it ever was away."""
        self._clock = clock
        self._alarm = Alarm(clock)
        self._doubted_since: datetime | None = None
        self._misses = 0
        self._why = ""
        self._token = ""
        self._asking = False
        self._looks = 0
        self._known = asyncio.Event()
        self._told: list[Callable[[], None]] = []

    def on_back(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever Slack can be used again."""
        self._told.append(wake)

    def close(self) -> None:
        """Stop listening to the clock."""
        self._alarm.close()

    def begins_away(self) -> None:
        """Conclude from a single call: at the start there is no other, and people wait."""
        if self._misses and self.away is None:
            self._misses = max(self._misses, _ENOUGH)
            self._conclude()

    # What calls met

    def answered(self) -> None:
        """Note that Slack has answered, and accepted the token."""
        self._misses, self._token, self._doubted_since = 0, "", None
        self._known.set()
        if self.away is None:
            return
        self.back_at = self._clock.now()
        seconds = (self.back_at - self.away.since).total_seconds()
        log.warning("slack.back", why=self.away.why, away_seconds=int(seconds))
        self.away = None
        for wake in self._told:
            wake()

    def missed(self, why: str) -> None:
        """Note that no answer came, or only that of a server in trouble."""
        self._misses += 1
        self._doubt(why)

    def refused(self, error: str) -> None:
        """Note that Slack does not accept the token; `error` is its error code."""
        self._token = error
        self._doubt(error)

    def _doubt(self, why: str) -> None:
        self._why = why
        self._doubted_since = self._doubted_since or self._clock.now()
        if self._doubted and not self._asking and self.away is None:
            self._alarm.ring()

    @property
    def _doubted(self) -> bool:
        return bool(self._token) or self._misses >= _ENOUGH

    # Asking

    async def watch(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask whenever there is doubt, and again until Slack can be used; `ask` makes a call."""
        tries = 0
        while True:
            if self._doubted:
                await self._look(ask)
            tries = tries + 1 if self._doubted else 0
            if tries:
                await self._alarm.wait_seconds(_AGAIN[min(tries, len(_AGAIN)) - 1])
            else:
                await self._alarm.wait_until(None)

    async def _look(self, ask: Callable[[], Awaitable[None]]) -> None:
        self._asking = True
        try:
            await ask()
        finally:
            self._asking = False
        if self._doubted:
            self._conclude()
        self._looks += 1
        self._known.set()

    async def looked(self) -> None:
        """Return once a probe that began after this call has told whether Slack can be used."""
        enough = self._looks + (2 if self._asking else 1)
        while self._doubted and self._looks < enough:
            self._known.clear()
            self._alarm.ring()
            await self._known.wait()

    def _conclude(self) -> None:
        since = self.away.since if self.away else self._doubted_since or self._clock.now()
        if self.away is None:
            log.error("slack.away", why=self._why, token_refused=bool(self._token))
        self.away = Away(since=since, why=self._why, token=self._token)
