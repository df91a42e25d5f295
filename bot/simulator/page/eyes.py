"""What one person sees of the workspace: people and channels, as JSON that the page draws."""

from bisect import bisect_right
from datetime import datetime

from bot.simulator.deeds import dms
from bot.simulator.page.menu import Menu
from bot.simulator.page.reading import message
from bot.simulator.page.unread import Unread
from bot.simulator.people.commands import Tab
from bot.simulator.people.contacts import is_guest
from bot.simulator.workspace import Channel, Json, User, Workspace


def team(workspace: Workspace) -> Json:
    """The workspace's own name."""
    return {"id": workspace.team.id, "name": workspace.team.name}


def app(
    workspace: Workspace, menu: Menu, *, listening: bool, silent_since: datetime | None
) -> Json:
    """The installed app with what it offers in menus."""
    installed = workspace.app
    return {
        "name": installed.name,
        "bot_user": workspace.bot.user_id,
        "home": has_home(workspace),
        "installed": workspace.bot.is_installed,
        "listening": listening,
        "silent_since": silent_since.isoformat() if silent_since else None,
        "commands": list(menu.commands),
        "shortcuts": list(menu.shortcuts),
    }


def has_home(workspace: Workspace) -> bool:
    """Whether the app has a home there, which it keeps when it is taken out."""
    return workspace.app.home_tab and workspace.bot.standing != "absent"


def tab(workspace: Workspace, at: str) -> Tab | None:
    """Which tab of the App Home that place is, if it is one: the direct message is its messages."""
    if at == "home":
        return "home"
    room, bot = workspace.channels.get(at), workspace.bot
    if room is None or room.kind != "im" or not room.is_member(bot.user_id):
        return None
    return "messages" if workspace.app.messages_tab and bot.standing != "absent" else None


def people(workspace: Workspace) -> Json:
    """Everybody by id, bots and those who left as well."""
    return {each.id: _person(each) for each in workspace.users.values()}


def _person(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "display": user.display_name or user.real_name or user.name,
        "real": user.real_name or user.name,
        "title": user.title,
        "tz": user.tz,
        "color": user.color,
        "bot": user.is_bot,
        "admin": user.is_admin,
        "guest": user.is_restricted or user.is_ultra_restricted,
        "stranger": user.is_stranger,
        "deleted": user.deleted,
    }


def groups(workspace: Workspace) -> Json:
    """User groups by id."""
    return {
        each.id: {"handle": each.handle, "name": each.name, "users": list(each.users)}
        for each in workspace.usergroups.values()
    }


def may_be(workspace: Workspace, user_id: str | None) -> bool:
    """Whether the page can look through this person's eyes."""
    user = workspace.users.get(user_id or "")
    return user is not None and not user.is_bot and not user.deleted


def personas(workspace: Workspace, unread: Unread) -> list[Json]:
    """The people one can be, each with what waits for them: mentions and direct messages."""
    return [
        {
            "id": user.id,
            "unread": sum(
                unread.of(room, user.id)[1]
                for room in workspace.channels.values()
                if room.is_member(user.id)
            ),
        }
        for user in workspace.users.values()
        if may_be(workspace, user.id)
    ]


# -- rooms ------------------------------------------------------------------------------------


def can_see(room: Channel | None, user_id: str) -> bool:
    """Public channels are open to all but guests, everything else to members only."""
    if room is None:
        return False
    return room.is_member(user_id) or (room.kind == "channel" and not room.is_private)


def rooms(workspace: Workspace, user_id: str, unread: Unread) -> list[Json]:
    """The column on the left."""
    outsider = is_guest(workspace.users[user_id])
    seen = [
        each
        for each in workspace.channels.values()
        if _is_listed(workspace, each, user_id)
        or (not each.is_member(user_id) and can_see(each, user_id) and not outsider)
    ]
    seen.sort(key=lambda each: _name(workspace, each, user_id).casefold())
    return [_row(workspace, each, user_id, unread) for each in seen]


def _is_listed(workspace: Workspace, room: Channel, user_id: str) -> bool:
    """Whether it is one's own; a DM of people shows itself to the others with its first message."""
    if not room.is_member(user_id):
        return False
    begun = bool(room.top) or user_id == room.creator or room.is_member(workspace.bot.user_id)
    return room.kind == "channel" or begun


def _row(workspace: Workspace, room: Channel, user_id: str, unread: Unread) -> Json:
    member = room.is_member(user_id)
    waiting, mentions = unread.of(room, user_id) if member else (0, 0)
    return {
        "id": room.id,
        "name": _name(workspace, room, user_id),
        "kind": room.kind,
        "with": dms.others(workspace, room, user_id)[0].id if room.kind == "im" else None,
        "private": room.is_private,
        "archived": room.is_archived,
        "member": member,
        "topic": room.topic["value"],
        "unread": waiting,
        "mentions": mentions,
    }


def _name(workspace: Workspace, room: Channel, user_id: str) -> str:
    if room.kind == "channel":
        return room.name
    others = dms.others(workspace, room, user_id)
    return ", ".join(each.display_name or each.real_name for each in others)


def room(workspace: Workspace, at: Channel, user_id: str, unread: Unread, *, read_to: str) -> Json:
    """The head of the middle column; `read_to` is how far the person had read on coming in."""
    newer = at.top[bisect_right(at.top, read_to) :] if read_to else []
    first = next((ts for ts in newer if at.messages[ts].user != user_id), None)
    return {
        **_row(workspace, at, user_id, unread),
        "purpose": at.purpose["value"],
        "creator": at.creator,
        "members": list(at.members),
        "last_read": at.last_read.get(user_id, ""),
        "unread_from": f"{at.id}:{first}" if first else None,
        "pins": [
            {"by": pin.user, "message": message(workspace, at, at.messages[pin.ts], user_id)}
            for pin in reversed(at.pins.values())
            if pin.ts in at.messages
        ],
        "bookmarks": [
            {"id": each.id, "title": each.title, "link": each.link, "emoji": each.emoji}
            for each in at.bookmarks.values()
        ],
    }
