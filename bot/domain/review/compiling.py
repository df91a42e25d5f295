"""The list of sections, and the one document that they make."""

from collections.abc import Callable

from bot.domain.review import (
    appendix,
    cause,
    communication,
    decisions,
    detection,
    followups,
    header,
    impact,
    looking_back,
    metrics,
    plain,
    playbooks,
    recovery,
    response,
    summary,
    timeline,
)
from bot.domain.review.case import Case
from bot.domain.review.document import Document, Section
from bot.domain.review.people import People
from bot.domain.review.record import Record
from bot.domain.values import Phase

SECTIONS: tuple[Callable[[Case], Section], ...] = (
    header.section,
    summary.section,
    impact.section,
    timeline.section,
    detection.section,
    response.section,
    recovery.section,
    cause.section,
    decisions.section,
    looking_back.section,
    communication.section,
    playbooks.section,
    followups.section,
    metrics.section,
    appendix.section,
)
"""In the order in which they are read. The appendix is last: it tells who played which part."""


def compiled(record: Record) -> Document:
    """Return the review of an incident; the same record always gives the same document.

    What people wrote in the review is part of the record, so compiling again keeps it.
    """
    incident = record.incident
    case = Case(record=record, people=People(record=record))
    closed_without, closed_because = header.closed_without(case)
    return Document(
        number=incident.number,
        title=case.words(incident.title),
        drill=incident.drill,
        private=incident.private,
        complete=incident.phase is Phase.CLOSED,
        version=incident.version,
        compiled_at=record.compiled_at,
        page=record.page,
        sections=tuple(section(case) for section in SECTIONS),
        closed_without=closed_without,
        closed_because=closed_because,
    )


def written_out(record: Record) -> str:
    """Return the review of an incident in the form in which it is kept: canonical JSON."""
    return plain.dumps(compiled(record))
