"""What a provisional room was made for: kept in the metadata of the bot's pinned message there."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.domain.commands import Declare
from bot.domain.values import Actor
from bot.engine.verdicts import NotYet
from bot.slack.answers import is_odd
from bot.slack.desk import Desk
from bot.slack.events.reading import is_own, said
from bot.slack.messages.naming import PROVISIONAL
from bot.slack.messages.text import Message
from bot.slack.provisional.insisting import insist
from bot.storage import deliveries, workspaces
from bot.storage.codec import MISREAD, NotReadable, pack_command, unpack_command
from bot.storage.database import Connection

log = structlog.get_logger(__name__)

EVENT_TYPE = "muster_provisional"
"""The metadata event type of the message that holds the declaration."""
_TOLD = "muster_not_adopted"
"""The metadata event type of the messages that say why the room does not become an incident."""
_TURN = timedelta(minutes=1)
"""How long one replica has for saying so, once it has seen that it was not said."""
_KINDS = "public_channel,private_channel"

Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A declaration that could not be recorded: all that recording it later takes.

    `called` are those who were invited.
    """

    workspace: str
    stream: str
    identity: str
    command: Declare
    actor: Actor
    at: datetime
    called: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Room:
    """A channel of the bot's own, under a provisional name."""

    channel: str
    name: str
    created: int = 0
    """In seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class Pinned:
    """Where the message stands, and what it holds."""

    ts: str
    declaration: Declaration


def metadata(declaration: Declaration) -> dict[str, Any]:
    """Return the declaration as a message's metadata: flat, as Slack wants it."""
    actor = declaration.actor
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {
            "workspace": declaration.workspace,
            "stream": declaration.stream,
            "identity": declaration.identity,
            "command": pack_command(declaration.command),
            "user": actor.user,
            "guest": actor.guest,
            "external": actor.external,
            "at": declaration.at.isoformat(),
            "called": ",".join(declaration.called),
        },
    }


def declaration_of(raw: Raw) -> Declaration | None:
    """Read the declaration that a message holds; None where it holds none, or a newer one."""
    if _kind(raw) != EVENT_TYPE:
        return None
    try:
        return _declaration(raw["metadata"]["event_payload"])
    except (*MISREAD, NotReadable) as fault:
        log.warning("provisional.not_readable", ts=raw.get("ts"), why=repr(fault))
        return None


def _kind(raw: Raw) -> object:
    held = raw.get("metadata")
    return held.get("event_type") if isinstance(held, Mapping) else None


def _declaration(payload: Raw) -> Declaration | None:
    """Read it.

    Raises:
        NotReadable: a newer version wrote it.
        MISREAD: it has another form.
    """
    command = unpack_command(payload["command"])
    if not isinstance(command, Declare):
        return None
    return Declaration(
        workspace=str(payload["workspace"]),
        stream=str(payload["stream"]),
        identity=str(payload["identity"]),
        command=command,
        actor=Actor(
            user=str(payload["user"]),
            guest=bool(payload["guest"]),
            external=bool(payload["external"]),
        ),
        at=datetime.fromisoformat(payload["at"]).astimezone(UTC),
        called=tuple(user for user in str(payload["called"]).split(",") if user),
    )


async def find(desk: Desk, channel: str) -> Pinned | None:
    """Return what the bot itself has pinned there, or only posted, if it died in between."""
    pins = await insist(desk, partial(desk.calls.call, "pins.list", channel=channel))
    for item in pins["items"]:
        ts = str((item.get("message") or {}).get("ts") or "")
        found = await _among(desk, channel, oldest=ts, latest=ts, inclusive=True) if ts else None
        if found is not None:
            return found
    return await _among(desk, channel)


async def _among(desk: Desk, channel: str, **where: Any) -> Pinned | None:
    """Look through a room's history; only the bot's own messages count."""
    async for raw in _own(desk, channel, **where):
        declaration = declaration_of(raw)
        if declaration is not None:
            return Pinned(ts=str(raw["ts"]), declaration=declaration)
    return None


async def _own(desk: Desk, channel: str, **where: Any) -> AsyncIterator[Raw]:
    """Go through what the bot itself has said in a room, with its metadata, newest first."""
    where |= {"channel": channel, "include_all_metadata": True, "limit": 200, "apart": True}
    async for page in _pages(desk, "conversations.history", **where):
        for raw in page["messages"]:
            if is_own(raw, desk.me):
                yield raw


def _pages(desk: Desk, method: str, **where: Any) -> AsyncIterator[Raw]:
    async def ask(cursor: str) -> Raw:
        return await insist(desk, partial(desk.calls.call, method, cursor=cursor, **where))

    return desk.calls.pages(ask)


async def tell_once(desk: Desk, channel: str, message: Message, *, reason: str) -> None:
    """Say why the room is not adopted, each reason once, unless that stands there already.

    Raises:
        NotYet: another replica is about to say it.
        DatabaseAway: it cannot be told whether one is.
    """
    async for raw in _own(desk, channel):
        if _kind(raw) == _TOLD and _reason(raw) in {"", reason}:
            return
    now, words = desk.clock.now(), f"told:{channel}:{reason}"

    def is_ours(connection: Connection) -> bool:
        workspaces.lock(connection, desk.me.workspace)
        if deliveries.said_since(connection, desk.me.workspace, words, now - _TURN):
            return False
        deliveries.say(connection, desk.me.workspace, words, now)
        return True

    if not await desk.database.write(is_ours):
        raise NotYet(now + _TURN)
    marked: dict[str, Any] = {
        "metadata": {"event_type": _TOLD, "event_payload": {"reason": reason}}
    }
    await desk.calls.call("chat.postMessage", channel=channel, **message, **marked)


def _reason(raw: Raw) -> str:
    """Return which reason was told; earlier versions told one, and did not name it."""
    return str((raw["metadata"].get("event_payload") or {}).get("reason") or "")


async def is_used(desk: Desk, channel: str) -> bool:
    """Say whether anybody has said anything there."""
    where: dict[str, Any] = {"channel": channel, "limit": 200, "apart": True}
    ask = partial(desk.calls.call, "conversations.history", **where)
    page = await insist(desk, ask)
    return any(is_odd(raw) or said(raw, "", channel) is not None for raw in page["messages"])


async def rooms(desk: Desk) -> list[Room]:
    """Return the provisional rooms that the bot has made and that are not archived."""
    where = {"types": _KINDS, "exclude_archived": True, "limit": 999}
    return [
        Room(
            channel=str(channel["id"]),
            name=str(channel["name"]),
            created=int(channel.get("created") or 0),
        )
        async for page in _pages(desk, "users.conversations", **where)
        for channel in page["channels"]
        if channel.get("creator") == desk.me.user and str(channel["name"]).startswith(PROVISIONAL)
    ]
