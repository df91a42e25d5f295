"""How an incident begins."""

from dataclasses import replace

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
from bot.domain.commands import Declare
from bot.domain.given import Given
from bot.domain.refusals import NotNow, WayOut, quoted
from bot.domain.values import Phase


class DeclaredAlready(NotNow):
    """You declared this a moment ago."""


def declare(command: Declare, given: Given) -> list[e.Event]:
    """Begin an incident: the declarer leads until somebody else does.

    Raises:
        DeclaredAlready: the same person declared the same title within five minutes.
        InvalidInput: a title, level, category, service or time that is not accepted.
    """
    title = clean_title(command.title)
    if command.recent is not None and not command.again:
        raise DeclaredAlready(
            f"You declared {quoted(title)} a moment ago: it is INC-{command.recent}.",
            way_out=WayOut(
                label="Declare another",
                command=replace(command, again=True, recent=None, number=0),
            ),
        )
    process = given.process
    severity = known_severity(process, command.severity or process.default_severity)
    category = known_category(process, command.category)
    started = command.started_at
    declared = e.IncidentDeclared(
        number=command.number,
        title=title,
        summary=clean_text(command.summary, "summary"),
        severity=severity.key,
        status=process.status_in(Phase.TRIAGE).key,
        category=category,
        services=known_services(process, command.services),
        started_at=None if started is None else not_ahead(started, given.now, "started"),
        private=_private(command, category, given),
        drill=command.drill,
        announced=severity.announced,
        source=command.source,
        source_link=command.source_link,
        invite=tuple(dict.fromkeys((*severity.invite, *command.invite))),
        update_due_at=updates.next_due(process, severity.key, given.now),
    )
    leads = e.RoleTaken(role="commander", user=given.actor.user, how="declared")
    offers = playbooks.offers(
        process,
        event="incident.declared",
        severity=severity.key,
        category=category,
        services=declared.services,
        offered=frozenset(),
    )
    return [declared, leads, *offers]


def _private(command: Declare, category: str | None, given: Given) -> bool:
    """What the declarer says; unsaid, what the category proposes."""
    if command.private is not None:
        return command.private
    return category in given.process.private_categories
