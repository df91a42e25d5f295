"""Carries out what was seen in Slack: once, and never after something newer about the same.

Deliveries arrive twice, late and out of order, over the sockets of several replicas. An observation
names what it is about and when it happened; both together are its identity. Whether something later
was carried out is asked in the transaction itself, with the incident's stream locked.
"""

from datetime import datetime

from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Done, Order
from bot.storage import deliveries, messages, streams
from bot.storage.database import Connection, Database, in_the_end


async def observe(
    database: Database, dispatcher: Dispatcher, order: Order, *, about: str, at: str, now: datetime
) -> Done | None:
    """Return what came of it; None where this, or something later about the same, was taken before.

    Raises:
        Refused: the rules say no; nothing was recorded.
        DatabaseAway: nothing was recorded.
    """

    def work(connection: Connection) -> Done | None:
        streams.lock(connection, [order.stream])
        if messages.taken_since(connection, order.workspace, about, at):
            return None
        done = dispatcher.apply(connection, order)
        deliveries.remember(
            connection,
            workspace=order.workspace,
            identity=about + at,
            stream=order.stream,
            version=done.incident.version,
            answer=None,
            now=now,
        )
        return done

    done = await in_the_end(database, work)
    if done is not None:
        dispatcher.decided(order, done)
    return done
