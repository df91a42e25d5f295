"""Who took part in which role."""

from dataclasses import replace

from bot.domain import commands as c
from bot.domain.review.compiling import compiled
from bot.domain.review.document import Paragraph
from bot.domain.values import Text
from tests.domain.review.reading import captions, facts, recorded, section, shown, table
from tests.domain.vocabulary import ANN, BOB, CLEO, minutes, with_room


def test_each_role_has_its_holder_with_from_and_until() -> None:
    story = with_room()
    story.now += minutes(5)
    story.do(c.TakeRole(role="scribe"), BOB)
    story.now += minutes(5)
    story.do(c.TakeRole(role="commander", over=True), CLEO)
    story.now += minutes(5)
    story.do(c.DropRole(role="scribe"), BOB)

    assert table(section(story, "response"), "Roles") == [
        ["Commander", "commander 1", "12:00", "12:10"],
        ["Scribe", "the scribe", "12:05", "12:15"],
        ["Commander", "commander 2", "12:10", "to the end"],
    ]


def test_a_role_of_many_is_held_side_by_side() -> None:
    story = with_room()
    story.do(c.TakeRole(role="expert"), BOB)
    story.do(c.TakeRole(role="expert"), CLEO)

    held = [row[:2] for row in table(section(story, "response"), "Roles")[1:]]
    assert held == [
        ["Subject-matter expert", "subject-matter expert 1"],
        ["Subject-matter expert", "subject-matter expert 2"],
    ]


def test_time_without_a_commander_is_counted() -> None:
    story = with_room()
    story.now += minutes(5)
    story.do(c.DropRole(role="commander"), ANN)
    story.now += minutes(20)
    story.do(c.TakeRole(role="commander"), BOB)
    story.now += minutes(5)

    assert shown(facts(section(story, "response"))["Without a commander"]) == "20 min"


def test_where_somebody_always_led_it_says_so() -> None:
    assert shown(facts(section(with_room(), "response"))["Without a commander"]) == "at no time"


def test_a_handover_is_counted_and_an_acknowledgement_has_its_time() -> None:
    story = with_room()
    story.now += minutes(2)
    story.do(c.OfferHandover(to=BOB))
    story.do(c.AcceptHandover(), BOB)

    part = facts(section(story, "response"))

    assert shown(part["Command handed over"]) == "1 time"
    assert shown(part["Acknowledged"]) == "12:02"


def test_changes_of_severity_stand_with_their_reason() -> None:
    story = with_room()
    story.do(c.SetSeverity(severity="sev1", reason=Text("all regions")), BOB)
    story.do(c.SetSeverity(severity="sev2"))

    assert table(section(story, "response"), "Changes of severity") == [
        ["12:00", "responder 1", "SEV3", "SEV1", "all regions"],
        ["12:00", "the commander", "SEV1", "SEV2", "no reason given"],
    ]
    assert "Changes of severity" not in captions(section(with_room(), "response"))


def test_where_nobody_took_a_role_it_says_so() -> None:
    record = recorded(with_room())
    without = replace(record, events=record.events[:1])

    response = next(part for part in compiled(without).sections if part.key == "response")

    assert Paragraph(text="Nobody took a role.") in response.blocks
