"""team.info (contract §1.5)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.model import Json


def info(call: ApiCall) -> Json:
    """Describe the workspace."""
    workspace = call.workspace
    team = workspace.team
    if call.text("team", team.id) != team.id:
        raise SlackError("team_not_found")
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "email_domain": "",
            "url": workspace.base_url + "/",
            "icon": {"image_34": f"{workspace.base_url}/avatars/team.svg", "image_default": True},
            "avatar_base_url": f"{workspace.base_url}/avatars/",
            "is_verified": False,
        }
    }


METHODS = (Method(name="team.info", answer=info, scopes=("team:read",)),)
