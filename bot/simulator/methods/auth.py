"""auth.* and api.test: identify and revoke the token (contract §1.5)."""

from bot.simulator import arguments
from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import staff
from bot.simulator.errors import SlackError
from bot.simulator.model import Json


def hear(call: ApiCall) -> Json:
    """Echo the arguments, or fail with the requested error; no token is needed."""
    said = {name: str(value) for name, value in arguments.kept(dict(call.args)).items()}
    if error := call.text("error"):
        raise SlackError(error, args=said)
    return {"args": said} if said else {}


def test(call: ApiCall) -> Json:
    """Tell the team, the bot user and the bot."""
    workspace, bot = call.workspace, call.bot
    return {
        "url": workspace.base_url + "/",
        "team": workspace.team.name,
        "user": workspace.users[bot.user_id].name,
        "team_id": workspace.team.id,
        "user_id": bot.user_id,
        "bot_id": bot.id,
        "is_enterprise_install": False,
        "app_id": call.app.id,
        "app_name": call.app.name,
    }


def revoke(call: ApiCall) -> Json:
    """End the token, until somebody installs the app again; with `test` only say so.

    Of tokens that rotate one ends, and the app stays (contract §7.3).
    """
    if call.flag("test"):
        return {"revoked": False}
    if not call.backstage.rotation.revoke(call.bot, call.token):
        staff.uninstall(call.workspace)
    return {"revoked": True}


METHODS = (
    Method(name="api.test", answer=hear, tier=4, token="none"),
    Method(name="auth.test", answer=test, tier=0),
    Method(name="auth.revoke", answer=revoke),
)
