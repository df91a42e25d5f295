"""Whoever is let into a private incident is reminded that it is private, wherever it is named."""

from dataclasses import replace
from typing import Any

import pytest

from bot.slack.messages.lists import titled
from tests.slack.messages import every, stories
from tests.slack.messages.stories import listed, whole

TITLE = "Checkout is down"
MARKS = ("PRIVATE", "🔒", "private)", "Private")
PUBLIC = ("feed", "announcement")
"""Where no private incident comes to."""
TELLING = sorted(set(stories.STORIES) - {"hostile"})


@pytest.mark.parametrize("name", TELLING)
def test_where_its_title_stands_it_says_that_it_is_private(name: str) -> None:
    story = stories.STORIES[name]()
    story.incident_or_none = replace(story.incident, private=True)
    bare = [
        f"{where}: {part}"
        for where, message in [*every.messages(story), *every.views(story)]
        if not where.startswith(PUBLIC)
        for part in _parts(message)
        if TITLE in part and not any(mark in part for mark in MARKS)
    ]
    assert not bare, "\n".join(bare)


def test_in_a_list_the_sign_goes_before_the_name() -> None:
    row = listed(stories.private_drill())
    assert titled(row) == "🔔 DRILL · 🔒 *INC-42* Checkout is down"


def _parts(message: dict[str, Any]) -> list[str]:
    """Return the notification, which is read alone, and what stands in the message."""
    shown = {key: value for key, value in message.items() if key != "text"}
    return [str(message.get("text") or ""), whole(shown)]
