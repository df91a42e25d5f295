"""What effects share: order, allowances, and the names that failures bear."""

from typing import get_args

import pytest

from bot.domain import effects as f
from tests.domain.vocabulary import BOB, ROOM, STREAM, WORKSPACE

ALL: tuple[f.Effect, ...] = (
    f.CreateRoom(stream=STREAM),
    f.AnswerWithRoom(stream=STREAM, reply_to="https://hooks.slack.com/x", user=BOB),
    f.AnswerMeanwhile(stream=STREAM, reply_to="https://hooks.slack.com/x"),
    f.InviteDeclarer(stream=STREAM, user=BOB),
    f.InviteResponders(stream=STREAM, who=(BOB,)),
    f.ShowCard(stream=STREAM),
    f.PinCard(stream=STREAM),
    f.PostGuidelines(stream=STREAM),
    f.RenameRoom(stream=STREAM),
    f.ShowTopic(stream=STREAM),
    f.TakeDownAnnouncement(stream=STREAM, channel=ROOM, ts="1.1"),
    f.LeavePublicRoom(stream=STREAM, channel=ROOM),
    f.ArchiveRoom(stream=STREAM, channel=ROOM),
    f.AddBookmark(stream=STREAM),
    f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE),
    f.PostToRoom(stream=STREAM, version=3),
    f.PostToFeed(stream=STREAM, version=3, workspace=WORKSPACE),
    f.TellPerson(stream=STREAM, version=3, user=BOB),
    f.SendPage(stream=STREAM, number=1, times=2, user=BOB),
    f.Whisper(stream=STREAM, version=3, user=BOB),
    f.BriefJoiner(stream=STREAM, user=BOB),
    f.ShowMark(stream=STREAM, channel=ROOM, ts="1.1"),
    f.CompileReview(stream=STREAM, complete=False),
    f.ClearTwins(stream=STREAM, effect_id="e1"),
    f.TakeButtonsAway(stream=STREAM),
    f.DecideRequests(stream=STREAM),
    f.AnswerRequest(stream=STREAM, identity="trigger:1", user=BOB, direct=True),
)


def test_every_effect_is_looked_at_here() -> None:
    assert {type(effect) for effect in ALL} == set(get_args(f.Effect))


@pytest.mark.parametrize("effect", ALL, ids=lambda effect: type(effect).__name__)
def test_an_effect_has_a_lane_a_label_and_a_name_that_says_its_kind(effect: f.Effect) -> None:
    assert effect.lane
    assert effect.label
    assert effect.name.partition(":")[0] == type(effect).__name__


def test_the_card_the_topic_and_the_people_go_side_by_side() -> None:
    lanes = {effect.lane for effect in ALL if effect.in_room}
    assert len(lanes) == sum(effect.in_room for effect in ALL)


def test_posts_of_a_room_leave_in_order_and_share_its_allowance() -> None:
    first, second = (f.PostToRoom(stream=STREAM, version=n) for n in (1, 2))
    assert first.lane == second.lane
    assert first.pace == f.ShowCard(stream=STREAM).pace == f.PostGuidelines(stream=STREAM).pace
    assert first.name != second.name
    assert first.once is None


def test_a_reply_to_the_announcement_waits_for_no_edit_of_it() -> None:
    announcement = f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE)
    reply, later = (f.PostToFeed(stream=STREAM, version=n, workspace=WORKSPACE) for n in (3, 4))
    assert reply.lane == later.lane != announcement.lane
    assert reply.pace == announcement.pace
    assert announcement.once == announcement.lane


def test_what_is_taken_down_waits_for_nothing_that_is_said_there() -> None:
    down = f.TakeDownAnnouncement(stream=STREAM, channel=ROOM, ts="1.1")
    said = f.PostToFeed(stream=STREAM, version=3, workspace=WORKSPACE)
    shown = f.ShowAnnouncement(stream=STREAM, workspace=WORKSPACE)
    assert down.lane not in {said.lane, shown.lane}


def test_the_answer_that_speaks_of_the_room_waits_behind_it() -> None:
    answer = f.AnswerWithRoom(stream=STREAM, reply_to="x", user=BOB)
    assert answer.lane == f.CreateRoom(stream=STREAM).lane
    assert answer.pace is None


def test_direct_messages_to_one_person_keep_their_order_across_incidents() -> None:
    here = f.TellPerson(stream="a", version=1, user=BOB)
    there = f.TellPerson(stream="b", version=9, user=BOB)
    assert (here.lane, here.pace) == (there.lane, there.pace)


def test_hints_to_one_person_share_a_lane() -> None:
    brief = f.BriefJoiner(stream=STREAM, user=BOB)
    assert brief.lane == f.Whisper(stream=STREAM, version=1, user=BOB).lane


def test_what_shows_the_present_is_needed_once_while_it_waits() -> None:
    once = {type(effect) for effect in ALL if effect.once is not None}
    assert once == {
        f.AnswerMeanwhile,
        f.ShowCard,
        f.ShowTopic,
        f.ShowAnnouncement,
        f.ShowMark,
        f.CompileReview,
        f.TakeButtonsAway,
        f.DecideRequests,
    }


def test_where_an_answer_goes_is_not_told_by_the_name_of_its_lane() -> None:
    """Lanes are shown to operators; who has a response_url can write to the channel."""
    here, there = (f.AnswerMeanwhile(stream=STREAM, reply_to=to) for to in ("url:x/y", "url:z"))
    assert here.lane != there.lane
    assert "x/y" not in here.lane


def test_a_draft_does_not_stand_in_for_the_complete_review() -> None:
    draft, complete = (f.CompileReview(stream=STREAM, complete=c) for c in (False, True))
    assert draft.once != complete.once
    assert draft.lane == complete.lane
