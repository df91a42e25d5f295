"""What happens in Slack, as far as it concerns incidents: one file for each family of events."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.desk import Desk
from bot.slack.events import home, membership, messages, people, pins, reactions, rooms

Raw = Mapping[str, Any]
"""An event as Slack sent it; each family makes a value of it before anything else."""

FAMILIES: Mapping[str, Callable[[Desk, str, Raw], Awaitable[None]]] = {
    "message": messages.take,
    "reaction_added": reactions.take,
    "reaction_removed": reactions.take,
    "pin_added": pins.take,
    "pin_removed": pins.take,
    "member_joined_channel": membership.take,
    "member_left_channel": membership.take,
    "channel_left": membership.take_removal,
    "group_left": membership.take_removal,
    "channel_rename": rooms.take,
    "group_rename": rooms.take,
    "channel_archive": rooms.take,
    "group_archive": rooms.take,
    "channel_unarchive": rooms.take,
    "group_unarchive": rooms.take,
    "channel_deleted": rooms.take,
    "group_deleted": rooms.take,
    "channel_id_changed": rooms.take_move,
    "app_home_opened": home.take,
    "user_change": people.take,
    "team_join": people.take,
}
"""Everything else is acknowledged unread."""


async def take(desk: Desk, body: Mapping[str, Any]) -> None:
    """Take one event; returns once what it caused is committed.

    Raises:
        DatabaseAway: nothing was recorded; Slack delivers it again.
    """
    event = body["event"]
    family = FAMILIES.get(event["type"])
    if family is not None and _concerns(desk.me.workspace, body):
        await family(desk, desk.me.workspace, event)


def _concerns(workspace: str, body: Mapping[str, Any]) -> bool:
    """Whether this was seen by our installation: others of the same app may deliver here, too."""
    seen_by = {one.get("team_id") for one in body.get("authorizations") or ()}
    named = (seen_by or {body.get("team_id")}) - {None}
    return not named or workspace in named
