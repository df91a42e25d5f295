"""Keeping up with Slack.

After every gap what was missed is read; between gaps it is noted how far rooms are known to be
complete. There is a gap where no socket was open, and where the database did not take what Slack
told.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from bot.slack.backfill import backfill
from bot.slack.desk import Desk
from bot.storage.database import DatabaseAway

log = structlog.get_logger(__name__)

_LOOK = 1.0
"""Seconds between looks at the connection."""
_NOTE = 30.0
"""Seconds between notes of how far rooms were read."""
_AGAIN = 60.0
"""Seconds after which rooms that could not be read are tried again."""
_SHORT = 60.0
"""Seconds of absence for which Slack itself delivers again what it could not deliver."""


class CatchUp:
    """Watches one source of deliveries.

    `session` returns what deliveries come through: another object after each reconnection, None
    while there is none.
    """

    def __init__(
        self, desk: Desk, session: Callable[[], object | None], *, again: float = _AGAIN
    ) -> None:
        self._desk = desk
        self._session = session
        self._with: object | None = None
        self._heard = float("-inf")
        self._again = again
        self._noted = self._tried = time.monotonic()
        self._unread: frozenset[str] = frozenset()
        self._thorough = False
        self._caught_up = asyncio.Event()
        self._awaited = asyncio.Event()

    @property
    def behind(self) -> bool:
        """Whether something may have been missed that has not been read yet."""
        session = self._session()
        if session is None or self._desk.database.presence.trouble:
            return False
        return session is not self._with or self._desk.message_log.gap_since is not None

    async def rested(self) -> None:
        """Return once all that was missed has been read."""
        while self.behind:
            self._caught_up.clear()
            self._awaited.set()
            await self._caught_up.wait()

    async def run(self) -> None:
        """Catch up after each gap, for ever."""
        while True:
            try:
                await self._look()
            except DatabaseAway as fault:
                log.warning("catching_up.database_away", why=str(fault))
                self._desk.message_log.note_gap()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await self._awaited.wait()
            self._awaited.clear()

    async def _look(self) -> None:
        if self.behind:
            await self._catch_up(self._session())
        elif self._session() is not None:
            self._heard = time.monotonic()
            await self._note()

    async def _catch_up(self, session: object | None) -> None:
        """A gap ends where it began to be read: what came in since then came in live."""
        since = self._desk.message_log.gap_since
        away = time.monotonic() - (self._heard if since is None else min(since, self._heard))
        self._desk.message_log.close_gap()
        self._desk.message_log.forget_progress()
        self._thorough = away > _SHORT or (self._thorough and bool(self._unread))
        self._unread = await backfill(self._desk, thorough=self._thorough)
        self._with, self._heard = session, time.monotonic()
        self._tried = self._heard
        self._caught_up.set()

    async def _note(self) -> None:
        now = time.monotonic()
        if self._unread and now - self._tried > self._again:
            self._unread = await backfill(self._desk, thorough=self._thorough, only=self._unread)
            self._tried = time.monotonic()
        if now - self._noted > _NOTE:
            self._noted = now
            await self._desk.message_log.note_seen(besides=self._unread)
