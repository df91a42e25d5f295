"""What an incident says about itself: title, summary, impact, services, gravity."""

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
)
from bot.domain.given import Given
from bot.domain.milestones import REACHED_ONLY
from bot.domain.process import Severity
from bot.domain.refusals import NotNow
from bot.domain.state import Incident
from bot.domain.values import Text

__all__ = ["REACHED_ONLY", "edit", "set_severity"]


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
