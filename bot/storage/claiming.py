"""Claiming what is due: lanes, not messages, so that order, pacing and retries follow.

A lane is a queue whose order matters; its first open effect is what a courier takes. The claim
commits the intent to send (`maybe_sent`) before the call. `due` times are the application's clock;
leases are wall time, since they hold between machines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import Connection, bindparam, func, or_, select, update

from bot.domain.effects import Effect
from bot.storage import tables as t
from bot.storage.brakes import Brakes
from bot.storage.codec import is_effect, unpack_effect
from bot.storage.settling import LET_GO, Finished, finish, first_open

_DUE_LANES = (
    select(t.lane.c.key, t.lane.c.epoch, t.lane.c.owner)
    .where(
        t.lane.c.next_due.is_not(None),
        t.lane.c.next_due <= bindparam("now", type_=t.Instant),
        or_(
            t.lane.c.lease_until.is_(None),
            t.lane.c.lease_until <= bindparam("wall", type_=t.Instant),
        ),
    )
    .order_by(t.lane.c.priority, t.lane.c.next_due)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_DUE_LANES_BUT = _DUE_LANES.where(t.lane.c.key.not_in(bindparam("left", expanding=True)))
_UNAIDED = [kind.__name__ for kind in get_args(Effect) if kind.unaided]
_DUE_UNAIDED = _DUE_LANES_BUT.where(or_(*(t.lane.c.key.like(f"{kind}:%") for kind in _UNAIDED)))
_LEASE = (
    update(t.lane)
    .where(t.lane.c.key == bindparam("lane"))
    .values(
        owner=bindparam("by"),
        lease_until=bindparam("until"),
        epoch=bindparam("at_epoch"),
        next_due=bindparam("at"),
    )
)
_INTEND = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("row"))
    .values(
        maybe_sent=True,
        once=None,
        attempts=t.outbox.c.attempts + 1,
        first_attempt_at=func.coalesce(
            t.outbox.c.first_attempt_at, bindparam("at", type_=t.Instant)
        ),
    )
)


_DUE_AGAIN = update(t.outbox).where(t.outbox.c.id == bindparam("row")).values(due=bindparam("at"))


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
    taken_over: bool
    """The lease of its last holder ran out; that one may still be at it."""
    cause: str
    correlation: str
    owed_at: datetime
    due: datetime
    lease_until: datetime
    """In wall time, counted from before the claim was committed."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a look at the due lanes has brought."""

    taken: list[Claimed] = field(default_factory=list)
    useless: list[str] = field(default_factory=list)
    """The kinds of effects that came too late to be of use, and were settled as such."""
    held_up: list[Claimed] = field(default_factory=list)
    """What was due and has to wait, as Slack asked; it was not taken."""
    newer: list[str] = field(default_factory=list)
    """The lanes whose first effect only a newer version can carry; they are as they were."""


def claim(
    connection: Connection,
    *,
    owner: str,
    now: datetime,
    wall: datetime,
    lease: timedelta,
    limit: int,
    kinds: frozenset[str],
    left: Sequence[str] = (),
    unaided: bool = False,
) -> Claim:
    """Take up to `limit` due lanes and mark their first effects as perhaps sent.

    Lanes that are `left` alone are not looked at; if `unaided`, nor is what needs Slack.
    """
    terms = {"now": now, "wall": wall, "most": limit}
    due = _due_lanes(connection, terms, left, unaided=unaided)
    if not due:
        return Claim()
    heads, newer = _ours(_heads(connection, [lane.key for lane in due]), kinds)
    lanes = [lane for lane in due if lane.key not in newer]
    brakes = Brakes(connection, now, list(heads.values()))
    taken: list[_Taken] = []
    waiting: dict[str, datetime | None] = {}
    held_up: list[tuple[_Head, datetime]] = []
    useless = _settle_useless(connection, list(heads.values()), now)
    for lane in lanes:
        first = heads.get(lane.key)
        if first is None or first in useless:
            waiting[lane.key] = now if first else None
        elif first.due > now:
            waiting[lane.key] = first.due
        elif (until := brakes.braked(first)) is not None:
            waiting[lane.key] = until
            held_up.append((first, until))
        elif (until := brakes.paced(first)) is not None:
            waiting[lane.key] = until
        else:
            taken.append(_taken(lane, first, wall + lease))
    brakes.save()
    _postpone(connection, waiting)
    _put_off(connection, held_up)
    _lease(connection, taken, owner, now)
    return Claim(
        taken=[_claimed(one, now) for one in taken],
        useless=[head.kind for head in useless],
        held_up=[_waiting(head, until, now) for head, until in held_up],
        newer=sorted(newer),
    )


@dataclass(frozen=True, kw_only=True)
class _Lane:
    """A lane that is due; if it has an owner, that one's lease has run out."""

    key: str
    epoch: int
    owner: str | None


def _due_lanes(
    connection: Connection, terms: dict[str, object], left: Sequence[str], *, unaided: bool
) -> list[_Lane]:
    if left or unaided:
        due = _DUE_UNAIDED if unaided else _DUE_LANES_BUT
        rows = connection.execute(due, {**terms, "left": left}).mappings()
    else:
        rows = connection.execute(_DUE_LANES, terms).mappings()
    return [_Lane(**row) for row in rows]


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
        """Whether this version can read it at all."""
        return is_effect(self.kind, self.body)

    @property
    def effect(self) -> Effect:
        """The effect itself."""
        return unpack_effect(self.kind, self.body)


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """A lane's first effect with the epoch under which it is carried."""

    head: _Head
    epoch: int
    over: bool
    lease_until: datetime


def _taken(lane: _Lane, head: _Head, until: datetime) -> _Taken:
    over = lane.owner is not None
    return _Taken(head=head, epoch=lane.epoch + 1, over=over, lease_until=until)


_HEADS = first_open(*_Head.__dataclass_fields__)


def _heads(connection: Connection, keys: list[str]) -> dict[str, _Head]:
    rows = connection.execute(_HEADS, {"lanes": keys}).mappings()
    return {row["lane"]: _Head(**row) for row in rows}


def _ours(
    heads: dict[str, _Head], kinds: frozenset[str]
) -> tuple[dict[str, _Head], frozenset[str]]:
    """Return what this version can carry, and the lanes whose first effect it cannot."""
    ours = {key: head for key, head in heads.items() if head.kind in kinds and head.known}
    return ours, frozenset(heads) - frozenset(ours)


def _settle_useless(connection: Connection, heads: list[_Head], now: datetime) -> list[_Head]:
    """Settle what came too late to be of use, and return it."""
    useless = [head for head in heads if head.useless_after and head.useless_after <= now]
    finish(connection, (Finished(id=head.id, state="useless") for head in useless), now)
    return useless


def _put_off(connection: Connection, held_up: list[tuple[_Head, datetime]]) -> None:
    """Note until when Slack makes these effects wait: people are told so by their due time."""
    if held_up:
        connection.execute(_DUE_AGAIN, [{"row": head.id, "at": at} for head, at in held_up])


def _postpone(connection: Connection, waiting: dict[str, datetime | None]) -> None:
    if waiting:
        rows = [{"lane": key, "at": at} for key, at in sorted(waiting.items())]
        connection.execute(LET_GO, rows)


def _lease(
    connection: Connection,
    taken: list[_Taken],
    owner: str,
    now: datetime,
) -> None:
    if not taken:
        return
    leases = [
        {
            "lane": one.head.lane,
            "by": owner,
            "until": one.lease_until,
            "at_epoch": one.epoch,
            "at": now,
        }
        for one in taken
    ]
    connection.execute(_LEASE, leases)
    connection.execute(_INTEND, [{"row": one.head.id, "at": now} for one in taken])


def _waiting(head: _Head, until: datetime, now: datetime) -> Claimed:
    not_taken = _Taken(head=head, epoch=0, over=False, lease_until=now)
    return replace(_claimed(not_taken, now), due=until)


def _claimed(one: _Taken, now: datetime) -> Claimed:
    head = one.head
    return Claimed(
        id=head.id,
        effect=head.effect,
        effect_id=head.effect_id,
        workspace=head.workspace,
        lane=head.lane,
        epoch=one.epoch,
        attempts=head.attempts + 1,
        first_attempt_at=head.first_attempt_at or now,
        doubt=head.maybe_sent,
        taken_over=one.over,
        cause=head.cause,
        correlation=head.correlation,
        owed_at=head.owed_at,
        due=head.due,
        lease_until=one.lease_until,
    )
