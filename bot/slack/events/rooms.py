"""Rooms that are renamed, archived, brought back or deleted by hand: followed, never undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.commands import (
    Command,
    RoomWasArchived,
    RoomWasMadePrivate,
    RoomWasRenamed,
    RoomWasUnarchived,
)
from bot.domain.values import MUSTER, Actor
from bot.slack.desk import Desk
from bot.slack.events.observing import Observation, observed, room_of

log = structlog.get_logger(__name__)

Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class RoomChange:
    """Something about a channel is different; `user` is empty where Slack does not say who."""

    channel: str
    user: str
    at: str
    aspect: str
    command: Command


def parse(event: Raw) -> RoomChange:
    """Read a change of a channel; a deleted channel is as good as an archived one."""
    what = str(event["type"]).partition("_")[2]
    channel = event["channel"]
    if what == "rename":
        return RoomChange(
            channel=str(channel["id"]),
            user="",
            at=str(event["event_ts"]),
            aspect="name",
            command=RoomWasRenamed(name=str(channel["name"])),
        )
    return RoomChange(
        channel=str(channel),
        user=str(event.get("user") or event.get("actor_id") or ""),
        at=str(event["event_ts"]),
        aspect="archived",
        command=RoomWasUnarchived() if what == "unarchive" else RoomWasArchived(),
    )


async def take(desk: Desk, workspace: str, event: Raw) -> None:
    """Follow a change of a room."""
    change = parse(event)
    incident = await room_of(desk, change.channel)
    if incident is None:
        return
    await observed(
        desk,
        Observation(
            workspace=workspace,
            stream=incident.stream,
            command=change.command,
            actor=_who(desk, change.user),
            room=change.channel,
            about=f"room:{change.aspect}:{change.channel}:",
            at=change.at,
        ),
    )


async def take_privacy(desk: Desk, workspace: str, event: Raw) -> None:
    """Make an incident private whose room was turned private by hand."""
    channel, at = str(event["channel"]), str(event["ts"])
    incident = await room_of(desk, channel)
    if incident is not None:
        await observed(
            desk,
            Observation(
                workspace=workspace,
                stream=incident.stream,
                command=RoomWasMadePrivate(),
                actor=_who(desk, str(event.get("user") or "")),
                room=channel,
                about=f"room:private:{channel}:",
                at=at,
            ),
        )


async def take_move(desk: Desk, _workspace: str, event: Raw) -> None:
    """Follow a shared channel to its new id: what is said there is still said in the room."""
    old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
    if await desk.message_log.stream_of(old) is not None:
        log.warning("room.moved", old=old, new=new)
        await desk.message_log.moved(old, new)


def _who(desk: Desk, user: str) -> Actor:
    """Return who did it; the bot is also told of what it did itself."""
    return Actor(user=user) if user and user != desk.me.user else MUSTER
