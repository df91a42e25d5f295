"""How long it took: each figure with the two times between which it was measured."""

from datetime import datetime

from bot.domain.review.case import Case, span, when
from bot.domain.review.document import Block, Cell, Missing, Paragraph, Section, Table
from bot.domain.values import Milestone

_MEASURES: tuple[tuple[str, Milestone, Milestone], ...] = (
    ("Detect", "started", "detected"),
    ("Acknowledge", "detected", "acknowledged"),
    ("Mitigate", "detected", "mitigated"),
    ("Resolve", "detected", "resolved"),
)


def section(case: Case) -> Section:
    """Return the figures; what cannot be measured says which time is missing."""
    at = case.incident.at
    rows = [
        _measured(f"{name}: {begin} → {end}", at(begin), at(end)) for name, begin, end in _MEASURES
    ]
    ended = case.incident.impact_ended_at
    rows.append(_measured("Downtime: started → impact ended", at("started"), ended))
    columns = ("Time to", "From", "To", "It took")
    blocks: list[Block] = [Table(caption="Times", columns=columns, rows=tuple(rows))]
    lacking = [name for name in ("started", "acknowledged", "mitigated") if _absent(case, name)]
    if lacking:
        blocks.append(_gap(case, lacking))
    if case.incident.drill:
        blocks.append(Paragraph(text="A drill counts in no report."))
    return Section(key="metrics", title="Metrics", blocks=tuple(blocks))


def _absent(case: Case, name: str) -> bool:
    return name not in case.incident.milestones


def _gap(case: Case, lacking: list[str]) -> Missing:
    return case.asks(f"Not recorded, and so not measured from: {', '.join(lacking)}.", "edit")


def _measured(name: str, begin: datetime | None, end: datetime | None) -> tuple[Cell, ...]:
    took = "cannot be told"
    if begin is not None and end is not None:
        took = span(end - begin) if end >= begin else "nothing: the second came first"
    return Cell(text=name), when(begin), when(end), Cell(text=took)
