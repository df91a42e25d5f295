"""Direct messages: of the app with people, and of people among themselves (contract §1.6)."""

from collections.abc import Iterable

from bot.simulator.model import Channel, User
from bot.simulator.workspace import Workspace

MOST_OTHERS = 8


def between(workspace: Workspace, members: Iterable[str]) -> Channel | None:
    """The DM or group DM of exactly these, if there is one."""
    wanted = frozenset(members)
    for room in workspace.channels.values():
        if room.kind != "channel" and room.members.keys() == wanted:
            return room
    return None


def start(workspace: Workspace, members: Iterable[str], *, by: str) -> Channel:
    """The DM of these, made when it is the first time: of three or more it is a group DM."""
    members = dict.fromkeys(members)
    known = between(workspace, members)
    if known is not None:
        return known
    several = len(members) > 2  # noqa: PLR2004 - with oneself, or with one other
    names = "--".join(workspace.users[each].name for each in members)
    room = Channel(
        id=workspace.mint_id("C" if several else "D"),
        name=f"mpdm-{names}-1" if several else "",
        creator=by,
        created=workspace.seconds(),
        kind="mpim" if several else "im",
        is_private=True,
        members=members,
    )
    workspace.channels[room.id] = room
    workspace.changed("channel", channel=room.id)
    return room


def with_app(workspace: Workspace, *user_ids: str) -> Channel:
    """The DM of the app and that person, or its group DM with these, made the first time."""
    bot = workspace.bot.user_id
    return start(workspace, [bot, *user_ids], by=bot)


def others(workspace: Workspace, room: Channel, user_id: str) -> list[User]:
    """Whom somebody talks to in a DM: everybody else in it, or themselves."""
    members = [each for each in room.members if each != user_id] or [user_id]
    return [workspace.users[each] for each in members if each in workspace.users]


def called(workspace: Workspace, room: Channel, user_id: str) -> str:
    """How somebody speaks of a channel: `#general`, `the direct message with bob`."""
    if room.kind == "channel":
        return f"#{room.name}"
    names = [each.name for each in others(workspace, room, user_id)]
    return f"the direct message with {', '.join(names)}"
