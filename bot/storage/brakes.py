"""What holds effects back: methods that answered 429, and the channels' allowance of posts.

Both stand in the database, so that replicas share them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from sqlalchemy import Connection, Insert, bindparam, case, delete, or_, select

from bot.domain.effects import Effect
from bot.storage import tables as t
from bot.storage.statements import replace_rows, upsert_into

BURST = 5
"""How many posts a channel takes at once."""
PER_POST = timedelta(seconds=1)
"""How long a channel takes to regain one."""

_BRAKES = select(t.brakes).where(t.brakes.c.key.in_(bindparam("keys", expanding=True)))
_SERVED = (
    select(t.brakes.c.key)
    .where(
        or_(
            t.brakes.c.not_before.is_(None),
            t.brakes.c.not_before <= bindparam("now", type_=t.Instant),
        ),
        or_(
            t.brakes.c.counted_at.is_(None),
            t.brakes.c.counted_at <= bindparam("full_since", type_=t.Instant),
        ),
    )
    .limit(1_000)
    .with_for_update(skip_locked=True)
)


class Held(Protocol):
    """An effect that may have to wait."""

    @property
    def workspace(self) -> str:
        """Where it goes."""

    @property
    def effect(self) -> Effect:
        """The effect itself."""

    @property
    def maybe_sent(self) -> bool:
        """Whether an earlier attempt has to be looked up first."""


class Brakes:
    """The brakes as they stand now, for the effects that are about to be carried."""

    def __init__(self, connection: Connection, now: datetime, held: Iterable[Held]) -> None:
        self._connection = connection
        self._now = now
        self._not_before: dict[str, datetime] = {}
        self._tokens: dict[str, tuple[int, datetime]] = {}
        self._touched: set[str] = set()
        waiting = list(held)
        methods = {key for one in waiting for key in _method_keys(one)}
        paces = {one.effect.pace for one in waiting if one.effect.pace}
        _lock(connection, paces)
        for row in connection.execute(_BRAKES, {"keys": sorted(methods | paces)}):
            if row.not_before is not None:
                self._not_before[row.key] = row.not_before
            if row.counted_at is not None:
                self._tokens[row.key] = (row.tokens, row.counted_at)

    def braked(self, held: Held) -> datetime | None:
        """Return until when Slack asked to leave alone what carries the effect, if it did."""
        known = [self._not_before.get(key, self._now) for key in _method_keys(held)]
        until = max(known, default=self._now)
        return until if until > self._now else None

    def paced(self, held: Held) -> datetime | None:
        """Return how long the effect must wait, or take its share of the channel's allowance."""
        return self._draw(held.effect.pace) if held.effect.pace else None

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
        """Write down what was drawn."""
        rows = [
            {"key": key, "tokens": self._tokens[key][0], "counted_at": self._tokens[key][1]}
            for key in sorted(self._touched)
        ]
        replace_rows(self._connection, t.brakes, ("key",), rows)


@dataclass(frozen=True, kw_only=True)
class Braked:
    """A method that answered 429, and until when it is held back."""

    workspace: str
    method: str
    until: datetime


def brake(connection: Connection, braked: Iterable[Braked]) -> None:
    """Hold back whatever uses these methods; written in key order, before allowances are drawn."""
    until: dict[str, datetime] = {}
    for one in braked:
        key = _method_key(one.workspace, one.method)
        until[key] = max(one.until, until.get(key, one.until))
    rows = [{"key": key, "tokens": 0, "not_before": at} for key, at in sorted(until.items())]
    if rows:
        connection.execute(_braking(connection.dialect.name), rows)


def until(connection: Connection, workspace: str, method: str) -> datetime | None:
    """Until when is a method held back?"""
    found = connection.execute(_BRAKES, {"keys": [_method_key(workspace, method)]}).one_or_none()
    return found.not_before if found else None


def sweep(connection: Connection, now: datetime) -> None:
    """Clear brakes that hold nothing back and allowances that are full again."""
    asked = {"now": now, "full_since": now - BURST * PER_POST}
    keys = connection.execute(_SERVED, asked).scalars().all()
    if keys:
        connection.execute(delete(t.brakes).where(t.brakes.c.key.in_(keys)))


def _lock(connection: Connection, paces: Iterable[str]) -> None:
    """Keep other couriers from drawing on the same allowances (PostgreSQL), in key order."""
    rows = [{"key": key, "tokens": BURST} for key in sorted(paces)]
    if rows and connection.dialect.name == "postgresql":
        connection.execute(_locking(), rows)


@cache
def _locking() -> Insert:
    """Build what locks an allowance, also one that nobody has drawn on yet."""
    statement = upsert_into("postgresql", t.brakes)
    unchanged = {"tokens": t.brakes.c.tokens}
    return statement.on_conflict_do_update(index_elements=["key"], set_=unchanged)


@cache
def _braking(dialect: str) -> Insert:
    """Build what sets a brake; of two that were told different times, the later one counts."""
    statement = upsert_into(dialect, t.brakes)
    told, known = statement.excluded.not_before, t.brakes.c.not_before
    return statement.on_conflict_do_update(
        index_elements=["key"], set_={"not_before": case((known > told, known), else_=told)}
    )


def _method_keys(held: Held) -> list[str]:
    """Return the brakes of an effect; one in doubt is looked up first, so of the look-up, too."""
    methods = held.effect.methods + (held.effect.looks_up if held.maybe_sent else ())
    return [_method_key(held.workspace, method) for method in methods]


def _method_key(workspace: str, method: str) -> str:
    return f"{workspace}:{method}"
