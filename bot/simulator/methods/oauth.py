"""oauth.v2.*: exchanges codes for tokens, and refreshes tokens (contract §7.2, §7.3)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.model import Json, ShortToken
from bot.simulator.workspace import Workspace


def access(call: ApiCall) -> Json:
    """Complete an installation, or renew a token.

    Without rotation a token that was given before stays the same.
    """
    installs, rotation = call.backstage.installs, call.backstage.rotation
    installs.check_client(call.text("client_id"), call.text("client_secret"))
    match call.text("grant_type", "authorization_code"):
        case "authorization_code":
            code = installs.redeem(call.text("code"), call.text("redirect_uri"))
            short = rotation.give(code.workspace) if call.app.rotates else None
            return {**_given(call, code.workspace, short), "authed_user": {"id": code.user}}
        case "refresh_token":
            return _given(call, *rotation.renew(call.text("refresh_token")))
        case _:
            raise SlackError("invalid_grant_type")


def exchange(call: ApiCall) -> Json:
    """Exchange a long-lived token for one that expires and can be refreshed."""
    call.backstage.installs.check_client(call.text("client_id"), call.text("client_secret"))
    short = call.backstage.rotation.exchange(call.workspace, call.token)
    return _given(call, call.workspace, short)


def _given(call: ApiCall, workspace: Workspace, short: ShortToken | None) -> Json:
    app, bot, team = workspace.app, workspace.bot, workspace.team
    body: Json = {
        "app_id": app.id,
        "access_token": bot.token,
        "token_type": "bot",
        "scope": workspace.scope_header,
        "bot_user_id": bot.user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if short is not None:
        body["access_token"] = short.text
        body["expires_in"] = int(call.backstage.rotation.life)
        body["refresh_token"] = short.refresh
    return body


METHODS = (
    Method(name="oauth.v2.access", answer=access, tier=0, token="none"),
    Method(name="oauth.v2.exchange", answer=exchange, token="none"),
)
