"""Finding out who the bot is before anybody can be served: by Slack, or by what it said last."""

import asyncio
from contextlib import AsyncExitStack

import structlog

from bot.config import Settings
from bot.engine.reach import Reach
from bot.needed import unusable_address
from bot.slack.identity import Identity, SlackAway
from bot.storage.awaited import AwaitedDatabase
from bot.storage.database import DatabaseAway, Unfit
from bot.storage.selves import Self
from bot.web.door import Door

log = structlog.get_logger(__name__)

_AGAIN = (1, 2, 5, 10, 15)
"""Backoff in seconds while neither of them answers; the last one repeats."""


class Introduction:
    """Made once at the start, however long it takes.

    While neither Slack nor the record says who the bot is, a door stands open that says so:
    whatever restarts what ends would give up on a bot that ends whenever Slack is away.
    """

    def __init__(
        self,
        identity: Identity,
        database: AwaitedDatabase,
        reach: Reach,
        settings: Settings,
    ) -> None:
        self.identity = identity
        self._database = database
        self._reach = reach
        self._settings = settings
        self._why: list[str] = []
        self._logged: list[str] = []
        self.by_heart = False
        """Whether it was made by what Slack said to an earlier process."""
        self.door: Door | None = None
        """Where it is said why nobody is served yet, while that is so."""

    async def made(self) -> Self:
        """Return who the bot is, as soon as that is known.

        Raises:
            TokenNotTaken: Slack is there, and does not accept the token.
            Unfit: the database is there, and must not be used.
            CannotStart: the address of the pages cannot be listened on.
        """
        tries = 0
        async with AsyncExitStack() as stack:
            while True:
                me = await self._by_slack() or await self._by_heart()
                if me is not None:
                    return me
                if self.door is None:
                    stack.push_async_callback(self._close)
                    await self._open()
                await asyncio.sleep(_AGAIN[min(tries, len(_AGAIN) - 1)])
                tries += 1

    async def _open(self) -> None:
        self.door = Door(
            self._settings.http_host, self._settings.http_port, lambda: list(self._why)
        )
        try:
            await self.door.open()
        except OSError as fault:
            raise unusable_address(self._settings, fault) from fault

    async def _close(self) -> None:
        if self.door is not None:
            await self.door.close()
        self.door = None

    async def _by_slack(self) -> Self | None:
        try:
            return await self.identity.asked()
        except SlackAway as fault:
            self._reach.begins_away()
            self._say(str(self._reach.away or fault))
            return None

    async def _by_heart(self) -> Self | None:
        """What was said last; a database that is there is opened for it, as it would be later."""
        try:
            await self._database.look()
            me = await self.identity.remembered()
        except Unfit:
            raise
        except DatabaseAway as fault:
            self._also(f"the database does not answer ({fault})")
            return None
        if me is None:
            self._also("Slack has never said who Muster is there, so it cannot begin without Slack")
        else:
            self.by_heart = True
            log.warning("slack.remembered", workspace=me.workspace, user=me.user)
        return me

    def _say(self, why: str) -> None:
        self._why = [why]

    def _also(self, why: str) -> None:
        """Add what else is missing, and log all that is, once for as long as it stays the same."""
        self._why = [*self._why[:1], why]
        if self._why != self._logged:
            self._logged = self._why
            log.error("start.waits", why="; ".join(self._why))
