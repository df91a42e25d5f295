"""pins.*: messages kept on a channel's board (contract §1.9)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import marks
from bot.simulator.methods.common import inside, message_at
from bot.simulator.model import Json


def add(call: ApiCall) -> Json:
    """Pin a message."""
    room = inside(call, call.channel())
    marks.pin(call.workspace, room, message_at(call, room), user=call.bot.user_id)
    return {}


def remove(call: ApiCall) -> Json:
    """Take a pin away."""
    room = inside(call, call.channel())
    marks.unpin(call.workspace, room, message_at(call, room), user=call.bot.user_id)
    return {}


def listing(call: ApiCall) -> Json:
    """All pins of a channel, the newest first."""
    room = call.channel()
    pins = sorted(room.pins.values(), key=lambda pin: pin.created, reverse=True)
    return {"items": [shapes.pin(call.workspace, room, pin) for pin in pins]}


METHODS = (
    Method(name="pins.add", answer=add, scopes=("pins:write",), tier=2),
    Method(name="pins.remove", answer=remove, scopes=("pins:write",), tier=2),
    Method(name="pins.list", answer=listing, scopes=("pins:read",), tier=2),
)
