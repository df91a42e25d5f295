"""Lanes and timers that only a newer version understands: this process skips them for a while.

That is remembered in memory only. A row that was put off in the database would be put off for the
newer version as well, which might then never get to it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

_AGAIN = timedelta(seconds=5)
"""How long a key is skipped; by then somebody may have done it, or made it readable."""
_MOST = 10_000
"""How many keys are skipped at the most: each is a parameter of the statements that skip it."""


class LeftAlone:
    """Keys of lanes or timers, with the time until which they are not looked at."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def at(self, now: datetime) -> tuple[str, ...]:
        """Return what is left alone at this time."""
        self._until = {key: until for key, until in self._until.items() if until > now}
        return tuple(self._until)

    def add(self, keys: Iterable[str], now: datetime) -> None:
        """Leave these alone."""
        self._until |= dict.fromkeys(keys, now + _AGAIN)
        for key in list(self._until)[:-_MOST]:
            del self._until[key]

    def first(self, due: datetime | None) -> datetime | None:
        """Return when to look next, where everything else is due then."""
        return min([*self._until.values(), *([due] if due else [])], default=None)
