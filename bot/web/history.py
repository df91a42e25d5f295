"""The events of the incidents that people look at: read once, then only what came since.

A page that refreshes itself every few seconds must not read a long record each time. Events never
change, so those of the last few incidents are kept, in their order.
"""

from collections import OrderedDict

from aiohttp import web

from bot.domain.events import Recorded
from bot.storage import streams
from bot.storage.database import Database

_KEPT = 16
"""How many incidents' events are kept; two thousand events take about 2 MB."""


class Histories:
    """Reads the events of an incident that the caller may see."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Recorded, ...]] = OrderedDict()

    async def of(self, database: Database, stream: str) -> tuple[Recorded, ...]:
        """Return every event of a stream, in the order in which it was recorded.

        Raises:
            DatabaseAway: the database does not answer.
        """
        known = self._kept.get(stream, ())
        after = known[-1].version if known else 0
        news = await database.read(lambda connection: streams.read(connection, stream, after))
        events = (*known, *news) if news else known
        self._kept[stream] = events
        self._kept.move_to_end(stream)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return events


HISTORIES = web.AppKey("histories", Histories)
