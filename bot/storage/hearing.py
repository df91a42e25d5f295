"""Until when all events of Slack were received, by whichever process of Muster."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bot.storage import tables as t
from bot.storage.statements import upsert_into

_LAST = select(t.hearing.c.heard_at).where(t.hearing.c.workspace == bindparam("workspace"))


def note(connection: Connection, workspace: str, at: datetime) -> None:
    """Note that everything up to then was heard; what was noted already never goes back."""
    statement = upsert_into(connection.dialect.name, t.hearing)
    later = statement.on_conflict_do_update(
        index_elements=["workspace"],
        set_={"heard_at": statement.excluded.heard_at},
        where=statement.excluded.heard_at > t.hearing.c.heard_at,
    )
    connection.execute(later, {"workspace": workspace, "heard_at": at})


def last(connection: Connection, workspace: str) -> datetime | None:
    """Until when was everything heard, as far as it was noted?"""
    return connection.execute(_LAST, {"workspace": workspace}).scalar_one_or_none()
