"""The one way out: claims what is owed, has it carried, and settles what came of it.

The courier runs in rounds. A round is one transaction that settles what has come back since the
last one, feeds outcomes to the rules, fires due timers, and claims what is due; then the claimed
effects are carried side by side, outside of any transaction. Performers say what came of it by
returning an outcome or by raising a `Verdict`; the courier obeys.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog

from bot.domain.commands import Command, EffectGivenUp, EffectWorked
from bot.domain.effects import Effect
from bot.domain.incident import Incident
from bot.domain.owing import shows_wait
from bot.domain.values import MUSTER
from bot.engine.clockwork import Alarm
from bot.engine.dispatcher import Dispatcher, Order
from bot.engine.tally import Tally
from bot.engine.verdicts import Doubt, GiveUp, NotYet, RetryAt, Verdict
from bot.storage import brakes, claiming, outbox, settling, timers
from bot.storage.claiming import Claimed
from bot.storage.codec import unpack_command
from bot.storage.database import Connection, Database, DatabaseAway, Urgency

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=20)
CALL_LIMIT = timedelta(seconds=8)
"""A call's time-out: shorter than half a lease."""
IN_FLIGHT = 64
_TIMERS_AT_ONCE = 100
_SWEEP = timedelta(minutes=1)
_KEEP_DONE = timedelta(days=2)
_BACK_OFF = (1, 2, 5, 10, 20, 30)


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


Performer = Callable[[Any, Carrying], Awaitable[Command | None]]
"""Carries one kind of effect; returns an outcome for the rules, or None."""


@dataclass
class _Came:
    """A claimed effect with what came of carrying it."""

    claimed: Claimed
    outcome: Command | None = None
    verdict: Verdict | None = None
    had_failed: bool = False
    """Whether the record says that this could not be done."""


class Courier:
    """Carries owed effects until told to stop."""

    def __init__(
        self,
        *,
        database: Database,
        dispatcher: Dispatcher,
        performers: Mapping[type[Effect], Performer],
        alarm: Alarm,
        tally: Tally,
        owner: str | None = None,
    ) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._performers = performers
        self._kinds = frozenset(kind.__name__ for kind in performers)
        self._alarm = alarm
        self._tally = tally
        self.owner = owner or uuid4().hex
        self._came: list[_Came] = []
        self._flying: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._swept_at = 0.0
        self._watchers: list[asyncio.Future[None]] = []
        dispatcher.on_owed(alarm.ring)

    # Running

    async def run(self) -> None:
        """Carry until stopped; a database that is away is waited for."""
        away = 0
        while not self._stopping:
            watchers, self._watchers = self._watchers, []
            try:
                due = await self.round()
                away = 0
            except DatabaseAway as fault:
                away = min(away + 1, len(_BACK_OFF))
                log.warning("courier.database_away", why=str(fault))
                self._watchers += watchers
                await self._alarm.wait_seconds(_BACK_OFF[away - 1])
                continue
            if self.busy or (due is not None and due <= self._alarm.now()):
                self._watchers += watchers
            else:
                _tell_all(watchers)
            await self._until_needed(due)

    async def _until_needed(self, due: datetime | None) -> None:
        """Wait until something is due, somebody rings, or another process has written."""
        while not await self._alarm.wait_until(due):
            if due is not None and due <= self._alarm.now():
                return
            if self._sweep_is_due or self._database.changed_elsewhere():
                return

    @property
    def _sweep_is_due(self) -> bool:
        return time.monotonic() - self._swept_at > _SWEEP.total_seconds()

    async def rested(self) -> None:
        """Return once a round that began after this call found nothing to carry or to settle."""
        watcher = asyncio.get_running_loop().create_future()
        self._watchers.append(watcher)
        self._alarm.ring()
        await watcher

    async def stop(self) -> None:
        """Claim nothing more, and finish what is held."""
        self._stopping = True
        self._alarm.ring()
        while self._flying:
            await asyncio.wait(self._flying)
        if self._came:
            with contextlib.suppress(DatabaseAway):
                await self.round()

    def abandon(self) -> None:
        """Drop everything, as a crash would."""
        self._stopping = True
        for task in tuple(self._flying):
            task.cancel()

    @property
    def busy(self) -> bool:
        """Whether something is being carried or waits to be settled."""
        return bool(self._flying or self._came)

    async def void_leases(self) -> None:
        """At the start of the only process: nobody else holds anything."""
        await self._database.write(settling.void_leases, Urgency.OUTCOME)

    # One round

    async def round(self) -> datetime | None:
        """Settle, fire, claim and set out; return when something is due next."""
        came, self._came = self._came, []
        now = self._alarm.now()
        room = 0 if self._stopping else max(0, IN_FLIGHT - len(self._flying))
        sweeping = self._sweep_is_due

        def work(connection: Connection) -> tuple[list[Claimed], list[Incident], datetime | None]:
            states = self._settle(connection, came, now)
            wall = datetime.now(UTC)
            if sweeping:
                settling.sweep(connection, now)
                outbox.forget_done(connection, now - _KEEP_DONE)
            if not self._stopping:
                states += self._fire(connection, now)
            claimed = claiming.claim(
                connection,
                owner=self.owner,
                now=now,
                wall=wall,
                lease=LEASE,
                limit=room,
                kinds=self._kinds,
            )
            return claimed, states, outbox.next_due(connection, wall)

        try:
            claimed, states, due = await self._database.write(work, Urgency.OUTCOME)
        except BaseException:
            self._came = came + self._came
            raise
        if sweeping:
            self._swept_at = time.monotonic()
        self._dispatcher.remember(states)
        for one in claimed:
            self._set_out(one)
        full = not self._stopping and len(self._flying) >= IN_FLIGHT
        return None if full else due

    def _settle(self, connection: Connection, came: list[_Came], now: datetime) -> list[Incident]:
        states: list[Incident] = []
        held = [one for one in came if self._holds(connection, one.claimed)]
        for one in held:
            match one.verdict:
                case None:
                    self._tally.settled(one.claimed, "done", now)
                    settling.finish(connection, [one.claimed.id], "done", now)
                    states += self._tell(connection, one, one.outcome)
                    if one.had_failed:
                        name = one.claimed.effect.name
                        states += self._tell(connection, one, EffectWorked(effect=name))
                    if one.claimed.attempts > 1:
                        self._show_wait(connection, one.claimed, now)
                case RetryAt(at=at, brake=brake):
                    self._tally.retried(one.claimed)
                    settling.put_back(connection, one.claimed.id, at, maybe_sent=False)
                    if brake:
                        brakes.brake(connection, one.claimed.workspace, brake, at)
                    self._show_wait(connection, one.claimed, now)
                case NotYet(at=at):
                    settling.put_back(connection, one.claimed.id, at, maybe_sent=False)
                case Doubt(at=at):
                    self._tally.retried(one.claimed)
                    settling.put_back(connection, one.claimed.id, at, maybe_sent=True)
                    self._show_wait(connection, one.claimed, now)
                case GiveUp(why=why, quiet=quiet):
                    self._tally.settled(one.claimed, "failed", now)
                    settling.finish(connection, [one.claimed.id], "failed", now)
                    given_up = EffectGivenUp(effect=one.claimed.effect.name, why=why)
                    states += [] if quiet else self._tell(connection, one, given_up)
                case _:
                    raise TypeError(one.verdict)
        settling.release(connection, [one.claimed.lane for one in held])
        return states

    def _holds(self, connection: Connection, claimed: Claimed) -> bool:
        return settling.holds(connection, claimed.lane, claimed.epoch, self.owner)

    def _tell(self, connection: Connection, one: _Came, command: Command | None) -> list[Incident]:
        """Feed an outcome to the rules; outcomes are never refused."""
        if command is None:
            return []
        order = Order(
            workspace=one.claimed.workspace,
            stream=one.claimed.effect.stream,
            command=command,
            actor=MUSTER,
            cause=f"effect:{one.claimed.effect_id}",
            correlation=one.claimed.correlation,
        )
        return [self._dispatcher.apply(connection, order).incident]

    def _show_wait(self, connection: Connection, claimed: Claimed, now: datetime) -> None:
        """Have the card say what waits for Slack, and stop saying it when it has come."""
        card = shows_wait(claimed.effect)
        if card is not None:
            terms = {"cause": f"effect:{claimed.effect_id}", "correlation": claimed.correlation}
            outbox.owe(connection, [card], workspace=claimed.workspace, now=now, **terms)

    def _fire(self, connection: Connection, now: datetime) -> list[Incident]:
        """Feed due timers to the rules."""
        states = []
        for due in timers.take_due(connection, now, _TIMERS_AT_ONCE):
            order = Order(
                workspace=due.workspace,
                stream=due.stream,
                command=unpack_command(due.body),
                actor=MUSTER,
                cause=f"timer:{due.key}",
                correlation=due.correlation,
                rule=due.key.partition(":")[0],
            )
            states.append(self._dispatcher.apply(connection, order).incident)
        return states

    # Carrying

    def _set_out(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._carry(claimed), name=f"carry {claimed.effect.name}")
        self._flying.add(task)
        task.add_done_callback(self._back)

    def _back(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._alarm.ring()

    async def _carry(self, claimed: Claimed) -> None:
        """Carry one effect. The only place where any fault of a performer is caught."""
        came = _Came(claimed=claimed)
        ends = time.monotonic() + LEASE.total_seconds() / 2
        try:
            incident = await self._dispatcher.current(claimed.effect.stream)
            came.had_failed = incident is not None and claimed.effect.name in incident.failures
            carrying = Carrying(
                effect_id=claimed.effect_id,
                workspace=claimed.workspace,
                now=self._alarm.now(),
                first_attempt_at=claimed.first_attempt_at,
                attempts=claimed.attempts,
                doubt=claimed.doubt,
                incident=incident,
                still_ours=lambda: time.monotonic() < ends,
            )
            performer = self._performers[type(claimed.effect)]
            async with asyncio.timeout(LEASE.total_seconds() * 0.8):
                came.outcome = await performer(claimed.effect, carrying)
        except Verdict as verdict:
            came.verdict = verdict
        except (TimeoutError, DatabaseAway):
            came.verdict = Doubt(self._later(claimed))
        except Exception:
            log.exception("effect.failed", effect=claimed.effect.name, stream=claimed.effect.stream)
            came.verdict = self._after_a_fault(claimed)
        log.debug(
            "effect.carried",
            effect=claimed.effect.name,
            attempt=claimed.attempts,
            correlation=claimed.correlation,
            verdict=type(came.verdict).__name__,
        )
        self._came.append(came)

    def _later(self, claimed: Claimed) -> datetime:
        seconds = _BACK_OFF[min(claimed.attempts, len(_BACK_OFF)) - 1]
        return self._alarm.now() + timedelta(seconds=seconds)

    def _after_a_fault(self, claimed: Claimed) -> Verdict:
        """A fault of our own is tried a few times, and then said."""
        if claimed.attempts < len(_BACK_OFF):
            return Doubt(self._later(claimed))
        return GiveUp("Muster itself failed at this; the log of the bot has the details.")


def _tell_all(watchers: list[asyncio.Future[None]]) -> None:
    for watcher in watchers:
        if not watcher.done():
            watcher.set_result(None)
