"""Shows a card again that the opening of its room has overwritten.

The pinned message of a provisional room becomes the incident's card, perhaps while whoever opens
the room still calls people and writes down who was called. So adoption is checked before writing;
and because it can come between the check and the write, or be another replica's, again afterwards.
"""

from functools import partial

import structlog

from bot.domain.effects import ShowCard
from bot.domain.values import Origin
from bot.following import correlation
from bot.slack.desk import Desk
from bot.storage import outbox, queries
from bot.storage.database import Connection, DatabaseAway, Urgency

log = structlog.get_logger(__name__)


async def is_adopted(desk: Desk, channel: str) -> bool:
    """Whether the room is known to be an incident's; False while the database is away."""

    def work(connection: Connection) -> bool:
        return queries.stream_of_room(connection, channel) is not None

    try:
        return await desk.database.read(work)
    except DatabaseAway:
        return False


async def show_again(desk: Desk) -> None:
    """Owe the card of each room that was written to and is an incident's by now.

    One that is adopted only later needs nothing: its adoption owes the card.

    Raises:
        DatabaseAway, Overtaken: not yet.
    """
    written = desk.known_rooms.written
    for channel, workspace in tuple(written.items()):
        owed = await desk.database.write(partial(_owed, desk, channel, workspace), Urgency.OUTCOME)
        del written[channel]
        if owed:
            log.info("provisional.card_again", channel=channel)
            desk.dispatcher.wake()


def _owed(desk: Desk, channel: str, workspace: str, connection: Connection) -> bool:
    stream = queries.stream_of_room(connection, channel)
    if stream is None:
        return False
    now = desk.clock.now()
    origin = Origin(workspace=workspace, cause=f"provisional:{channel}", correlation=correlation())
    outbox.owe(connection, outbox.owing([ShowCard(stream=stream)], origin, now), now)
    return True
