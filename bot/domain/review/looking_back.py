"""What went well, what was hard, where we were lucky: the parts that only people can write."""

from bot.domain.review.case import Case
from bot.domain.review.document import Block, Heading, Section, Words


def section(case: Case) -> Section:
    """Return what people wrote; what they did not is a question about what and how."""
    written = case.incident.written
    parts = (
        (
            "What went well",
            written.went_well,
            "What helped, and how can it help again? Nobody has written that yet.",
        ),
        (
            "What was hard",
            written.was_hard,
            "What made the work harder than it had to be, and how? Nobody has written that yet.",
        ),
        (
            "Where we were lucky",
            written.lucky,
            "What could have been worse, and how did it pass us by? Nobody has written that yet.",
        ),
    )
    blocks: list[Block] = []
    for title, text, question in parts:
        blocks.append(Heading(text=title))
        said = Words(text=case.words(text)) if text else case.asks(question, "review")
        blocks.append(said)
    return Section(key="looking-back", title="Looking back", blocks=tuple(blocks))
