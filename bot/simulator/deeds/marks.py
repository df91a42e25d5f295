"""Adds and removes reactions, pins and bookmarks (contract §1.9, §5.3)."""

from bot.simulator import shapes
from bot.simulator.emoji import is_known
from bot.simulator.errors import SlackError
from bot.simulator.model import Bookmark, Channel, Json, Message, Pin
from bot.simulator.workspace import Workspace

MOST_PINS = 100
MOST_BOOKMARKS = 100
MOST_EMOJI = 50


def react(workspace: Workspace, said: Message, name: str, *, user: str) -> None:
    """Add a reaction; the same person cannot add the same one twice."""
    if not (name in said.reactions or _is_emoji(workspace, name)):
        raise SlackError("invalid_name")
    users = said.reactions.get(name, [])
    if user in users:
        raise SlackError("already_reacted")
    if not users and len(said.reactions) >= MOST_EMOJI:
        raise SlackError("too_many_emoji")
    said.reactions[name] = [*users, user]
    _tell_reaction(workspace, "reaction_added", said, name, user)


def unreact(workspace: Workspace, said: Message, name: str, *, user: str) -> None:
    """Remove one's own reaction."""
    users = said.reactions.get(name, [])
    if user not in users:
        raise SlackError("no_reaction")
    left = [each for each in users if each != user]
    if left:
        said.reactions[name] = left
    else:
        del said.reactions[name]
    _tell_reaction(workspace, "reaction_removed", said, name, user)


def _tell_reaction(workspace: Workspace, kind: str, said: Message, name: str, user: str) -> None:
    workspace.changed("message", channel=said.channel, ts=said.ts, user=user)
    event: Json = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": said.channel, "ts": said.ts},
        "event_ts": workspace.mint_event_ts(),
    }
    if said.username is None:  # words under another name are nobody's
        event["item_user"] = said.user
    workspace.happened(event, workspace.channels[said.channel])


def pin(workspace: Workspace, room: Channel, said: Message, *, user: str) -> None:
    """Pin a message."""
    if said.ts in room.pins:
        raise SlackError("already_pinned")
    if len(room.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    room.pins[said.ts] = Pin(ts=said.ts, user=user, created=workspace.seconds())
    item = shapes.pin(workspace, room, room.pins[said.ts])
    _tell_pin(workspace, "pin_added", said, item, user=user)


def unpin(workspace: Workspace, room: Channel, said: Message, *, user: str) -> None:
    """Unpin a message, whoever pinned it."""
    if said.ts not in room.pins:
        raise SlackError("no_pin")
    item = shapes.pin(workspace, room, room.pins[said.ts])
    del room.pins[said.ts]
    _tell_pin(workspace, "pin_removed", said, item, user=user)


def _tell_pin(workspace: Workspace, kind: str, said: Message, item: Json, *, user: str) -> None:
    room = workspace.channels[said.channel]
    workspace.changed("message", channel=room.id, ts=said.ts, user=user)
    event = {
        "type": kind,
        "user": user,
        "channel_id": room.id,
        "item": item,
        "item_user": said.user,
        "pin_count": len(room.pins),
        "pinned_info": {
            "channel": room.id,
            "pinned_by": item["created_by"],
            "pinned_ts": item["created"],
        },
        "event_ts": workspace.mint_event_ts(),
    }
    if kind == "pin_removed":
        event["has_pins"] = bool(room.pins)
    workspace.happened(event, room)


def bookmark(
    workspace: Workspace, room: Channel, title: str, link: str, *, user: str, emoji: str = ""
) -> Bookmark:
    """Add a bookmark."""
    _check_link(link)
    _check_emoji(workspace, emoji)
    if len(room.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = workspace.seconds()
    kept = Bookmark(
        id=workspace.mint_id("Bk"),
        channel=room.id,
        title=title,
        link=link,
        emoji=emoji,
        created=now,
        updated=now,
        user=user,
        rank=f"{len(room.bookmarks):04d}",
    )
    room.bookmarks[kept.id] = kept
    workspace.changed("channel", channel=room.id, user=user)
    return kept


def edit_bookmark(
    workspace: Workspace,
    room: Channel,
    kept: Bookmark,
    *,
    user: str,
    title: str | None,
    link: str | None,
    emoji: str | None,
) -> None:
    """Change what is given, keep the rest."""
    if link is not None:
        _check_link(link)
    if emoji is not None:
        _check_emoji(workspace, emoji)
    kept.title = kept.title if title is None else title
    kept.link = kept.link if link is None else link
    kept.emoji = kept.emoji if emoji is None else emoji
    kept.updated = workspace.seconds()
    kept.user = user
    workspace.changed("channel", channel=room.id, user=user)


def remove_bookmark(workspace: Workspace, room: Channel, kept: Bookmark) -> None:
    """Remove a bookmark."""
    del room.bookmarks[kept.id]
    workspace.changed("channel", channel=room.id)


def _check_link(link: str) -> None:
    if not link.startswith(("http://", "https://")):
        raise SlackError("invalid_link")


def _check_emoji(workspace: Workspace, emoji: str) -> None:
    if emoji and not _is_emoji(workspace, emoji.removeprefix(":").removesuffix(":")):
        raise SlackError("invalid_emoji")


def _is_emoji(workspace: Workspace, name: str) -> bool:
    return name in workspace.emoji or is_known(name)
