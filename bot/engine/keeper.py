"""Looks after the record each minute: what is left is sealed, and what has changed is anchored."""

from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot.engine.clockwork import Clock
from bot.engine.sealing import Leftovers
from bot.engine.turns import Turns
from bot.storage import anchors
from bot.storage.database import Database, Urgency, Work, in_the_end

log = structlog.get_logger(__name__)


class Keeper(Turns):
    """Seals the messages that nobody else will, and anchors every stream that has changed.

    Replicas may do so at the same time. What was written since the last turn is in no anchor yet,
    so that it was cut off would not show.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(clock)
        self._database = database
        self._first: list[Callable[[], Awaitable[None]]] = []
        self._leftovers = Leftovers(database)

    def each_turn(self, first: Callable[[], Awaitable[None]]) -> None:
        """Have something else done at the beginning of each turn."""
        self._first.append(first)

    async def _turn(self) -> None:
        for first in self._first:
            await first()
        if left := await self._leftovers.seal():
            log.info("record.leftovers_sealed", messages=left)
        for workspace in await self._database.read(anchors.waiting):
            await self._anchor(workspace)

    async def _anchor(self, workspace: str) -> None:
        now = self._alarm.now()
        count = anchors.AT_ONCE
        while count >= anchors.AT_ONCE:
            count = await self._write(partial(anchors.anchor, workspace=workspace, now=now))
            log.debug("record.anchored", workspace=workspace, streams=count)

    async def _write(self, work: Work[int]) -> int:
        return await in_the_end(self._database, work, Urgency.OUTCOME)
