"""What it was, at one glance, and what the review still lacks."""

from bot.domain import events as e
from bot.domain.lifecycle import missing
from bot.domain.review.case import Case, fact, span, when
from bot.domain.review.document import Block, Fact, Facts, Paragraph, Section
from bot.domain.values import Phase


def section(case: Case) -> Section:
    """Return the head of the review."""
    blocks: list[Block] = [Paragraph(text=_standing(case)), Facts(rows=_facts(case))]
    if not case.incident.category:
        gap = "Which category it belongs to is not recorded."
        blocks.append(case.asks(gap, "edit", needed=True))
    lacking = missing(case.incident, case.process)
    if lacking and case.incident.phase is not Phase.CLOSED:
        blocks.append(Paragraph(text=f"Missing before it can be closed: {', '.join(lacking)}."))
    return Section(key="header", title="At a glance", blocks=tuple(blocks))


def closed_without(case: Case) -> tuple[tuple[str, ...], str]:
    """Return what the close went without and is still not there, and why it was closed."""
    said = [event for _, event in case.all_of(e.ClosedIncomplete)]
    if not said or case.incident.phase is not Phase.CLOSED:
        return (), ""
    lacking = missing(case.incident, case.process)
    left = tuple(name for name in said[-1].missing if name in lacking)
    return left, case.words(said[-1].reason) if left else ""


def _standing(case: Case) -> str:
    """Say what kind of document this is: a draft says so."""
    what = "the drill " if case.incident.drill else ""
    if case.incident.phase is Phase.CLOSED:
        return f"The review of {what}{case.incident.name}, as it was closed."
    return f"The draft of the review of {what}{case.incident.name}; the incident is not closed yet."


def _facts(case: Case) -> tuple[Fact, ...]:
    incident, process = case.incident, case.process
    services = ", ".join(incident.services)
    rows = [
        fact("Incident", case.words(incident.title), link=case.record.page),
        fact("Severity", process.severity(incident.severity).label),
        fact("Status", process.status(incident.status).label),
        fact("Category", incident.category or "not set"),
        fact("Services", case.words(services) if services else "none named"),
        Fact(label="Declared", value=when(incident.at("declared"))),
        fact("Declared by", case.who(incident.reporter)),
    ]
    resolved, declared = incident.at("resolved"), incident.at("declared")
    if resolved is not None:
        rows.append(fact("Resolved", at=resolved))
        if declared is not None and resolved >= declared:
            rows.append(fact("From declared to resolved", span(resolved - declared)))
    if incident.drill:
        rows.append(fact("Drill", "yes: nothing was really broken"))
    if incident.private:
        rows.append(fact("Private", "yes: for members of its room only"))
    return tuple(rows)
