"""auth.test: who the token belongs to (contract §1.5)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.model import Json


def test(call: ApiCall) -> Json:
    """Tell the team, the bot user and the bot."""
    workspace, app = call.workspace, call.app
    return {
        "url": workspace.base_url + "/",
        "team": workspace.team.name,
        "user": workspace.users[app.user_id].name,
        "team_id": workspace.team.id,
        "user_id": app.user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
        "app_id": app.id,
        "app_name": app.name,
    }


METHODS = (Method(name="auth.test", answer=test, tier=0),)
