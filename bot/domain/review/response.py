"""Who took part in which role, when it was acknowledged, and how the severity was judged."""

from datetime import datetime

from bot.domain import events as e
from bot.domain.review.case import Case, fact, one_or_many, span
from bot.domain.review.document import Block, Cell, Fact, Facts, Paragraph, Section, Table
from bot.domain.review.tenures import leaderless, tenures


def section(case: Case) -> Section:
    """Return the response: roles over time, and changes of severity."""
    blocks: list[Block] = [Facts(rows=_facts(case))]
    roles = tuple(
        (
            Cell(text=case.role(tenure.role)),
            Cell(text=case.who(tenure.user)),
            Cell(at=tenure.begin, link=case.link(tenure.taken)),
            Cell(at=tenure.end) if tenure.end else Cell(text="to the end"),
        )
        for tenure in tenures(case)
    )
    if roles:
        columns = ("Role", "Held by", "From", "Until")
        blocks.append(Table(caption="Roles", columns=columns, rows=roles))
    else:
        blocks.append(Paragraph(text="Nobody took a role."))
    pages = tuple(_pages(case))
    if pages:
        paged = ("Who", "First called", "Calls", "Delivered", "Acknowledged")
        blocks.append(Table(caption="Pages", columns=paged, rows=pages))
    severities = tuple(_severities(case))
    if severities:
        judged = ("When", "By", "From", "To", "Why")
        blocks.append(Table(caption="Changes of severity", columns=judged, rows=severities))
    return Section(key="response", title="Response and roles", blocks=tuple(blocks))


def _facts(case: Case) -> tuple[Fact, ...]:
    people = len(case.incident.responders)
    without = leaderless(case)
    rows = [
        Fact(label="Acknowledged", value=case.milestone("acknowledged")),
        fact("Took part", one_or_many(people, "person", "people")),
        fact("Without a commander", span(without) if without else "at no time"),
    ]
    handovers = sum(event.how == "handed over" for _, event in case.all_of(e.RoleTaken))
    if handovers:
        rows.append(fact("Command handed over", one_or_many(handovers, "time")))
    return tuple(rows)


def _severities(case: Case) -> list[tuple[Cell, ...]]:
    level = case.process.severity
    return [
        (
            Cell(at=recorded.happened_at, link=case.link(recorded)),
            Cell(text=case.who(recorded.actor)),
            Cell(text=level(event.old).label),
            Cell(text=level(event.new).label),
            Cell(text=case.words(event.reason) or "no reason given"),
        )
        for recorded, event in case.all_of(e.SeverityChanged)
    ]


def _pages(case: Case) -> list[tuple[Cell, ...]]:
    """Return who was called, and how far each call came."""
    pages = {page.number: page for page in case.incident.pages}
    return [
        (
            Cell(text=case.who(event.user)),
            Cell(at=recorded.happened_at, link=case.link(recorded)),
            Cell(text=str(pages[event.number].times)),
            _moment(pages[event.number].delivered_at),
            _moment(pages[event.number].acknowledged_at),
        )
        for recorded, event in case.all_of(e.PersonPaged)
        if event.number in pages
    ]


def _moment(at: datetime | None) -> Cell:
    return Cell(text="no") if at is None else Cell(at=at)
