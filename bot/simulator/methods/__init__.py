"""The Web API methods by name, one module per family."""

from bot.simulator.api import Method
from bot.simulator.methods import (
    apps,
    auth,
    bookmarks,
    bots,
    canvases,
    chat,
    conversations,
    files,
    history,
    membership,
    oauth,
    pins,
    reactions,
    scheduling,
    search,
    team,
    unfurling,
    usergroups,
    users,
    views,
)

FAMILIES = (
    apps.METHODS,
    auth.METHODS,
    bookmarks.METHODS,
    bots.METHODS,
    canvases.METHODS,
    chat.METHODS,
    conversations.METHODS,
    files.METHODS,
    history.METHODS,
    membership.METHODS,
    oauth.METHODS,
    pins.METHODS,
    reactions.METHODS,
    scheduling.METHODS,
    search.METHODS,
    team.METHODS,
    unfurling.METHODS,
    usergroups.METHODS,
    users.METHODS,
    views.METHODS,
)
METHODS: dict[str, Method] = {method.name: method for family in FAMILIES for method in family}
