"""How it came to be noticed."""

import pytest

from bot.domain import commands as c
from bot.domain.values import Source, Text
from tests.domain.review.reading import facts, section, shown
from tests.domain.vocabulary import MONDAY_NOON, declared, minutes


def test_it_says_how_it_was_noticed_and_when() -> None:
    story = declared(
        c.Declare(
            title=Text("x"),
            source="message",
            source_link="https://acme.slack.com/archives/C1/p1",
            started_at=MONDAY_NOON - minutes(10),
            number=42,
        )
    )

    part = facts(section(story, "detection"))

    assert {label: shown(cell) for label, cell in part.items()} == {
        "Known through": "a person declared it from a message",
        "Started": "11:50",
        "Detected": "12:00",
        "Declared": "12:00",
    }
    assert part["Known through"].link == "https://acme.slack.com/archives/C1/p1"


def test_a_start_that_nobody_recorded_is_not_known() -> None:
    assert shown(facts(section(declared(), "detection"))["Started"]) == "not known"


@pytest.mark.parametrize("source", ["user", "message", "alert", "terminal"])
def test_every_source_has_its_words(source: Source) -> None:
    story = declared(c.Declare(title=Text("x"), source=source, number=42))

    assert facts(section(story, "detection"))["Known through"].text


def test_a_link_that_is_a_script_leads_nowhere() -> None:
    story = declared(c.Declare(title=Text("x"), source_link="javascript:alert(1)", number=42))

    assert facts(section(story, "detection"))["Known through"].link == ""
