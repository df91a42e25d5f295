"""bots.info (contract §1.5)."""

from bot.simulator import shapes
from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.model import Json


def info(call: ApiCall) -> Json:
    """Describe a bot; this workspace has one."""
    if call.text("bot", call.bot.id) != call.bot.id:
        raise SlackError("bot_not_found")
    return {"bot": shapes.bot_profile(call.workspace)}


METHODS = (Method(name="bots.info", answer=info, scopes=("users:read",)),)
