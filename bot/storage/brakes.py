"""What holds effects back: methods that answered 429, and the channels' allowance of posts.

Both stand in the database, so that replicas share them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, bindparam, select

from bot.domain.effects import Effect
from bot.storage import tables as t
from bot.storage.statements import replace_rows

BURST = 5
"""How many posts a channel takes at once."""
PER_POST = timedelta(seconds=1)
"""How long a channel takes to regain one."""

_BRAKES = select(t.brakes).where(t.brakes.c.key.in_(bindparam("keys", expanding=True)))


class Held(Protocol):
    """An effect that may have to wait."""

    @property
    def workspace(self) -> str:
        """Where it goes."""

    @property
    def effect(self) -> Effect:
        """The effect itself."""


class Brakes:
    """The brakes as they stand now, for the effects that are about to be carried."""

    def __init__(self, connection: Connection, now: datetime, held: Iterable[Held]) -> None:
        self._connection = connection
        self._now = now
        self._not_before: dict[str, datetime] = {}
        self._tokens: dict[str, tuple[int, datetime]] = {}
        self._touched: set[str] = set()
        keys = sorted({key for one in held for key in _keys(one)})
        for row in connection.execute(_BRAKES, {"keys": keys}):
            if row.not_before is not None:
                self._not_before[row.key] = row.not_before
            if row.counted_at is not None:
                self._tokens[row.key] = (row.tokens, row.counted_at)

    def hold(self, held: Held) -> datetime | None:
        """Return how long the effect must wait, or take its share of the channel's allowance."""
        effect = held.effect
        until = self._not_before.get(_method_key(held.workspace, effect.method))
        if until is not None and until > self._now:
            return until
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
        """Write down what was drawn."""
        rows = [
            {"key": key, "tokens": self._tokens[key][0], "counted_at": self._tokens[key][1]}
            for key in sorted(self._touched)
        ]
        replace_rows(self._connection, t.brakes, ("key",), rows)


def brake(connection: Connection, workspace: str, method: str, until: datetime) -> None:
    """Hold back everything that uses a method until a time."""
    row = {"key": _method_key(workspace, method), "tokens": 0, "not_before": until}
    replace_rows(connection, t.brakes, ("key",), [row])


def _keys(held: Held) -> tuple[str, ...]:
    effect = held.effect
    method = _method_key(held.workspace, effect.method)
    return (method, effect.pace) if effect.pace else (method,)


def _method_key(workspace: str, method: str) -> str:
    return f"{workspace}:{method}"
