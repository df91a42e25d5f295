"""People appear by the part that they played, from the first line to the last."""

from dataclasses import replace

import pytest

from bot.domain import commands as c
from bot.domain.review.people import People
from bot.domain.values import MUSTER
from tests.domain.review.reading import recorded
from tests.domain.vocabulary import ANN, BOB, CLEO, DAN, Story, with_room


def people(story: Story) -> People:
    return People(record=recorded(story))


def test_a_part_that_one_person_played_needs_no_number() -> None:
    story = with_room()
    story.do(c.TakeRole(role="scribe"), BOB)

    parts = people(story)

    assert (parts.who(ANN), parts.who(BOB)) == ("the commander", "the scribe")


def test_a_part_that_went_from_one_to_another_is_numbered_in_that_order() -> None:
    story = with_room()
    story.do(c.TakeRole(role="commander", over=True), BOB)

    parts = people(story)

    assert (parts.who(ANN), parts.who(BOB)) == ("commander 1", "commander 2")


def test_who_played_several_parts_is_called_by_the_last() -> None:
    story = with_room()
    story.do(c.TakeRole(role="deputy"), BOB)
    story.do(c.TakeRole(role="scribe"), BOB)

    assert people(story).who(BOB) == "the scribe"


def test_nobody_is_called_an_operations() -> None:
    story = with_room()
    story.do(c.TakeRole(role="operations"), BOB)
    story.do(c.TakeRole(role="communications"), CLEO)

    parts = people(story)

    assert parts.who(BOB) == "the operations responder"
    assert parts.who(CLEO) == "the communications responder"


def test_others_are_numbered_as_they_are_mentioned_and_keep_their_number() -> None:
    parts = people(with_room())

    assert [parts.who(user) for user in (DAN, BOB, DAN)] == [
        "responder 1",
        "responder 2",
        "responder 1",
    ]


def test_a_role_that_the_organisation_no_longer_has_still_has_a_name() -> None:
    story = with_room()
    story.incident_or_none = replace(story.incident, played={BOB: ("watchman",)})

    assert people(story).who(BOB) == "the watchman"


def test_the_bot_and_apps_are_no_people() -> None:
    story = with_room()
    record = replace(recorded(story), apps=frozenset({"B1"}), itself=frozenset({"UME"}))

    parts = People(record=record)

    assert [parts.who(user) for user in (MUSTER.user, "UME", "B1", "")] == [
        "Muster",
        "Muster",
        "an app",
        "an app",
    ]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@UANN> restarts it", "the commander restarts it"),
        ("ask <@UBOB|bob>", "ask responder 1"),
        ("@Ann Arbor, see this", "the commander, see this"),
        ("@ann arborists", "@ann arborists"),
        ("mail ann@arbor.example", "mail ann@arbor.example"),
        ("see <#C1|inc-7> and <#C2>", "see #inc-7 and a channel"),
        ("<!channel> <!here|here>", "@channel here"),
        ("<!subteam^S1|@ops> <!subteam^S2>", "@ops a group"),
        ("at <!date^1767614460^{time}|12:01>", "at 12:01"),
        ("<https://x.example/a|graph>", "graph (https://x.example/a)"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("a &lt;b&gt; &amp; &amp;amp; &quot;", "a <b> & &amp; &quot;"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("a\u202eb\x00c\ud800d", "abcd"),
        ("line\nline\ttab", "line\nline\ttab"),
    ],
)
def test_a_message_reads_as_people_saw_it_without_the_names(typed: str, read: str) -> None:
    assert people(with_room()).from_slack(typed) == read


def test_what_was_typed_as_text_of_the_record_keeps_its_entities() -> None:
    parts = people(with_room())

    assert parts.plain("&lt;b&gt; by <@UANN>") == "&lt;b&gt; by the commander"


def test_without_any_known_name_texts_stay_as_they_are() -> None:
    record = replace(recorded(with_room()), names={})

    assert People(record=record).plain("@Ann Arbor") == "@Ann Arbor"
