"""Whatever state an incident is in, Slack takes every message made of it."""

import json

import pytest

from bot.simulator.blocks import problems_in_message, problems_in_view, text_length
from tests.slack.messages.every import messages, views
from tests.slack.messages.stories import STORIES, buttons

MOST_CHARACTERS = 10_000


@pytest.mark.parametrize("name", STORIES)
def test_slack_takes_every_message_of_every_state(name: str) -> None:
    for which, message in messages(STORIES[name]()):
        assert problems_in_message(message.get("blocks", [])) == [], which
        assert text_length(message.get("blocks", [])) <= MOST_CHARACTERS, which
        assert 0 < len(message["text"]) <= 300, which


@pytest.mark.parametrize("name", STORIES)
def test_slack_takes_every_view_of_every_state(name: str) -> None:
    for which, view in views(STORIES[name]()):
        assert problems_in_view(view) == [], which


@pytest.mark.parametrize("name", STORIES)
def test_no_message_has_two_buttons_of_one_name_in_a_block(name: str) -> None:
    for which, message in messages(STORIES[name]()):
        for block in message.get("blocks", []):
            names = [each["action_id"] for each in buttons(block)]
            assert len(names) == len(set(names)), which


@pytest.mark.parametrize("name", STORIES)
def test_the_same_state_makes_the_same_message(name: str) -> None:
    once, again = ([json.dumps(m) for m in messages(STORIES[name]())] for _ in range(2))
    assert once == again
