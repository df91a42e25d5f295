"""Shared by several families: membership checks, a message by its ts, pages of a list."""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import unquote

from bot.simulator.api import ApiCall
from bot.simulator.deeds import messages
from bot.simulator.errors import SlackError
from bot.simulator.model import Channel, Json, Message

T = TypeVar("T")
CURSOR = {
    "next": re.compile(r"[0-9]{1,9}"),
    "next_ts": re.compile(r"[0-9]{10}\.[0-9]{6}"),
    "after": re.compile(r"[0-9]{10}\.[0-9]{6}\.[A-Z0-9]+"),
}
"""What may stand in a cursor: a place in a list, a message's ts, a message and its channel."""


def inside(call: ApiCall, room: Channel) -> Channel:
    """The room, when the app is a member of it."""
    if not room.is_member(call.bot.user_id):
        raise SlackError("not_in_channel")
    return room


def no_dm(room: Channel) -> Channel:
    """The room, when it is no DM: nobody is added to one, leaves, describes or archives it."""
    if room.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    return room


def message_at(call: ApiCall, room: Channel, name: str = "timestamp") -> Message:
    """The message whose ts is given (contract §1.9: no ts, a wrong one, nothing there)."""
    ts = call.text(name)
    if not ts:
        raise SlackError("no_item_specified")
    seconds, dot, micros = ts.partition(".")
    if not (dot and seconds.isdigit() and micros.isdigit()):
        raise SlackError("bad_timestamp")
    return messages.find(room, ts)


def need_for(call: ApiCall, room: Channel, action: str) -> None:
    """Refuse when the scope for this kind of channel is missing (contract §1.4).

    `action` is read, history or write; for write the narrower `.invites`, `.topic` are up to the
    caller.
    """
    if room.kind != "channel":
        call.need(f"{room.kind}:{action}")
    elif room.is_private:
        call.need(f"groups:{action}")
    else:
        call.need("channels:manage" if action == "write" else f"channels:{action}")


def page_size(call: ApiCall, default: int, most: int) -> int:
    """How many items a page holds: as many as were asked for, or fewer (contract §1.1)."""
    limit = call.number("limit", default, most=most)
    return max(1, limit // 2) if call.workspace.ground.habits.short_pages else limit


def page(call: ApiCall, items: Sequence[T], *, default: int, most: int) -> tuple[Sequence[T], Json]:
    """One page of a list, and the metadata that leads to the next."""
    limit = page_size(call, default, most)
    start = 0
    if call.text("cursor"):
        start = int(decode_cursor(call.text("cursor"), "next"))
    following = start + limit
    cursor = encode_cursor("next", str(following)) if following < len(items) else ""
    return items[start:following], {"next_cursor": cursor}


def encode_cursor(kind: str, value: str) -> str:
    """A cursor that leads on from there."""
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def decode_cursor(cursor: str, kind: str) -> str:
    """What a cursor of that kind holds; cursors may arrive URL-encoded (contract §1.1)."""
    try:
        text = base64.b64decode(unquote(cursor), validate=True).decode()
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    name, _, value = text.partition(":")
    if name != kind or not CURSOR[kind].fullmatch(value):
        raise SlackError("invalid_cursor")
    return value
