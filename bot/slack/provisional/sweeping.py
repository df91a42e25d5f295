"""Looks for provisional rooms and has each adopted: at the start, and after every absence."""

import asyncio
import time
from contextlib import suppress

import structlog

from bot.domain.refusals import NotUnderstood, Refused
from bot.engine.verdicts import Verdict
from bot.slack.backfill import backfill
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages import provisional
from bot.slack.messages.text import Message
from bot.slack.provisional import pinned
from bot.slack.provisional.adopting import adopt
from bot.slack.provisional.overwritten import show_again
from bot.slack.provisional.pinned import Room
from bot.storage.database import Connection, DatabaseAway, Overtaken, Urgency

log = structlog.get_logger(__name__)

_LOOK = 1.0
"""Seconds between looks at whether there is something to do."""
_PROBE = 3.0
"""Seconds between looks at a database that is away."""
_AGAIN = 30.0
"""Seconds after which a room that could not be adopted is tried again; by then other replicas know,
too, that an adopted channel is a room, so it is read once more."""
_REFUSED = 10 * 60.0
"""Seconds after which a room is tried again that the rules refuse, or that was beyond the code:
both change seldom."""


class Adoption:
    """Adopts provisional rooms at each start, and whenever the database was away."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._absences = -1
        """How many absences had begun when all rooms were last adopted."""
        self._later: dict[str, float] = {}
        self._read_again: dict[str, float] = {}
        self._looked = asyncio.Event()
        self._awaited = asyncio.Event()

    @property
    def due(self) -> bool:
        """Whether there may be rooms to adopt, or will be, or a card to show again."""
        known = self._desk.known_rooms
        return self._to_sweep or bool(known.opening or known.written)

    @property
    def _to_sweep(self) -> bool:
        """Whether it is worth asking Slack; a room that is being made is noted once it is there."""
        known, presence = self._desk.known_rooms, self._desk.database.presence
        waiting = any(channel not in self._later for channel in known.rooms)
        return presence.absences != self._absences or waiting

    async def rested(self) -> None:
        """Return once every room that can be adopted has been."""
        while self.due:
            self._looked.clear()
            self._awaited.set()
            await self._looked.wait()

    async def run(self) -> None:
        """Look for what is to be adopted, for ever."""
        while True:
            wait = _LOOK
            try:
                await self._look()
            except (DatabaseAway, Overtaken) as fault:
                log.info("adoption.database_away", why=str(fault))
                wait = _PROBE
            except (SlackSaidNo, Verdict) as fault:
                log.warning("adoption.slack_away", why=repr(fault))
                wait = _PROBE
            self._looked.set()
            await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        """Wait until the next look, or until somebody waits for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._awaited.wait()
        self._awaited.clear()

    async def _look(self) -> None:
        presence = self._desk.database.presence
        if presence.trouble is not None:
            await self._desk.database.write(_nothing, Urgency.OUTCOME)
        now = time.monotonic()
        for channel in [each for each, at in self._later.items() if at <= now]:
            del self._later[channel]
        absences = presence.absences
        if self._to_sweep:
            await self._sweep()
            self._absences = absences
        await show_again(self._desk)
        await self._look_back(now)

    async def _sweep(self) -> None:
        """Adopt every room that is there; one that cannot be holds up no other."""
        desk = self._desk
        known = set(desk.known_rooms.rooms)  # one that is made while Slack is asked is not gone
        found = await pinned.rooms(desk)
        for gone in known - {room.channel for room in found}:
            desk.known_rooms.forget(gone)
        for room in found:
            desk.known_rooms.note(room.channel, room.name)
            desk.message_log.expect(room.channel)
        for room in found:
            if room.channel not in self._later:
                await self._try(room)

    async def _try(self, room: Room) -> None:
        """Adopt it, or note when it is tried again.

        Raises:
            DatabaseAway, Overtaken: none of them can be adopted now.
        """
        try:
            adopted = await adopt(self._desk, room)
        except (DatabaseAway, Overtaken):
            raise
        except (SlackSaidNo, Verdict, NotUnderstood) as fault:  # or a newer version takes it
            log.warning("provisional.not_adopted", channel=room.channel, why=repr(fault))
            self._later[room.channel] = time.monotonic() + _AGAIN
        except Refused as refusal:
            log.warning("provisional.not_taken", channel=room.channel, why=refusal.message)
            reason = type(refusal).__name__
            await self._tell(room, provisional.not_taken(refusal.message), reason)
        except Exception:
            log.exception("provisional.not_adopted", channel=room.channel)
            await self._tell(room, provisional.failed(self._desk.word), "failed")
        else:
            self._note(room, adopted=adopted)

    def _note(self, room: Room, *, adopted: bool) -> None:
        again = time.monotonic() + _AGAIN
        if adopted:
            self._desk.known_rooms.forget(room.channel)
            self._read_again[room.channel] = again
        else:
            self._later[room.channel] = again

    async def _tell(self, room: Room, message: Message, reason: str) -> None:
        """Tell the room that it becomes no incident as it is, and note when it is tried again."""
        later = _REFUSED
        try:
            await pinned.tell_once(self._desk, room.channel, message, reason=reason)
        except (SlackSaidNo, Verdict) as fault:
            log.warning("provisional.not_told", channel=room.channel, why=repr(fault))
            later = _AGAIN
        self._later[room.channel] = time.monotonic() + later

    async def _look_back(self, now: float) -> None:
        """Read adopted rooms once more, for what another replica dropped as foreign."""
        due = {channel for channel, at in self._read_again.items() if at <= now}
        if due:
            await backfill(self._desk, thorough=False, only=due)
            for channel in due:
                del self._read_again[channel]


def _nothing(_connection: Connection) -> None:
    """Only a commit proves that the record can be written."""
