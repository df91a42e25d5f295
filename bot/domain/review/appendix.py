"""Who took part, by name, and everything that was recorded or said.

The table of participants is the one place where names stand: elsewhere people are their parts.
"""

from bot.domain.review.case import Case, fact, one_or_many
from bot.domain.review.document import (
    Block,
    Cell,
    Facts,
    Heading,
    Paragraph,
    Section,
    Table,
    Timeline,
)
from bot.domain.review.people import AN_APP
from bot.domain.values import MUSTER

_PARTS = (
    "Elsewhere in this review people appear as the part that they played, or that they played last."
)


def section(case: Case) -> Section:
    """Return the full log and the participants; it comes last, when everybody has their part."""
    rows = [row for _, row in case.event_rows]
    rows += [case.message_row(message) for message in case.record.messages]
    rows.sort(key=lambda row: row.at)
    log = Timeline(rows=tuple(rows))
    blocks: tuple[Block, ...] = (
        Heading(text="Participants"),
        Paragraph(text=_PARTS),
        _participants(case),
        Heading(text="The record"),
        _record(case),
        Heading(text="Full log"),
        log,
    )
    return Section(key="appendix", title="Appendix", blocks=blocks)


def _participants(case: Case) -> Table:
    people = {
        *case.incident.played,
        *case.incident.responders,
        *case.people.responders,
    }
    parts = {user: case.who(user) for user in sorted(people) if user != MUSTER.user}
    rows = [
        (
            Cell(text=part),
            Cell(text=case.words(case.record.names.get(user, user))),
            Cell(text=", ".join(case.role(key) for key in case.incident.played.get(user, ()))),
        )
        for user, part in parts.items()
        if part != AN_APP
    ]
    rows.sort(key=_in_order)
    columns = ("In this review", "Name", "Roles held")
    return Table(caption="Participants", columns=columns, rows=tuple(rows))


def _in_order(row: tuple[Cell, ...]) -> tuple[bool, str, int]:
    """Holders of roles first; `responder 10` comes after `responder 9`."""
    words, _, number = row[0].text.rpartition(" ")
    if number.isdigit():
        return row[0].text.startswith("responder "), words, int(number)
    return False, row[0].text, 0


def _record(case: Case) -> Facts:
    messages = len(case.record.messages)
    said = one_or_many(messages, "message") if messages else "none in the log"
    rows = [
        fact("Events", str(len(case.record.events))),
        fact("Messages of the room", said),
        fact("Compiled", at=case.record.compiled_at),
    ]
    if case.incident.holds_unknown:
        rows.append(
            fact("Not understood", "a newer version of Muster recorded things unknown to this one")
        )
    return Facts(rows=tuple(rows))
