"""What is owed: effects added to their lanes within the transaction that owes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Insert, bindparam, case, func, or_, select, text

from bot.domain.effects import Effect
from bot.domain.values import Origin, Place
from bot.storage import notices
from bot.storage import tables as t
from bot.storage.codec import is_effect, pack_effect, unpack_effect
from bot.storage.statements import add_missing, upsert_into


@cache
def _waking(dialect: str) -> Insert:
    """Build what makes a lane due now, unless it is leased or due earlier."""
    statement = upsert_into(dialect, t.lane)
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            # A leased lane is released by its holder, who looks for the next due row then.
            "next_due": case(
                (t.lane.c.owner.is_not(None), t.lane.c.next_due),
                (t.lane.c.next_due < statement.excluded.next_due, t.lane.c.next_due),
                else_=statement.excluded.next_due,
            ),
            "priority": case(
                (t.lane.c.priority < statement.excluded.priority, t.lane.c.priority),
                else_=statement.excluded.priority,
            ),
        },
    )


_NEXT_LANE = select(func.min(t.lane.c.next_due)).where(
    t.lane.c.next_due.is_not(None),
    or_(
        t.lane.c.lease_until.is_(None),
        t.lane.c.lease_until <= bindparam("wall", type_=t.Instant),
    ),
)
_NEXT_LANE_BUT = _NEXT_LANE.where(t.lane.c.key.not_in(bindparam("left", expanding=True)))


@dataclass(frozen=True, kw_only=True)
class Owing:
    """An effect ready to be added to its lane."""

    lane: str
    priority: int
    row: dict[str, Any]


def owing(effects: Iterable[Effect], origin: Origin, now: datetime) -> list[Owing]:
    """Return effects ready to be added, in order."""
    return [
        Owing(
            lane=effect.lane,
            priority=effect.priority,
            row={
                "workspace": origin.workspace,
                "stream": effect.stream,
                "lane": effect.lane,
                "kind": type(effect).__name__,
                "effect_id": uuid4().hex,
                "due": now,
                "useless_after": now + effect.useless_after if effect.useless_after else None,
                "state": "open",
                "attempts": 0,
                "maybe_sent": False,
                "once": effect.once,
                "body": pack_effect(effect),
                "cause": origin.cause,
                "correlation": origin.correlation,
                "owed_at": now,
            },
        )
        for effect in effects
    ]


def postponed(owings: Iterable[Owing], after: timedelta) -> list[Owing]:
    """Return effects that are due some time later; in a shared lane they hold up the others."""
    return [replace(one, row={**one.row, "due": one.row["due"] + after}) for one in owings]


def owe(connection: Connection, effects: Sequence[Owing], now: datetime) -> None:
    """Add effects to their lanes, in order.

    It comes last in a transaction: streams are locked before lanes, never after. An
    effect whose `once` key waits already is not added again.
    """
    lock_lanes(connection, {}, effects, now)
    add(connection, effects)


def lock_lanes(
    connection: Connection, held: Mapping[str, int], effects: Sequence[Owing], now: datetime
) -> None:
    """Wake the lanes of effects, and lock them and others (by their priority) from here on.

    All in one go and in key order, so that two who want the same lanes do not deadlock. A leased
    lane stays as it is: its holder looks for what is due next.
    """
    priorities = dict(held)
    for one in effects:
        priorities[one.lane] = min(one.priority, priorities.get(one.lane, one.priority))
    rows = [
        {"key": key, "priority": priority, "next_due": now}
        for key, priority in sorted(priorities.items())
    ]
    if rows:
        connection.execute(_waking(connection.dialect.name), rows)
    if effects:
        notices.mark(connection)


def add(connection: Connection, effects: Sequence[Owing]) -> None:
    """Add effects to lanes that are held already."""
    add_missing(connection, t.outbox, ("once",), [one.row for one in effects])


def next_due(connection: Connection, wall: datetime, left: Sequence[str] = ()) -> datetime | None:
    """Return when an effect is due next that nobody holds; what is `left` alone does not count."""
    if left:
        lanes = connection.execute(_NEXT_LANE_BUT, {"wall": wall, "left": left})
    else:
        lanes = connection.execute(_NEXT_LANE, {"wall": wall})
    due: datetime | None = lanes.scalar_one()
    return due


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An effect that people wait for."""

    kind: str
    body: str
    due: datetime
    attempts: int

    @property
    def effect(self) -> Effect:
        """The effect itself."""
        return unpack_effect(self.kind, self.body)


def pending(connection: Connection, stream: str) -> list[Pending]:
    """Return what is still owed for one incident."""
    rows = connection.execute(
        select(t.outbox.c.kind, t.outbox.c.body, t.outbox.c.due, t.outbox.c.attempts)
        .where(t.outbox.c.stream == stream, t.outbox.c.state == "open")
        .order_by(t.outbox.c.id)
    )
    return [
        Pending(kind=row.kind, body=row.body, due=row.due, attempts=row.attempts)
        for row in rows
        if is_effect(row.kind, row.body)
    ]


_BY_EFFECT = select(
    t.outbox.c.kind,
    t.outbox.c.body,
    t.outbox.c.workspace,
    t.outbox.c.state,
    t.outbox.c.landed,
    t.outbox.c.first_attempt_at,
    t.outbox.c.correlation,
).where(t.outbox.c.effect_id == bindparam("effect_id"))


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What has become of an effect: its state, and where in Slack it landed as far as is known."""

    kind: str
    body: str
    workspace: str
    state: str
    landed: Place | None
    first_attempt_at: datetime | None
    correlation: str

    @property
    def open(self) -> bool:
        """Whether it is still to be carried, or under way."""
        return self.state == "open"

    @property
    def effect(self) -> Effect | None:
        """The effect itself; None where only a newer version can read it."""
        return unpack_effect(self.kind, self.body) if is_effect(self.kind, self.body) else None


def fate(connection: Connection, effect_id: str) -> Fate | None:
    """What has become of the effect with this id? None where it is not known any more."""
    row = connection.execute(_BY_EFFECT, {"effect_id": effect_id}).mappings().one_or_none()
    if row is None:
        return None
    return Fate(**{**row, "landed": Place.read(row["landed"]) if row["landed"] else None})


_ASKING = (
    select(
        t.outbox.c.id,
        t.outbox.c.kind,
        t.outbox.c.body,
        t.outbox.c.landed,
        t.outbox.c.owed_at,
    )
    .where(t.outbox.c.stream == bindparam("stream"), text(t.ASKS))
    .order_by(t.outbox.c.id)
)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A message that stands in Slack with buttons which can be settled elsewhere."""

    id: int
    effect: Effect
    landed: Place
    owed_at: datetime


def asking(connection: Connection, stream: str) -> list[Asking]:
    """Return the messages of an incident that still ask for something, the oldest first."""
    rows = connection.execute(_ASKING, {"stream": stream})
    return [
        Asking(
            id=row.id,
            effect=unpack_effect(row.kind, row.body),
            landed=Place.read(row.landed),
            owed_at=row.owed_at,
        )
        for row in rows
        if row.landed and is_effect(row.kind, row.body)
    ]


_ANSWERS = (
    select(t.outbox.c.kind, t.outbox.c.body, t.outbox.c.useless_after)
    .where(t.outbox.c.stream == bindparam("stream"), text(t.ANSWERS))
    .order_by(t.outbox.c.id)
)


def answers(connection: Connection, stream: str, now: datetime) -> list[Effect]:
    """Return what the declarer was or will be told where they asked, while that can be added to."""
    rows = connection.execute(_ANSWERS, {"stream": stream})
    return [
        unpack_effect(row.kind, row.body)
        for row in rows
        if is_effect(row.kind, row.body) and row.useless_after and row.useless_after > now
    ]


def count_open(connection: Connection) -> int:
    """How much is owed and not settled?"""
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.state == "open")
    return connection.execute(query).scalar_one()
