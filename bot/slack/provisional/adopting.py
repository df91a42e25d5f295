"""Provisional rooms become incidents when the database is back: each once, whoever finds it.

The declaration's own identity and stream see to it: recorded twice it is recorded once. Every step
can be done again, so a crash at any moment is mended by the next look, here or by another replica.
"""

import asyncio
import time
from contextlib import suppress

import structlog

from bot.domain.accepting import clean_title
from bot.domain.commands import AddNote, AdoptRoom, Declare
from bot.domain.declaring import DeclaredAlready
from bot.domain.incident import Incident
from bot.domain.refusals import InvalidInput, NotUnderstood, Refused
from bot.domain.values import Absence, Text
from bot.engine.dispatcher import RECENT
from bot.engine.orders import Order
from bot.engine.verdicts import Verdict
from bot.slack.backfill import backfill
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.messages import provisional
from bot.slack.messages.answers import declared
from bot.slack.messages.text import Message
from bot.slack.provisional import pinned
from bot.slack.provisional.overwritten import show_again
from bot.slack.provisional.pinned import Declaration, Pinned, Room
from bot.storage import deliveries, queries
from bot.storage.database import Connection, DatabaseAway, Overtaken, Urgency
from bot.storage.queries import Viewer

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
_ORPHAN = 15 * 60.0
"""Seconds after which nobody is still about to say what a provisional room is for."""


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


async def adopt(desk: Desk, room: Room) -> bool:
    """Make an incident of a provisional room; return whether nothing is left to do about it.

    Raises:
        DatabaseAway: not yet.
        SlackSaidNo, Verdict: Slack does not take a call.
        Refused: the rules do not take the declaration.
    """
    found = await pinned.find(desk, room.channel)
    if found is None:
        return await _cleared_away(desk, room)
    members = await _members(desk, room)
    incident = await _recorded(desk, room, found, members)
    if incident.room is not None and incident.room.channel == room.channel:
        log.info("provisional.adopted", channel=room.channel, incident=incident.name)
        desk.tally.count("provisional", "adopted")
        away = Absence(since=found.declaration.at, until=desk.clock.now())
        await backfill(desk, only={room.channel}, away=away)
    else:
        await _put_away(desk, room, found, incident)
    return True


async def _cleared_away(desk: Desk, room: Room) -> bool:
    """Archive a room whose maker died before it could say why it was made, if nobody uses it."""
    age = desk.clock.now().timestamp() - room.created
    used = age < _ORPHAN or await pinned.is_used(desk, room.channel)
    log.warning("provisional.without_declaration", channel=room.channel, used=used)
    if used:
        return False
    await desk.calls.call("conversations.archive", channel=room.channel)
    return True


async def _members(desk: Desk, room: Room) -> set[str]:
    listed = desk.calls.listed("conversations.members", "members", channel=room.channel, limit=200)
    return {str(user) async for user in listed}


async def _recorded(desk: Desk, room: Room, found: Pinned, members: set[str]) -> Incident:
    """Record the declaration and its room in one transaction; return the incident that it is.

    Where the declaration was recorded after all, though nobody could tell, it is that incident;
    likewise where the same person has declared the same title since.
    """
    declaration = found.declaration
    gone = tuple(user for user in declaration.called if user not in members)
    take = AdoptRoom(channel=room.channel, name=room.name, card=found.ts, declined=gone)
    try:
        stream = await _declared(desk, declaration, declaration.command, take)
    except InvalidInput as refusal:  # the process has changed since: the incident has not
        log.warning("provisional.adopted_plainly", why=refusal.message)
        plain = Declare(
            title=declaration.command.title,
            summary=declaration.command.summary,
            private=declaration.command.private,
            drill=declaration.command.drill,
            again=declaration.command.again,
        )
        stream = await _declared(desk, declaration, plain, take)
    if stream != declaration.stream:
        await desk.dispatcher.deliver(
            Order(
                workspace=declaration.workspace,
                stream=stream,
                command=take,
                actor=declaration.actor,
                identity=f"adopt:{room.channel}",
                cause=f"slack:{declaration.identity}",
            )
        )
    incident = await desk.dispatcher.current(stream)
    if incident is None:
        raise AssertionError
    return incident


async def _declared(desk: Desk, declaration: Declaration, command: Declare, take: AdoptRoom) -> str:
    """Declare as of when it was declared; return the stream of the incident that there is now."""
    order = Order(
        workspace=declaration.workspace,
        stream=declaration.stream,
        command=command,
        then=(take,),
        actor=declaration.actor,
        identity=declaration.identity,
        cause=f"slack:{declaration.identity}",
        happened_at=declaration.at,
        answer=lambda done: declared(done.incident),
    )

    def stream_of(connection: Connection) -> str | None:
        return deliveries.stream_of(connection, declaration.workspace, declaration.identity)

    try:
        await desk.dispatcher.deliver(order)
    except DeclaredAlready:
        return await _the_same(desk, declaration)
    return await desk.database.read(stream_of) or declaration.stream


async def _the_same(desk: Desk, declaration: Declaration) -> str:
    """Return the incident that the same person has declared under the same title."""
    everything = Viewer(workspace=declaration.workspace, user="", everything=True)
    title, since = clean_title(declaration.command.title), declaration.at - RECENT

    def work(connection: Connection) -> str | None:
        number = queries.declared_just_now(
            connection, declaration.workspace, declaration.actor.user, title, since
        )
        found = number and queries.by_number(connection, everything, number)
        return found.stream if found else None

    return await desk.database.read(work) or declaration.stream


async def _put_away(desk: Desk, room: Room, found: Pinned, incident: Incident) -> None:
    """The incident has a room of its own: point there, note where this one is, and archive it."""
    await desk.calls.call(
        "chat.update", channel=room.channel, ts=found.ts, **provisional.elsewhere(incident)
    )
    note = Text(
        f"A provisional room was made while the database was away: #{room.name}, archived "
        f"({desk.me.url.rstrip('/')}/archives/{room.channel})."
    )
    order = Order(
        workspace=incident.workspace,
        stream=incident.stream,
        command=AddNote(text=note),
        actor=found.declaration.actor,
        identity=f"adopt:{room.channel}:note",
        cause=f"slack:{found.declaration.identity}",
    )
    try:
        await desk.dispatcher.deliver(order)
    except Refused as refusal:
        log.info("provisional.not_noted", channel=room.channel, why=refusal.message)
    await desk.calls.call("conversations.archive", channel=room.channel)
    log.info("provisional.put_away", channel=room.channel, incident=incident.name)
    desk.tally.count("provisional", "put_away")
