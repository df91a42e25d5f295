"""How long words are kept: since when that is the rule, what it empties, and what it will empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, not_, select, text

from bot.domain.anchoring import RetentionRuled, of_record
from bot.domain.process import Process
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.authorship import STANDS


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A rule on record: how long words are kept, and since when that holds."""

    rule: RetentionRuled
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Coming:
    """Words that will be emptied: of which incident, what was `said` or written, and when."""

    number: int
    said: bool
    amount: int
    ended: datetime
    at: datetime


def rule_of(process: Process) -> RetentionRuled:
    """Return what the process says about it."""
    return RetentionRuled(texts=process.keep_texts, messages=process.keep_messages)


def ruling(connection: Connection, workspace: str) -> Ruling | None:
    """Which rule is on record? None where words were kept for ever from the beginning."""
    record = of_record(workspace)
    at = connection.execute(
        select(func.max(t.events.c.version)).where(
            text(t.RARE),
            t.events.c.stream == record,
            t.events.c.name == RetentionRuled.__name__,
        )
    ).scalar()
    found = streams.read_one(connection, record, at) if at else None
    event: Any = found.event if found else None
    if found is None or not isinstance(event, RetentionRuled):
        return None
    return Ruling(rule=event, since=found.recorded_at)


def begins(connection: Connection, workspace: str, process: Process, now: datetime) -> datetime:
    """From when on may the rule of the process empty anything?

    Where it is not on record yet, a bot that starts now would put it there.
    """
    known = ruling(connection, workspace)
    in_force = known is not None and known.rule == rule_of(process)
    return (known.since if known and in_force else now) + process.keep_grace


def coming(
    connection: Connection, workspace: str, process: Process, now: datetime, within: timedelta
) -> list[Coming]:
    """Return what will be emptied within that time, as things stand, the first at the top."""
    first = begins(connection, workspace, process, now)
    found = []
    for said, kept in ((False, process.keep_texts), (True, process.keep_messages)):
        if kept is None:
            continue
        for row in _over(connection, workspace, now + within - kept, said=said):
            at = max(row.ended + kept, first)
            one = Coming(number=row.number, said=said, amount=row.amount, ended=row.ended, at=at)
            found.append(one)
    soon = (one for one in found if one.at <= now + within)
    return sorted(soon, key=lambda one: (one.at, one.number, one.said))


def over_since(
    connection: Connection,
    workspace: str,
    before: datetime,
    *,
    said: bool,
    after: int,
    limit: int,
) -> dict[int, str]:
    """Which incidents ended before then and still have texts, or where `said`, messages?

    The first so many by number that come `after` one, with their streams.
    """
    found = _over(connection, workspace, before, said=said, after=after, limit=limit)
    return {row.number: row.stream for row in found}


def _over(
    connection: Connection,
    workspace: str,
    before: datetime,
    *,
    said: bool,
    after: int = 0,
    limit: int | None = None,
) -> Sequence[Any]:
    incident = t.incidents.c
    moved = (
        select(func.max(t.events.c.recorded_at))
        .where(t.events.c.stream == incident.stream, t.events.c.name == "StatusChanged")
        .scalar_subquery()
    )
    ended = func.coalesce(incident.closed_at, moved, incident.changed_at, type_=t.Instant())
    amount = _said() if said else _written()
    return connection.execute(
        select(incident.stream, incident.number, ended.label("ended"), amount.label("amount"))
        .where(
            incident.workspace == workspace,
            incident.number > after,
            not_(incident.open),
            ended < before,
            amount > 0,
        )
        .order_by(incident.number)
        .limit(limit)
    ).all()


def _written() -> ColumnElement[int]:
    of_incident = t.texts.c.stream == t.incidents.c.stream
    counted = select(func.count()).where(of_incident, t.texts.c.body.is_not(None))
    return counted.correlate(t.incidents).scalar_subquery()


def _said() -> ColumnElement[int]:
    here = t.messages.c.channel == t.rooms.c.channel
    counted = select(func.count()).where(t.rooms.c.stream == t.incidents.c.stream, here, STANDS)
    return counted.correlate(t.incidents).scalar_subquery()
