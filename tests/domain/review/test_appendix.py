"""Who took part, by name, and everything that was recorded or said."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain.review.compiling import compiled
from tests.domain.review.reading import (
    facts,
    recorded,
    rows,
    said,
    section,
    shown,
    table,
    whole_incident,
)
from tests.domain.vocabulary import BOB, CLEO, DAN, with_room


def test_the_participants_are_named_beside_their_parts() -> None:
    story, messages = whole_incident()

    assert table(section(story, "appendix", *messages), "Participants") == [
        ["commander 1", "Ann Arbor", "Commander"],
        ["commander 2", "Cleo Park", "Commander"],
        ["the operations responder", "Bob Stone", "Operations"],
        ["responder 1", "Dan Frost", ""],
    ]


def test_everything_that_was_recorded_or_said_is_in_the_full_log() -> None:
    story = with_room()
    story.do(c.PersonEntered(user=BOB))
    messages = [said(story, CLEO, f"line {n}", f"1767614460.00{n:04}") for n in range(30)]

    log = rows(section(story, "appendix", *messages))

    assert [row.text for row in log if row.kind == "message"] == [f"line {n}" for n in range(30)]
    assert any(row.text == "Responder 1 joined the room." for row in log)


def test_a_person_who_only_spoke_takes_part_too() -> None:
    story = with_room()

    people = table(section(story, "appendix", said(story, DAN, "hello")), "Participants")

    assert people == [["the commander", "Ann Arbor", "Commander"], ["responder 1", "Dan Frost", ""]]


def test_somebody_whose_name_is_not_known_keeps_their_id() -> None:
    story = with_room(by="UNEW")
    assert table(section(story, "appendix"), "Participants") == [
        ["the commander", "UNEW", "Commander"]
    ]


def test_apps_and_muster_itself_are_no_participants() -> None:
    story = with_room()
    record = replace(
        recorded(story, said(story, "B0T", "disk 97 %"), said(story, "UME", "card")),
        apps=frozenset({"B0T"}),
        itself=frozenset({"UME"}),
    )

    appendix = compiled(record).sections[-1]

    assert [row.who for row in rows(appendix) if row.kind == "message"] == ["An app", "Muster"]
    assert [row[1] for row in table(appendix, "Participants")] == ["Ann Arbor"]


def test_it_says_how_much_it_was_made_from() -> None:
    story = with_room()

    part = {label: shown(cell) for label, cell in facts(section(story, "appendix")).items()}

    assert part == {
        "Events": str(len(story.record)),
        "Messages of the room": "none in the log",
        "Compiled": "12:00",
    }


def test_responders_are_listed_in_the_order_of_their_numbers() -> None:
    story = with_room()
    for n in range(12):
        story.do(c.PersonEntered(user=f"U{n:03}"))

    parts = [row[0] for row in table(section(story, "appendix"), "Participants")]

    assert parts == ["the commander", *(f"responder {n}" for n in range(1, 13))]


def test_what_this_version_does_not_understand_is_said() -> None:
    story = with_room()
    story.incident_or_none = replace(story.incident, holds_unknown=True)

    assert "Not understood" in facts(section(story, "appendix"))
