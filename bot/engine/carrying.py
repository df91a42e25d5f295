"""Carrying one effect: calling its performer, and putting what came of it into a verdict."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.commands import Command
from bot.domain.effects import Effect
from bot.domain.incident import Incident
from bot.domain.refusals import NotUnderstood
from bot.domain.values import Place
from bot.engine.clockwork import Clock
from bot.engine.dispatcher import Dispatcher
from bot.engine.reach import Reach
from bot.engine.verdicts import Doubt, ForNewer, GiveUp, RetryAt, Verdict
from bot.following import about, step
from bot.storage.claiming import Claimed
from bot.storage.database import DatabaseAway

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=20)
"""How long a claimed lane is held; a courier that has not settled by then has lost it."""
CALL_LIMIT = timedelta(seconds=8)
"""A call's time-out: shorter than half a lease."""
_LIMIT = LEASE * 0.8
_BACK_OFF = (1, 2, 5, 10, 20, 30)
"""Backoff in seconds between attempts that fail; the last one repeats."""
PATIENCE = timedelta(minutes=30)
"""How long an effect may fail before people are told and can retry it."""


@dataclass(kw_only=True)
class Trace:
    """What a performer tells the settler besides its outcome."""

    landed: Place | None = None
    """Where the effect stands in Slack; of a message without an item, where nothing is to stand."""
    asks: bool = False
    """Whether a message with buttons stands there that may be settled in another way."""
    sent: bool = False
    """Whether this attempt asked Slack to do it."""
    several: bool = False
    """Whether a look-up found it more than once."""
    also: list[Effect] = field(default_factory=list)
    """Further effects that are owed now."""
    answered: list[int] = field(default_factory=list)
    """Rows of other effects whose messages ask nothing any more, even if this one fails."""


@dataclass(frozen=True, kw_only=True)
class Carrying:
    """What a performer is given besides the effect."""

    effect_id: str
    workspace: str
    now: datetime
    first_attempt_at: datetime
    attempts: int
    doubt: bool
    incident: Incident | None
    still_ours: Callable[[], bool]
    """Whether the lease still holds; asked right before the call."""
    trace: Trace = field(default_factory=Trace)


Performer = Callable[[Any, Carrying], Awaitable[Command | None]]
"""Carries one kind of effect; returns an outcome for the rules, or None."""


@dataclass
class Carried:
    """A claimed effect with what came of carrying it: an outcome, or a verdict."""

    claimed: Claimed
    outcome: Command | None = None
    verdict: Verdict | None = None
    had_failed: bool = False
    """Whether the record says that it failed before: then people are told of the success."""
    trace: Trace = field(default_factory=Trace)


class Carrier:
    """Carries effects by the performers it is given."""

    def __init__(
        self,
        performers: Mapping[type[Effect], Performer],
        dispatcher: Dispatcher,
        clock: Clock,
        reach: Reach,
        wall: Callable[[], datetime],
    ) -> None:
        self._performers = performers
        self._wall = wall
        self._dispatcher = dispatcher
        self._clock = clock
        self._reach = reach

    @property
    def kinds(self) -> frozenset[str]:
        """The names of the kinds that it can carry."""
        return frozenset(kind.__name__ for kind in self._performers)

    async def carry(self, claimed: Claimed) -> Carried:
        """Carry one effect; any fault of a performer becomes a verdict."""
        kind = type(claimed.effect).__name__
        with step("effect", of=claimed.correlation, effect=kind, id=claimed.effect_id):
            return await self._carry(claimed)

    async def _carry(self, claimed: Claimed) -> Carried:
        carried = Carried(claimed=claimed)
        try:
            await self._perform(carried)
        except Verdict as verdict:
            carried.verdict = self._in_time(claimed, verdict)
        except NotUnderstood:
            carried.verdict = ForNewer()
        except (TimeoutError, DatabaseAway):
            carried.verdict = Doubt(self._later(claimed))
        except Exception:
            log.exception("effect.failed", effect=claimed.effect.name, stream=claimed.effect.stream)
            carried.verdict = self._after_a_fault(claimed)
        log.info(
            "effect.carried",
            effect=claimed.effect.name,
            attempt=claimed.attempts,
            verdict=type(carried.verdict).__name__ if carried.verdict else "done",
        )
        return carried

    async def _perform(self, carried: Carried) -> None:
        claimed = carried.claimed
        ends = claimed.lease_until - LEASE / 2  # a process may have slept since it claimed
        incident = await self._dispatcher.current(claimed.effect.stream)
        if incident is not None:
            about(incident.name)
        if incident is not None and incident.holds_unknown and claimed.effect.shows_all:
            raise ForNewer
        carried.had_failed = incident is not None and claimed.effect.name in incident.failures
        carrying = Carrying(
            effect_id=claimed.effect_id,
            workspace=claimed.workspace,
            now=self._clock.now(),
            first_attempt_at=claimed.first_attempt_at,
            attempts=claimed.attempts,
            doubt=claimed.doubt,
            incident=incident,
            still_ours=lambda: self._wall() < ends,
            trace=carried.trace,
        )
        if not carrying.still_ours():
            raise RetryAt(carrying.now)
        async with asyncio.timeout(_LIMIT.total_seconds()):
            performer = self._performers[type(claimed.effect)]
            carried.outcome = await performer(claimed.effect, carrying)

    def _in_time(self, claimed: Claimed, verdict: Verdict) -> Verdict:
        """Try less often the longer it fails, and give up in the end; being throttled is no fault.

        One effect that Slack always answers with an error must not hold up its lane for ever.
        """
        match verdict:
            case RetryAt(brake=None) | Doubt():
                if claimed.attempts > len(_BACK_OFF) and self._failing(claimed) > PATIENCE:
                    minutes = int(PATIENCE.total_seconds() / 60)
                    return GiveUp(
                        f"{claimed.effect.label[0].upper()}{claimed.effect.label[1:]}: Slack has "
                        f"failed at this for {minutes} minutes. Press Retry when it works again."
                    )
                verdict.at = max(verdict.at, self._later(claimed))
                return verdict
            case _:
                return verdict

    def _failing(self, claimed: Claimed) -> timedelta:
        """Return for how long it has failed while Slack as a whole could be used."""
        if self._reach.away is not None:
            return timedelta()
        since = claimed.first_attempt_at
        return self._clock.now() - max(since, self._reach.back_at or since)

    def _later(self, claimed: Claimed) -> datetime:
        seconds = _BACK_OFF[min(claimed.attempts, len(_BACK_OFF)) - 1]
        return self._clock.now() + timedelta(seconds=seconds)

    def _after_a_fault(self, claimed: Claimed) -> Verdict:
        """Return when to try again after a fault of our own, or give up after a few times."""
        if claimed.attempts < len(_BACK_OFF):
            return Doubt(self._later(claimed))
        return GiveUp("Muster itself failed at this; the log of the bot has the details.")
