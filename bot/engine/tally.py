"""Every number that Muster tells about itself: counted in this process, or looked up when asked.

A new number is one line in one of the three lists. Where it happens:

    tally.count("deliveries", "command")
    tally.took("call_seconds", 0.12, "chat.postMessage")

Labels are given in the order of the list. `docs/operations.md` says what each number is good for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics import disable_created_metrics
from prometheus_client.registry import Collector

from bot.domain import commands as c
from bot.domain.wording import EFFECTS


@dataclass(frozen=True, kw_only=True)
class Number:
    """What a number says, and what it is told apart by."""

    says: str
    by: tuple[str, ...] = ()


def _number(says: str, *by: str) -> Number:
    return Number(says=says, by=by)


COUNTED: Mapping[str, Number] = {
    "deliveries": _number("Deliveries from Slack, by kind.", "kind"),
    "decisions": _number("Commands that the rules took, by command.", "command"),
    "refusals": _number("Commands that the rules refused, by reason.", "reason"),
    "effects": _number("Effects settled: done, failed (given up) or useless.", "effect", "state"),
    "effects_retried": _number("Attempts that had to be made again, by kind.", "effect"),
    "outcomes_failed": _number("Outcomes that the rules stumbled over, by command.", "command"),
    "calls": _number("Calls to Slack, by method and what came of them.", "method", "answer"),
    "twins_removed": _number("What stood in Slack twice and was taken away.", "method"),
    "lanes_lost": _number("Effects that came back when somebody else had them.", "effect"),
    "provisional": _number("Declarations without a database, and what became of them.", "came"),
    "socket_rebuilt": _number("Connections to Slack that were built anew after an absence."),
}
"""Counters, since the start of this process; told as `muster_<name>_total`."""

TIMED: Mapping[str, Number] = {
    "effect_seconds": _number("From owing an effect to having settled it.", "effect"),
    "delivery_seconds": _number("From receiving a delivery to answering it.", "kind"),
    "call_seconds": _number("How long Slack took to answer a call.", "method"),
    "database_seconds": _number("How long reads and writes took, waiting included.", "what"),
}
"""Histograms in seconds, since the start of this process; told as `muster_<name>`."""

SHOWN: Mapping[str, Number] = {
    "ready": _number("Whether deliveries are taken and carried (1) or not (0)."),
    "database_there": _number("Whether the record could be written when last tried (1)."),
    "socket_connected": _number("Whether a socket to Slack is open (1); not there in HTTP mode."),
    "slack_away_seconds": _number("For how long this process could not use Slack at all, or 0."),
    "tasks": _number("Tasks that run in this process."),
    "effects_waiting": _number("Effects owed and not settled, by kind.", "effect"),
    "effects_overdue_seconds": _number("For how long the oldest due effect has been left alone."),
    "lanes_stuck": _number("Lanes whose first effect has failed for minutes or is left alone."),
    "lease_owners": _number("Processes that hold a lane right now."),
    "timers_overdue": _number("Timers that are due and have not been fired."),
    "brakes": _number("Methods that Slack asked not to be called for a while."),
}
"""Gauges, looked up when they are asked for; told as `muster_<name>`."""

KNOWN: Mapping[str, Sequence[Sequence[str]]] = {
    "effects": (tuple(EFFECTS), ("done", "failed", "useless")),
    "outcomes_failed": ([kind.__name__ for kind in get_args(c.OfIncident)],),
    "calls": (
        ("auth.test",),
        ("ok", "refused", "throttled", "unreachable", "no_access", "unknown", "spared"),
    ),
    "delivery_seconds": (("command", "action", "submission", "shortcut"),),
    "database_seconds": (("read", "write"),),
}
"""Labels reported as 0 from the start: an alert sees no increase in a counter that begins at 1."""

_BUCKETS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A gauge as it stands now."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class News:
    """Something to be counted once the transaction that brought it is committed."""

    name: str
    labels: tuple[str, ...] = ()
    seconds: float | None = None


class _Present(Collector):
    """Hands gauges that were looked up to Prometheus' library."""

    def __init__(self, shown: Sequence[Shown]) -> None:
        self._shown = shown

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return them by name; those that could not be looked up are left out."""
        families: dict[str, GaugeMetricFamily] = {}
        for one in self._shown:
            number = SHOWN[one.name]
            family = families.setdefault(
                one.name, GaugeMetricFamily(f"muster_{one.name}", number.says, labels=number.by)
            )
            family.add_metric(one.labels, one.value)
        return families.values()


class Tally:
    """The numbers of one process."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._counted = {
            name: Counter(f"muster_{name}", number.says, number.by, registry=self.registry)
            for name, number in COUNTED.items()
        }
        self._timed = {
            name: Histogram(
                f"muster_{name}", number.says, number.by, registry=self.registry, buckets=_BUCKETS
            )
            for name, number in TIMED.items()
        }
        for name, labels in KNOWN.items():
            told = self._counted.get(name) or self._timed[name]
            for each in product(*labels):
                told.labels(*each)

    def count(self, name: str, *labels: str) -> None:
        """Count one."""
        counter = self._counted[name]
        (counter.labels(*labels) if labels else counter).inc()

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """Note how long something took."""
        timer = self._timed[name]
        (timer.labels(*labels) if labels else timer).observe(max(seconds, 0))

    def add(self, news: Iterable[News]) -> None:
        """Count what a transaction has brought."""
        for one in news:
            if one.seconds is None:
                self.count(one.name, *one.labels)
            else:
                self.took(one.name, one.seconds, *one.labels)

    def value(self, name: str, *labels: str) -> float:
        """Return what was counted so far."""
        terms = dict(zip(COUNTED[name].by, labels, strict=True))
        return self.registry.get_sample_value(f"muster_{name}_total", terms) or 0

    def text(self, shown: Sequence[Shown] = ()) -> bytes:
        """Return all numbers as Prometheus reads them."""
        present = CollectorRegistry()
        present.register(_Present(shown))
        return generate_latest(self.registry) + generate_latest(present)
