"""The workspaces over HTTP: list, open, install the app."""

from typing import TYPE_CHECKING

from bot.simulator.control import asked
from bot.simulator.errors import WrongOrder
from bot.simulator.model import Json
from bot.simulator.space import Space

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


def every(simulator: "Simulator") -> list[Json]:
    """All workspaces, in the order in which they were opened."""
    return [one(each) for each in simulator.spaces]


def one(space: Space) -> Json:
    """A workspace; its token is for the bot, once the app was installed there."""
    team, bot = space.workspace.team, space.workspace.bot
    given = bot.standing != "absent" and not bot.outlived
    return {
        "id": team.id,
        "name": team.name,
        "domain": team.domain,
        "app": bot.standing,
        "bot_token": bot.token if given else None,
        "bot_user": bot.user_id,
    }


def open_one(simulator: "Simulator", body: Json) -> Json:
    """Open one more, as `Simulator.open_workspace` does."""
    installed = asked.flag(body, "installed", default=True)
    return one(simulator.open_workspace(asked.text(body, "name"), installed=installed))


def change(space: Space, body: Json) -> Json:
    """Bring the app in, or take it out."""
    match body.get("do"):
        case "install_app":
            space.install_app()
        case "uninstall_app":
            space.uninstall_app()
        case _:
            raise WrongOrder("`do` is one of install_app, uninstall_app.")
    return one(space)
