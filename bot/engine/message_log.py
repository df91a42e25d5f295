"""Writes the message log: knows which channels are rooms, and commits many messages at once.

A delivery is acknowledged after its message is committed. While one commit is under way, what
arrives gathers for the next, so a busy moment costs few commits and a quiet one no waiting. What
cannot be stored fails alone.
"""

import asyncio
import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from bot.engine.sealing import Sealing
from bot.storage import messages, queries
from bot.storage.batches import Row
from bot.storage.database import Database, DatabaseAway
from bot.storage.messages import Said

_YOUNG = 60.0
"""Seconds for which a channel that is no room is looked up each time: its room may be about to be
recorded, here or by another replica."""
_FOREIGN = 30.0
"""Seconds for which it is then taken for foreign without a look-up."""
_MOST_FOREIGN = 10_000


@dataclass(kw_only=True, slots=True)
class _Part:
    """What one delivery tells, and who waits for its commit."""

    told: tuple[Said, ...]
    done: asyncio.Future[None]

    def settle(self, fault: BaseException | None) -> None:
        """Tell who waits, if they are still there."""
        if self.done.done():
            return
        if fault is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(fault)


@dataclass(kw_only=True, slots=True)
class _Commit:
    """Parts that are committed together, by whoever brought the first one."""

    parts: list[_Part] = field(default_factory=list)

    def give_up(self) -> None:
        """Tell the others that nobody commits their parts any more."""
        for part in self.parts[1:]:
            part.settle(DatabaseAway("the commit was given up"))


@dataclass
class _Foreign:
    """A channel that was no room when it was asked about."""

    first_asked: float
    asked: float


class MessageLog:
    """The mirror of rooms, as far as this process writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sealing = Sealing(database)
        self._rooms: dict[str, str] = {}
        self._foreign: dict[str, _Foreign] = {}
        self._open: _Commit | None = None
        self._writing = asyncio.Lock()
        self._newest: dict[str, str] = {}
        self._noted: dict[str, str] = {}
        self.has_gap = False
        """Whether something was not taken that Slack told of: it may come again, and it may not."""

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

    def expect(self, channel: str) -> None:
        """Ask about a channel anew each time from now on: it is about to be a room."""
        self._foreign.pop(channel, None)

    def _note_foreign(self, channel: str) -> None:
        now = time.monotonic()
        if len(self._foreign) >= _MOST_FOREIGN:
            self._foreign.clear()
        self._foreign.setdefault(channel, _Foreign(first_asked=now, asked=now)).asked = now

    async def moved(self, old: str, new: str) -> None:
        """Follow a channel that got another id."""
        await self._database.write(lambda c: messages.move(c, old, new))
        self._foreign.pop(new, None)

    # Messages

    async def keep(self, *told: Said) -> None:
        """Return once this is committed, with whatever else came at the same time.

        Raises:
            DatabaseAway: it was not, as far as is known; told again it does no harm.
            Exception: it cannot be stored as it is.
        """
        if not told:
            return
        part = _Part(told=told, done=asyncio.get_running_loop().create_future())
        commit = self._open
        if commit is None:
            commit = self._open = _Commit(parts=[part])
            await self._carry_out(commit)
        else:
            commit.parts.append(part)
        await part.done

    async def _carry_out(self, commit: _Commit) -> None:
        """Wait for others to join and for the commit under way, then write."""
        try:
            await asyncio.sleep(0)
            async with self._writing:
                self._open = None
                faults = await self._written(commit)
        except BaseException:
            self._open = None if self._open is commit else self._open
            commit.give_up()
            raise
        for part, fault in zip(commit.parts, faults, strict=True):
            if fault is None:
                self._note_newest(part.told)
            part.settle(fault)

    async def _written(self, commit: _Commit) -> list[BaseException | None]:
        """Write all at once, or each message alone where that fails; return each part's fault.

        So a message that cannot be stored takes none of its neighbours with it.
        """
        together = messages.rows_of(said for part in commit.parts for said in part.told)
        (fault,) = await self._tried(together)
        if fault is None or len(together) == 1:
            return [fault for _ in commit.parts]
        alone = [messages.rows_of([said]) for part in commit.parts for said in part.told]
        faults = iter(await self._tried(*alone))
        return [_first([next(faults) for _ in part.told]) for part in commit.parts]

    async def _tried(self, *groups: Sequence[Row]) -> list[BaseException | None]:
        """Write each group in a commit of its own, and return the fault of each."""
        if len(groups) == 1:  # as nearly always: a task of its own would be a tenth of the cost
            return [await self._fault_of(groups[0])]
        return await asyncio.gather(*map(self._fault_of, groups))

    async def _fault_of(self, group: Sequence[Row]) -> BaseException | None:
        try:
            await self._database.put(partial(messages.store, rows=group))
        except Exception as fault:  # noqa: BLE001 - whatever it was, it belongs to who told of it
            return fault
        self._sealing.note(group)
        return None

    async def run(self) -> None:
        """Seal what was kept as soon as it fills a batch; for ever."""
        await self._sealing.seal_full_batches()

    async def seal(self) -> None:
        """Seal what was kept, however little it is.

        Raises:
            DatabaseAway: some of it is not sealed, and will be the next time.
        """
        await self._sealing.seal()

    def _note_newest(self, told: Iterable[Said]) -> None:
        for said in told:
            if said.ts > self._newest.get(said.channel, ""):
                self._newest[said.channel] = said.ts

    async def note_seen(self, *, besides: Container[str] = ()) -> None:
        """Note how far rooms were read as of the last time this was asked.

        To be called at a steady pace while deliveries arrive without a gap: nothing older than what
        was newest a while ago is still on its way. `besides` names rooms with a gap.
        """
        noted = {room: ts for room, ts in self._noted.items() if room not in besides}
        self._noted, self._newest = self._newest, {}
        if noted:
            await self._database.write(lambda c: messages.seen(c, noted))

    def note_gap(self) -> None:
        """Note that something was not recorded: rooms have to be read again."""
        self.has_gap = True
        self.forget_progress()

    def close_gap(self) -> None:
        """Note that all before now is being read."""
        self.has_gap = False

    def forget_progress(self) -> None:
        """Forget how far rooms were read: after a gap, newer messages prove nothing of older."""
        self._noted, self._newest = {}, {}

    async def read_to(self, channel: str, ts: str) -> None:
        """Note that a room's history was read up to there."""
        await self._database.write(lambda c: messages.seen(c, {channel: ts}))


def _first(faults: Iterable[BaseException | None]) -> BaseException | None:
    return next((fault for fault in faults if fault is not None), None)
