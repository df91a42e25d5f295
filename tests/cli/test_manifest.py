"""The manifest asks for exactly what the code uses: collected from the code, compared both ways."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import bot.slack
from bot.__main__ import main
from bot.cli.manifest import EVENTS, SCOPES, SHORTCUTS, manifest
from bot.slack.commands import SHORTCUTS as HANDLED_SHORTCUTS
from bot.slack.events import FAMILIES

# What Slack's method pages say a bot needs, for what Muster does with each method: rooms are public
# or private channels, and people are told things in direct messages.
NEEDS: dict[str, set[str]] = {
    "auth.test": set(),
    "bookmarks.add": {"bookmarks:write"},
    "bookmarks.list": {"bookmarks:read"},
    "bookmarks.remove": {"bookmarks:write"},
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.archive": {"channels:manage", "groups:write"},
    "conversations.create": {"channels:manage", "groups:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.invite": {"channels:manage", "groups:write"},
    "conversations.join": {"channels:join"},
    "conversations.list": {"channels:read"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "conversations.rename": {"channels:manage", "groups:write"},
    "conversations.replies": {"channels:history", "groups:history"},
    "conversations.setTopic": {"channels:manage", "groups:write"},
    "pins.add": {"pins:write"},
    "pins.list": {"pins:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "usergroups.users.list": {"usergroups:read"},
    "users.conversations": {"channels:read", "groups:read"},
    "users.info": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
EVENT_NEEDS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read"},
    "channel_left": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_left": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "pin_added": {"pins:read"},
    "pin_removed": {"pins:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}
FAMILIES_OF_METHODS = (
    "admin|api|apps|assistant|auth|bookmarks|bots|canvases|chat|conversations|dnd|emoji|files"
    "|links|pins|reactions|reminders|search|team|usergroups|users|views"
)
METHOD = re.compile(rf"({FAMILIES_OF_METHODS})(\.[a-z][A-Za-z]*)+")
SLACK = Path(bot.slack.__file__).parent


def methods_called() -> set[str]:
    """Every text in the code of `bot.slack` that names a method of the Web API."""
    return {
        text
        for file in SLACK.rglob("*.py")
        for text in texts_in(ast.parse(file.read_text()))
        if METHOD.fullmatch(text)
    }


def texts_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_method_that_is_called_is_known_with_what_it_needs() -> None:
    assert methods_called() <= NEEDS.keys()


def test_the_scopes_are_exactly_those_that_methods_events_and_commands_need() -> None:
    used = set().union(*(NEEDS[method] for method in methods_called()))
    heard = set().union(*(EVENT_NEEDS[event] for event in EVENTS))
    assert set(SCOPES) == used | heard | {"commands"}


def test_the_events_are_exactly_those_that_are_handled() -> None:
    handled = set(FAMILIES) - {"message"} | {"message.channels", "message.groups"}
    assert set(EVENTS) == handled


def test_the_message_menu_is_exactly_what_is_handled() -> None:
    assert {key for _, key, _ in SHORTCUTS} == set(HANDLED_SHORTCUTS)


def test_slack_would_take_its_lengths() -> None:
    made = manifest("/incident")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_it_is_printed_for_socket_mode(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_COMMAND", "/outage")
    assert main(["manifest"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    assert printed["settings"]["socket_mode_enabled"] is True
    command = printed["features"]["slash_commands"][0]
    assert command["command"] == "/outage"
    assert command["should_escape"] is True
    assert "url" not in command


def test_it_is_printed_for_http(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--http", "https://muster.example.org/"]) == 0
    printed = yaml.safe_load(capsys.readouterr().out)
    address = "https://muster.example.org/slack/events"
    assert printed["settings"]["socket_mode_enabled"] is False
    assert printed["settings"]["event_subscriptions"]["request_url"] == address
    assert printed["settings"]["interactivity"]["request_url"] == address
    assert printed["features"]["slash_commands"][0]["url"] == address


def test_slack_delivers_to_https_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--http", "http://muster.example.org"]) == 1
    assert "https://" in capsys.readouterr().err
