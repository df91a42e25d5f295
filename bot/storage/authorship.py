"""Who wrote what: texts of events, messages in rooms, reviews with names.

What is found here is what `emptying` takes away.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select

from bot.domain.values import Phase, Place, TextPlace, login_of
from bot.storage import tables as t
from bot.storage.codec import ERASED
from bot.storage.repeated import repeated

_SAYS_SOMETHING = or_(t.messages.c.text.not_in(["", ERASED]), t.messages.c.files != "[]")
STANDS = not_(t.messages.c.deleted) & _SAYS_SOMETHING
"""Which messages have words in them."""

Places = dict[str, list[TextPlace]]
"""Texts by their stream."""


def texts_by(
    connection: Connection, workspace: str, user: str, stream: str | None = None
) -> Places:
    """Which texts did a person write, or repeat what they wrote?

    In all incidents, or in one.
    """
    of_workspace = t.events.c.workspace == workspace
    here = of_workspace if stream is None else of_workspace & (t.events.c.stream == stream)
    found: Places = {}
    for row in _texts(connection, here & (t.events.c.actor == user)):
        _put(found, row)
    again = repeated(connection, here, user)
    of_others = here & t.events.c.stream.in_({each[0] for each in again})
    for row in _texts(connection, of_others & (t.events.c.actor != user)) if again else ():
        if (row.stream, row.version, row.field) in again:
            _put(found, row)
    return found


def _texts(connection: Connection, which: ColumnElement[bool]) -> Iterable[Any]:
    place = (t.texts.c.stream == t.events.c.stream) & (t.texts.c.version == t.events.c.version)
    return connection.execute(
        select(t.events.c.stream, t.events.c.version, t.texts.c.field)
        .join(t.texts, place)
        .where(which, t.texts.c.body.is_not(None))
        .order_by(t.events.c.stream, t.events.c.version)
    )


def _put(found: Places, row: Any) -> None:
    place = TextPlace(version=row.version, field=row.field)
    found.setdefault(row.stream, []).append(place)


def typed(connection: Connection, workspace: str) -> dict[str, int]:
    """How many texts did whoever works at the machine write in nobody's name in Slack? By login."""
    place = (t.texts.c.stream == t.events.c.stream) & (t.texts.c.version == t.events.c.version)
    rows = connection.execute(
        select(t.events.c.actor, func.count())
        .join(t.texts, place)
        .where(t.events.c.workspace == workspace, t.texts.c.body.is_not(None))
        .group_by(t.events.c.actor)
    )
    return {login: count for actor, count in rows if (login := login_of(actor)) is not None}


def texts_of(connection: Connection, stream: str) -> list[TextPlace]:
    """Which texts of a stream are not empty?"""
    rows = connection.execute(
        select(t.texts.c.version, t.texts.c.field)
        .where(t.texts.c.stream == stream, t.texts.c.body.is_not(None))
        .order_by(t.texts.c.version, t.texts.c.field)
    )
    return [TextPlace(version=row.version, field=row.field) for row in rows]


def messages_by(connection: Connection, workspace: str, user: str) -> dict[str, int]:
    """How many messages of a person are in the rooms of each incident?"""
    rows = connection.execute(
        select(t.rooms.c.stream, func.count())
        .join(t.messages, t.messages.c.channel == t.rooms.c.channel)
        .where(t.messages.c.workspace == workspace, t.messages.c.user == user, STANDS)
        .group_by(t.rooms.c.stream)
    )
    return {row[0]: row[1] for row in rows}


def still_open(
    connection: Connection, workspace: str, user: str, streams: Iterable[str]
) -> dict[int, list[str]]:
    """Which open incidents has this person a part in, or are among these? With their roles."""
    part = t.incident_people
    rows = connection.execute(
        select(t.incidents.c.stream, t.incidents.c.number, part.c.roles)
        .outerjoin(part, and_(part.c.stream == t.incidents.c.stream, part.c.user == user))
        .where(t.incidents.c.workspace == workspace, t.incidents.c.open)
        .order_by(t.incidents.c.number)
    )
    written = set(streams)
    return {
        row.number: json.loads(row.roles or "[]")
        for row in rows
        if row.roles is not None or row.stream in written
    }


def told_in(
    connection: Connection, workspace: str, streams: Iterable[str]
) -> dict[int, list[Place]]:
    """Where in Slack has the bot told of these incidents? Their rooms and announcements."""
    of = t.incidents.c
    rows = connection.execute(
        select(of.stream, of.number, of.announcement_channel, of.announcement_ts, t.rooms.c.channel)
        .outerjoin(t.rooms, t.rooms.c.stream == of.stream)
        .where(of.workspace == workspace)
        .order_by(of.number, t.rooms.c.channel)
    )
    wanted, found = set(streams), dict[int, dict[Place, None]]()
    for row in rows:
        if row.stream in wanted:
            places = found.setdefault(row.number, {})
            if row.channel:
                places[Place(channel=row.channel)] = None
            if row.announcement_ts:
                places[Place(channel=row.announcement_channel, item=row.announcement_ts)] = None
    return {number: list(places) for number, places in found.items() if places}


def workspaces(connection: Connection) -> list[str]:
    """Which workspaces have incidents?"""
    return sorted(connection.execute(select(t.incidents.c.workspace).distinct()).scalars())


def reviews_naming(connection: Connection, workspace: str, user: str) -> dict[str, Phase]:
    """Which incidents with a review, compiled or under way, has this person taken part in?

    With the phase that each is in.
    """
    took_part = t.incident_people.c
    kept = exists().where(t.reviews.c.stream == t.incidents.c.stream)
    rows = connection.execute(
        select(t.incidents.c.stream, t.incidents.c.phase)
        .join(t.incident_people, took_part.stream == t.incidents.c.stream)
        .where(
            took_part.workspace == workspace,
            took_part.user == user,
            or_(kept, t.incidents.c.review_version.is_not(None)),
        )
        .order_by(t.incidents.c.stream)
    )
    return {row.stream: Phase(row.phase) for row in rows}
