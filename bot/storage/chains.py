"""Whether a stream is as it was written: its events in their chain, and where it ends."""

from sqlalchemy import Connection, select

from bot.storage import tables as t
from bot.storage.streams import NOTHING, event_hash


def first_break(connection: Connection, stream: str) -> str | None:
    """Return what is wrong with a stream in words, None where each event follows the one before."""
    version, previous = 0, NOTHING
    query = select(t.events).where(t.events.c.stream == stream).order_by(t.events.c.version)
    for row in connection.execute(query.execution_options(yield_per=500)):
        version += 1
        if row.version != version:
            return f"its event {version} is missing"
        if row.previous != previous:
            return f"its event {version} does not follow the one before it"
        previous = event_hash(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
        if row.hash != previous:
            return f"its event {version} was changed"
    head = connection.execute(select(t.streams).where(t.streams.c.id == stream)).one_or_none()
    if head is None or (head.version, head.head) != (version, previous):
        return f"it does not end with its event {version}"
    return None


def every_stream(connection: Connection) -> list[str]:
    """Which streams are there, those of workspaces too, also where only events are left?"""
    named = select(t.streams.c.id).union(select(t.events.c.stream))
    return sorted(connection.execute(named).scalars())
