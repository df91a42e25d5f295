"""Keeping up with Slack.

After every gap what was missed is read; between gaps it is noted how far rooms are known to be
complete. There is a gap where no socket was open, and where the database did not take what Slack
told.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.domain.values import Absence
from bot.slack.backfill import backfill
from bot.slack.desk import Desk
from bot.storage import hearing
from bot.storage.database import DatabaseAway

log = structlog.get_logger(__name__)

_LOOK = 1.0
"""Seconds between looks at the connection."""
_NOTE = 30.0
"""Seconds between notes of how far rooms were read."""
_AGAIN = 60.0
"""Seconds after which rooms that could not be read are tried again."""
_SHORT = timedelta(seconds=60)
"""Of such an absence Slack itself delivers again what it could not deliver."""


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
        self._heard: datetime | None = None
        self._heard_noted: datetime | None = None
        self._away: Absence | None = None
        self._again = again
        self._noted = self._tried = time.monotonic()
        self._unread: frozenset[str] = frozenset()
        self._thorough = False
        self._caught_up = asyncio.Event()
        self._awaited = asyncio.Event()

    @property
    def behind(self) -> bool:
        """Whether something may have been missed that has not been read yet."""
        there = self._session() is not None and not self._desk.database.presence.trouble
        return there and not self._hears

    @property
    def _hears(self) -> bool:
        """Whether all that Slack tells is taken, as far as is known."""
        session = self._session()
        return (
            session is not None
            and session is self._with
            and not self._desk.message_log.has_gap
            and not self._desk.database.presence.trouble
        )

    async def rested(self) -> None:
        """Return once all that was missed has been read."""
        while self.behind:
            self._caught_up.clear()
            self._awaited.set()
            await self._caught_up.wait()

    async def run(self) -> None:
        """Catch up after each gap, for ever."""
        unlisten = self._desk.clock.listen(self._listen)
        try:
            await self._keep_up()
        finally:
            unlisten()

    async def _keep_up(self) -> None:
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
            self._listen()
            await self._note()

    def _listen(self) -> None:
        """Up to now everything was heard, if it is; asked also when the clock is moved."""
        if self._hears:
            self._heard = self._desk.clock.now()

    async def _catch_up(self, session: object | None) -> None:
        """A gap ends where it began to be read: what came in since then came in live."""
        now = self._desk.clock.now()
        self._away = await self._absence(now)
        long = self._heard is None or now - self._heard > _SHORT
        self._desk.message_log.close_gap()
        self._desk.message_log.forget_progress()
        self._thorough = long or (self._thorough and bool(self._unread))
        self._unread = await backfill(self._desk, thorough=self._thorough, away=self._away)
        self._with, self._heard = session, now
        self._tried = time.monotonic()
        await self.note_heard()
        self._caught_up.set()

    async def _absence(self, until: datetime) -> Absence | None:
        """For how long nobody heard anything; what another replica hears, Muster has heard."""
        workspace = self._desk.me.workspace
        noted = await self._desk.database.read(lambda c: hearing.last(c, workspace))
        known = [heard for heard in (noted, self._heard) if heard is not None]
        return Absence(since=min(max(known), until), until=until) if known else None

    async def note_heard(self) -> None:
        """Write down until when everything was heard, for whoever starts after an absence.

        Raises:
            DatabaseAway: it was not.
        """
        heard, workspace = self._heard, self._desk.me.workspace
        if heard is not None and heard != self._heard_noted:
            await self._desk.database.write(lambda c: hearing.note(c, workspace, heard))
            self._heard_noted = heard

    async def _note(self) -> None:
        now = time.monotonic()
        if self._unread and now - self._tried > self._again:
            self._unread = await backfill(
                self._desk, thorough=self._thorough, only=self._unread, away=self._away
            )
            self._tried = time.monotonic()
        if now - self._noted > _NOTE:
            self._noted = now
            await self._desk.message_log.note_seen(besides=self._unread)
            await self.note_heard()
