"""How it came to be noticed."""

from bot.domain.review.case import Case, fact
from bot.domain.review.document import Fact, Facts, Section
from bot.domain.values import Source

_SOURCES: dict[Source, str] = {
    "user": "a person declared it",
    "message": "a person declared it from a message",
    "alert": "an alert",
    "terminal": "somebody at the terminal declared it",
}


def section(case: Case) -> Section:
    """Return how it was noticed, and when."""
    incident = case.incident
    link = case.address(incident.source_link)
    rows = (
        fact("Known through", _SOURCES[incident.source], link=link),
        Fact(label="Started", value=case.milestone("started")),
        Fact(label="Detected", value=case.milestone("detected")),
        Fact(label="Declared", value=case.milestone("declared")),
    )
    return Section(key="detection", title="Detection", blocks=(Facts(rows=rows),))
