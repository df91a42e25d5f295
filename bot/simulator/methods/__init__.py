"""The Web API methods by name, one module per family."""

from bot.simulator.api import Method
from bot.simulator.methods import (
    apps,
    auth,
    bookmarks,
    bots,
    chat,
    conversations,
    files,
    history,
    membership,
    pins,
    reactions,
    team,
    usergroups,
    users,
    views,
)

FAMILIES = (
    apps.METHODS,
    auth.METHODS,
    bookmarks.METHODS,
    bots.METHODS,
    chat.METHODS,
    conversations.METHODS,
    files.METHODS,
    history.METHODS,
    membership.METHODS,
    pins.METHODS,
    reactions.METHODS,
    team.METHODS,
    usergroups.METHODS,
    users.METHODS,
    views.METHODS,
)
METHODS: dict[str, Method] = {method.name: method for family in FAMILIES for method in family}
