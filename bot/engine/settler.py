"""Settles effects that were carried, and feeds outcomes and due timers to the rules.

All of it happens inside the transaction of a courier's round. What fails there fails alone: one
effect or timer that the rules stumble over must not hold up all others.

The round first locks all streams that it will change, then feeds the rules, and last locks all
lanes that it lets go of or adds to: the order of every transaction (see `dispatcher`).
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.commands import Command, EffectGivenUp, EffectWorked
from bot.domain.effects import CreateRoom, Effect, ShowCard
from bot.domain.incident import Incident
from bot.domain.owing import NOTICED, says_meanwhile, shows_wait
from bot.domain.refusals import NotUnderstood
from bot.domain.values import MUSTER, Origin
from bot.engine import twins
from bot.engine.carrying import Carried
from bot.engine.dispatcher import Dispatcher
from bot.engine.leaving import LeftAlone
from bot.engine.orders import Order
from bot.engine.tally import News
from bot.engine.verdicts import Doubt, ForNewer, GiveUp, NotYet, RetryAt
from bot.storage import brakes, outbox, settling, streams, timers
from bot.storage.brakes import Braked
from bot.storage.claiming import Claimed
from bot.storage.codec import NotReadable, unpack_command
from bot.storage.database import Connection, Overtaken, alone
from bot.storage.outbox import Owing
from bot.storage.settling import Finished, PutBack
from bot.storage.timers import Due

log = structlog.get_logger(__name__)

_TIMERS_AT_ONCE = 100
_TOGETHER = 5
"""How many timers are fired before the clock is looked at again."""
FIRING = 0.02
"""Seconds of a round that timers may take."""
_GATHERED = timedelta(seconds=1)
"""How long after a wait began the card says so: by then, what does not wait is done and counted."""
_OUTCOME = "outcome:"
"""How the keys of outcomes that wait for a newer version begin."""


@dataclass
class _Round:
    """What a round writes at its end, when it holds the lanes."""

    connection: Connection
    now: datetime
    states: list[Incident] = field(default_factory=list)
    owing: list[Owing] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    put_back: list[PutBack] = field(default_factory=list)
    braked: list[Braked] = field(default_factory=list)
    left: list[Claimed] = field(default_factory=list)
    put_back_timers: list[Due] = field(default_factory=list)
    news: list[News] = field(default_factory=list)

    def count(self, name: str, *labels: str, seconds: float | None = None) -> None:
        """Have something counted, once all of this is committed."""
        self.news.append(News(name=name, labels=labels, seconds=seconds))


@dataclass(frozen=True, kw_only=True)
class Turned:
    """What a round came to; it counts once the round is committed, which may take two runs."""

    states: list[Incident]
    news: list[News]


class Settler:
    """Settles for one courier, which is the owner of the lanes it settles."""

    def __init__(self, dispatcher: Dispatcher, owner: str, firing: float = FIRING) -> None:
        self._dispatcher = dispatcher
        self._owner = owner
        self._firing = firing
        self.left_lanes = LeftAlone()
        self.left_timers = LeftAlone()

    def turn(
        self,
        connection: Connection,
        came: Sequence[Carried],
        now: datetime,
        *,
        firing: bool,
        held_up: Sequence[Claimed] = (),
    ) -> Turned:
        """Settle effects that are still this courier's, and fire timers.

        Raises:
            Overtaken: another courier took a lane over meanwhile; look again.
        """
        ours = settling.still_held(connection, _claims(came), self._owner)
        held = [one for one in came if (one.claimed.lane, one.claimed.epoch) in ours]
        lost = [one for one in came if (one.claimed.lane, one.claimed.epoch) not in ours]
        due = self._due(connection, now) if firing else {}
        streams.lock(connection, [*(one.claimed.effect.stream for one in held), *due.values()])
        this = _Round(connection, now)
        for one in held:
            self._settle(this, one)
            _look_again(this, one, ours=True)
        for one in lost:
            log.warning(
                "effect.lane_lost",
                effect=one.claimed.effect.name,
                incident=self._dispatcher.name_of(one.claimed.effect.stream),
                correlation=one.claimed.correlation,
            )
            this.count("lanes_lost", type(one.claimed.effect).__name__)
            _look_again(this, one, ours=False)
        for waits in held_up:
            _show_wait(this, waits, waits.due)
        self._fire_some(this, list(due))
        timers.put_back(connection, this.put_back_timers)
        self.left_timers.add([timer.key for timer in this.put_back_timers], now)
        self._close(this, held)
        return Turned(states=this.states, news=this.news)

    def _due(self, connection: Connection, now: datetime) -> dict[str, str]:
        return timers.due(connection, now, _TIMERS_AT_ONCE, self.left_timers.at(now))

    def _close(self, this: _Round, held: Sequence[Carried]) -> None:
        """Lock the lanes, then write down what became of their effects and what is owed now."""
        lanes = {one.claimed.lane: int(one.claimed.effect.priority) for one in held}
        outbox.lock_lanes(this.connection, lanes, this.owing, this.now)
        claims = _claims(held)
        if settling.still_held(this.connection, claims, self._owner) != claims:
            raise Overtaken("a lane was taken over")
        settling.finish(this.connection, this.finished, this.now)
        settling.answered(this.connection, this.answered)
        settling.put_back(this.connection, this.put_back)
        settling.leave(this.connection, {one.id: one.doubt for one in this.left})
        self.left_lanes.add([one.lane for one in this.left], this.now)
        outbox.add(this.connection, this.owing)
        settling.release(this.connection, list(lanes))
        brakes.brake(this.connection, this.braked)

    # Effects

    def _settle(self, this: _Round, one: Carried) -> None:
        claimed = one.claimed
        this.answered += one.trace.answered
        match one.verdict:
            case None:
                self._finish(this, one, "done")
                if _was_missed(claimed, this.now):
                    _show_wait(this, claimed, None)
                self._told(this, one)
            case GiveUp(why=why, quiet=quiet):
                self._finish(this, one, "failed")
                if claimed.effect.retried and not quiet:
                    self._tell(this, claimed, EffectGivenUp(effect=claimed.effect.name, why=why))
            case RetryAt(at=at, brake=brake):
                if brake:
                    this.braked.append(Braked(workspace=claimed.workspace, method=brake, until=at))
                self._again(this, claimed, at, doubt=claimed.doubt)
            case Doubt(at=at):
                self._again(this, claimed, at, doubt=True)
            case ForNewer():
                this.left.append(claimed)
            case NotYet(at=at):
                this.put_back.append(PutBack(id=claimed.id, due=at, doubt=claimed.doubt))
            case _:
                raise TypeError(one.verdict)

    def _finish(self, this: _Round, one: Carried, state: str) -> None:
        claimed = one.claimed
        kind = type(claimed.effect).__name__
        this.count("effects", kind, state)
        this.count("effect_seconds", kind, seconds=(this.now - claimed.owed_at).total_seconds())
        trace = one.trace
        over = Finished(id=claimed.id, state=state, landed=trace.landed, asks=trace.asks)
        this.finished.append(over)
        this.owing += _owing(this, claimed, trace.also)

    def _again(self, this: _Round, claimed: Claimed, at: datetime, *, doubt: bool) -> None:
        """Carry it again later. A doubt of an earlier attempt stays until it was looked up."""
        this.count("effects_retried", type(claimed.effect).__name__)
        this.put_back.append(PutBack(id=claimed.id, due=at, doubt=doubt))
        _show_wait(this, claimed, at)

    # The rules

    def _told(self, this: _Round, one: Carried) -> None:
        if one.outcome is not None:
            self._tell(this, one.claimed, one.outcome)
        if one.had_failed:
            self._tell(this, one.claimed, EffectWorked(effect=one.claimed.effect.name))

    def _tell(self, this: _Round, claimed: Claimed, command: Command) -> None:
        """Feed an outcome to the rules; outcomes are never refused, but may wait."""
        order = Order(
            workspace=claimed.workspace,
            stream=claimed.effect.stream,
            command=command,
            actor=MUSTER,
            cause=f"effect:{claimed.effect_id}",
            correlation=claimed.correlation,
            can_wait=True,
        )
        if not self._applied(this, order):
            kept = timers.of_command(
                command,
                order.stream,
                key=f"{_OUTCOME}{type(command).__name__}:{claimed.effect_id}",
                due=this.now,
                origin=order.origin,
            )
            this.put_back_timers.append(kept)

    def _fire_some(self, this: _Round, keys: Sequence[str]) -> None:
        """Fire timers for a moment only; the others are still due in the next round.

        After an absence many are overdue, and commands that come meanwhile wait for the round.
        """
        ends = time.monotonic() + self._firing
        for start in range(0, len(keys), _TOGETHER):
            for timer in timers.take(this.connection, keys[start : start + _TOGETHER], this.now):
                self._fire(this, timer)
            if time.monotonic() > ends:
                return

    def _fire(self, this: _Round, due: Due) -> None:
        """Feed a timer to the rules; one that a newer version has to decide stays."""
        try:
            order = _order_of_timer(due)
        except NotReadable:
            this.put_back_timers.append(due)
            return
        if not self._applied(this, order):
            this.put_back_timers.append(due)

    def _applied(self, this: _Round, order: Order) -> bool:
        """Apply an order of the bot's own, and say whether it was for this version to decide.

        A fault of the rules is logged and holds up nothing.
        """
        recorded, fault = alone(
            this.connection, lambda: self._dispatcher.record(this.connection, order)
        )
        facts = {
            "cause": order.cause,
            "incident": self._dispatcher.name_of(order.stream),
            "stream": order.stream,
            "correlation": order.correlation,
        }
        if isinstance(fault, NotUnderstood):
            log.info("decision.put_off", **facts)
            return False
        if recorded is None:
            log.error("outcome.failed", exc_info=fault, **facts)
            this.count("outcomes_failed", type(order.command).__name__)
            return True
        done, owing = recorded
        this.count("decisions", type(order.command).__name__)
        this.states.append(done.incident)
        this.owing += owing
        return True


def _claims(came: Sequence[Carried]) -> set[tuple[str, int]]:
    return {(one.claimed.lane, one.claimed.epoch) for one in came}


def _was_missed(claimed: Claimed, now: datetime) -> bool:
    """Say whether people may have read on the card that this waits."""
    came = now if claimed.effect.in_room else claimed.due
    return claimed.attempts > 1 or came - claimed.owed_at > NOTICED


def _show_wait(this: _Round, claimed: Claimed, until: datetime | None) -> None:
    """Have people told what waits for Slack, and no longer once it has come (`until` is None).

    The card says it; before there is one, whoever declared reads it where they asked.
    """
    card = shows_wait(claimed.effect)
    told: list[Effect] = [card] if card else []
    noticed = until is None or max(until, this.now) - claimed.owed_at > NOTICED
    if card is None and noticed and isinstance(claimed.effect, CreateRoom | ShowCard):
        answers = outbox.answers(this.connection, claimed.effect.stream, this.now)
        told += says_meanwhile(claimed.effect, answers, done=until is None)
    owing = _owing(this, claimed, told)
    this.owing += owing if until is None else outbox.postponed(owing, _GATHERED)


def _look_again(this: _Round, one: Carried, *, ours: bool) -> None:
    """Owe what finds and clears what may have landed twice."""
    for clear, after in twins.looks(one, ours=ours):
        this.owing += outbox.postponed(_owing(this, one.claimed, [clear]), after)


def _owing(this: _Round, claimed: Claimed, effects: Iterable[Effect]) -> list[Owing]:
    """Return what is owed on account of an effect, beside what the rules owe."""
    origin = Origin(
        workspace=claimed.workspace,
        cause=f"effect:{claimed.effect_id}",
        correlation=claimed.correlation,
    )
    return outbox.owing(effects, origin, this.now)


def _order_of_timer(due: Due) -> Order:
    """Return what a timer asks for; an outcome that had to wait is still its effect's.

    Raises:
        NotReadable: a newer version set it.
    """
    waited = due.key.startswith(_OUTCOME)
    return Order(
        workspace=due.workspace,
        stream=due.stream,
        command=unpack_command(due.body),
        actor=MUSTER,
        cause=due.cause if waited else f"timer:{due.key}",
        correlation=due.correlation,
        rule="" if waited else due.key.partition(":")[0],
        can_wait=True,
    )
