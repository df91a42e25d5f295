"""What was decided, and in which state of things."""

from bot.domain import events as e
from bot.domain.review.case import Case
from bot.domain.review.document import Block, Cell, Paragraph, Section, Table


def section(case: Case) -> Section:
    """Return the decisions in order."""
    rows = tuple(
        (
            Cell(at=recorded.happened_at, link=case.link(recorded)),
            Cell(text=case.words(event.text)),
            Cell(text=case.who(recorded.actor)),
            Cell(
                text=f"{case.process.severity(event.severity).label}, "
                f"{case.process.status(event.status).label}"
            ),
        )
        for recorded, event in case.all_of(e.DecisionRecorded)
    )
    block: Block = Paragraph(text="No decision was recorded.")
    if rows:
        columns = ("When", "What was decided", "Recorded by", "It was then")
        block = Table(caption="Decisions", columns=columns, rows=rows)
    return Section(key="decisions", title="Decisions", blocks=(block,))
