"""Counting what the engine does, for the metrics."""

from collections import Counter
from datetime import datetime

from bot.storage.claiming import Claimed

_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, float("inf"))


class Tally:
    """Numbers since the start of this process."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        """By what was counted and its detail, such as ("effects_done", "ShowCard")."""
        self.lag: Counter[float] = Counter()
        """Effects by the upper bound, in seconds, of the time from owed to settled."""
        self.lag_sum = 0.0

    @property
    def bounds(self) -> tuple[float, ...]:
        """The upper bounds that lags are sorted by, in seconds."""
        return _BUCKETS

    def count(self, what: str, detail: str = "") -> None:
        """Count one."""
        self.counts[what, detail] += 1

    def add(self, other: "Tally") -> None:
        """Count what was counted apart, once it is known to be so."""
        self.counts.update(other.counts)
        self.lag.update(other.lag)
        self.lag_sum += other.lag_sum

    def settled(self, claimed: Claimed, state: str, now: datetime) -> None:
        """Count an effect that is done or has failed, and how long it took."""
        self.count(f"effects_{state}", type(claimed.effect).__name__)
        seconds = (now - claimed.owed_at).total_seconds()
        self.lag_sum += seconds
        self.lag[next(bound for bound in _BUCKETS if seconds <= bound)] += 1

    def retried(self, claimed: Claimed) -> None:
        """Count an attempt that has to be made again."""
        self.count("effects_retried", type(claimed.effect).__name__)
