"""The words as a whole: each is documented, reachable by button, and found by its name."""

import re
from pathlib import Path

import pytest

from bot.slack import commands
from bot.slack.commands import SHORTCUTS, WORDS
from bot.slack.messages import card_buttons
from bot.slack.typed import BadUsage
from bot.slack.words import BY_NAME, word_named
from tests.slack.messages import stories

SOURCES = Path(commands.__file__).parents[1]


def test_names_are_told_apart_and_usages_begin_with_them() -> None:
    assert len(BY_NAME) == len(WORDS)
    for word in WORDS:
        assert word.usage.split(" ")[0] == word.name
        assert word.does.endswith((".", "…"))
        assert len(word.does) < 100, "help stays readable on a phone"


def test_every_button_that_names_a_word_names_one_that_exists() -> None:
    named = set()
    for path in SOURCES.rglob("*.py"):
        text = path.read_text()
        named |= set(re.findall(r'"word:([a-z]+)', text))
        named |= set(re.findall(r'word_button\(\s*"[^"]+",\s*"([a-z]+)', text))
    assert named
    assert named <= set(BY_NAME)


@pytest.mark.parametrize(
    "told", [stories.room_ready, stories.after_resolve, stories.after_close, stories.declined]
)
def test_the_card_offers_words_that_exist(told: object) -> None:
    assert callable(told)
    for row in card_buttons.words(told().incident):
        assert set(row) <= set(BY_NAME)


def test_words_are_found_whatever_their_case_and_the_nearest_is_suggested() -> None:
    assert word_named("Update", "/incident").name == "update"
    with pytest.raises(BadUsage, match="Did you mean `/incident severity`"):
        word_named("severty", "/incident")
    with pytest.raises(BadUsage, match=r"There is no word “zzz”\. `/inc help`"):
        word_named("zzz", "/inc")


def test_the_message_menu_is_complete() -> None:
    assert set(SHORTCUTS) == {"add_to_timeline", "declare_from_message"}
