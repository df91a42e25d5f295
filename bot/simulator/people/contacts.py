"""Whom a person may write to directly, and where: as `@bob`, or `@bob @carol` for a group."""

import re

from bot.simulator.deeds import dms
from bot.simulator.errors import CannotDo
from bot.simulator.model import Channel, User
from bot.simulator.workspace import Workspace

APART = re.compile(r"[\s,]+")


def is_app(workspace: Workspace, name: str) -> bool:
    """Whether the app is meant."""
    bot = workspace.users.get(workspace.bot.user_id)
    return bot is not None and name in ("@app", bot.id, f"@{bot.name}")


def direct_message(workspace: Workspace, user: User, names: str) -> Channel:
    """The DM of this person with those who are named, made when it is the first time.

    Raises:
        CannotDo: with why they cannot write to them.
    """
    found = [_named(workspace, each) for each in APART.split(names) if each]
    them = [each for each in dict.fromkeys(each.id for each in found) if each != user.id]
    members = [user.id, *them]
    known = dms.between(workspace, members)
    if known is not None:
        return known
    if len(them) > dms.MOST_OTHERS:
        raise CannotDo(
            f"a direct message has room for {dms.MOST_OTHERS} others; make a channel for more"
        )
    for each in found:
        _check(workspace, user, each)
    if them == [workspace.bot.user_id]:
        return dms.with_app(workspace, user.id)
    return dms.start(workspace, members, by=user.id)


def _named(workspace: Workspace, name: str) -> User:
    if is_app(workspace, name):
        return workspace.users[workspace.bot.user_id]
    try:
        return workspace.user_named(name)
    except LookupError as unknown:
        raise CannotDo(str(unknown)) from None


def _check(workspace: Workspace, user: User, other: User) -> None:
    if other.deleted:
        raise CannotDo(f"{other.name} is deactivated and reads nothing any more")
    if other.is_bot:
        if other.id == workspace.bot.user_id:
            return
        raise CannotDo(f"{other.name} answers nobody here; write to a person")
    met = other.id == user.id or any(
        room.kind == "channel" and room.is_member(user.id) and room.is_member(other.id)
        for room in workspace.channels.values()
    )
    if not met and (is_guest(user) or is_guest(other)):
        guest = user if is_guest(user) else other
        raise CannotDo(
            f"{user.name} and {other.name} share no channel, and {guest.name} is a guest: "
            "invite both to one first"
        )


def is_guest(user: User) -> bool:
    """Whether they see only where they were brought in."""
    return user.is_restricted or user.is_ultra_restricted or user.is_stranger
