"""A job that is done once a minute, and never twice at the same time."""

import asyncio
from abc import ABC, abstractmethod
from datetime import timedelta

import structlog

from bot.engine.clockwork import Alarm, Clock
from bot.storage.database import DatabaseAway

log = structlog.get_logger(__name__)

EVERY = timedelta(minutes=1)


class Turns(ABC):
    """Takes a turn each minute."""

    def __init__(self, clock: Clock) -> None:
        self._alarm = Alarm(clock)
        self._under_way = asyncio.Lock()

    async def run(self) -> None:
        """Take turns until cancelled; a database that is away is looked for again at the next."""
        due = self._alarm.now() + EVERY
        while True:
            while self._alarm.now() < due:
                await self._alarm.wait_until(due)
            try:
                await self.take()
            except DatabaseAway as fault:
                log.warning("turn.database_away", who=type(self).__name__, why=str(fault))
            due = self._alarm.now() + EVERY

    async def take(self) -> None:
        """Take one turn.

        Raises:
            DatabaseAway: not all of it was done; the next turn finds what is left.
        """
        async with self._under_way:
            await self._turn()

    @abstractmethod
    async def _turn(self) -> None:
        """Do what a turn is for."""

    async def rested(self) -> None:
        """Return once no turn is under way."""
        async with self._under_way:
            pass

    def close(self) -> None:
        """Stop listening to the clock."""
        self._alarm.close()
