"""Settling what came of an effect, and letting go of its lane."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    not_,
    select,
    update,
)

from bot.domain.values import Place
from bot.storage import tables as t

_SWEPT_AT_ONCE = 1_000
"""How many lanes a sweep goes over; what is left over waits for the next."""


def first_open(*columns: str) -> Select[Any]:
    """Return the query for some columns of each lane's first open effect, given `lanes`."""
    first = (
        select(func.min(t.outbox.c.id))
        .where(t.outbox.c.lane.in_(bindparam("lanes", expanding=True)), t.outbox.c.state == "open")
        .group_by(t.outbox.c.lane)
    )
    return select(*(t.outbox.c[name] for name in columns)).where(t.outbox.c.id.in_(first))


_EPOCHS = select(t.lane.c.key, t.lane.c.epoch).where(
    t.lane.c.key.in_(bindparam("lanes", expanding=True)), t.lane.c.owner == bindparam("by")
)
_FINISH = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("as_state"),
        done_at=bindparam("at"),
        landed=bindparam("place"),
        asks=bindparam("buttons"),
        once=None,
    )
)
_ANSWERED = update(t.outbox).where(t.outbox.c.id == bindparam("row")).values(asks=False)
_PUT_BACK = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row"))
    .values(due=bindparam("at"), maybe_sent=bindparam("doubt"))
)
_LOCK = (
    select(t.lane.c.key)
    .where(t.lane.c.key.in_(bindparam("lanes", expanding=True)))
    .order_by(t.lane.c.key.collate("C"))  # as Python sorts them, who else locks in key order
    .with_for_update()
)
_FIRST_DUE = first_open("lane", "due")
LET_GO = (
    update(t.lane)
    .where(t.lane.c.key == bindparam("lane"))
    .values(owner=None, lease_until=None, next_due=bindparam("at"))
)


def still_held(
    connection: Connection, claims: AbstractSet[tuple[str, int]], owner: str
) -> set[tuple[str, int]]:
    """Which of these lanes, by key and epoch, are still this courier's (fencing)?"""
    if not claims:
        return set()
    rows = connection.execute(_EPOCHS, {"lanes": sorted(key for key, _ in claims), "by": owner})
    return {(row.key, row.epoch) for row in rows} & claims


@dataclass(frozen=True, kw_only=True)
class Finished:
    """An effect that is over: where it landed, and whether buttons that ask something stand there.

    `state` is `done`, `failed` or `useless`.
    """

    id: int
    state: str
    landed: Place | None = None
    asks: bool = False


def finish(connection: Connection, effects: Iterable[Finished], now: datetime) -> None:
    """Settle effects."""
    rows = [
        {
            "row": one.id,
            "as_state": one.state,
            "at": now,
            "place": str(one.landed) if one.landed else None,
            "buttons": one.asks,
        }
        for one in effects
    ]
    if rows:
        connection.execute(_FINISH, rows)


def answered(connection: Connection, effects: Iterable[int]) -> None:
    """Note that these messages ask for nothing any more."""
    rows = [{"row": row} for row in sorted(set(effects))]
    if rows:
        connection.execute(_ANSWERED, rows)


@dataclass(frozen=True, kw_only=True)
class PutBack:
    """An effect that is carried again; after a certain failure nothing needs to be looked up."""

    id: int
    due: datetime
    doubt: bool


_LEAVE = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row"))
    .values(
        attempts=t.outbox.c.attempts - 1,
        maybe_sent=bindparam("doubt"),
        first_attempt_at=case((t.outbox.c.attempts > 1, t.outbox.c.first_attempt_at)),
    )
)


def put_back(connection: Connection, effects: Sequence[PutBack]) -> None:
    """Have effects carried again when they are due."""
    rows = [{"row": one.id, "at": one.due, "doubt": one.doubt} for one in effects]
    if rows:
        connection.execute(_PUT_BACK, rows)


def leave(connection: Connection, effects: Mapping[int, bool]) -> None:
    """Leave effects as they were before the claim, in doubt or not: nothing was tried."""
    if effects:
        rows = [{"row": row, "doubt": doubt} for row, doubt in effects.items()]
        connection.execute(_LEAVE, rows)


def release(connection: Connection, keys: Sequence[str]) -> None:
    """Let go of lanes; each is due again when its first open effect is.

    Two statements, the rows locked in between: one with a sub-query lost a wake-up on PostgreSQL.
    """
    if not keys:
        return
    lanes = sorted(set(keys))
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"lanes": lanes}).all()
    due = {row.lane: row.due for row in connection.execute(_FIRST_DUE, {"lanes": lanes})}
    connection.execute(LET_GO, [{"lane": lane, "at": due.get(lane)} for lane in lanes])


def void_leases(connection: Connection) -> None:
    """Release all lanes: when the only process starts, nobody else can be carrying anything."""
    held = select(t.lane.c.key).where(t.lane.c.owner.is_not(None))
    release(connection, connection.execute(held).scalars().all())


_AT_REST = (
    select(t.lane.c.key)
    .where(t.lane.c.next_due.is_(None), t.lane.c.owner.is_(None))
    .limit(_SWEPT_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_OPEN = exists().where(t.outbox.c.lane == t.lane.c.key, t.outbox.c.state == "open")


def sweep(connection: Connection, now: datetime) -> None:
    """Look at lanes that nobody carries for and that are due at no time.

    One that still has open effects is woken: its wake-up was lost. The others are deleted. Rows
    that somebody has locked are passed over.
    """
    keys = connection.execute(_AT_REST).scalars().all()
    if keys:
        these = t.lane.c.key.in_(keys)
        connection.execute(update(t.lane).where(these, _OPEN).values(next_due=now))
        connection.execute(delete(t.lane).where(these, not_(_OPEN)))
