"""A room is archived when its incident has been over for a while."""

from dataclasses import replace
from datetime import timedelta

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.process import Process
from bot.domain.values import Text
from tests.domain.vocabulary import ROOM, Story, closed, resolved, with_room

WEEK = timedelta(days=7)


def retired(story: Story) -> list[e.Event]:
    return story.happened(e.RoomRetired)


def test_a_week_after_its_end_the_room_is_told_and_archived_in_this_order() -> None:
    story = closed()
    story.passes(WEEK - timedelta(seconds=1))
    assert retired(story) == []
    story.passes(timedelta(seconds=1))
    assert retired(story) == [e.RoomRetired(channel=ROOM, days=7)]
    told, archived = story.owes(f.PostToRoom)[0], story.owes(f.ArchiveRoom)[0]
    assert told.lane == archived.lane
    assert story.owed.index(told) < story.owed.index(archived)


def test_false_alarms_and_cancelled_ones_are_archived_too() -> None:
    declined, cancelled = with_room(), with_room()
    declined.do(c.Decline(reason=Text("a test")))
    cancelled.do(c.Cancel())
    for story in (declined, cancelled):
        story.passes(WEEK)
        assert retired(story)


def test_who_is_only_resolved_keeps_the_room() -> None:
    story = resolved()
    story.passes(4 * WEEK)
    assert retired(story) == []


def test_what_was_reopened_begins_its_week_anew() -> None:
    story = closed()
    story.passes(timedelta(days=5))
    story.do(c.Reopen())
    story.passes(timedelta(days=5))
    assert retired(story) == []
    story.do(c.Cancel())
    story.passes(timedelta(days=6))
    assert retired(story) == []
    story.passes(timedelta(days=1))
    assert len(retired(story)) == 1


def test_a_room_that_is_archived_already_is_left_alone() -> None:
    story = closed()
    story.do(c.RoomWasArchived())
    story.passes(WEEK)
    assert retired(story) == []


def test_it_can_be_left_to_people() -> None:
    process = replace(Process(), archive_after=None)
    story = closed(process=process)
    assert story.passes(4 * WEEK) == []


def test_a_room_that_slack_would_not_archive_is_tried_again_on_retry() -> None:
    story = closed()
    story.passes(WEEK)
    story.do(c.EffectGivenUp(effect="ArchiveRoom", why="No."))
    story.do(c.RetryEffect(effect="ArchiveRoom"))
    assert story.owes(f.ArchiveRoom)
    story.do(c.RoomWasArchived())
    assert story.incident.room is not None
    assert story.incident.room.archived
