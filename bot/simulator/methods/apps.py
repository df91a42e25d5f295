"""apps.connections.open: the way into Socket Mode (contract §1.5, §3.1)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.model import Json


def connections_open(call: ApiCall) -> Json:
    """Hand out the address of a socket, good for one connection."""
    return {"url": call.backstage.sockets.ticket()}


METHODS = (Method(name="apps.connections.open", answer=connections_open, tier=1, token="app"),)
