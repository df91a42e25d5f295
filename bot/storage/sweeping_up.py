"""Deletes once a minute what nobody needs any more, and wakes lanes that were forgotten.

This is done at the end of a courier's round, when that holds many locks, so it waits for nobody:
rows that somebody has locked are passed over, and one replica at a time is enough.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, not_, or_, text

from bot.storage import brakes, requests, settling
from bot.storage import tables as t

KEPT = timedelta(days=2)
"""How long settled effects, deliveries and requests are kept: nobody asks for them later."""
ASKING = timedelta(days=30)
"""How long messages are remembered that still ask for something: buttons are settled by then, or
forgotten by everybody."""
_ALONE = text("SELECT pg_try_advisory_xact_lock(7005)")


def sweep(connection: Connection, now: datetime) -> None:
    """Sweep lanes, brakes, settled effects, answered deliveries and old requests."""
    if connection.dialect.name == "postgresql" and not connection.execute(_ALONE).scalar_one():
        return
    settling.sweep(connection, now)
    brakes.sweep(connection, now)
    _forget_done(connection, now)


def _forget_done(connection: Connection, now: datetime) -> None:
    over, done = now - KEPT, t.outbox.c.done_at
    served = or_(not_(t.outbox.c.asks), done < now - ASKING)
    connection.execute(delete(t.outbox).where(done.is_not(None), done < over, served))
    connection.execute(delete(t.deliveries).where(t.deliveries.c.recorded_at < over))
    requests.sweep(connection, over)
