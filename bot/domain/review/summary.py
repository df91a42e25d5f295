"""What happened, in the words of those who wrote the review, or else of those who declared it."""

from bot.domain.review.case import Case
from bot.domain.review.document import Section, Words


def section(case: Case) -> Section:
    """Return the summary; the one written for the review goes before the one kept meanwhile."""
    text = case.incident.written.summary or case.incident.summary
    if text:
        blocks = (Words(text=case.words(text)),)
        return Section(key="summary", title="Summary", blocks=blocks)
    gap = case.asks("Nobody has summed up yet what happened.", "review", needed=True)
    return Section(key="summary", title="Summary", blocks=(gap,))
