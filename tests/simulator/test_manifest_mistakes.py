"""Mistakes in a manifest: names nearly right, the wrong way in, what is too long for Slack."""

from bot.simulator.manifest import mistaken_way, read


def test_names_that_are_nearly_right_come_with_the_right_ones() -> None:
    notes = read(
        {
            "oauth_config": {"scopes": {"bot": ["chat:wirte"]}},
            "settings": {"event_subscriptions": {"bot_events": ["reaction_aded"]}},
        }
    ).notes

    assert any(each.endswith("Did you mean chat:write?") for each in notes)
    assert any(each.endswith("Did you mean reaction_added?") for each in notes)


def test_the_wrong_way_in_is_told() -> None:
    """Socket Mode on with --http, and off without."""
    on, off = ({"settings": {"socket_mode_enabled": each}} for each in (True, False))

    assert "nothing to the --http address" in " ".join(mistaken_way(on, over_http=True))
    assert "opens no socket" in " ".join(mistaken_way(off, over_http=False))
    assert mistaken_way(on, over_http=False) == mistaken_way(off, over_http=True) == ()
    assert mistaken_way({}, over_http=True) == mistaken_way({}, over_http=False) == ()


def test_what_is_too_long_is_told_with_its_place() -> None:
    """§7.1: the figures beside the sample."""
    shortcut = {"name": "n" * 24, "type": "global", "callback_id": "c", "description": "d"}
    document = {
        "display_information": {
            "name": "n" * 36,
            "description": "d" * 140,
            "long_description": "Tea for all.",
        },
        "features": {
            "bot_user": {"display_name": "b" * 81},
            "slash_commands": [{"command": "/" + "c" * 31}, {"command": "/" + "c" * 32}],
            "shortcuts": [shortcut, {**shortcut, "name": "n" * 25, "type": "gesture"}],
            "unfurl_domains": [f"{number}.example.com" for number in range(6)],
        },
        "oauth_config": {"scopes": {"bot": ["commands"]}},
    }

    assert read(document).notes == (
        "display_information.name has 36 characters: Slack takes at most 35.",
        "display_information.long_description has 12 characters: Slack takes at least 175.",
        "features.bot_user.display_name has 81 characters: Slack takes at most 80.",
        "features.slash_commands.1.command has 33 characters: Slack takes at most 32.",
        "features.shortcuts.1.name has 25 characters: Slack takes at most 24.",
        "features.unfurl_domains has 6 items: Slack takes at most 5.",
        "features.shortcuts.1.type is gesture: a shortcut is global or message.",
    )
    assert len(read(document).commands) == 2
