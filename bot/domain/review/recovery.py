"""What contained it, what mended it, and every turn on the way."""

from bot.domain import events as e
from bot.domain.review.case import Case, fact
from bot.domain.review.document import Block, Cell, Fact, Facts, Section, Table, Words


def section(case: Case) -> Section:
    """Return the resolution and the way to it."""
    incident = case.incident
    blocks: list[Block] = []
    if incident.resolution:
        blocks.append(_resolution(case))
    else:
        blocks.append(case.asks("What mended it is not recorded.", "resolve", needed=True))
    rows = [
        Fact(label="Mitigated", value=case.milestone("mitigated")),
        Fact(label="Resolved", value=case.milestone("resolved")),
    ]
    if incident.impact_ended_at is not None:
        rows.append(fact("Impact ended", at=incident.impact_ended_at))
    blocks.append(Facts(rows=tuple(rows)))
    moves = tuple(_moves(case))
    if moves:
        columns = ("When", "By", "From", "To", "Said with it")
        blocks.append(Table(caption="Status", columns=columns, rows=moves))
    return Section(key="recovery", title="Mitigation and recovery", blocks=tuple(blocks))


def _resolution(case: Case) -> Words:
    """The words that stand now, with who gave them."""
    said = [r for r, event in case.all_of(e.ResolutionRecorded) if event.resolution]
    text = case.words(case.incident.resolution)
    if not said:
        return Words(text=text)
    last = said[-1]
    return Words(text=text, by=case.who(last.actor), at=last.happened_at, link=case.link(last))


def _moves(case: Case) -> list[tuple[Cell, ...]]:
    label = case.process.status
    return [
        (
            Cell(at=recorded.happened_at, link=case.link(recorded)),
            Cell(text="a playbook" if event.step else case.who(recorded.actor)),
            Cell(text=label(event.old).label),
            Cell(text=label(event.new).label),
            Cell(text=case.words(event.reason)),
        )
        for recorded, event in case.all_of(e.StatusChanged)
    ]
