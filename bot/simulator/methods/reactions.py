"""reactions.*: emoji on messages (contract §1.9)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import marks
from bot.simulator.errors import SlackError
from bot.simulator.methods.common import message_at
from bot.simulator.model import Json


def add(call: ApiCall) -> Json:
    """React to a message."""
    room = call.channel()
    if room.is_archived:
        raise SlackError("is_archived")
    said = message_at(call, room)
    marks.react(call.workspace, said, call.text("name").strip(":"), user=call.app.user_id)
    return {}


def remove(call: ApiCall) -> Json:
    """Take the app's reaction back."""
    said = message_at(call, call.channel())
    marks.unreact(call.workspace, said, call.text("name").strip(":"), user=call.app.user_id)
    return {}


def get(call: ApiCall) -> Json:
    """A message with its reactions."""
    room = call.channel()
    said = message_at(call, room)
    return {
        "type": "message",
        "channel": room.id,
        "message": {
            **shapes.message(call.workspace, said),
            "permalink": call.workspace.permalink(said),
        },
    }


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
)
