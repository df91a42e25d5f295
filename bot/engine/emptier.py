"""Empties words by itself: finishes erasures that were cut short, and applies the retention rules.

It looks for erasures each minute, and for words that are too old once a day. It is no part of the
keeper, which it would hold up: the first run of a new rule may take an hour.
"""

from datetime import datetime, timedelta

import structlog

from bot.engine.clockwork import Clock
from bot.engine.dispatcher import Dispatcher
from bot.engine.erasing import Erasing
from bot.engine.retaining import Retaining
from bot.engine.turns import Turns
from bot.storage.database import Database

log = structlog.get_logger(__name__)

_DAILY = timedelta(days=1)


class Emptier(Turns):
    """Empties each minute what is to be emptied; replicas may do so at the same time."""

    def __init__(self, database: Database, clock: Clock, dispatcher: Dispatcher) -> None:
        super().__init__(clock)
        self._dispatcher = dispatcher
        self._erasing = Erasing(database, dispatcher)
        self._retaining = Retaining(database, dispatcher)
        self._retained_at: datetime | None = None

    async def _turn(self) -> None:
        now = self._alarm.now()
        for one in await self._erasing.finish(now):
            log.info("record.erasure_finished", workspace=one.workspace, user=one.user)
        if self._retained_at is None or now - self._retained_at >= _DAILY:
            await self._retain(now)

    async def _retain(self, now: datetime) -> None:
        """Once a day, and at the first turn of a process."""
        emptied = await self._retaining.retain(self._dispatcher.process, now)
        self._retained_at = now
        if emptied.incidents:
            log.info("record.emptied", **vars(emptied))
