"""Milestones: when an incident started, was detected, taken up, contained, resolved and closed."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.accepting import not_ahead
from bot.domain.given import Given
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.state import Incident
from bot.domain.values import AT_REST, Milestone, Phase

BEFORE: tuple[tuple[Milestone, Milestone], ...] = (
    ("started", "detected"),
    ("detected", "declared"),
    ("detected", "acknowledged"),
    ("started", "mitigated"),
    ("detected", "resolved"),
    ("mitigated", "resolved"),
    ("declared", "closed"),
    ("resolved", "closed"),
)
"""Which milestone cannot lie after which: what was contained before anybody declared it is fine."""

REACHED_ONLY: frozenset[Milestone] = frozenset({"resolved", "closed"})
"""Milestones that the life cycle alone sets first."""

CONTAINED = frozenset({Phase.MITIGATED, Phase.MONITORING, Phase.RESOLVED, Phase.CLOSED})
"""Phases that say that the impact is contained."""


def correct(incident: Incident, command: c.CorrectMilestone, given: Given) -> list[e.Event]:
    """Say when a milestone really was; what was recorded before stays in the record.

    Raises:
        InvalidInput: it lies in the future, or against the order of the others.
        NotNow: it was not reached yet, or that is the time recorded.
    """
    milestone, at = command.milestone, not_ahead(command.at, given.now, command.milestone)
    previous = incident.at(milestone)
    if previous is None and milestone in REACHED_ONLY:
        raise NotNow(f"{incident.name} is not {milestone} yet.")
    if previous == at:
        raise NotNow(f"That is the time recorded for “{milestone}” already.")
    for earlier, later in BEFORE:
        if milestone == later and at < (incident.at(earlier) or at):
            raise InvalidInput(
                f"“{later}” cannot lie before “{earlier}”; correct that first.", field=milestone
            )
        if milestone == earlier and at > (incident.at(later) or at):
            raise InvalidInput(
                f"“{earlier}” cannot lie after “{later}”; correct that first.", field=milestone
            )
    return [e.MilestoneCorrected(milestone=milestone, at=at, previous=previous)]


def reached(was: Incident, phase: Phase, at: datetime) -> dict[Milestone, datetime]:
    """A milestone is the time of the move that still holds; one that was undone is forgotten."""
    milestones = dict(was.milestones)
    if phase is Phase.RESOLVED:
        milestones["resolved"] = at
    if phase is Phase.CLOSED:
        milestones["closed"] = at
    if phase in {Phase.MITIGATED, Phase.MONITORING}:
        milestones.setdefault("mitigated", at)
    if phase not in AT_REST:
        milestones.pop("resolved", None)
        milestones.pop("closed", None)
        if was.phase in CONTAINED and phase not in CONTAINED:
            milestones.pop("mitigated", None)
    return milestones


def taken_up(was: Mapping[Milestone, datetime], at: datetime) -> Mapping[Milestone, datetime]:
    """The first sign that somebody has taken it up sets the milestone; later ones do not."""
    return was if "acknowledged" in was else {**was, "acknowledged": at}
