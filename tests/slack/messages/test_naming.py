"""Rooms have legal names, and topics say the state in plain words."""

from dataclasses import replace

import pytest

from bot.domain.process import Process
from bot.domain.values import Text
from bot.slack.messages.naming import names_room_of, room_name, topic
from tests.slack.messages import stories

INCIDENT = stories.room_ready().incident


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Checkout is down!", "inc-42-checkout-is-down"),
        ("<!channel> @here", "inc-42-channel-here"),
        ("Zahlung schlägt fehl", "inc-42-zahlung-schlagt-fehl"),
        ("支払いができない", "inc-42"),
        ("🔥🔥🔥", "inc-42"),
        ("<" * 120, "inc-42"),
        ("---", "inc-42"),
        ("x" * 120, "inc-42-" + "x" * 60),
        ("a\nb\u202ec", "inc-42-a-bc"),
    ],
)
def test_any_title_makes_a_legal_name(title: str, name: str) -> None:
    assert room_name(replace(INCIDENT, title=Text(title))) == name


def test_a_later_room_has_its_number_behind() -> None:
    assert room_name(INCIDENT, 2) == "inc-42-checkout-is-down-2"
    assert len(room_name(replace(INCIDENT, number=10**60, title=Text("x" * 120)), 19)) <= 80
    assert room_name(replace(INCIDENT, number=10**60), 19).endswith("-19")


def test_the_name_of_a_private_room_says_nothing() -> None:
    assert room_name(stories.private_drill().incident) == "inc-42"


def test_the_topic_says_severity_status_and_lead_without_times() -> None:
    assert topic(INCIDENT, Process(), "Ann") == "SEV1 · triage · Ann commands"
    assert topic(INCIDENT, Process(), None) == "SEV1 · triage · no commander yet"
    drill = stories.private_drill().incident
    assert topic(drill, Process(), "Ann") == "DRILL · SEV1 · triage · Ann commands"


def test_a_hostile_name_in_the_topic_is_words_only() -> None:
    assert topic(INCIDENT, Process(), "<!channel>\n\u202e Ann &") == (
        "SEV1 · triage · !channel Ann commands"
    )


def test_a_room_is_known_by_its_number_whatever_its_title_was() -> None:
    assert names_room_of(INCIDENT, "inc-42-another-title-2")
    assert names_room_of(INCIDENT, "inc-42")
    assert not names_room_of(INCIDENT, "inc-421-checkout-is-down")
    assert not names_room_of(INCIDENT, "inc-4")
