"""Creates, renames and archives channels; people join and leave them (contract §1.6, §2.1, §5)."""

from bot.simulator import shapes
from bot.simulator.deeds.messages import notice
from bot.simulator.errors import SlackError
from bot.simulator.model import Channel, Json
from bot.simulator.workspace import Workspace

LONGEST_NAME = 80
LONGEST_TOPIC = 250


def check_name(name: str) -> None:
    """Refuse a channel name that Slack would refuse, with the error it would give."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not any(each.isalnum() for each in name):
        raise SlackError("invalid_name_punctuation")
    if any(not (each.isalnum() or each in "-_") or each.isupper() for each in name):
        raise SlackError("invalid_name_specials")


def name_is_taken(workspace: Workspace, name: str, *, by_other_than: str = "") -> bool:
    """Whether a channel, archived ones too, has that name already."""
    return any(
        room.name == name and room.id != by_other_than for room in workspace.channels.values()
    )


def has_newborn_only(workspace: Workspace, name: str) -> bool:
    """Whether the only channel of that name is brand new: a concurrent create may succeed."""
    named = [room for room in workspace.channels.values() if room.name == name]
    return len(named) == 1 and workspace.seconds() - named[0].created <= 1


def create(
    workspace: Workspace,
    name: str,
    *,
    user: str,
    is_private: bool = False,
    allow_twin: bool = False,
) -> Channel:
    """A new channel with its creator as the first member.

    With `allow_twin` two creations of one name within a second both succeed (contract §1.3).
    """
    check_name(name)
    twin = allow_twin and has_newborn_only(workspace, name)
    if name_is_taken(workspace, name) and not twin:
        raise SlackError("name_taken")
    now = workspace.seconds()
    room = Channel(
        id=workspace.mint_id("C"),
        name=name,
        creator=user,
        created=now,
        updated=now,
        is_private=is_private,
        members={user: None},
    )
    workspace.channels[room.id] = room
    workspace.changed("channel", channel=room.id, user=user)
    if not is_private:
        workspace.happened(_created_event(workspace, room))
    _tell_joined(workspace, room, user, inviter=None)
    return room


def _created_event(workspace: Workspace, room: Channel) -> Json:
    return {
        "type": "channel_created",
        "channel": {
            "id": room.id,
            "name": room.name,
            "name_normalized": room.name,
            "created": room.created,
            "creator": room.creator,
            "is_channel": True,
        },
        "event_ts": workspace.mint_event_ts(),
    }


def join(workspace: Workspace, room: Channel, user: str, *, inviter: str | None = None) -> None:
    """Make somebody a member, by themselves or invited."""
    room.members[user] = None
    text = f"<@{user}> has joined the channel"
    facts: Json = {"inviter": inviter} if inviter else {}
    notice(workspace, room, "channel_join", user=user, text=text, **facts)
    _tell_joined(workspace, room, user, inviter=inviter)


def _tell_joined(workspace: Workspace, room: Channel, user: str, *, inviter: str | None) -> None:
    workspace.changed("channel", channel=room.id, user=user)
    event = _member_event(workspace, "member_joined_channel", room, user)
    if inviter:
        event["inviter"] = inviter
    workspace.happened(event, room)


def leave(workspace: Workspace, room: Channel, user: str, *, by: str | None = None) -> None:
    """End somebody's membership: they leave, or are removed `by` another."""
    notice(workspace, room, "channel_leave", user=user, text=f"<@{user}> has left the channel")
    workspace.happened(_member_event(workspace, "member_left_channel", room, user), room)
    room.members.pop(user, None)
    workspace.changed("channel", channel=room.id, user=user)
    if user == workspace.bot.user_id:
        workspace.happened(
            {
                "type": "group_left" if room.is_private else "channel_left",
                "channel": room.id,
                "actor_id": by or user,
                "event_ts": workspace.mint_event_ts(),
            },
            room,
        )


def _member_event(workspace: Workspace, kind: str, room: Channel, user: str) -> Json:
    return {
        "type": kind,
        "user": user,
        "channel": room.id,
        "channel_type": "G" if room.is_private else "C",
        "team": workspace.team.id,
        "event_ts": workspace.mint_event_ts(),
    }


def set_topic(workspace: Workspace, room: Channel, topic: str, *, user: str) -> None:
    """Set the topic and say so in the channel."""
    _check_length(topic)
    room.topic = {"value": topic, "creator": user, "last_set": workspace.seconds()}
    text = f"<@{user}> set the channel topic: {topic}"
    notice(workspace, room, "channel_topic", user=user, text=text, topic=topic)
    _touch(workspace, room)


def set_purpose(workspace: Workspace, room: Channel, purpose: str, *, user: str) -> None:
    """Set the purpose and say so in the channel."""
    _check_length(purpose)
    room.purpose = {"value": purpose, "creator": user, "last_set": workspace.seconds()}
    text = f"<@{user}> set the channel purpose: {purpose}"
    notice(workspace, room, "channel_purpose", user=user, text=text, purpose=purpose)
    _touch(workspace, room)


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TOPIC:
        raise SlackError("too_long")


def rename(workspace: Workspace, room: Channel, name: str, *, user: str) -> None:
    """Rename a channel; capitals and spaces are corrected, not refused (contract §2.1)."""
    name = name.lower().replace(" ", "-")
    check_name(name)
    if name_is_taken(workspace, name, by_other_than=room.id):
        raise SlackError("name_taken")
    old, room.name = room.name, name
    if old == name:
        return
    room.previous_names.insert(0, old)
    text = f'<@{user}> has renamed the channel from "{old}" to "{name}"'
    notice(workspace, room, "channel_name", user=user, text=text, old_name=old, name=name)
    _touch(workspace, room)
    workspace.happened(
        {
            "type": "group_rename" if room.is_private else "channel_rename",
            "channel": {
                "id": room.id,
                "name": name,
                "name_normalized": name,
                "created": room.created,
                "is_channel": True,
                "is_mpim": False,
            },
            "event_ts": workspace.mint_event_ts(),
        },
        room,
    )


def archive(workspace: Workspace, room: Channel, *, user: str) -> None:
    """Archive a channel, which ejects the app (contract §1.3, §1.6)."""
    notice(workspace, room, "channel_archive", user=user, text=f"<@{user}> archived the channel")
    room.is_archived = True
    _tell_archived(workspace, room, "archive", user)
    room.members.pop(workspace.bot.user_id, None)
    _touch(workspace, room)


def unarchive(workspace: Workspace, room: Channel, *, user: str) -> None:
    """Unarchive a channel; the app does not become a member again."""
    room.is_archived = False
    notice(
        workspace, room, "channel_unarchive", user=user, text=f"<@{user}> un-archived the channel"
    )
    _tell_archived(workspace, room, "unarchive", user)
    _touch(workspace, room)


def _tell_archived(workspace: Workspace, room: Channel, what: str, user: str) -> None:
    workspace.happened(
        {
            "type": f"group_{what}" if room.is_private else f"channel_{what}",
            "channel": room.id,
            "user": user,
            "is_moved": 0,
            "event_ts": workspace.mint_event_ts(),
        },
        room,
    )


def _touch(workspace: Workspace, room: Channel) -> None:
    room.updated = workspace.seconds()
    workspace.changed("channel", channel=room.id)


def as_slack(workspace: Workspace, room: Channel) -> Json:
    """The channel as the app sees it."""
    return shapes.channel(workspace, room, viewer=workspace.bot.user_id)
