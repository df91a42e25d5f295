"""What is owed: lanes, the effects waiting in them, timers and brakes.

A lane is one order that matters; its first open effect is what a courier claims. The claim commits
the intent to send (`maybe_sent`) before the call, and the outcome is fenced by owner and epoch.
`due` times are the application's clock; leases are wall time, being promises between machines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Dialect,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.effects import Effect, Later, Never
from bot.storage import tables as t
from bot.storage.codec import EFFECTS, pack_command, pack_effect, unpack_effect

BURST = 5
"""How many posts a channel takes at once."""
PER_POST = timedelta(seconds=1)
"""How long a channel takes to regain one."""
_LOOK_AGAIN = timedelta(seconds=5)
"""When a lane whose first effect belongs to a newer version is looked at again."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """An effect that this courier may carry until its lease ends."""

    id: int
    effect: Effect
    effect_id: str
    workspace: str
    lane: str
    epoch: int
    attempts: int
    first_attempt_at: datetime
    doubt: bool
    """An earlier attempt may have had its effect."""
    cause: str
    correlation: str
    owed_at: datetime


def upsert(dialect: Dialect) -> type[postgresql.Insert] | type[sqlite.Insert]:
    """Return the insert that knows `ON CONFLICT`; both databases spell it alike."""
    return postgresql.Insert if dialect.name == "postgresql" else sqlite.Insert


def owe(
    connection: Connection,
    effects: Sequence[Effect],
    *,
    workspace: str,
    now: datetime,
    cause: str,
    correlation: str,
) -> None:
    """Add effects to their lanes, in order; lanes are locked in key order, so nobody deadlocks.

    An effect whose `once` key waits already is not added again.
    """
    if not effects:
        return
    _wake_lanes(connection, effects, now)
    rows = [
        {
            "workspace": workspace,
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
            "cause": cause,
            "correlation": correlation,
            "owed_at": now,
        }
        for effect in effects
    ]
    statement = upsert(connection.dialect)(t.outbox).on_conflict_do_nothing(index_elements=["once"])
    connection.execute(statement, rows)


def _wake_lanes(connection: Connection, effects: Sequence[Effect], now: datetime) -> None:
    priorities: dict[str, int] = {}
    for effect in effects:
        known = priorities.get(effect.lane, effect.priority)
        priorities[effect.lane] = min(known, effect.priority)
    statement = upsert(connection.dialect)(t.lane)
    statement = statement.on_conflict_do_update(
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
    rows = [
        {"key": key, "priority": priority, "next_due": now}
        for key, priority in sorted(priorities.items())
    ]
    connection.execute(statement, rows)


def schedule(
    connection: Connection,
    timers: Sequence[Later | Never],
    *,
    workspace: str,
    cause: str,
    correlation: str,
) -> None:
    """Set and clear timers, the last word on each key counting."""
    last = {timer.key: timer for timer in timers}
    gone = [timer.key for timer in last.values() if isinstance(timer, Never)]
    if gone:
        connection.execute(delete(t.job).where(t.job.c.key.in_(gone)))
    rows = [
        {
            "key": timer.key,
            "workspace": workspace,
            "stream": timer.stream,
            "due": timer.at,
            "body": pack_command(timer.command),
            "cause": cause,
            "correlation": correlation,
        }
        for timer in last.values()
        if isinstance(timer, Later)
    ]
    if rows:
        statement = upsert(connection.dialect)(t.job)
        replaced = {name: statement.excluded[name] for name in rows[0] if name != "key"}
        connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_=replaced), rows
        )


# ── Claiming ────────────────────────────────────────────────────────────────────────────────────


def claim(
    connection: Connection,
    *,
    owner: str,
    now: datetime,
    wall: datetime,
    lease: timedelta,
    limit: int,
    kinds: frozenset[str],
) -> list[Claimed]:
    """Take up to `limit` due lanes and mark their first effects as perhaps sent."""
    lanes = _due_lanes(connection, now, wall, limit)
    if not lanes:
        return []
    heads = _heads(connection, [key for key, _ in lanes])
    brakes = _Brakes(connection, now)
    brakes.load(heads)
    taken: list[tuple[_Head, int]] = []
    waiting: dict[str, datetime | None] = {}
    useless = [h for h in heads.values() if h.useless_after and h.useless_after <= now]
    finish(connection, [head.id for head in useless], "useless", now)
    for key, epoch in lanes:
        first = heads.get(key)
        wait = now if first in useless else _why_wait(first, now, kinds, brakes)
        if first is None or wait is not None:
            waiting[key] = wait
        else:
            taken.append((first, epoch + 1))
    brakes.save()
    _postpone(connection, waiting)
    _lease(connection, taken, owner, wall + lease, now)
    return [_claimed(first, epoch, now) for first, epoch in taken]


def _due_lanes(
    connection: Connection, now: datetime, wall: datetime, limit: int
) -> list[tuple[str, int]]:
    query = (
        select(t.lane.c.key, t.lane.c.epoch)
        .where(
            t.lane.c.next_due.is_not(None),
            t.lane.c.next_due <= now,
            or_(t.lane.c.lease_until.is_(None), t.lane.c.lease_until <= wall),
        )
        .order_by(t.lane.c.priority, t.lane.c.next_due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(row.key, row.epoch) for row in connection.execute(query)]


@dataclass(frozen=True, kw_only=True)
class _Head:
    """The first open effect of a lane."""

    id: int
    workspace: str
    lane: str
    kind: str
    effect_id: str
    due: datetime
    useless_after: datetime | None
    attempts: int
    first_attempt_at: datetime | None
    maybe_sent: bool
    body: str
    cause: str
    correlation: str
    owed_at: datetime

    @property
    def known(self) -> bool:
        """Whether this version knows the kind at all."""
        return self.kind in EFFECTS

    @property
    def effect(self) -> Effect:
        """The effect itself."""
        return unpack_effect(self.kind, self.body)


def _heads(connection: Connection, keys: list[str]) -> dict[str, _Head]:
    first = (
        select(func.min(t.outbox.c.id))
        .where(t.outbox.c.lane.in_(keys), t.outbox.c.state == "open")
        .group_by(t.outbox.c.lane)
    )
    columns = [t.outbox.c[name] for name in _Head.__dataclass_fields__]
    rows = connection.execute(select(*columns).where(t.outbox.c.id.in_(first)))
    return {row.lane: _Head(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name


def _why_wait(
    first: _Head | None, now: datetime, kinds: frozenset[str], brakes: "_Brakes"
) -> datetime | None:
    """Return when to look at the lane again, or None to take its first effect now."""
    if first is None:
        return None
    if first.due > now:
        return first.due
    if not first.known or first.kind not in kinds:
        return now + _LOOK_AGAIN
    return brakes.hold(first)


class _Brakes:
    """What holds effects back: methods that answered 429, and the channels' allowance of posts."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._not_before: dict[str, datetime] = {}
        self._tokens: dict[str, tuple[int, datetime]] = {}
        self._touched: set[str] = set()

    def load(self, heads: dict[str, _Head]) -> None:
        keys = {key for head in heads.values() if head.known for key in _brake_keys(head)}
        rows = self._connection.execute(select(t.brakes).where(t.brakes.c.key.in_(sorted(keys))))
        for row in rows:
            if row.not_before is not None:
                self._not_before[row.key] = row.not_before
            if row.counted_at is not None:
                self._tokens[row.key] = (row.tokens, row.counted_at)

    def hold(self, head: _Head) -> datetime | None:
        """Return how long the effect must wait, or take its share of the channel's allowance."""
        effect = head.effect
        held = self._not_before.get(f"{head.workspace}:{effect.method}")
        if held is not None and held > self._now:
            return held
        return self._draw(effect.pace) if effect.pace else None

    def _draw(self, pace: str) -> datetime | None:
        tokens, since = self._tokens.get(pace, (BURST, self._now))
        regained = int((self._now - since) / PER_POST)
        if tokens + regained >= BURST:
            tokens, since = BURST, self._now
        else:
            tokens, since = tokens + regained, since + regained * PER_POST
        if tokens < 1:
            return since + PER_POST
        self._tokens[pace] = (tokens - 1, since)
        self._touched.add(pace)
        return None

    def save(self) -> None:
        if not self._touched:
            return
        statement = upsert(self._connection.dialect)(t.brakes)
        changed = {"tokens": statement.excluded.tokens, "counted_at": statement.excluded.counted_at}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_=changed),
            [
                {"key": key, "tokens": self._tokens[key][0], "counted_at": self._tokens[key][1]}
                for key in sorted(self._touched)
            ],
        )


def _brake_keys(head: _Head) -> tuple[str, ...]:
    effect = head.effect
    method = f"{head.workspace}:{effect.method}"
    return (method, effect.pace) if effect.pace else (method,)


def _postpone(connection: Connection, waiting: dict[str, datetime | None]) -> None:
    if waiting:
        connection.execute(
            update(t.lane)
            .where(t.lane.c.key == bindparam("lane_key"))
            .values(next_due=bindparam("at"), owner=None, lease_until=None),
            [{"lane_key": key, "at": at} for key, at in sorted(waiting.items())],
        )


def _lease(
    connection: Connection,
    taken: list[tuple[_Head, int]],
    owner: str,
    until: datetime,
    now: datetime,
) -> None:
    if not taken:
        return
    connection.execute(
        update(t.lane)
        .where(t.lane.c.key == bindparam("lane_key"))
        .values(owner=owner, lease_until=until, epoch=bindparam("at_epoch"), next_due=now),
        [{"lane_key": head.lane, "at_epoch": epoch} for head, epoch in taken],
    )
    connection.execute(
        update(t.outbox)
        .where(t.outbox.c.id == bindparam("row"))
        .values(
            maybe_sent=True,
            once=None,
            attempts=t.outbox.c.attempts + 1,
            first_attempt_at=func.coalesce(
                t.outbox.c.first_attempt_at, bindparam("at", type_=t.Instant)
            ),
        ),
        [{"row": head.id, "at": now} for head, _ in taken],
    )


def _claimed(head: _Head, epoch: int, now: datetime) -> Claimed:
    return Claimed(
        id=head.id,
        effect=head.effect,
        effect_id=head.effect_id,
        workspace=head.workspace,
        lane=head.lane,
        epoch=epoch,
        attempts=head.attempts + 1,
        first_attempt_at=head.first_attempt_at or now,
        doubt=head.maybe_sent,
        cause=head.cause,
        correlation=head.correlation,
        owed_at=head.owed_at,
    )


# ── Settling ────────────────────────────────────────────────────────────────────────────────────


def holds(connection: Connection, claimed: Claimed, owner: str) -> bool:
    """Say whether the lane is still this courier's (fencing)."""
    row = connection.execute(
        select(t.lane.c.key)
        .where(
            t.lane.c.key == claimed.lane,
            t.lane.c.owner == owner,
            t.lane.c.epoch == claimed.epoch,
        )
        .with_for_update()
    ).one_or_none()
    return row is not None


def finish(connection: Connection, ids: Iterable[int], state: str, now: datetime) -> None:
    """Settle effects: `done`, `failed` or `useless`."""
    rows = [{"row": row} for row in ids]
    if rows:
        connection.execute(
            update(t.outbox)
            .where(t.outbox.c.id == bindparam("row"))
            .values(state=state, done_at=now, once=None),
            rows,
        )


def put_back(connection: Connection, claimed: Claimed, due: datetime, *, maybe_sent: bool) -> None:
    """Carry it again at `due`; after a certain failure nothing needs to be looked up."""
    connection.execute(
        update(t.outbox).where(t.outbox.c.id == claimed.id).values(due=due, maybe_sent=maybe_sent)
    )


def brake(connection: Connection, workspace: str, method: str, until: datetime) -> None:
    """Hold back everything that uses a method until a time."""
    statement = upsert(connection.dialect)(t.brakes)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["key"], set_={"not_before": statement.excluded.not_before}
        ),
        [{"key": f"{workspace}:{method}", "not_before": until, "tokens": 0}],
    )


def release(connection: Connection, keys: Sequence[str]) -> None:
    """Let go of lanes; each is due again when its first open effect is.

    Two statements, the rows locked in between: one with a sub-query lost a wake-up on PostgreSQL.
    """
    if not keys:
        return
    ordered = sorted(set(keys))
    connection.execute(
        select(t.lane.c.key)
        .where(t.lane.c.key.in_(ordered))
        .order_by(t.lane.c.key)
        .with_for_update()
    ).all()
    first = _first_due(connection, ordered)
    connection.execute(
        update(t.lane)
        .where(t.lane.c.key == bindparam("lane_key"))
        .values(owner=None, lease_until=None, next_due=bindparam("at")),
        [{"lane_key": key, "at": first.get(key)} for key in ordered],
    )


def _first_due(connection: Connection, keys: list[str]) -> dict[str, datetime]:
    """The due time of each lane's first open effect: an order that matters is kept."""
    ids = (
        select(func.min(t.outbox.c.id))
        .where(t.outbox.c.lane.in_(keys), t.outbox.c.state == "open")
        .group_by(t.outbox.c.lane)
    )
    rows = connection.execute(select(t.outbox.c.lane, t.outbox.c.due).where(t.outbox.c.id.in_(ids)))
    return {row.lane: row.due for row in rows}


def void_leases(connection: Connection) -> None:
    """Let go of everything: at the start of the only process, old leases hold nothing back."""
    held = (
        connection.execute(select(t.lane.c.key).where(or_(t.lane.c.owner.is_not(None))))
        .scalars()
        .all()
    )
    release(connection, list(held))


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


# ── Timers ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Due:
    """A timer that has reached its time."""

    key: str
    workspace: str
    stream: str
    body: str
    cause: str
    correlation: str


def take_due_timers(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """Take timers that are due; they are gone when the transaction commits."""
    rows = connection.execute(
        select(t.job)
        .where(t.job.c.due <= now)
        .order_by(t.job.c.due)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        connection.execute(delete(t.job).where(t.job.c.key.in_([row.key for row in rows])))
    return [
        Due(
            key=row.key,
            workspace=row.workspace,
            stream=row.stream,
            body=row.body,
            cause=row.cause,
            correlation=row.correlation,
        )
        for row in rows
    ]


def next_due(connection: Connection, wall: datetime) -> datetime | None:
    """Return when something is due next that nobody holds."""
    lane_due = connection.execute(
        select(func.min(t.lane.c.next_due)).where(
            and_(
                t.lane.c.next_due.is_not(None),
                or_(t.lane.c.lease_until.is_(None), t.lane.c.lease_until <= wall),
            )
        )
    ).scalar_one()
    job_due = connection.execute(select(func.min(t.job.c.due))).scalar_one()
    times = [at for at in (lane_due, job_due) if at is not None]
    return min(times) if times else None


# ── Seeing it ───────────────────────────────────────────────────────────────────────────────────


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
        if row.kind in EFFECTS
    ]


def forget_done(connection: Connection, before: datetime) -> None:
    """Clear settled effects and answered deliveries that nobody will ask for again."""
    connection.execute(
        delete(t.outbox).where(t.outbox.c.done_at.is_not(None), t.outbox.c.done_at < before)
    )
    connection.execute(delete(t.deliveries).where(t.deliveries.c.recorded_at < before))


def count_open(connection: Connection) -> int:
    """How much is owed and not settled?"""
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.state == "open")
    return connection.execute(query).scalar_one()
