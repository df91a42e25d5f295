"""What keeps the record by itself.

Each minute the heads of all streams are anchored; each day what was kept for as long as
`muster.yaml` says is emptied, and an erasure that was cut short is finished.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.engine.clockwork import Alarm, Clock
from bot.engine.dispatcher import Dispatcher
from bot.engine.erasing import Erasing
from bot.engine.holding import Leftovers
from bot.engine.retaining import Retaining
from bot.storage import anchors
from bot.storage.database import Database, DatabaseAway, Urgency, Work, in_the_end

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)
"""How often what has changed is anchored: so long the chain of a stream holds its end alone."""


_DAILY = timedelta(days=1)


class Keeper:
    """Anchors what has changed, and empties what is over; several replicas take turns."""

    def __init__(self, database: Database, clock: Clock, dispatcher: Dispatcher) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._erasing = Erasing(database, dispatcher)
        self._retaining = Retaining(database, dispatcher)
        self._emptied_at: datetime | None = None
        self._first: list[Callable[[], Awaitable[None]]] = []
        self._alarm = Alarm(clock)
        self._leftovers = Leftovers(database)
        self._turn = asyncio.Lock()

    def each_turn(self, first: Callable[[], Awaitable[None]]) -> None:
        """Have something else done at the beginning of each turn."""
        self._first.append(first)

    async def run(self) -> None:
        """Keep until cancelled; a database that is away is looked for again at the next turn."""
        due = self._alarm.now() + EVERY
        while True:
            while self._alarm.now() < due:
                await self._alarm.wait_until(due)
            try:
                await self.keep()
            except DatabaseAway as fault:
                log.warning("keeper.database_away", why=str(fault))
            due = self._alarm.now() + EVERY

    async def rested(self) -> None:
        """Return once no turn is under way."""
        async with self._turn:
            pass

    async def keep(self) -> None:
        """Hold what is not held yet, and anchor what is not anchored.

        Raises:
            DatabaseAway: it was not, or not all of it; the next turn finds what is left.
        """
        async with self._turn:
            for first in self._first:
                await first()
            if left := await self._leftovers.take():
                log.info("record.leftovers_held", messages=left)
            for workspace in await self._database.read(anchors.waiting):
                await self._anchor(workspace)
            await self._empty(self._alarm.now())

    async def _empty(self, now: datetime) -> None:
        """Once a day, and at the first turn of a process."""
        if self._emptied_at is not None and now - self._emptied_at < _DAILY:
            return
        for one in await self._erasing.finish(now):
            log.info("record.erasure_finished", workspace=one.workspace, user=one.user)
        emptied = await self._retaining.retain(self._dispatcher.process, now)
        self._emptied_at = now
        if emptied.incidents:
            log.info("record.emptied", **vars(emptied))

    async def _anchor(self, workspace: str) -> None:
        now = self._alarm.now()
        count = anchors.AT_ONCE
        while count >= anchors.AT_ONCE:
            count = await self._write(partial(anchors.anchor, workspace=workspace, now=now))
            log.debug("record.anchored", workspace=workspace, streams=count)

    async def _write(self, work: Work[int]) -> int:
        return await in_the_end(self._database, work, Urgency.OUTCOME)

    def close(self) -> None:
        """Stop listening to the clock."""
        self._alarm.close()
