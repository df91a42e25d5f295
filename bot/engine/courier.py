"""The one way out: claims what is owed, has it carried, and settles what came of it.

The courier runs in rounds. A round is one transaction that settles what has come back since the
last one, feeds outcomes to the rules, fires due timers, and claims what is due; then the claimed
effects are carried side by side, outside of any transaction. Performers say what came of it by
returning an outcome or by raising a `Verdict`; the courier obeys.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.domain.effects import Effect
from bot.domain.owing import NOTICED
from bot.engine.carrying import LEASE, Carried, Carrier, Performer
from bot.engine.clockwork import Alarm, wall_time
from bot.engine.dispatcher import Dispatcher
from bot.engine.reach import Reach
from bot.engine.settler import FIRING, Settler, Turned
from bot.engine.tally import News, Tally
from bot.storage import claiming, outbox, sweeping_up, timers
from bot.storage.claiming import Claimed
from bot.storage.database import Connection, Database, DatabaseAway, Overtaken, Urgency

log = structlog.get_logger(__name__)

IN_FLIGHT = 64
"""How many effects are carried side by side."""
_SWEEP = timedelta(minutes=1)
_AWAY = (1, 2, 5)
"""Backoff in seconds while the database is away; the last one repeats. It stays short, so that what
is due does not wait long once the database is back."""


class Courier:
    """Carries owed effects until told to stop; leases are measured by the `wall` clock."""

    def __init__(
        self,
        *,
        database: Database,
        dispatcher: Dispatcher,
        performers: Mapping[type[Effect], Performer],
        alarm: Alarm,
        tally: Tally,
        reach: Reach,
        owner: str | None = None,
        firing: float = FIRING,
        wall: Callable[[], datetime] = wall_time,
    ) -> None:
        self.owner = owner or uuid4().hex
        self._database = database
        self._dispatcher = dispatcher
        self._alarm = alarm
        self._reach = reach
        self._wall = wall
        self._carrier = Carrier(performers, dispatcher, alarm.clock, reach, wall)
        self._settler = Settler(dispatcher, self.owner, firing)
        self._tally = tally
        self._came: list[Carried] = []
        self._held_up: list[Claimed] = []
        self._flying: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._in_round = asyncio.Lock()
        self._swept_at = 0.0
        self._watchers: list[asyncio.Future[None]] = []
        dispatcher.on_owed(alarm.ring)
        reach.on_back(alarm.ring)

    # Running

    async def run(self) -> None:
        """Carry until stopped; a database that is away is waited for."""
        away = 0
        while not self._stopping:
            watchers, self._watchers = self._watchers, []
            try:
                due = await self.round()
                away = 0
            except Overtaken:
                self._watchers += watchers
                continue  # another replica was first: look again
            except DatabaseAway as fault:
                away = min(away + 1, len(_AWAY))
                log.warning("courier.database_away", why=str(fault))
                self._watchers += watchers
                await self._alarm.wait_seconds(_AWAY[away - 1])
                continue
            if self.busy or (due is not None and due <= self._alarm.now()):
                self._watchers += watchers
            else:
                _tell_all(watchers)
            await self._until_needed(due)

    async def _until_needed(self, due: datetime | None) -> None:
        """Wait until something is due, somebody rings, or another process has written."""
        while not await self._alarm.wait_until(due):
            if due is not None and due <= self._alarm.now():
                return
            if self._sweep_is_due or self._database.changed_elsewhere():
                return

    @property
    def _sweep_is_due(self) -> bool:
        return time.monotonic() - self._swept_at > _SWEEP.total_seconds()

    async def rested(self) -> None:
        """Return once a round that began after this call found nothing to carry or to settle."""
        watcher = asyncio.get_running_loop().create_future()
        self._watchers.append(watcher)
        self._alarm.ring()
        await watcher

    async def stop(self) -> None:
        """Claim nothing more, and finish what is held."""
        self._stopping = True
        self._alarm.ring()
        async with self._in_round:
            pass  # a round that is under way may still claim
        while self._flying:
            await asyncio.wait(self._flying)
        while self._came:
            try:
                await self.round()
            except Overtaken:
                continue  # another replica was first: look again
            except DatabaseAway:
                return  # what came back is in doubt for whoever takes over

    async def abandon(self) -> None:
        """Drop everything, as a crash would."""
        self._stopping = True
        flying = tuple(self._flying)
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)

    @property
    def busy(self) -> bool:
        """Whether something is being carried, or waits to be settled or said."""
        return bool(self._flying or self._came or self._held_up)

    # One round

    async def round(self) -> datetime | None:
        """Settle, fire, claim and set out; return when something is due next."""
        async with self._in_round:
            return await self._round()

    async def _round(self) -> datetime | None:
        came, self._came = self._came, []
        held_up, self._held_up = self._held_up, []
        now = self._alarm.now()
        away = self._reach.away is not None
        room = 0 if self._stopping else max(0, IN_FLIGHT - len(self._flying))
        sweeping = self._sweep_is_due
        settler = self._settler

        def work(connection: Connection) -> tuple[claiming.Claim, Turned, datetime | None]:
            turned = settler.turn(connection, came, now, firing=not self._stopping, held_up=held_up)
            claim, due = self._claim(connection, now, room, unaided=away, sweeping=sweeping)
            return claim, turned, due

        try:
            claim, turned, due = await self._database.write(work, Urgency.OUTCOME)
        except BaseException:
            self._came, self._held_up = came + self._came, held_up
            raise
        if sweeping:
            self._swept_at = time.monotonic()
        settler.left_lanes.add(claim.newer, now)
        self._dispatcher.remember(turned.states)
        self._tally.add([*turned.news, *map(_useless, claim.useless)])
        self._held_up = [one for one in claim.held_up if one.due - now > NOTICED]
        if self._held_up:
            self._alarm.ring()
        for one in claim.taken:
            self._set_out(one)
        full = not self._stopping and len(self._flying) >= IN_FLIGHT
        return None if full else settler.left_lanes.first(settler.left_timers.first(due))

    def _claim(
        self, connection: Connection, now: datetime, limit: int, *, unaided: bool, sweeping: bool
    ) -> tuple[claiming.Claim, datetime | None]:
        """Claim what is due, sweep up behind it, and return when something is due next, too."""
        wall, left = self._wall(), self._settler.left_lanes.at(now)
        claim = claiming.claim(
            connection,
            owner=self.owner,
            now=now,
            wall=wall,
            lease=LEASE,
            limit=limit,
            kinds=self._carrier.kinds,
            left=left,
            unaided=unaided,
        )
        if sweeping:
            sweeping_up.sweep(connection, now)
        due = timers.next_due(connection, self._settler.left_timers.at(now))
        if not unaided:
            due = _first(due, outbox.next_due(connection, wall, [*left, *claim.newer]))
        return claim, due

    # Carrying

    def _set_out(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._carry(claimed), name=f"carry {claimed.effect.name}")
        self._flying.add(task)
        task.add_done_callback(self._back)

    def _back(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._alarm.ring()

    async def _carry(self, claimed: Claimed) -> None:
        carried = await self._carrier.carry(claimed)
        self._came.append(carried)  # after the await: meanwhile a round takes the list away


def _first(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _useless(kind: str) -> News:
    return News(name="effects", labels=(kind, "useless"))


def _tell_all(watchers: list[asyncio.Future[None]]) -> None:
    for watcher in watchers:
        if not watcher.done():
            watcher.set_result(None)
