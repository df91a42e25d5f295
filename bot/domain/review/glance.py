"""What the picture of an incident shows: how grave it was, where it stood, what came when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain import events as e
from bot.domain.review.case import Case
from bot.domain.review.document import Bar, Picture, Point
from bot.domain.review.promises import promises
from bot.domain.values import AT_REST, Milestone, Phase

_MILESTONES: tuple[Milestone, ...] = (
    "started",
    "detected",
    "declared",
    "acknowledged",
    "mitigated",
    "resolved",
)
_WEIGHTS = {
    Phase.TRIAGE: 2,
    Phase.INVESTIGATING: 4,
    Phase.IDENTIFIED: 3,
    Phase.MITIGATED: 2,
    Phase.MONITORING: 1,
}
_NARROWEST = timedelta(minutes=1)

V = TypeVar("V")


def picture(case: Case) -> Picture:
    """Return the incident at one glance, from its first moment until it came to rest."""
    points = tuple(_points(case))
    moments = [point.at for point in points] + [case.until]
    begin, end = min(moments), max(moments)
    end = max(end, begin + _NARROWEST)
    bars = (*_severities(case, end), *_statuses(case, end))
    return Picture(
        title=f"{case.incident.name} at a glance", begin=begin, end=end, bars=bars, points=points
    )


def _points(case: Case) -> Iterator[Point]:
    for milestone in _MILESTONES:
        at = case.incident.at(milestone)
        if at is not None:
            yield Point(lane="milestone", label=milestone, at=at)
    if case.incident.impact_ended_at is not None:
        yield Point(lane="milestone", label="impact ended", at=case.incident.impact_ended_at)
    answers = [p.answered for p in promises(case) if p.answered is not None and p.fate == "late"]
    late = {recorded.version for recorded in answers}
    for recorded, _ in case.all_of(e.UpdatePosted):
        if recorded.happened_at <= case.until:
            was_late = recorded.version in late
            label = "update, late" if was_late else "update"
            yield Point(lane="update", label=label, at=recorded.happened_at, late=was_late)


def _severities(case: Case, end: datetime) -> Iterator[Bar]:
    """Yield how grave it was taken to be, and from when until when."""
    changes: list[tuple[datetime, str]] = []
    for recorded in case.record.events:
        match recorded.event:
            case e.IncidentDeclared(severity=key) | e.SeverityChanged(new=key):
                changes.append((recorded.happened_at, key))
            case _:
                pass
    labels = {severity.key: severity for severity in case.process.severities}
    for begin, until, key in _stretches(changes, end):
        level = labels.get(key)
        label, weight = (level.label, 5 - min(level.rank, 4)) if level else (key, 1)
        yield Bar(lane="severity", label=label, begin=begin, end=until, weight=max(1, weight))


def _statuses(case: Case, end: datetime) -> Iterator[Bar]:
    """Yield where it stood; what is at rest is no stretch of the incident."""
    changes: list[tuple[datetime, tuple[str, Phase]]] = []
    for recorded in case.record.events:
        match recorded.event:
            case e.IncidentDeclared(status=key):
                changes.append((recorded.happened_at, (key, Phase.TRIAGE)))
            case e.StatusChanged(new=key, new_phase=phase):
                changes.append((recorded.happened_at, (key, Phase(phase))))
            case _:
                pass
    for begin, until, (key, phase) in _stretches(changes, end):
        if phase not in AT_REST:
            label, weight = case.process.status(key).label, _WEIGHTS.get(phase, 1)
            yield Bar(lane="status", label=label, begin=begin, end=until, weight=weight)


def _stretches(
    changes: list[tuple[datetime, V]], end: datetime
) -> Iterator[tuple[datetime, datetime, V]]:
    """Yield from when until when each value held; what held for no time at all is left out."""
    ends = [at for at, _ in changes[1:]] + [end]
    for (begin, value), until in zip(changes, ends, strict=True):
        if begin < min(until, end):
            yield begin, min(until, end), value
