"""bookmarks.*: links above a channel (contract §1.9)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import marks
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import inside
from bot.simulator.model import Bookmark, Channel, Json


def _room(call: ApiCall) -> Channel:
    room = call.channel("channel_id")
    if room.is_archived:
        raise SlackError("permission_denied")
    return inside(call, room)


def _kept(call: ApiCall, room: Channel) -> Bookmark:
    kept = room.bookmarks.get(call.text("bookmark_id"))
    if kept is None:
        raise SlackError("not_found")
    return kept


def add(call: ApiCall) -> Json:
    """Put a link above the channel."""
    if call.text("type", "link") != "link":
        raise SlackError("invalid_bookmark_type")
    kept = marks.bookmark(
        call.workspace,
        _room(call),
        call.text("title"),
        call.text("link"),
        user=call.bot.user_id,
        emoji=call.text("emoji"),
    )
    return {"bookmark": shapes.bookmark(call.workspace, kept)}


def edit(call: ApiCall) -> Json:
    """Change title, link or emoji."""
    room = _room(call)
    kept = _kept(call, room)
    marks.edit_bookmark(
        call.workspace,
        room,
        kept,
        user=call.bot.user_id,
        title=call.text("title") if call.has("title") else None,
        link=call.text("link") if call.has("link") else None,
        emoji=call.text("emoji") if call.has("emoji") else None,
    )
    return {"bookmark": shapes.bookmark(call.workspace, kept)}


def remove(call: ApiCall) -> Json:
    """Take a link away."""
    room = _room(call)
    marks.remove_bookmark(call.workspace, room, _kept(call, room))
    return {}


def listing(call: ApiCall) -> Json:
    """All links of a channel."""
    room = call.channel("channel_id")
    return {
        "bookmarks": [shapes.bookmark(call.workspace, each) for each in room.bookmarks.values()]
    }


WRITE = ("bookmarks:write",)
METHODS = (
    Method(
        name="bookmarks.add",
        answer=add,
        scopes=WRITE,
        required=("channel_id", "title", "type"),
        tier=2,
    ),
    Method(
        name="bookmarks.edit",
        answer=edit,
        scopes=WRITE,
        required=("channel_id", "bookmark_id"),
        tier=2,
    ),
    Method(
        name="bookmarks.remove",
        answer=remove,
        scopes=WRITE,
        required=("channel_id", "bookmark_id"),
        tier=2,
    ),
    Method(
        name="bookmarks.list", answer=listing, scopes=("bookmarks:read",), required=("channel_id",)
    ),
)
