"""What remains to be done, by whom and until when."""

from bot.domain.review.case import Case
from bot.domain.review.document import Block, Cell, Section, Table
from bot.domain.values import Followup


def section(case: Case) -> Section:
    """Return the follow-ups; one without an owner or a due date is asked about."""
    followups = case.incident.followups
    blocks: list[Block] = []
    if followups:
        columns = ("", "What", "Owner", "Due", "State")
        rows = tuple(_row(case, followup) for followup in followups)
        blocks.append(Table(caption="Follow-ups", columns=columns, rows=rows))
    else:
        gap = "What will be different after this? No follow-up is recorded."
        needed = case.process.severity(case.incident.severity).review_required
        blocks.append(case.asks(gap, "followup add", needed=needed))
    unowned = [f for f in followups if f.done_at is None and (f.owner is None or f.due is None)]
    if unowned:
        numbers = ", ".join(str(followup.number) for followup in unowned)
        gap = f"Without an owner or a due date: follow-up {numbers}."
        blocks.append(case.asks(gap, "followup list"))
    return Section(key="follow-ups", title="Follow-ups", blocks=tuple(blocks))


def _row(case: Case, followup: Followup) -> tuple[Cell, ...]:
    state = Cell(text="open")
    if followup.done_at is not None:
        state = Cell(text="done", at=followup.done_at)
    return (
        Cell(text=str(followup.number)),
        Cell(text=case.words(followup.text)),
        Cell(text=case.who(followup.owner) if followup.owner else "nobody yet"),
        Cell(at=followup.due) if followup.due else Cell(text="no date"),
        state,
    )
