"""The one way in: a command becomes events, projections and owed effects in one transaction.

    deliver(order)   somebody asks, through Slack, a page or the terminal
    apply(…)         the same inside a transaction that is under way
    record(…)        without adding what is owed: a courier's round adds all of it at its end

Every transaction takes its locks in one order, so that no two deadlock: the workspace's
row of a declaration, then streams, then the record's own, then timers, then lanes, then brakes.

The last states are kept by stream and version and checked in the transaction, so that a command on
a long incident does not read it again.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog

from bot.domain.accepting import clean_title
from bot.domain.commands import AskedOfIncident, Command, Declare, EmptyWords
from bot.domain.decide import decide
from bot.domain.effects import Later, Never, Owed
from bot.domain.events import Recorded
from bot.domain.given import Given
from bot.domain.incident import Incident, replay
from bot.domain.process import Process
from bot.domain.react import react
from bot.domain.refusals import NotNow, NotUnderstood, Refused
from bot.engine import repeats, requests
from bot.engine.orders import Answered, Done, Order
from bot.engine.requests import Decided
from bot.engine.states import States
from bot.engine.tally import Tally
from bot.following import step
from bot.storage import (
    anchors,
    deliveries,
    outbox,
    projections,
    queries,
    streams,
    timers,
    workspaces,
)
from bot.storage.database import Connection, Database, alone, in_the_end
from bot.storage.outbox import Owing

log = structlog.get_logger(__name__)

RECENT = timedelta(minutes=5)
"""How long after a declaration the same words of the same person are taken for the same thing."""


class Now(Protocol):
    """A clock, as far as the engine needs one."""

    def now(self) -> datetime:
        """Return the present, aware, in UTC."""


class Dispatcher:
    """Handles one order at a time per stream; the database decides who is first."""

    def __init__(
        self,
        database: Database,
        clock: Now,
        process: Callable[[], Process],
        tally: Tally | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._process = process
        self._tally = tally or Tally()
        self._states = States()
        self._wake: list[Callable[[], None]] = []

    def on_owed(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something new is owed."""
        self._wake.append(wake)

    @property
    def process(self) -> Process:
        """The process in force."""
        return self._process()

    async def deliver(self, order: Order) -> Answered:
        """Carry out an order and return the answer once it is committed.

        Raises:
            Refused: the rules say no; nothing of it was recorded.
            DatabaseAway: nothing was recorded.
            CommitUnknown: it cannot be told whether it was; asking again is safe.
        """

        def work(connection: Connection) -> tuple[Answered | Exception, Decided]:
            _lock(connection, order)
            before = self._kept_before(connection, order)
            answered, owing = self._answered_after(connection, order, before)
            outbox.owe(connection, [*before.owing, *owing], self._clock.now())
            return answered, before

        with step("decision", of=order.correlation, command=type(order.command).__name__):
            answered, before = await in_the_end(self._database, work)
        for kept, done in before.orders:
            self.decided(kept, done)
        if before.owing:
            self.wake()
        if isinstance(answered, Exception):
            raise answered  # after the commit, which decided what others had asked
        if answered.done is not None:
            self.decided(order, answered.done)
        elif answered.kept:
            self.wake()
        return answered

    def _answered_after(
        self, connection: Connection, order: Order, before: Decided
    ) -> tuple[Answered | Exception, list[Owing]]:
        """Carry an order out; a refusal is returned where it must not undo what went before it."""
        if not before.settled:
            return self._answered(connection, order)
        came, fault = alone(connection, partial(self._answered, connection, order))
        return came or (fault or AssertionError(), [])

    def _answered(self, connection: Connection, order: Order) -> tuple[Answered, list[Owing]]:
        """Carry an order out, unless that was done before: a delivery is idempotent."""
        now = self._clock.now()
        if order.identity is not None:
            stored = deliveries.answered(connection, order.workspace, order.identity)
            if stored is not None:
                return Answered(answer=stored[0], done=None), []
            repeats.check(connection, order, now)
        try:
            done, owing = self.record_all(connection, order)
        except NotUnderstood:
            if not requests.can_be_kept(order):
                raise
            kept = Answered(answer=None, done=None, kept=True)
            return kept, requests.keep(connection, order, now)
        answer = order.answer(done) if order.answer else None
        _remember(connection, order, done.incident.version, answer, now)
        return Answered(answer=answer, done=done), owing

    def _kept_before(self, connection: Connection, order: Order) -> Decided:
        """Decide first what people have asked earlier and an older version has kept."""
        if not isinstance(order.command, AskedOfIncident):
            return Decided()
        now = self._clock.now()
        return requests.decide_waiting(connection, order.stream, self.record_all, now)

    async def decide_waiting(self, stream: str) -> bool:
        """Decide what was kept about an incident; say whether that was all of it.

        Raises:
            DatabaseAway: nothing was recorded.
        """

        def work(connection: Connection) -> Decided:
            streams.lock(connection, [stream])
            now = self._clock.now()
            decided = requests.decide_waiting(connection, stream, self.record_all, now)
            outbox.owe(connection, decided.owing, now)
            return decided

        decided = await in_the_end(self._database, work)
        for order, done in decided.orders:
            self.decided(order, done)
        self.wake()
        return not decided.left

    def decided(self, order: Order, done: Done) -> None:
        """Take note of what was committed: keep the state, count, say so, wake the couriers."""
        self.remember([done.incident])
        name = type(order.command).__name__
        self._tally.count("decisions", name)
        say = log.info if done.events else log.debug  # that all is as it was is no news
        say(
            "decision.taken",
            command=name,
            incident=done.incident.name,
            stream=order.stream,
            events=len(done.events),
            correlation=order.correlation,
        )
        self.wake()

    def apply(self, connection: Connection, order: Order) -> Done:
        """Decide, append, project and owe, inside a transaction that is under way.

        The caller promotes the state (`remember`) and wakes the courier after the commit.

        Raises:
            Refused: the rules say no.
        """
        done, owing = self.record_all(connection, order)
        outbox.owe(connection, owing, self._clock.now())
        return done

    def record_all(self, connection: Connection, order: Order) -> tuple[Done, list[Owing]]:
        """Record a command and those that go with it (`then`); see `record`."""
        done, owing = self.record(connection, order)
        for command in order.then:
            after, more = self.record(connection, replace(order, command=command, also=()))
            done = replace(after, events=done.events + after.events)
            owing = [*owing, *more]
        return done, owing

    def record(self, connection: Connection, order: Order) -> tuple[Done, list[Owing]]:
        """Decide, append, project and set timers; return what is to be added to the outbox.

        Raises:
            Refused: the rules say no.
            NotUnderstood: this can wait, and a newer version has to decide it.
        """
        now = self._clock.now()
        process = self._process()
        at = streams.head(connection, order.stream)
        emptied = isinstance(order.command, EmptyWords) and bool(order.command.texts)
        before = self._states.of(connection, order.stream, at, anew=emptied)
        can_wait = order.can_wait or order.later is not None
        if can_wait and before is not None and before.holds_unknown:
            raise NotUnderstood
        if order.room and not _is_room(before, order.room):
            raise NotNow
        command = self._with_facts(connection, order, now)
        given = Given(actor=order.actor, now=order.asked_at or now, process=process)
        events = decide(before, command, given)
        if not events:
            if before is None:
                raise Refused
            return Done(incident=before, events=()), _owing(order, order.also, now)
        stamp = _stamp(order, now)
        recorded = streams.append(
            connection, order.stream, order.workspace, at, events=events, stamp=stamp
        )
        after, owed = self._follow(before, recorded, order.workspace, process)
        projections.project(connection, None if emptied else before, after, now)
        if after.over and not (before and before.over):
            anchors.anchor_one(connection, order.workspace, order.stream, now)
        _set_timers(connection, order, owed)
        done = Done(incident=after, events=tuple(recorded))
        return done, _owing(order, [*owed, *order.also], now)

    def _follow(
        self,
        before: Incident | None,
        recorded: Sequence[Recorded],
        workspace: str,
        process: Process,
    ) -> tuple[Incident, list[Owed]]:
        """Evolve over all events, then react to each in the state that they lead to."""
        after = replay(recorded, workspace, onto=before)
        if after is None:
            raise AssertionError
        owed: list[Owed] = []
        for one in recorded:
            owed.extend(react(after, one, process))
        return after, owed

    def _with_facts(self, connection: Connection, order: Order, now: datetime) -> Command:
        """Return the command; a declaration with its number, or with the incident it repeats."""
        command = order.command
        if not isinstance(command, Declare):
            return command
        workspaces.lock(connection, order.workspace)
        recent = None
        if not command.again:
            title = clean_title(command.title)
            since = (order.happened_at or now) - RECENT
            recent = queries.declared_just_now(
                connection, order.workspace, order.actor.user, title, since
            )
        number = 0 if recent else workspaces.next_number(connection, order.workspace)
        return replace(command, number=number, recent=recent)

    # States

    def remember(self, incidents: Sequence[Incident]) -> None:
        """Keep states of transactions that were committed."""
        self._states.remember(incidents)

    def name_of(self, stream: str) -> str | None:
        """Return how people call an incident, for the log: None where it is not at hand."""
        return self._states.name_of(stream)

    def wake(self) -> None:
        """Tell the couriers that something may be owed."""
        for wake in self._wake:
            wake()

    async def current(self, stream: str) -> Incident | None:
        """Return the present state of an incident."""

        def work(connection: Connection) -> Incident | None:
            return self._states.of(connection, stream, streams.peek(connection, stream))

        incident = await self._database.read(work)
        if incident is not None:
            self.remember([incident])
        return incident


def _stamp(order: Order, now: datetime) -> streams.Stamp:
    return streams.Stamp(
        happened_at=order.happened_at or order.asked_at or now,
        recorded_at=now,
        actor=order.actor.user,
        cause=order.cause,
        correlation=order.correlation,
        rule=order.rule,
    )


def _is_room(incident: Incident | None, channel: str) -> bool:
    return incident is not None and incident.room is not None and incident.room.channel == channel


def _lock(connection: Connection, order: Order) -> None:
    """Take the lock before looking whether this was answered already.

    A duplicate that is delivered at the same time then finds the answer, and no refusal.
    """
    if isinstance(order.command, Declare):
        workspaces.lock(connection, order.workspace)
    else:
        streams.lock(connection, [order.stream])


def _remember(
    connection: Connection, order: Order, version: int, answer: Any, now: datetime
) -> None:
    """Remember a delivery with its answer and its words; what has no identity comes only once."""
    if order.identity is not None:
        deliveries.remember(
            connection,
            workspace=order.workspace,
            identity=order.identity,
            stream=order.stream,
            version=version,
            answer=answer,
            now=now,
        )
        repeats.remember(connection, order, now)


def _set_timers(connection: Connection, order: Order, owed: Sequence[Owed]) -> None:
    later = [one for one in owed if isinstance(one, Later | Never)]
    timers.schedule(connection, later, order.origin)


def _owing(order: Order, owed: Sequence[Owed], now: datetime) -> list[Owing]:
    effects = [one for one in owed if not isinstance(one, Later | Never)]
    return outbox.owing(dict.fromkeys(effects), order.origin, now)
