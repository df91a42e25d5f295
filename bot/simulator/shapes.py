"""The state as Slack writes it in JSON: users, channels, messages, views, files."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.simulator import documents
from bot.simulator.model import (
    Bookmark,
    Channel,
    Json,
    Message,
    Pin,
    User,
    Usergroup,
    View,
)
from bot.simulator.workspace import Workspace

MOST_NAMED = 50  # of those who reacted alike; Slack says that it is not all, and not how many


def user(workspace: Workspace, person: User, *, with_email: bool) -> Json:
    """Contract §1.10; `profile.email` is there only with the scope `users:read.email`."""
    zone = ZoneInfo(person.tz)
    now: datetime = workspace.clock.now().astimezone(zone)
    offset = now.utcoffset()
    profile = {
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.display_name,
        "display_name_normalized": person.display_name,
        "title": person.title,
        "phone": "",
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g" + person.id.lower(),
        "team": person.team_id,
    }
    for size in (24, 32, 48, 72, 192, 512):
        profile[f"image_{size}"] = f"{workspace.base_url}/avatars/{person.id}.svg?size={size}"
    if with_email and person.email:
        profile["email"] = person.email
    return {
        "id": person.id,
        "team_id": person.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": now.tzname() or person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": person.is_owner,
        "is_primary_owner": person.is_owner,
        "is_restricted": person.is_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_stranger": person.is_stranger,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": person.updated,
        "is_email_confirmed": bool(person.email),
        "who_can_share_contact_card": "EVERYONE",
    }


def channel(workspace: Workspace, room: Channel, *, viewer: str, members: bool = False) -> Json:
    """Contract §1.6: the channel object, or the smaller DM object."""
    if room.kind == "im":
        other = next((each for each in room.members if each != viewer), viewer)
        person = workspace.users.get(other)
        return {
            "id": room.id,
            "created": room.created,
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": workspace.team.id,
            "updated": room.updated * 1000,
            "user": other,
            "is_user_deleted": bool(person and person.deleted),
            "priority": 0,
        }
    body: Json = {
        "id": room.id,
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": room.kind == "channel",
        "is_group": False,
        "is_im": False,
        "is_mpim": room.kind == "mpim",
        "is_private": room.is_private,
        "is_archived": room.is_archived,
        "is_general": room.is_general,
        "is_member": room.is_member(viewer),
        "is_shared": room.is_shared,
        "is_ext_shared": room.is_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "parent_conversation": None,
        "created": room.created,
        "creator": room.creator,
        "unlinked": 0,
        "topic": dict(room.topic),
        "purpose": dict(room.purpose),
        "previous_names": list(room.previous_names),
        "shared_team_ids": [workspace.team.id],
        "internal_team_ids": [],
        "context_team_id": workspace.team.id,
        "updated": room.updated * 1000,
    }
    if members:
        body["num_members"] = len(room.members)
    return _with_canvas(workspace, room, body)


def _with_canvas(workspace: Workspace, room: Channel, body: Json) -> Json:
    if room.canvas is not None:
        canvas = workspace.canvases[room.canvas]
        body["properties"] = {
            "canvas": {"file_id": canvas.id, "is_empty": not canvas.sections, "quip_thread_id": ""}
        }
    return body


def bot_profile(workspace: Workspace) -> Json:
    """The app's face beside its messages."""
    bot = workspace.bot
    return {
        "id": bot.id,
        "app_id": workspace.app.id,
        "user_id": bot.user_id,
        "name": workspace.app.name,
        "icons": {f"image_{size}": f"{workspace.base_url}/avatars/{bot.user_id}.svg"
                  for size in (36, 48, 72)},
        "deleted": False,
        "updated": workspace.users[bot.user_id].updated,
        "team_id": workspace.team.id,
    }  # fmt: skip


def message(
    workspace: Workspace, said: Message, *, all_metadata: bool = True, full: bool = False
) -> Json:
    """Contract §5.2: a message as history, events and answers carry it.

    Of many who reacted alike only the first are named, unless it is to be `full`.
    """
    body: Json = {"type": "message", "ts": said.ts, "text": said.text}
    if said.subtype is not None:
        body["subtype"] = said.subtype
    if said.username is None:
        body["user"] = said.user
    if said.by_app:
        _put_app(workspace, said, body)
    elif said.client_msg_id is not None:
        body["client_msg_id"] = said.client_msg_id
        body["team"] = workspace.team.id
    for key in ("blocks", "attachments"):
        value = getattr(said, key)
        if value:
            body[key] = value
    if said.edited is not None:
        body["edited"] = dict(said.edited)
    _put_thread(workspace, said, body)
    if said.reactions:
        body["reactions"] = reactions(said, None if full else MOST_NAMED)
    room = workspace.channels[said.channel]
    if said.ts in room.pins:
        body["pinned_to"] = [room.id]
        body["pinned_info"] = {
            "channel": room.id,
            "pinned_by": room.pins[said.ts].user,
            "pinned_ts": room.pins[said.ts].created,
        }
    if said.files:
        body |= {"upload": True, "display_as_bot": False}
        body["files"] = [documents.file(workspace, workspace.files[each]) for each in said.files]
    if said.metadata is not None:
        body["metadata"] = (
            said.metadata if all_metadata else {"event_type": said.metadata["event_type"]}
        )
    body.update(said.facts)
    return body


def _put_app(workspace: Workspace, said: Message, body: Json) -> None:
    body["bot_id"] = workspace.bot.id
    body["app_id"] = workspace.app.id
    body["team"] = workspace.team.id
    if said.username is None:
        body["bot_profile"] = bot_profile(workspace)
    else:
        body["subtype"] = "bot_message"
        body["username"] = said.username
        if said.icons:
            body["icons"] = said.icons


def _put_thread(workspace: Workspace, said: Message, body: Json) -> None:
    if said.is_reply:
        body["thread_ts"] = said.thread_ts
        parent = workspace.channels[said.channel].messages.get(said.thread_ts or "")
        if parent is not None:
            body["parent_user_id"] = parent.user
            if said.broadcast:
                body["root"] = message(workspace, parent)
        if said.broadcast:
            body["subtype"] = "thread_broadcast"
    elif said.replies:
        messages = workspace.channels[said.channel].messages
        repliers = list(dict.fromkeys(messages[each].user for each in said.replies))
        body["thread_ts"] = said.ts
        body["reply_count"] = len(said.replies)
        body["reply_users_count"] = len(repliers)
        body["latest_reply"] = said.replies[-1]
        body["reply_users"] = repliers
        body["is_locked"] = False
        body["subscribed"] = workspace.bot.user_id in repliers or said.by_app


def reactions(said: Message, most: int | None) -> list[Json]:
    """The reactions with their counts and at most `most` of the users (contract §1.9)."""
    return [
        {"name": name, "users": users[:most], "count": len(users)}
        for name, users in said.reactions.items()
    ]


def pin(workspace: Workspace, room: Channel, pinned: Pin) -> Json:
    """A pinned message, as pins.list and pin events carry it."""
    said = room.messages[pinned.ts]
    return {
        "type": "message",
        "channel": room.id,
        "created": pinned.created,
        "created_by": pinned.user,
        "message": {**message(workspace, said), "permalink": workspace.permalink(said)},
    }


def bookmark(workspace: Workspace, kept: Bookmark) -> Json:
    """Contract §1.9."""
    return {
        "id": kept.id,
        "channel_id": kept.channel,
        "title": kept.title,
        "link": kept.link,
        "emoji": kept.emoji,
        "icon_url": None,
        "entity_id": None,
        "type": "link",
        "date_created": kept.created,
        "date_updated": kept.updated,
        "rank": kept.rank,
        "last_updated_by_user_id": kept.user,
        "last_updated_by_team_id": workspace.team.id,
        "shortcut_id": None,
        "app_id": None,
        "app_action_id": None,
    }


def usergroup(
    workspace: Workspace, group: Usergroup, *, users: bool = False, number: bool = False
) -> Json:
    """Contract §1.10."""
    body: Json = {
        "id": group.id,
        "team_id": workspace.team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": group.description,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.updated,
        "date_delete": group.disabled_at,
        "created_by": group.creator,
        "updated_by": group.creator,
        "deleted_by": None,
        "auto_type": None,
        "prefs": {
            "channels": [c for c in group.channels if not workspace.channels[c].is_private],
            "groups": [c for c in group.channels if workspace.channels[c].is_private],
        },
    }
    if users:
        body["users"] = list(group.users)
    if number:
        body["user_count"] = len(group.users)
    return body


def view(workspace: Workspace, shown: View) -> Json:
    """Contract §1.8: a view as answers and payloads carry it, with what was typed so far."""
    body = shown.body
    app = workspace.app
    return {
        "id": shown.id,
        "team_id": workspace.team.id,
        "type": body["type"],
        "blocks": body.get("blocks", []),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": {"values": shown.state},
        "hash": shown.hash,
        "title": body.get("title"),
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "close": body.get("close"),
        "submit": body.get("submit"),
        "submit_disabled": bool(body.get("submit_disabled", False)),
        "previous_view_id": shown.previous_id,
        "root_view_id": shown.root_id,
        "app_id": app.id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.bot.id,
    }
