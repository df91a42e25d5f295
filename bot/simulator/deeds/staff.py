"""Adds, changes and deactivates people; installs and uninstalls the app (contract §5.3)."""

from bot.simulator import shapes
from bot.simulator.model import User
from bot.simulator.rotation import revoke_all
from bot.simulator.workspace import Workspace


def hire(workspace: Workspace, user: User) -> User:
    """Somebody new in the workspace, a member of the open channels unless a guest."""
    user.updated = workspace.seconds()
    workspace.users[user.id] = user
    if not (user.is_restricted or user.is_ultra_restricted or user.is_stranger):
        for room in workspace.channels.values():
            if room.is_general:
                room.members[user.id] = None
    _tell(workspace, "team_join", user)
    return user


def changed(workspace: Workspace, user: User) -> None:
    """Emit the change of a person's name, time zone or role."""
    user.updated = workspace.seconds()
    _tell(workspace, "user_change", user)


def deactivate(workspace: Workspace, user: User) -> None:
    """Deactivate a person, who leaves all channels."""
    user.deleted = True
    for room in workspace.channels.values():
        if room.kind == "channel":
            room.members.pop(user.id, None)
    changed(workspace, user)


def install(workspace: Workspace, scopes: frozenset[str] | None = None) -> None:
    """Install the app: its bot user exists, and its token is valid.

    It may do what these scopes say beside what it was allowed before; without them, all it lists.
    """
    bot = workspace.bot
    if scopes is None:
        bot.allowed = None
    elif not bot.is_installed:
        bot.allowed = scopes
    elif bot.allowed is not None:
        bot.allowed |= scopes
    if bot.standing == "absent" and workspace.app.rotates:
        bot.outlived = "invalid_auth"  # nobody was ever given the token without an end
    bot.standing = "installed"
    if bot.user_id not in workspace.users:
        workspace.users[bot.user_id] = User(
            id=bot.user_id,
            name=workspace.app.handle,
            real_name=workspace.app.name,
            team_id=workspace.team.id,
            is_bot=True,
            updated=workspace.seconds(),
            color="d24b3e",
        )
    workspace.changed("app")


def uninstall(workspace: Workspace) -> None:
    """Uninstall the app: revoke its token and emit the events that say so."""
    bot = workspace.bot
    if not bot.is_installed:
        return
    bot.standing = "removed"
    revoke_all(workspace)
    workspace.scheduled.clear()
    workspace.changed("app")
    revoked = {"oauth": [], "bot": [bot.user_id]}
    workspace.happened(
        {"type": "tokens_revoked", "tokens": revoked, "event_ts": workspace.mint_event_ts()}
    )
    workspace.happened({"type": "app_uninstalled", "event_ts": workspace.mint_event_ts()})


def _tell(workspace: Workspace, kind: str, user: User) -> None:
    workspace.changed("user", user=user.id)
    with_email = "users:read.email" in workspace.scopes
    workspace.happened(
        {
            "type": kind,
            "user": shapes.user(workspace, user, with_email=with_email),
            "cache_ts": workspace.seconds(),
            "event_ts": workspace.mint_event_ts(),
        }
    )
