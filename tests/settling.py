"""Waiting until a bot has nothing left to do, in a time that the test owns."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import func, select

from bot.app import Application
from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.workspace import NotSeen
from bot.storage import tables
from bot.storage.database import Connection, DatabaseAway

_PATIENCE = timedelta(minutes=1)
"""How far the clock is moved by itself so that paced and postponed effects are carried."""
_LONGEST = 250.0
"""Seconds after which it is no use to wait on: a test that hangs tells nobody why."""
_HELD = select(tables.lane.c.key).where(tables.lane.c.owner.is_not(None)).limit(1)
_PAUSE = 0.05
"""Seconds between two looks at what only the passing of real time changes."""


class Settling:
    """A world that can be waited for."""

    sim: Simulator
    clock: Clock
    app: Application | None

    @property
    def bot(self) -> Application:
        """The running bot."""
        assert self.app is not None, "the bot is not running"
        return self.app

    async def settles(self) -> None:
        """Wait until nothing is under way; what is postponed by moments is waited for too.

        It is over once a whole look round, from the deliveries to the outbox, began with nothing
        under way and nothing was sent, acknowledged or called in the meantime.
        """
        try:
            async with asyncio.timeout(_LONGEST):
                await self._settled()
        except TimeoutError:
            owed = await self._postponed()
            pytest.fail(f"it never settles: busy {self.bot.busy}, owed {owed}, {self._traffic()}")

    async def _settled(self) -> None:
        while True:
            await self.sim.workspace.wait_for(self._all_delivered, within=_LONGEST)
            seen = self._traffic()
            await self._rested()
            postponed = await self._postponed()
            if postponed is not None and self.bot.away is None:
                await self._reaches(postponed)
                continue
            if seen == self._traffic() and self._all_delivered() and not self.bot.busy:
                return

    async def _reaches(self, due: datetime) -> None:
        """Move the clock there; what is due and yet not taken may be held by a bot that has died.

        Until its lease ends only real time helps, and nothing is won by asking without a pause.
        """
        missing = due - self.clock.now()
        if missing > timedelta():
            self.clock.advance(missing)
        elif await self.bot.database.read(lambda c: c.execute(_HELD).first()):
            with suppress(NotSeen):
                await self.sim.workspace.wait_for(lambda: None, within=_PAUSE)

    async def _rested(self) -> None:
        """Wait for the bot; who reads from Slack waits as Slack asks, so that time has to pass.

        Who asks without a database has put down nowhere until when Slack was to be left alone. So
        long as something goes over the wire, it is the machine that is waited for.
        """
        while True:
            seen = self._traffic()
            try:
                async with asyncio.timeout(0.5):
                    return await self.bot.rested()
            except TimeoutError:
                if seen != self._traffic():
                    continue
                until = await self._braked()
                if until is not None:
                    self.clock.advance(until - self.clock.now())
                elif self._throttled():
                    self.clock.advance(timedelta(seconds=1))

    def _throttled(self) -> bool:
        """Whether Slack has asked of late to be left alone."""
        lately = self.clock.now() - _PATIENCE
        return any(
            call.status == HTTPStatus.TOO_MANY_REQUESTS and call.at > lately
            for call in self.sim.calls
        )

    async def _braked(self) -> datetime | None:
        """The next moment within reach at which Slack lets a method be called again."""
        now, column = self.clock.now(), tables.brakes.c.not_before
        query = select(func.min(column)).where(column > now, column <= now + _PATIENCE)
        try:
            return await self.bot.database.read(lambda c: c.execute(query).scalar_one())
        except DatabaseAway:
            return None

    def _traffic(self) -> tuple[int, int, int]:
        """How much went over the wire so far: a delivery that is only now acknowledged counts."""
        record = self.sim.backstage.record
        attempts = [each for delivery in record.deliveries for each in delivery.attempts]
        return len(attempts), sum(each.outcome != "" for each in attempts), len(record.calls)

    def _all_delivered(self) -> bool:
        """Whether everything was sent and came to an end; what is lost on purpose did too."""
        return all(
            bool(delivery.attempts) and delivery.attempts[-1].outcome != ""
            for delivery in self.sim.backstage.record.deliveries
        )

    async def _postponed(self) -> datetime | None:
        """The next moment within reach at which an owed effect is due."""

        def work(connection: Connection) -> datetime | None:
            query = (
                tables.lane.select()
                .where(tables.lane.c.next_due <= self.clock.now() + _PATIENCE)
                .order_by(tables.lane.c.next_due)
                .limit(1)
            )
            row = connection.execute(query).one_or_none()
            due: datetime | None = row.next_due if row else None
            return due

        return await self.bot.database.read(work)
