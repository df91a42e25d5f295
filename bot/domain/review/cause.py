"""What made it possible: as people wrote it, or said in so many words that it is not known."""

from bot.domain import events as e
from bot.domain.review.case import Case
from bot.domain.review.document import Block, Paragraph, Section, Words


def section(case: Case) -> Section:
    """Return the cause and what contributed to it."""
    written = case.incident.written
    block: Block
    if written.cause:
        block = Words(text=case.words(written.cause))
    elif written.cause_unknown:
        block = Paragraph(text=f"The cause is not known{_as_of(case)}.")
    else:
        block = case.asks(
            "What made it possible, and how did it come about? Nobody has written that yet, "
            "nor that it is not known.",
            "review",
            needed=True,
        )
    return Section(key="cause", title="Contributing factors", blocks=(block,))


def _as_of(case: Case) -> str:
    """Say since when that is on record."""
    said = [r for r, event in case.all_of(e.ReviewWritten) if event.cause_unknown]
    return f", as {case.who(said[-1].actor)} recorded" if said else ""
