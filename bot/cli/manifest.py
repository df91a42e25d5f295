"""`muster manifest`: the Slack app's manifest, with exactly the scopes and events the code uses.

A test collects every Web API method that is called and every event that is handled, and compares
them with what stands here, both ways.
"""

import argparse
import sys
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.cli import Problem
from bot.cli.settings import read_settings

SCOPES = {
    "bookmarks:read": "see whether the room has its bookmark already",
    "bookmarks:write": "bookmark the incident's page in its room",
    "channels:history": "keep the timeline of public rooms, and look up a post in doubt",
    "channels:join": "join the feed channel",
    "channels:manage": "make public rooms, invite people, set the topic",
    "channels:read": "see which rooms are Muster's, and who joins and leaves",
    "chat:write": "post and edit messages",
    "commands": "the slash command, the message menu and forms",
    "groups:history": "keep the timeline of private rooms",
    "groups:read": "as channels:read, for private rooms",
    "groups:write": "as channels:manage, for private rooms",
    "im:history": "look up a direct message in doubt",
    "im:write": "answer by direct message where there is no other way",
    "pins:read": "hear of pins, which mark a message for the timeline",
    "pins:write": "pin the card",
    "reactions:read": "hear of reactions, which mark a message for the timeline",
    "reactions:write": "confirm a mark with a reaction",
    "usergroups:read": "call the people of a user group",
    "users:read": "know names and time zones, and who is a guest",
}
"""Each bot scope with what it is needed for."""

EVENTS = (
    "app_home_opened",
    "channel_archive",
    "channel_deleted",
    "channel_id_changed",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "pin_added",
    "pin_removed",
    "reaction_added",
    "reaction_removed",
    "team_join",
    "user_change",
)

SHORTCUTS = (
    ("Declare incident", "declare_from_message", "Declare an incident from this message"),
    ("Add to timeline", "add_to_timeline", "Keep this message in the incident's timeline"),
)
"""The message menu: what it says, its callback_id, and what it does."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Socket Mode unless an address is given."""
    parser.add_argument(
        "--http",
        metavar="URL",
        help="let Slack deliver to this public address of Muster, as in https://muster.example.org;"
        " without it, Socket Mode needs no public address",
    )
    parser.epilog = (
        "Paste it at https://api.slack.com/apps → Create New App → From a manifest. "
        "`muster docs install` leads through all of it."
    )


def run(parsed: argparse.Namespace) -> int:
    """Print the manifest as YAML."""
    if parsed.http is not None and urlsplit(parsed.http).scheme != "https":
        raise Problem(f"Slack delivers to https:// addresses only, and this is {parsed.http!r}.")
    sys.stdout.write(as_yaml(manifest(read_settings().command, http=parsed.http)))
    return 0


def as_yaml(document: dict[str, Any]) -> str:
    """Write it the way Slack's own page shows it."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    return text


def manifest(command: str, *, http: str | None = None) -> dict[str, Any]:
    """Return the manifest for a command word; `http` is the public address for HTTP delivery."""
    request_url = f"{http.rstrip('/')}/slack/events" if http else None
    delivered: dict[str, Any] = {"request_url": request_url} if request_url else {}
    slash: dict[str, Any] = {"url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Muster",
            "description": "Carries an incident from its declaration to its review",
            "background_color": "#1f2a44",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Muster", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    **slash,
                    "description": "Declare an incident, or work on one",
                    "usage_hint": "declare checkout is down --sev 2",
                    "should_escape": True,
                }
            ],
            "shortcuts": [
                {"name": name, "type": "message", "callback_id": key, "description": does}
                for name, key, does in SHORTCUTS
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**delivered, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **delivered},
            "org_deploy_enabled": False,
            "socket_mode_enabled": http is None,
            "token_rotation_enabled": False,
        },
    }
