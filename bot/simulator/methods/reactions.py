"""reactions.*: emoji on messages (contract §1.9)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import marks
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import message_at, page
from bot.simulator.model import Channel, Json, Message


def _room(call: ApiCall) -> Channel:
    """The channel of the message; without one, no item was named."""
    if not call.text("channel"):
        raise SlackError("no_item_specified")
    return call.channel()


def add(call: ApiCall) -> Json:
    """React to a message."""
    room = _room(call)
    if room.is_archived:
        raise SlackError("is_archived")
    said = message_at(call, room)
    marks.react(call.workspace, said, call.text("name"), user=call.bot.user_id)
    return {}


def remove(call: ApiCall) -> Json:
    """Take the app's reaction back."""
    said = message_at(call, _room(call))
    marks.unreact(call.workspace, said, call.text("name"), user=call.bot.user_id)
    return {}


def get(call: ApiCall) -> Json:
    """A message with its reactions; with `full`, everybody's."""
    room = _room(call)
    return _item(call, room, message_at(call, room))


def _item(call: ApiCall, room: Channel, said: Message) -> Json:
    shape = shapes.message(call.workspace, said, full=call.flag("full"))
    permalink = call.workspace.permalink(said)
    return {"type": "message", "channel": room.id, "message": {**shape, "permalink": permalink}}


def listing(call: ApiCall) -> Json:
    """The messages that somebody, the app by default, reacted to; the newest first."""
    user = call.text("user", call.bot.user_id)
    if user not in call.workspace.users:
        raise SlackError("user_not_found")
    found = [
        (room, said)
        for room in call.workspace.channels.values()
        if room.is_there_for(call.bot.user_id)
        for said in room.messages.values()
        if any(user in users for users in said.reactions.values())
    ]
    found.sort(key=lambda pair: pair[1].ts, reverse=True)
    some, metadata = page(call, found, default=100, most=999)
    items = [_item(call, room, said) for room, said in some]
    return {"items": items, "response_metadata": metadata}


METHODS = (
    Method(name="reactions.add", answer=add, scopes=("reactions:write",), required=("name",)),
    Method(
        name="reactions.remove",
        answer=remove,
        scopes=("reactions:write",),
        required=("name",),
        tier=2,
    ),
    Method(name="reactions.get", answer=get, scopes=("reactions:read",)),
    Method(name="reactions.list", answer=listing, scopes=("reactions:read",), tier=2),
)
