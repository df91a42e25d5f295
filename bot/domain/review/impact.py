"""Whom it hurt, how, and for how long; and what was known of that when."""

from collections.abc import Iterator

from bot.domain import events as e
from bot.domain.review.case import Case, fact, span
from bot.domain.review.document import Block, Cell, Fact, Facts, Section, Table, Words


def section(case: Case) -> Section:
    """Return the impact as it is known now, its times, and how it came to be known."""
    incident = case.incident
    blocks: list[Block] = []
    if incident.impact:
        blocks.append(Words(text=case.words(incident.impact)))
    else:
        blocks.append(case.asks("Who was hurt, and how, is not recorded.", "edit", needed=True))
    times = tuple(_times(case))
    if times:
        blocks.append(Facts(rows=times))
    if incident.at("started") is None:
        blocks.append(case.asks("When the impact started is not recorded.", "edit"))
    if incident.impact_ended_at is None:
        blocks.append(case.asks("When the impact ended is not recorded.", "resolve"))
    history = tuple(_history(case))
    if len(history) > 1:
        columns = ("As of", "What was known of the impact")
        blocks.append(Table(caption="How it came to be known", columns=columns, rows=history))
    return Section(key="impact", title="Impact", blocks=tuple(blocks))


def _times(case: Case) -> Iterator[Fact]:
    started, ended = case.incident.at("started"), case.incident.impact_ended_at
    if started is not None:
        yield fact("Started", at=started)
    if ended is not None:
        yield fact("Ended", at=ended)
    if started is not None and ended is not None and ended >= started:
        yield fact("Downtime", span(ended - started))


def _history(case: Case) -> Iterator[tuple[Cell, ...]]:
    """Yield each different wording of the impact, when it was given."""
    before = ""
    for recorded in case.record.events:
        match recorded.event:
            case e.DetailsEdited(impact=impact) | e.UpdatePosted(impact=impact):
                if impact and impact != before:
                    before = impact
                    at = Cell(at=recorded.happened_at, link=case.link(recorded))
                    yield (at, Cell(text=case.words(impact)))
            case _:
                pass
