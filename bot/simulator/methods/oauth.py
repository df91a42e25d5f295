"""oauth.v2.access: a code, given to who allowed the app, becomes its token (contract §7.2)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.model import Json


def access(call: ApiCall) -> Json:
    """Complete an installation; a token that was given before stays the same."""
    installs = call.backstage.installs
    installs.check_client(call.text("client_id"), call.text("client_secret"))
    match call.text("grant_type", "authorization_code"):
        case "authorization_code":
            given = installs.redeem(call.text("code"), call.text("redirect_uri"))
        case "refresh_token":  # tokens do not rotate here, so none was ever given
            raise SlackError("invalid_refresh_token")
        case _:
            raise SlackError("invalid_grant_type")
    app, bot, team = call.app, given.workspace.bot, given.workspace.team
    return {
        "app_id": app.id,
        "access_token": bot.token,
        "token_type": "bot",
        "scope": app.scope_header,
        "bot_user_id": bot.user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": given.user},
    }


METHODS = (Method(name="oauth.v2.access", answer=access, tier=0, token="none"),)
