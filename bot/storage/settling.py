"""Settling what came of an effect, and letting go of its lane."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from bot.storage import tables as t


def first_open(*columns: str) -> Select[Any]:
    """Return the question for some columns of each lane's first open effect, given `lanes`."""
    first = (
        select(func.min(t.outbox.c.id))
        .where(t.outbox.c.lane.in_(bindparam("lanes", expanding=True)), t.outbox.c.state == "open")
        .group_by(t.outbox.c.lane)
    )
    return select(*(t.outbox.c[name] for name in columns)).where(t.outbox.c.id.in_(first))


_HELD = (
    select(t.lane.c.key)
    .where(
        t.lane.c.key == bindparam("lane"),
        t.lane.c.owner == bindparam("by"),
        t.lane.c.epoch == bindparam("at_epoch"),
    )
    .with_for_update()
)
_FINISH = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row"))
    .values(state=bindparam("as_state"), done_at=bindparam("at"), once=None)
)
_PUT_BACK = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row"))
    .values(due=bindparam("at"), maybe_sent=bindparam("doubt"))
)
_LOCK = (
    select(t.lane.c.key)
    .where(t.lane.c.key.in_(bindparam("lanes", expanding=True)))
    .order_by(t.lane.c.key)
    .with_for_update()
)
_FIRST_DUE = first_open("lane", "due")
LET_GO = (
    update(t.lane)
    .where(t.lane.c.key == bindparam("lane"))
    .values(owner=None, lease_until=None, next_due=bindparam("at"))
)


def holds(connection: Connection, lane: str, epoch: int, owner: str) -> bool:
    """Say whether the lane is still this courier's (fencing)."""
    asked = {"lane": lane, "by": owner, "at_epoch": epoch}
    return connection.execute(_HELD, asked).one_or_none() is not None


def finish(connection: Connection, ids: Iterable[int], state: str, now: datetime) -> None:
    """Settle effects: `done`, `failed` or `useless`."""
    rows = [{"row": row, "as_state": state, "at": now} for row in ids]
    if rows:
        connection.execute(_FINISH, rows)


def put_back(connection: Connection, effect: int, due: datetime, *, maybe_sent: bool) -> None:
    """Carry it again at `due`; after a certain failure nothing needs to be looked up."""
    connection.execute(_PUT_BACK, [{"row": effect, "at": due, "doubt": maybe_sent}])


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
    """Let go of everything: at the start of the only process, old leases hold nothing back."""
    held = select(t.lane.c.key).where(t.lane.c.owner.is_not(None))
    release(connection, connection.execute(held).scalars().all())


def sweep(connection: Connection, now: datetime) -> None:
    """Wake lanes that hold open effects and are due at no time: the net under lost wake-ups."""
    stranded = (
        select(t.outbox.c.lane)
        .join(t.lane, t.lane.c.key == t.outbox.c.lane)
        .where(t.outbox.c.state == "open", t.lane.c.next_due.is_(None))
        .distinct()
    )
    keys = connection.execute(stranded).scalars().all()
    if keys:
        connection.execute(update(t.lane).where(t.lane.c.key.in_(keys)).values(next_due=now))
