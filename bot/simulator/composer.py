"""Converts text as a person types it into what Slack's composer sends (contract §2.2)."""

import re
from collections.abc import Iterator

from bot.simulator.model import Json, Usergroup
from bot.simulator.workspace import Workspace

PIECE = re.compile(
    r"(https?://[^\s<>|]+)|(?<![\w@])@([\w.\-]+)|(?<![\w#])#([\w\-]+)|:([a-z0-9_+\-]+):"
)
HANDLE = re.compile(r"<[^<>]*>|(?<![\w@])@([\w.\-]+)")
BROADCASTS = frozenset({"here", "channel", "everyone"})


def escape(text: str) -> str:
    """The three characters Slack escapes, `&` first."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pieces(workspace: Workspace, typed: str) -> Iterator[Json]:
    """The typed text as rich text elements: text, link, user, channel, usergroup, broadcast."""
    done = 0
    for found in PIECE.finditer(typed):
        piece = _piece(workspace, found)
        if piece is None:
            continue
        if found.start() > done:
            yield {"type": "text", "text": typed[done : found.start()]}
        yield piece
        done = found.end()
    if done < len(typed):
        yield {"type": "text", "text": typed[done:]}


def _piece(workspace: Workspace, found: re.Match[str]) -> Json | None:
    url, name, channel, emoji = found.groups()
    if url:
        return {"type": "link", "url": url}
    if emoji:
        return {"type": "emoji", "name": emoji}
    if channel:
        room = next((each for each in workspace.channels.values() if each.name == channel), None)
        return {"type": "channel", "channel_id": room.id} if room else None
    if name in BROADCASTS:
        return {"type": "broadcast", "range": name}
    for user in workspace.users.values():
        if name == user.name and not user.deleted:
            return {"type": "user", "user_id": user.id}
    group = _group(workspace, name)
    return {"type": "usergroup", "usergroup_id": group.id} if group else None


def _group(workspace: Workspace, handle: str) -> Usergroup | None:
    groups = workspace.usergroups.values()
    return next((each for each in groups if each.handle == handle), None)


def with_groups(workspace: Workspace, text: str) -> str:
    """The text with a mention in place of each user group's handle, outside of other markup."""

    def mention(found: re.Match[str]) -> str:
        group = _group(workspace, found[1]) if found[1] else None
        return f"<!subteam^{group.id}>" if group else found[0]

    return HANDLE.sub(mention, text)


def flat(workspace: Workspace, elements: list[Json], *, labels: bool = False) -> str:
    """The elements as the `text` of a message; `labels` adds names, as commands carry them."""
    return "".join(_flat(workspace, each, labels=labels) for each in elements)


def _flat(workspace: Workspace, piece: Json, *, labels: bool) -> str:
    match piece["type"]:
        case "link":
            return f"<{escape(piece['url'])}>"
        case "user":
            name = f"|{workspace.users[piece['user_id']].name}" if labels else ""
            return f"<@{piece['user_id']}{name}>"
        case "channel":
            name = f"|{workspace.channels[piece['channel_id']].name}" if labels else ""
            return f"<#{piece['channel_id']}{name}>"
        case "usergroup":
            handle = workspace.usergroups[piece["usergroup_id"]].handle
            return f"<!subteam^{piece['usergroup_id']}{f'|@{handle}' if labels else ''}>"
        case "broadcast":
            return f"<!{piece['range']}>"
        case "emoji":
            return f":{piece['name']}:"
        case _:
            return escape(piece["text"])


def rich_text_block(elements: list[Json]) -> Json:
    """The block that typed messages arrive with."""
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}
