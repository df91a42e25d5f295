"""What has been answered already: everything arrives twice, and is answered the same twice."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.storage import tables as t
from bot.storage.codec import dumps
from bot.storage.outbox import upsert


def answered(connection: Connection, workspace: str, identity: str) -> tuple[Any] | None:
    """Return the stored answer of a delivery, in a tuple, if it was handled before."""
    row = connection.execute(
        select(t.deliveries.c.answer).where(
            t.deliveries.c.workspace == workspace, t.deliveries.c.identity == identity
        )
    ).one_or_none()
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
        insert(t.deliveries),
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


def next_number(connection: Connection, workspace: str) -> int:
    """Give out the workspace's next incident number; a number given out is never given again."""
    statement = upsert(connection.dialect)(t.workspaces).on_conflict_do_nothing(
        index_elements=["id"]
    )
    advance = (
        update(t.workspaces)
        .where(t.workspaces.c.id == workspace)
        .values(next_number=t.workspaces.c.next_number + 1)
        .returning(t.workspaces.c.next_number)
    )
    number = connection.execute(advance).scalar_one_or_none()
    if number is None:
        connection.execute(statement, [{"id": workspace, "next_number": 1}])
        number = connection.execute(advance).scalar_one()
    return int(number) - 1


def feed(connection: Connection, workspace: str, *, drill: bool = False) -> str | None:
    """Return the workspace's feed channel, if it is known."""
    column = t.workspaces.c.drill_feed if drill else t.workspaces.c.feed
    return connection.execute(
        select(column).where(t.workspaces.c.id == workspace)
    ).scalar_one_or_none()


def set_feed(
    connection: Connection, workspace: str, channel: str | None, *, drill: bool = False
) -> None:
    """Keep the workspace's feed channel."""
    name = "drill_feed" if drill else "feed"
    statement = upsert(connection.dialect)(t.workspaces)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={name: statement.excluded[name]}
        ),
        [{"id": workspace, "next_number": 1, name: channel}],
    )
