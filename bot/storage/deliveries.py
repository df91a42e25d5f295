"""What has been answered already: a delivery that arrives twice gets the same answer twice."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.storage import tables as t
from bot.storage.codec import dumps
from bot.storage.statements import replace_rows

_ANSWER = select(t.deliveries.c.answer).where(
    t.deliveries.c.workspace == bindparam("workspace"),
    t.deliveries.c.identity == bindparam("identity"),
)
_REMEMBER = insert(t.deliveries)
_SAID = select(t.deliveries.c.identity).where(
    t.deliveries.c.workspace == bindparam("workspace"),
    t.deliveries.c.identity == bindparam("words"),
    t.deliveries.c.recorded_at > bindparam("since", type_=t.Instant),
)


def answered(connection: Connection, workspace: str, identity: str) -> tuple[Any] | None:
    """Return the stored answer of a delivery, in a tuple, if it was handled before."""
    asked = {"workspace": workspace, "identity": identity}
    row = connection.execute(_ANSWER, asked).one_or_none()
    return None if row is None else (json.loads(row.answer),)


def said_since(connection: Connection, workspace: str, words: str, since: datetime) -> bool:
    """Were these words, known by their digest, said after that time?"""
    asked = {"workspace": workspace, "words": words, "since": since}
    return connection.execute(_SAID, asked).first() is not None


def say(connection: Connection, workspace: str, words: str, now: datetime) -> None:
    """Keep when these words, known by their digest, were said last."""
    row = {
        "workspace": workspace,
        "identity": words,
        "stream": "",
        "version": 0,
        "answer": dumps(None),
        "recorded_at": now,
    }
    replace_rows(connection, t.deliveries, ("workspace", "identity"), [row])


def forget_words(connection: Connection, workspace: str) -> None:
    """Forget all digests of what was said just now: they do not tell whose words they are."""
    known = t.deliveries.c
    said = known.identity.startswith("said:", autoescape=True)
    connection.execute(delete(t.deliveries).where(known.workspace == workspace, said))


def stream_of(connection: Connection, workspace: str, identity: str) -> str | None:
    """Which incident did this delivery concern, if it was handled?"""
    known = t.deliveries.c
    return connection.execute(
        select(known.stream).where(known.workspace == workspace, known.identity == identity)
    ).scalar_one_or_none()


def remember(
    connection: Connection,
    *,
    workspace: str,
    identity: str,
    stream: str,
    version: int,
    answer: Any,
    now: datetime,
) -> None:
    """Store the answer with what the delivery caused.

    Raises:
        sqlalchemy.exc.IntegrityError: the same delivery was handled meanwhile.
    """
    connection.execute(
        _REMEMBER,
        [
            {
                "workspace": workspace,
                "identity": identity,
                "stream": stream,
                "version": version,
                "answer": dumps(answer),
                "recorded_at": now,
            }
        ],
    )
