"""How long what was owed took: from being due for the first time to being settled.

It is read off the outbox, which keeps what is settled for two days, so each figure is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.storage import tables as t
from bot.storage.database import Connection, Database


@dataclass(frozen=True, kw_only=True)
class Settled:
    """An effect that is done, or was given up."""

    kind: str
    owed_at: datetime
    done_at: datetime

    @property
    def seconds(self) -> float:
        """From owed to settled."""
        return (self.done_at - self.owed_at).total_seconds()


async def settled(database: Database, since: datetime, until: datetime) -> list[Settled]:
    """Return what was owed within this time and is settled."""
    columns = [t.outbox.c[name] for name in Settled.__dataclass_fields__]
    query = select(*columns).where(
        t.outbox.c.owed_at >= since, t.outbox.c.owed_at < until, t.outbox.c.done_at.is_not(None)
    )

    def work(connection: Connection) -> list[Settled]:
        return [Settled(**row) for row in connection.execute(query).mappings()]

    return await database.read(work)


def share(values: Iterable[float], part: float) -> float:
    """Return the value that so large a part of them does not exceed; 0 where there is none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
