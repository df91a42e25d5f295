"""Which events the app receives, and the envelope Slack puts around them (§4.3, §5)."""

from collections.abc import Iterator

from bot.simulator.model import Channel, Json
from bot.simulator.workspace import Workspace

# message events are subscribed to, and scoped, by the kind of channel they happen in
MESSAGE_NEEDS = {
    "channel": ("message.channels", "channels:history"),
    "group": ("message.groups", "groups:history"),
    "im": ("message.im", "im:history"),
    "mpim": ("message.mpim", "mpim:history"),
}
PUBLIC_READ, PRIVATE_READ = "channels:read", "groups:read"
# event → its scopes, any of which is enough; None when it needs none
NEEDS: dict[str, tuple[str, ...] | None] = {
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "channel_created": (PUBLIC_READ,),
    "channel_archive": (PUBLIC_READ,),
    "channel_unarchive": (PUBLIC_READ,),
    "channel_rename": (PUBLIC_READ,),
    "channel_left": (PUBLIC_READ,),
    "group_archive": (PRIVATE_READ,),
    "group_unarchive": (PRIVATE_READ,),
    "group_rename": (PRIVATE_READ,),
    "group_left": (PRIVATE_READ,),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "file_shared": ("files:read",),
    "file_created": ("files:read",),
    "file_public": ("files:read",),
    "file_change": ("files:read",),
    "file_deleted": ("files:read",),
    "link_shared": ("links:read",),
    "subteam_created": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "subteam_members_changed": ("usergroups:read",),
    "app_home_opened": None,
    "tokens_revoked": None,
    "app_uninstalled": None,
}
NEVER = {  # events that Slack has and that never come here, and why
    "channel_deleted": "channels are archived here, and never deleted",
    "group_deleted": "channels are archived here, and never deleted",
    "channel_id_changed": "no channel is moved to another workspace",
    "message_metadata_posted": "one app is here, whose metadata come with its own messages",
    "message_metadata_updated": "one app is here, whose metadata come with its own messages",
    "message_metadata_deleted": "one app is here, whose metadata come with its own messages",
    "user_profile_changed": "user_change says the same",
    "function_executed": "no workflows run here, so no step of one asks the app for anything",
}
SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes under which somebody says something; all others tell what became of it."""
LAST_WORDS = frozenset({"tokens_revoked", "app_uninstalled"})  # to an app that is taken out
# these reach the app from every public channel; the others only where it is a member
WORKSPACE_WIDE = frozenset(
    {
        "channel_created",
        "channel_archive",
        "channel_unarchive",
        "channel_rename",
        "channel_left",
        "group_left",
        "link_shared",
    }
)


def addressed(workspace: Workspace, event: Json, room: Channel | None) -> Iterator[Json]:
    """The events the app receives for one: none, the same, or a message with its app_mention."""
    bot = workspace.bot
    kind = str(event["type"])
    if not bot.is_installed and kind not in LAST_WORDS:
        return
    inside = room is None or room.is_member(bot.user_id) or kind in WORKSPACE_WIDE
    if not inside:
        return
    if kind == "message":
        yield from _message(workspace, event, room)
    elif kind.startswith("member_"):
        scope = PRIVATE_READ if room is not None and room.is_private else PUBLIC_READ
        if _wants(workspace, kind, (scope,)):
            yield event
    elif _wants(workspace, kind, NEEDS.get(kind)):
        yield event


def _message(workspace: Workspace, event: Json, room: Channel | None) -> Iterator[Json]:
    bot = workspace.bot.user_id
    subscription, scope = MESSAGE_NEEDS[event["channel_type"]]
    if _wants(workspace, subscription, (scope,)):
        yield event
    mentioned = f"<@{bot}>" in event.get("text", "") and event.get("subtype") in SPOKEN
    in_dm = room is not None and room.kind == "im"
    by_itself = event.get("user") == bot
    if mentioned and not in_dm and not by_itself:
        if not _wants(workspace, "app_mention", ("app_mentions:read",)):
            return
        mention = {key: value for key, value in event.items() if key != "channel_type"}
        yield {**mention, "type": "app_mention"}


def _wants(workspace: Workspace, subscription: str, scopes: tuple[str, ...] | None) -> bool:
    app = workspace.app
    subscribed = app.events is None or subscription in app.events
    return subscribed and (scopes is None or not workspace.scopes.isdisjoint(scopes))


def rate_limited(workspace: Workspace) -> Json:
    """The app_rate_limited notice, which has no envelope (§1.2)."""
    return {
        "token": workspace.app.verification_token,
        "type": "app_rate_limited",
        "team_id": workspace.team.id,
        "minute_rate_limited": workspace.seconds() // 60 * 60,
        "api_app_id": workspace.app.id,
    }


def envelope(workspace: Workspace, event: Json, event_id: str) -> Json:
    """The outer body of the Events API."""
    app = workspace.app
    return {
        "token": app.verification_token,
        "team_id": workspace.team.id,
        "context_team_id": workspace.team.id,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": workspace.seconds(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team.id,
                "user_id": workspace.bot.user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
