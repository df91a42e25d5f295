"""Mistakes in a manifest that Slack does not tell of: names nearly right, the wrong way in."""

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
