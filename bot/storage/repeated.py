"""Finds a person's words in the events of others: messages, calls and descriptions repeated.

The words in an event are mostly those of its actor. Where the rules repeat what somebody else has
written, this module knows whose words they are. A test looks for more such places among all that
the rules do.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from bot.storage import messages
from bot.storage import tables as t
from bot.storage.keys import TextKey

_NAMES = (
    "IncidentDeclared",
    "DetailsEdited",
    "UpdatePosted",
    "PersonPaged",
    "PageUnanswered",
    "FollowupAdded",
    "FollowupTakenBack",
)
"""Events with words that are repeated, and those that repeat them."""


def repeated(connection: Connection, here: ColumnElement[bool], user: str) -> set[TextKey]:
    """Which texts among these events repeat what a person has written?"""
    found = connection.execute(
        select(t.events)
        .where(here, t.events.c.name.in_(_NAMES))
        .order_by(t.events.c.stream, t.events.c.version)
    )
    keys: set[TextKey] = set()
    for stream, rows in groupby(found, key=lambda row: str(row.stream)):
        events = [(row, json.loads(row.body)) for row in rows]
        for each in (_impact, _calls):
            keys |= {(stream, version, field) for version, field in each(events, user)}
        made = _made_of_messages(connection, events, user)
        keys |= {(stream, version, field) for version, field in made}
    return keys


Events = list[tuple[Any, dict[str, Any]]]
"""Rows of one stream, with what stands in them."""
Places = Iterator[tuple[int, str]]


def _impact(events: Events, user: str) -> Places:
    """Find updates that repeat the impact, whoever had written that."""
    author = ""
    for row, body in events:
        if row.name == "UpdatePosted":
            if author == user:
                yield row.version, "impact"
        elif body.get("impact"):
            author = row.actor


def _calls(events: Events, user: str) -> Places:
    """Find calls that were passed on in the words of whoever called first, however often.

    Muster passes it on, right behind the event that says which call nobody answered.
    """
    wrote: dict[int, str] = {}
    unanswered = 0
    for row, body in events:
        if row.name == "PageUnanswered":
            unanswered = body["number"]
        elif row.name == "PersonPaged":
            passed_on = body.get("instead_of") is not None
            writer = wrote.get(unanswered, row.actor) if passed_on else row.actor
            wrote[body["number"]] = writer
            if passed_on and writer == user:
                yield row.version, "text"


def _made_of_messages(connection: Connection, events: Events, user: str) -> Places:
    """Find follow-ups that were made of a message which somebody else wrote."""
    theirs: set[int] = set()
    for row, body in events:
        if row.name not in {"FollowupAdded", "FollowupTakenBack"}:
            continue
        if body["number"] in theirs or _is_by(connection, body.get("source"), user):
            theirs.add(body["number"])
            yield row.version, "text"


def _is_by(connection: Connection, source: dict[str, str] | None, user: str) -> bool:
    said = messages.one(connection, source["channel"], source["ts"]) if source else None
    return said is not None and said.user == user
