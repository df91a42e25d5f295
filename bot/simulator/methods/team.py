"""team.info and emoji.list: the workspace itself (contract §1.5)."""

from bot.simulator.api import ApiCall, Method
from bot.simulator.errors import SlackError
from bot.simulator.model import Json


def info(call: ApiCall) -> Json:
    """Describe the workspace."""
    workspace = call.workspace
    team = workspace.team
    by_id, by_domain = call.text("team") or team.id, call.text("domain") or team.domain
    if (by_id, by_domain) != (team.id, team.domain):
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


def emoji(call: ApiCall) -> Json:
    """The workspace's own emoji; all of them look like its icon."""
    picture = f"{call.workspace.base_url}/avatars/team.svg"
    own = dict.fromkeys(sorted(call.workspace.emoji), picture)
    return {"emoji": own, "cache_ts": str(call.workspace.seconds())}


METHODS = (
    Method(name="team.info", answer=info, scopes=("team:read",)),
    Method(name="emoji.list", answer=emoji, scopes=("emoji:read",), tier=2),
)
