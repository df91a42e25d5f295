"""auth.*: who the token belongs to, and the end of it (contract §1.5)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.deeds import staff
from bot.simulator.model import Json


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
    Method(name="auth.test", answer=test, tier=0),
    Method(name="auth.revoke", answer=revoke),
)
