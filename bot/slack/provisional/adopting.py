"""Provisional rooms become incidents when the database is back: each once, whoever finds it.

The declaration's own identity and stream see to it: recorded twice it is recorded once. Every step
can be done again, so a crash at any moment is mended by the next look, here or by another replica.
"""

import structlog

from bot.domain.accepting import clean_title
from bot.domain.commands import AddNote, AdoptRoom, Declare
from bot.domain.declaring import DeclaredAlready
from bot.domain.incident import Incident
from bot.domain.refusals import InvalidInput, Refused
from bot.domain.values import Absence, Text
from bot.engine.dispatcher import RECENT
from bot.engine.orders import Order
from bot.slack.backfill import backfill
from bot.slack.desk import Desk
from bot.slack.messages import provisional
from bot.slack.messages.answers import declared
from bot.slack.provisional import pinned
from bot.slack.provisional.pinned import Declaration, Pinned, Room
from bot.storage import deliveries, queries
from bot.storage.database import Connection
from bot.storage.queries import Viewer

log = structlog.get_logger(__name__)

_ORPHAN = 15 * 60.0
"""Seconds after which nobody is still about to say what a provisional room is for."""


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
