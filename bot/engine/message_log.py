"""The message log's entry: which channels are rooms, and commits that many messages share.

A delivery is acknowledged after its message is committed. While one commit is under way, what
arrives gathers for the next, so a busy moment costs few commits and a quiet one no waiting.
"""

import asyncio
import time
from collections.abc import Container
from dataclasses import dataclass, field

from bot.storage import messages, queries
from bot.storage.database import Database, DatabaseAway
from bot.storage.messages import Said

_YOUNG = 60.0
"""Seconds for which a channel that is no room is asked about again and again: its room may be about
to be recorded, here or by another replica."""
_FOREIGN = 30.0
"""Seconds for which it is then taken for foreign without asking."""
_MOST_FOREIGN = 10_000


@dataclass
class _Batch:
    """Messages that are committed together, and those who wait for it besides who commits."""

    told: list[Said] = field(default_factory=list)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def settle(self, fault: Exception | None) -> None:
        """Tell those who wait; some may be gone."""
        for one in self.waiting:
            if one.done():
                continue
            if fault is None:
                one.set_result(None)
            else:
                one.set_exception(fault)


@dataclass
class _Foreign:
    """A channel that was no room when it was asked about."""

    first_asked: float
    asked: float


class MessageLog:
    """The mirror of rooms, as far as this process writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: dict[str, str] = {}
        self._foreign: dict[str, _Foreign] = {}
        self._open: _Batch | None = None
        self._writing = asyncio.Lock()
        self._newest: dict[str, str] = {}
        self._noted: dict[str, str] = {}

    # Rooms

    async def stream_of(self, channel: str) -> str | None:
        """Return the incident whose room a channel is.

        Raises:
            DatabaseAway: it cannot be told.
        """
        known = self._rooms.get(channel)
        if known is not None or self._is_foreign(channel):
            return known
        stream = await self._database.read(lambda c: queries.stream_of_room(c, channel))
        if stream is None:
            self._note_foreign(channel)
        else:
            self._foreign.pop(channel, None)
            self._rooms[channel] = stream
        return stream

    def _is_foreign(self, channel: str) -> bool:
        foreign = self._foreign.get(channel)
        if foreign is None:
            return False
        old = foreign.asked - foreign.first_asked > _YOUNG
        return old and time.monotonic() - foreign.asked < _FOREIGN

    def _note_foreign(self, channel: str) -> None:
        now = time.monotonic()
        if len(self._foreign) >= _MOST_FOREIGN:
            self._foreign.clear()
        self._foreign.setdefault(channel, _Foreign(first_asked=now, asked=now)).asked = now

    async def moved(self, old: str, new: str) -> None:
        """A channel has another id from now on."""
        await self._database.write(lambda c: messages.move(c, old, new))
        self._foreign.pop(new, None)

    # Messages

    async def keep(self, *told: Said) -> None:
        """Return once this is committed, with whatever else came at the same time.

        Raises:
            DatabaseAway: it was not, as far as is known; told again it does no harm.
        """
        if not told:
            return
        batch = self._open
        if batch is None:
            batch = self._open = _Batch(told=list(told))
            await self._commit(batch)
        else:
            batch.told.extend(told)
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            batch.waiting.append(waiting)
            await waiting

    async def _commit(self, batch: _Batch) -> None:
        """Let in who is about to come, wait for the commit under way, then write the batch."""
        try:
            await asyncio.sleep(0)
            async with self._writing:
                self._open = None
                await self._database.write(lambda c: messages.keep(c, batch.told))
        except BaseException as fault:
            self._open = None if self._open is batch else self._open
            given_up = DatabaseAway("the commit was given up")
            batch.settle(fault if isinstance(fault, Exception) else given_up)
            raise
        for said in batch.told:
            if said.ts > self._newest.get(said.channel, ""):
                self._newest[said.channel] = said.ts
        batch.settle(None)

    async def note_seen(self, *, besides: Container[str] = ()) -> None:
        """Note how far rooms were read as of the last time this was asked.

        To be asked at a steady pace while deliveries arrive without a gap: what was newest a while
        ago has nothing before it that is still on its way. `besides` names rooms with a gap.
        """
        noted = {room: ts for room, ts in self._noted.items() if room not in besides}
        self._noted, self._newest = self._newest, {}
        if noted:
            await self._database.write(lambda c: messages.seen(c, noted))

    def forget_progress(self) -> None:
        """There was a gap: what arrived since tells nothing about what came before it."""
        self._noted, self._newest = {}, {}

    async def read_to(self, channel: str, ts: str) -> None:
        """Note that a room's history was read up to there."""
        await self._database.write(lambda c: messages.seen(c, {channel: ts}))
