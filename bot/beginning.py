"""Starts to work with the database: at once, or as soon as it is there."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.storage.awaited import AwaitedDatabase
from bot.storage.database import DatabaseAway, Unfit

log = structlog.get_logger(__name__)

_LOOK = 1.0
"""Seconds between looks at a database that is away."""


class Beginning:
    """Looks at the database until it can be worked with, then does what begins with it.

    At the start one that must not be used is refused. Later it is not: people rely on the process
    by then, so it goes on as while the database is away, says what has to be done, and looks again.
    """

    def __init__(self, database: AwaitedDatabase, work: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._work = work
        self._said = ""
        self.done = asyncio.Event()

    async def try_it(self) -> None:
        """Begin, if the database is there.

        Raises:
            Unfit: it is there, and must not be used.
        """
        try:
            await self._database.look()
            await self._work()
        except Unfit:
            raise
        except DatabaseAway as fault:
            self._say(fault)
        else:
            self.done.set()

    async def run(self) -> None:
        """Look until it has begun."""
        while not self.done.is_set():
            await asyncio.sleep(_LOOK)
            try:
                await self.try_it()
            except Unfit as fault:
                self._say(fault)
        log.info("database.there")

    def _say(self, fault: DatabaseAway) -> None:
        """Log why, once for each reason."""
        if str(fault) != self._said:
            self._said = str(fault)
            say = log.error if isinstance(fault, Unfit) else log.warning
            say("database.not_there_yet", why=self._said)
