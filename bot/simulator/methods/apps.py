"""apps.*: Socket Mode connections, and uninstalling the app (contract §1.5, §3.1)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import staff
from bot.simulator.model import Json


def connections_open(call: ApiCall) -> Json:
    """Hand out the address of a socket, good for one connection."""
    return {"url": call.backstage.sockets.ticket()}


def uninstall(call: ApiCall) -> Json:
    """Take the app out of the workspace, as its settings do."""
    call.backstage.installs.check_client(call.text("client_id"), call.text("client_secret"))
    staff.uninstall(call.workspace)
    return {}


METHODS = (
    Method(name="apps.connections.open", answer=connections_open, tier=1, token="app"),
    Method(
        name="apps.uninstall", answer=uninstall, required=("client_id", "client_secret"), tier=1
    ),
)
