"""How the work that is owed stands: what waits, what is stuck, who holds what, what was given up.

For those who look after the bot: `/metrics`, `/readyz` and `muster doctor`. Every question costs as
much as there is open or overdue, never as much as there has been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from bot.storage import tables as t

ALONE = timedelta(minutes=2)
"""For how long something due may wait to be claimed before nobody seems to be at work."""
FAILING = timedelta(minutes=5)
"""For how long an effect may fail, or be held back by Slack, before its lane counts as stuck."""
_MOST = 50

_WAITING = (
    select(t.outbox.c.kind, func.count().label("number"))
    .where(t.outbox.c.state == "open")
    .group_by(t.outbox.c.kind)
)
_LEFT_ALONE = select(func.min(t.lane.c.next_due)).where(
    t.lane.c.next_due.is_not(None), t.lane.c.next_due <= bindparam("now", type_=t.Instant)
)
_FAILING = (
    select(
        t.outbox.c.lane,
        t.outbox.c.kind,
        t.outbox.c.attempts,
        t.outbox.c.due,
        t.outbox.c.first_attempt_at.label("since"),
    )
    .where(
        t.outbox.c.state == "open",
        t.outbox.c.first_attempt_at <= bindparam("before", type_=t.Instant),
    )
    .order_by(t.outbox.c.first_attempt_at)
    .limit(_MOST)
)
_ALONE = (
    select(t.lane.c.key, t.lane.c.next_due)
    .where(
        t.lane.c.next_due.is_not(None),
        t.lane.c.next_due <= bindparam("before", type_=t.Instant),
    )
    .order_by(t.lane.c.next_due)
    .limit(_MOST)
)
_HOLDERS = (
    select(t.lane.c.owner, func.count().label("lanes"), func.max(t.lane.c.lease_until).label("to"))
    .where(t.lane.c.next_due.is_not(None), t.lane.c.owner.is_not(None))
    .group_by(t.lane.c.owner)
    .order_by(t.lane.c.owner)
)
_OVERDUE = select(func.count()).where(t.job.c.due <= bindparam("before", type_=t.Instant))
_BRAKED = (
    select(t.brakes.c.key, t.brakes.c.not_before)
    .where(t.brakes.c.not_before > bindparam("now", type_=t.Instant))
    .order_by(t.brakes.c.key)
)
_GIVEN_UP = (
    select(t.outbox.c.kind, func.count().label("number"))
    .where(
        t.outbox.c.done_at.is_not(None),
        t.outbox.c.done_at > bindparam("after", type_=t.Instant),
        t.outbox.c.state == "failed",
    )
    .group_by(t.outbox.c.kind)
    .order_by(t.outbox.c.kind)
)


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A lane that does not get on, with the effect that holds it up, if one was tried."""

    lane: str
    since: datetime
    kind: str = ""
    attempts: int = 0
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A process that carries effects, by the name that it claims lanes under."""

    owner: str
    lanes: int
    until: datetime
    """When its last lease ends, in wall time; a process at work renews them by finishing."""


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How the work stands."""

    waiting: Mapping[str, int] = field(default_factory=dict)
    """Effects that are owed, by kind."""
    left_alone_since: datetime | None = None
    """Since when the oldest lane is due that nobody has finished; None where none is due."""
    stuck: tuple[Stuck, ...] = ()
    holders: tuple[Holder, ...] = ()
    timers_overdue: int = 0
    braked: Mapping[str, datetime] = field(default_factory=dict)
    """Methods that Slack asked not to be called, and until when."""

    @property
    def owed(self) -> int:
        """How many effects wait in all."""
        return sum(self.waiting.values())

    def nobody_carries(self, now: datetime) -> datetime | None:
        """Return since when work is due that nobody does, if that is for too long."""
        return _too_long(self.left_alone_since, now)


def nobody_carries(connection: Connection, now: datetime) -> datetime | None:
    """Since when is work due that nobody does, if that is for too long? One question alone."""
    return _too_long(_left_alone_since(connection, now), now)


def look(connection: Connection, now: datetime) -> Backlog:
    """How does the work that is owed stand?"""
    return Backlog(
        waiting={row.kind: row.number for row in connection.execute(_WAITING)},
        left_alone_since=_left_alone_since(connection, now),
        stuck=(*_failing(connection, now), *_left_alone(connection, now)),
        holders=tuple(
            Holder(owner=row.owner, lanes=row.lanes, until=row.to)
            for row in connection.execute(_HOLDERS)
        ),
        timers_overdue=connection.execute(_OVERDUE, {"before": now - ALONE}).scalar_one(),
        braked={row.key: row.not_before for row in connection.execute(_BRAKED, {"now": now})},
    )


def given_up(connection: Connection, after: datetime) -> dict[str, int]:
    """Which kinds of effects were given up since then, and how often?"""
    return {row.kind: row.number for row in connection.execute(_GIVEN_UP, {"after": after})}


def _left_alone_since(connection: Connection, now: datetime) -> datetime | None:
    since: datetime | None = connection.execute(_LEFT_ALONE, {"now": now}).scalar_one()
    return since


def _too_long(since: datetime | None, now: datetime) -> datetime | None:
    return since if since is not None and now - since > ALONE else None


def _failing(connection: Connection, now: datetime) -> list[Stuck]:
    rows = connection.execute(_FAILING, {"before": now - FAILING})
    return [
        Stuck(lane=row.lane, since=row.since, kind=row.kind, attempts=row.attempts, due=row.due)
        for row in rows
    ]


def _left_alone(connection: Connection, now: datetime) -> list[Stuck]:
    rows = connection.execute(_ALONE, {"before": now - ALONE})
    return [Stuck(lane=row.key, since=row.next_due) for row in rows]
