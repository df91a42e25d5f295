"""What an incident says about itself: title, summary, impact, services, gravity, milestones."""

from datetime import datetime

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain import playbooks, updates
from bot.domain.accepting import (
    clean_text,
    clean_title,
    known_category,
    known_services,
    known_severity,
    not_ahead,
)
from bot.domain.given import Given
from bot.domain.process import Severity
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.state import Incident
from bot.domain.values import Milestone, Text

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


def edit(incident: Incident, command: c.Edit, given: Given) -> list[e.Event]:
    """Change what the incident says about itself.

    Raises:
        InvalidInput: a value is not accepted.
        NotNow: every value given is what it says already.
    """
    process = given.process
    category = known_category(process, command.category)
    services = None if command.services is None else known_services(process, command.services)
    title = None if command.title is None else clean_title(command.title)
    changed = e.DetailsEdited(
        title=_other(title, incident.title),
        summary=_other(_cleaned(command.summary, "summary"), incident.summary),
        impact=_other(_cleaned(command.impact, "impact"), incident.impact),
        category=None if category == incident.category else category,
        services=None if services == incident.services else services,
    )
    if changed == e.DetailsEdited():
        raise NotNow(f"Nothing to change: {incident.name} says that already.")
    return [changed]


def _cleaned(text: Text | None, field: str) -> Text | None:
    return None if text is None else clean_text(text, field)


def _other(text: Text | None, present: Text) -> Text | None:
    return None if text == present else text


def correct_milestone(
    incident: Incident, command: c.CorrectMilestone, given: Given
) -> list[e.Event]:
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


def set_severity(incident: Incident, command: c.SetSeverity, given: Given) -> list[e.Event]:
    """Change the gravity: who is called, what is promised and which playbooks fit follow from it.

    Raises:
        InvalidInput: there is no such level.
        NotNow: it has that level.
    """
    process = given.process
    new, old = known_severity(process, command.severity), process.severity(incident.severity)
    if new.key == incident.severity:
        raise NotNow(f"{incident.name} is {new.label} already.")
    raised = new.rank < old.rank
    called = tuple(who for who in new.invite if who not in incident.invite)
    changed = e.SeverityChanged(
        old=incident.severity,
        new=new.key,
        reason=clean_text(command.reason, "reason"),
        raised=raised,
        announced=new.announced,
        invite=called if raised else (),
        update_due_at=_promise(incident, new, given, raised=raised),
    )
    offers = playbooks.offers(
        process,
        event="severity_changed",
        severity=new.key,
        category=incident.category,
        services=incident.services,
        offered=playbooks.known(incident),
    )
    return [changed, *offers]


def _promise(incident: Incident, new: Severity, given: Given, *, raised: bool) -> datetime | None:
    """A graver level may bring the promise forward, and never excuses one that is late."""
    if incident.at_rest:
        return None
    fresh, present = updates.next_due(given.process, new.key, given.now), incident.cadence.due_at
    if raised and fresh is not None and present is not None:
        return min(fresh, present)
    return fresh
