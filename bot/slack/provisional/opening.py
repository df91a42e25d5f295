"""A room at once, by direct calls, for a declaration that cannot be recorded.

Opening is idempotent: the room's name is a function of who declares what, so that Slack itself
refuses a second one, whichever replica is asked, and after a restart too.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import structlog

from bot.domain import events as e
from bot.domain.commands import Declare
from bot.domain.decide import decide
from bot.engine.verdicts import Doubt, Verdict
from bot.slack.asking import Asked, Message
from bot.slack.calls import SlackSaidNo
from bot.slack.messages import provisional
from bot.slack.messages.naming import provisional_name
from bot.slack.performers import room as rooms
from bot.slack.performers.common import because
from bot.slack.provisional import pinned
from bot.slack.provisional.insisting import insist
from bot.slack.provisional.overwritten import is_adopted
from bot.slack.provisional.pinned import Declaration, Pinned, Room

log = structlog.get_logger(__name__)

_NAMES = 5
"""How many names are tried: an archived channel keeps its own."""
_KEY = 6


@dataclass(frozen=True, kw_only=True)
class _Opening:
    """What is opened: as it was asked for, and as the rules see it."""

    asked: Asked
    declaration: Declaration
    declared: e.IncidentDeclared
    refused: Mapping[str, str] = field(default_factory=dict)

    def message(self) -> Message:
        return {
            **provisional.opening(
                self.declared,
                self.asked.desk.process,
                by=self.declaration.actor.user,
                at=self.declaration.at,
                called=self.declaration.called,
                refused=self.refused,
            ),
            "metadata": pinned.metadata(self.declaration),
        }


def open_instead(asked: Asked, command: Declare, stream: str) -> Message:
    """Begin to open a provisional room, and return the acknowledgement.

    Raises:
        Refused: the rules do not take the declaration, whether it can be recorded or not.
    """
    desk = asked.desk
    events = decide(None, command, asked.given)
    declared = next(event for event in events if isinstance(event, e.IncidentDeclared))
    declaration = Declaration(
        workspace=asked.workspace,
        stream=stream,
        identity=asked.identity or f"provisional:{stream}",
        command=replace(command, private=declared.private),
        actor=asked.actor,
        at=desk.clock.now(),
    )
    opening = _Opening(asked=asked, declaration=declaration, declared=declared)
    key = _key(opening)
    if key not in desk.known_rooms.opening:
        desk.known_rooms.opening.add(key)
        desk.errands.start(_open(opening, key), "provisional room")
    return provisional.being_made()


def _key(opening: _Opening) -> str:
    """Return a short keyed hash of who declares what: it gives nothing away."""
    who, what = opening.declaration.actor.user, opening.declared.title.casefold()
    again = opening.declaration.identity if opening.declaration.command.again else ""
    secret = str(opening.asked.desk.calls.client.token).encode()
    return hmac.new(secret, f"{who}:{what}:{again}".encode(), hashlib.sha256).hexdigest()[:_KEY]


async def _open(opening: _Opening, key: str) -> None:
    """Open it, and tell whoever declared how to get in, or that it cannot be."""
    desk = opening.asked.desk
    try:
        room = await _filled(opening, key)
        log.warning("provisional.opened", channel=room.channel)
        desk.tally.count("provisional", "opened")
        answer = provisional.made(room.channel)
    except SlackSaidNo as error:
        log.warning("provisional.refused", method=error.method, why=error.error)
        desk.tally.count("provisional", "refused")
        answer = provisional.not_made(because("a room", error).why)
    except Verdict as verdict:
        log.warning("provisional.given_up", why=repr(verdict))
        answer = provisional.not_made("Slack does not answer either.")
    finally:
        desk.known_rooms.opening.discard(key)
    await insist(desk, partial(_answer, opening.asked, answer))


async def _answer(asked: Asked, answer: Message) -> None:
    if asked.view_id:
        view = provisional.as_view(answer)
        await asked.desk.calls.call("views.update", view_id=asked.view_id, view=view)
    else:
        await asked.tell(answer)


async def _filled(opening: _Opening, key: str) -> Room:
    """Make the room and bring everybody in; one that was left half made is completed."""
    desk, user = opening.asked.desk, opening.declaration.actor.user
    room, is_new = await _room(opening, key)
    desk.known_rooms.note(room.channel, room.name)
    found = None if is_new else await pinned.find(desk, room.channel)
    _, at = await asyncio.gather(
        insist(desk, partial(rooms.bring_in, desk, room.channel, [user])),
        _pinned(opening, room.channel, found),
    )
    if found is None or not found.declaration.called:
        await _call_people(replace(opening, declaration=at.declaration), room.channel, at.ts)
    return room


async def _room(opening: _Opening, key: str) -> tuple[Room, bool]:
    """Return the room, and whether it was made just now.

    Raises:
        SlackSaidNo: it cannot be made.
    """
    desk, declared = opening.asked.desk, opening.declared
    for number in range(1, _NAMES + 1):
        tried = key if number == 1 else f"{key}-{number}"
        name = provisional_name(declared.title, tried, private=declared.private)
        make = partial(
            desk.calls.call, "conversations.create", name=name, is_private=declared.private
        )
        try:
            channel = (await insist(desk, make))["channel"]
        except SlackSaidNo as error:
            if error.error != "name_taken":
                raise
            taken = next((room for room in await pinned.rooms(desk) if room.name == name), None)
            if taken is not None:
                return taken, False
        else:
            return Room(channel=str(channel["id"]), name=str(channel["name"])), True
    raise SlackSaidNo("conversations.create", "name_taken", {})


async def _pinned(opening: _Opening, channel: str, found: Pinned | None) -> Pinned:
    """Post what is to be recorded, unless it stands there, and pin it."""
    desk = opening.asked.desk
    at = found
    if at is None:
        at = await insist(desk, partial(_posted, opening, channel))
    pin = partial(desk.calls.call, "pins.add", channel=channel, timestamp=at.ts)
    try:
        await insist(desk, pin)
    except SlackSaidNo as error:
        if error.error != "already_pinned":
            log.warning("provisional.not_pinned", channel=channel, why=error.error)
    return at


async def _posted(opening: _Opening, channel: str) -> Pinned:
    """Post it once: where the answer was lost, it is looked for before it is posted again."""
    desk = opening.asked.desk
    try:
        posted = await desk.calls.call("chat.postMessage", channel=channel, **opening.message())
    except Doubt:
        found = await pinned.find(desk, channel)
        if found is None:
            raise
        return found
    return Pinned(ts=str(posted["ts"]), declaration=opening.declaration)


async def _call_people(opening: _Opening, channel: str, ts: str) -> None:
    """Invite whom the severity calls, and write down who was."""
    desk, user = opening.asked.desk, opening.declaration.actor.user
    who = await insist(desk, partial(rooms.expanded, desk, opening.declared.invite))
    called = tuple(one for one in who if one != user)
    if not called:
        return
    refused: dict[str, str] = await insist(desk, partial(rooms.bring_in, desk, channel, called))
    came = tuple(one for one in called if one not in refused)
    after = replace(opening, refused=refused, declaration=replace(opening.declaration, called=came))
    try:
        await insist(desk, partial(_written_down, after, channel, ts))
    finally:
        desk.known_rooms.written[channel] = opening.declaration.workspace


async def _written_down(opening: _Opening, channel: str, ts: str) -> None:
    """Write down who was called, unless the message has become the incident's card meanwhile."""
    desk = opening.asked.desk
    if await is_adopted(desk, channel):
        return
    edit: dict[str, Any] = opening.message()
    await desk.calls.call("chat.update", channel=channel, ts=ts, **edit)
