"""Emptying words: texts of events, messages, a person's name. What holds them stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    select,
    true,
    tuple_,
    update,
)

from bot.domain.values import TextPlace
from bot.storage import messages
from bot.storage import tables as t
from bot.storage.authorship import STANDS
from bot.storage.batches import Writer
from bot.storage.codec import ERASED
from bot.storage.keys import MessageKey
from bot.storage.messages import Said

_AT_ONCE = 500
_EMPTY = (
    update(t.texts)
    .where(
        t.texts.c.stream == bindparam("of"),
        t.texts.c.version == bindparam("at"),
        t.texts.c.field == bindparam("named"),
    )
    .values(body=None, salt="")
)

BEGINNING: MessageKey = ("", "")


@dataclass(frozen=True, kw_only=True)
class MessagesToEmpty:
    """So many at the most of what a person, or with None anybody, said in an incident's rooms.

    `after` is where those before ended.
    """

    stream: str
    user: str | None
    most: int
    after: MessageKey = BEGINNING


@dataclass(frozen=True, kw_only=True)
class EmptiedMessages:
    """How many messages were emptied; `upto` is the last of them where there may be more."""

    count: int
    upto: MessageKey | None


def empty_texts(connection: Connection, stream: str, places: Sequence[TextPlace]) -> None:
    """Take texts away with their salts, so that nobody can guess at them by their digests."""
    if places:
        rows = [{"of": stream, "at": one.version, "named": one.field} for one in places]
        connection.execute(_EMPTY, rows)


def empty_messages(
    connection: Connection, which: MessagesToEmpty, writer: Writer, now: datetime
) -> EmptiedMessages:
    """Empty what a person, or anybody, said in the rooms of an incident; return how much.

    This counts as the newest version of each message, so Slack telling of it again does not bring
    it back.
    """
    at = f"{int(now.timestamp())}.{now.microsecond:06d}"
    found = connection.execute(_standing(connection, which)).all()
    told = [
        Said(
            workspace=row.workspace,
            channel=row.channel,
            ts=row.ts,
            as_of=max(at, row.as_of),
            user=row.user,
            text=ERASED,
            thread_ts=row.thread_ts,
        )
        for row in found
    ]
    for start in range(0, len(told), _AT_ONCE):
        messages.keep_sealed(connection, told[start : start + _AT_ONCE], writer)
    upto = (found[-1].channel, found[-1].ts) if len(found) == which.most else None
    return EmptiedMessages(count=len(found), upto=upto)


def _standing(connection: Connection, which: MessagesToEmpty) -> Select[Any]:
    here = t.messages.c.channel.in_(messages.rooms_of(connection, which.stream))
    theirs = true() if which.user is None else t.messages.c.user == which.user
    place = tuple_(t.messages.c.channel, t.messages.c.ts)
    return (
        select(t.messages)
        .where(here, STANDS, theirs, place > tuple_(*which.after))
        .order_by(t.messages.c.channel, t.messages.c.ts)
        .limit(which.most)
    )


def forget_review(connection: Connection, stream: str) -> None:
    """Take away the compiled review, which has words in it; it is compiled again."""
    connection.execute(delete(t.reviews).where(t.reviews.c.stream == stream))


def has_name(connection: Connection, workspace: str, user: str) -> bool:
    """Is it known what a person is called?"""
    query = select(t.people.c.user).where(*_named(workspace, user))
    return connection.execute(query).one_or_none() is not None


def erase_name(connection: Connection, workspace: str, user: str, now: datetime) -> None:
    """Take away what a person is called."""
    connection.execute(
        update(t.people)
        .where(*_named(workspace, user))
        .values(name=ERASED, timezone="UTC", seen_at=now)
    )


def _named(workspace: str, user: str) -> tuple[ColumnElement[bool], ...]:
    return t.people.c.workspace == workspace, t.people.c.user == user, t.people.c.name != ERASED
