"""How long it took."""

from bot.domain import commands as c
from bot.domain.review.document import Paragraph
from bot.domain.values import Text
from tests.domain.review.reading import gaps, section, table
from tests.domain.vocabulary import BOB, MONDAY_NOON, declared, minutes, with_room


def test_each_time_stands_with_the_two_moments_it_was_measured_between() -> None:
    story = with_room(c.Declare(title=Text("x"), started_at=MONDAY_NOON - minutes(9), number=42))
    story.now += minutes(2)
    story.do(c.PersonEntered(user=BOB, unasked=True))
    story.now += minutes(28)
    story.do(c.SetStatus(status="mitigated", category="data"))
    story.now += minutes(31)
    story.do(c.Resolve(impact_ended_at=MONDAY_NOON + minutes(51)))

    assert table(section(story, "metrics"), "Times") == [
        ["Detect: started → detected", "11:51", "12:00", "9 min"],
        ["Acknowledge: detected → acknowledged", "12:00", "12:02", "2 min"],
        ["Mitigate: detected → mitigated", "12:00", "12:30", "30 min"],
        ["Resolve: detected → resolved", "12:00", "13:01", "1 h 1 min"],
        ["Downtime: started → impact ended", "11:51", "12:51", "1 h"],
    ]


def test_what_was_not_recorded_is_named_and_not_measured() -> None:
    part = section(declared(), "metrics")

    assert {row[3] for row in table(part, "Times")} == {"cannot be told"}
    assert gaps(part) == [
        (
            "Not recorded, and so not measured from: started, acknowledged, mitigated. "
            "Add it with `/incident edit inc-42`."
        )
    ]


def test_what_was_contained_before_anybody_noticed_took_nothing() -> None:
    story = with_room()
    story.do(c.CorrectMilestone(milestone="mitigated", at=MONDAY_NOON - minutes(5)))

    mitigate = table(section(story, "metrics"), "Times")[2]

    assert mitigate[1:] == ["12:00", "11:55", "nothing: the second came first"]


def test_a_drill_counts_in_no_report() -> None:
    story = declared(c.Declare(title=Text("x"), drill=True, number=42))
    assert Paragraph(text="A drill counts in no report.") in section(story, "metrics").blocks
