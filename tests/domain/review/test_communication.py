"""Communication kept and missed."""

from bot.domain import commands as c
from bot.domain.review.document import Paragraph
from bot.domain.values import Text
from tests.domain.review.reading import facts, section, shown, table
from tests.domain.vocabulary import Story, declare, minutes, with_room

PROMISED = "Promised updates"


def an_hourly_incident() -> Story:
    return with_room(declare(severity="sev2"))


def updates(story: Story, *after: float) -> Story:
    """Post updates, each so many minutes after the one before."""
    for count in after:
        story.passes(minutes(count))
        story.do(c.PostUpdate(text=Text("looking")))
    return story


def sentence(story: Story) -> str:
    first = section(story, "communication").blocks[0]
    assert isinstance(first, Paragraph)
    return first.text


def test_each_promise_stands_beside_what_came() -> None:
    story = updates(an_hourly_incident(), 50, 75)

    assert table(section(story, "communication"), PROMISED) == [
        ["13:00", "12:50", "in time"],
        ["13:50", "14:05", "15 min late"],
        ["15:05", "not due yet", ""],
    ]
    assert sentence(story) == (
        "Of 2 promised updates, 1 came in time, 1 came late, and 0 did not come."
    )


def test_punctuality_is_a_median_and_a_percentile_with_the_size_of_the_sample() -> None:
    story = updates(an_hourly_incident(), 60, 62, 70, 50, 180)

    part = {label: shown(cell) for label, cell in facts(section(story, "communication")).items()}

    assert part["Lateness, median"] == "2 min (n = 5)"
    assert part["Lateness, 90th percentile"] == "2 h (n = 5)"
    assert not [label for label in part if "mean" in label or "average" in label]


def test_an_update_at_the_promised_minute_is_in_time() -> None:
    story = updates(an_hourly_incident(), 60)

    assert table(section(story, "communication"), PROMISED)[0] == ["13:00", "13:00", "in time"]


def test_an_update_within_a_minute_of_being_asked_for_is_in_time() -> None:
    story = updates(an_hourly_incident(), 60.25, 61.5)

    rows = table(section(story, "communication"), PROMISED)
    assert [row[2] for row in rows] == ["in time", "1 min 30 s late", ""]


def test_a_promise_that_the_end_overtook_was_missed_once_it_was_due() -> None:
    story = an_hourly_incident()
    story.passes(minutes(80))
    story.do(c.Resolve(category="data"))

    assert table(section(story, "communication"), PROMISED) == [
        ["13:00", "no update, until this put an end to the waiting: 13:20", "20 min late"]
    ]


def test_a_promise_replaced_before_it_was_due_was_neither_kept_nor_missed() -> None:
    story = an_hourly_incident()
    story.passes(minutes(10))
    story.do(c.SetSeverity(severity="sev1"))
    story.passes(minutes(10))
    story.do(c.Resolve(category="data"))

    assert sentence(story) == "No update had fallen due."


def test_people_who_wait_still_are_told_so() -> None:
    story = an_hourly_incident()
    story.passes(minutes(70))

    assert table(section(story, "communication"), PROMISED) == [["13:00", "not yet", "10 min late"]]
    assert sentence(story).endswith("1 did not come.")


def test_reminders_count_from_the_due_time_on() -> None:
    story = an_hourly_incident()
    story.passes(minutes(71))

    assert shown(facts(section(story, "communication"))["Reminders that were due"]) == "2"
