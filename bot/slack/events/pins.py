"""Pins that people set: a pinned message belongs on the timeline, while the pin stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.desk import Desk
from bot.slack.events.marking import Mark, mark, unmark

Raw = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pin:
    """Somebody pinned a message, or took a pin away, whoever had set it."""

    user: str
    channel: str
    ts: str
    at: str
    author: str
    permalink: str
    added: bool


def parse(event: Raw) -> Pin | None:
    """Read a pin on a message; None for other items."""
    item = event.get("item") or {}
    message = item.get("message") or {}
    if item.get("type") != "message" or not message.get("ts"):
        return None
    return Pin(
        user=str(event["user"]),
        channel=str(event.get("channel_id") or item.get("channel")),
        ts=str(message["ts"]),
        at=str(event["event_ts"]),
        author=str(message.get("user") or message.get("bot_id") or event.get("item_user") or ""),
        permalink=str(message.get("permalink") or ""),
        added=event["type"] == "pin_added",
    )


async def take(desk: Desk, workspace: str, event: Raw) -> None:
    """Mark a message of a room, or take the mark back; the bot's own pins do not count."""
    pin = parse(event)
    if pin is None or pin.user == desk.me.user:
        return
    stream = await desk.message_log.stream_of(pin.channel)
    if stream is None:
        return
    wanted = Mark(
        workspace=workspace,
        stream=stream,
        channel=pin.channel,
        ts=pin.ts,
        how="pin",
        user=pin.user,
        at=pin.at,
        author=pin.author,
        permalink=pin.permalink,
    )
    await (mark(desk, wanted) if pin.added else unmark(desk, wanted))
