"""What has been answered already: everything arrives twice, and is answered the same twice."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from bot.storage import tables as t
from bot.storage.codec import dumps

_ANSWER = select(t.deliveries.c.answer).where(
    t.deliveries.c.workspace == bindparam("workspace"),
    t.deliveries.c.identity == bindparam("identity"),
)
_REMEMBER = insert(t.deliveries)


def answered(connection: Connection, workspace: str, identity: str) -> tuple[Any] | None:
    """Return the stored answer of a delivery, in a tuple, if it was handled before."""
    asked = {"workspace": workspace, "identity": identity}
    row = connection.execute(_ANSWER, asked).one_or_none()
    return None if row is None else (json.loads(row.answer),)


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
