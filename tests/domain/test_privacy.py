"""Who is let into a private incident, and how a public one becomes private."""

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.refusals import InvalidInput, NeedsConfirmation, NotFound, NotNow
from bot.domain.values import Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    DAN,
    FEED,
    ROOM,
    Story,
    closed,
    declare,
    declared,
    minutes,
    with_room,
)


def private() -> Story:
    return with_room(c.Declare(title=declare().title, private=True, number=42))


# ── Letting people in ───────────────────────────────────────────────────────────────────────────


def test_who_asks_waits_for_those_inside_who_are_asked_once() -> None:
    story = private()
    story.do(c.AskAccess(text=Text("I am on call")), by=BOB)
    assert story.incident.knocking == (BOB,)
    assert story.owes(f.PostToRoom)
    assert story.do(c.AskAccess(), by=BOB) == []


def test_who_asks_sees_nothing_before_they_are_in() -> None:
    story = private()
    story.do(c.AskAccess(), by=BOB)
    story.refuses(NotFound, c.AddNote(text=Text("x")), by=BOB)
    story.refuses(NotFound, c.LetIn(user=BOB), by=BOB)


def test_where_there_is_no_room_the_lead_is_asked() -> None:
    story = declared(c.Declare(title=declare().title, private=True, number=42))
    story.do(c.AskAccess(), by=BOB)
    assert [effect.name.rpartition(":")[2] for effect in story.owes(f.TellPerson)] == [ANN]


def test_who_is_let_in_is_called_into_the_room_even_if_they_had_left() -> None:
    story = private()
    story.do(c.PersonEntered(user=BOB), by=BOB)
    story.do(c.PersonLeft(user=BOB), by=BOB)
    story.do(c.AskAccess(), by=BOB)
    story.do(c.LetIn(user=BOB))
    assert story.owes(f.InviteResponders)
    assert story.incident.knocking == ()
    assert BOB not in story.incident.parted


def test_who_is_not_let_in_is_told_nothing() -> None:
    story = private()
    story.do(c.AskAccess(), by=BOB)
    story.do(c.KeepOut(user=BOB))
    assert story.owed == []
    story.refuses(NotNow, c.KeepOut(user=BOB))


def test_anybody_may_be_let_in_unasked() -> None:
    story = private()
    story.do(c.LetIn(user=CLEO))
    assert story.owes(f.InviteResponders)


def test_what_cannot_be_answered_is_refused() -> None:
    story = private()
    story.refuses(InvalidInput, c.LetIn(user=" "))
    story.refuses(NotNow, c.LetIn(user=ANN))
    story.do(c.RoomWasArchived())
    story.refuses(NotNow, c.LetIn(user=BOB))


def test_nobody_asks_to_see_what_they_can_see() -> None:
    with_room().refuses(NotNow, c.AskAccess(), by=BOB)


# ── Becoming private ────────────────────────────────────────────────────────────────────────────


def made_private() -> Story:
    story = with_room()
    story.do(c.PersonEntered(user=BOB), by=BOB)
    story.do(c.MakePrivate(confirmed=True))
    return story


def test_it_has_to_be_meant() -> None:
    story = with_room()
    refusal = story.refuses(NeedsConfirmation, c.MakePrivate())
    assert story.takes_way_out(refusal)
    assert story.incident.private


def test_the_announcement_is_taken_down_and_a_private_room_is_made() -> None:
    story = made_private()
    down = f.TakeDownAnnouncement(stream=story.incident.stream, channel=FEED, ts="2.2")
    assert story.owes(f.TakeDownAnnouncement) == [down]
    assert story.owes(f.CreateRoom) == [f.CreateRoom(stream=story.incident.stream, suffix=2)]
    assert story.incident.announcement is None
    assert not story.owes(f.LeavePublicRoom), "people are brought along first"


def test_everybody_is_brought_along_then_the_public_room_is_left() -> None:
    story = made_private()
    story.do(c.RoomMade(channel="CNEW", name="inc-42-2"))
    assert story.owes(f.InviteResponders) == [
        f.InviteResponders(stream=story.incident.stream, who=(BOB,))
    ]
    assert story.owes(f.LeavePublicRoom) == [
        f.LeavePublicRoom(stream=story.incident.stream, channel=ROOM)
    ]
    assert not story.owes(f.ShowAnnouncement)
    story.do(c.PublicRoomWasLeft(channel=ROOM))
    assert story.incident.exposed is None
    assert story.do(c.PublicRoomWasLeft(channel=ROOM)) == []


def test_who_is_being_paged_is_brought_along_and_called_until_they_answer() -> None:
    """As somebody is whom those inside page; not who did not come, nor who came and left."""
    story = with_room()
    story.do(c.PagePerson(to=DAN))
    story.passes(timedelta(hours=1))
    for user in (BOB, CLEO):
        story.do(c.PagePerson(to=user))
    story.do(c.PersonEntered(user=CLEO), by=CLEO)
    story.do(c.PersonLeft(user=CLEO), by=CLEO)
    story.do(c.MakePrivate(confirmed=True))
    story.do(c.RoomMade(channel="CNEW", name="inc-42-2"))
    stream = story.incident.stream
    assert story.owes(f.InviteResponders) == [f.InviteResponders(stream=stream, who=(BOB,))]
    again = [
        event.number for event in story.passes(minutes(5)) if isinstance(event, e.PageRepeated)
    ]
    assert again == [2, 3]


def test_only_those_who_were_in_the_room_see_it_from_then_on() -> None:
    story = made_private()
    story.refuses(NotFound, c.AddNote(text=Text("x")), by=CLEO)
    story.do(c.AddNote(text=Text("x")), by=BOB)


def test_an_announcement_that_was_on_its_way_is_taken_down_too() -> None:
    story = made_private()
    story.do(c.AnnouncementShown(channel=FEED, ts="3.3"))
    assert [effect.name for effect in story.owes(f.TakeDownAnnouncement)] == [
        f"TakeDownAnnouncement:{FEED}:3.3"
    ]


def test_a_room_that_a_person_turned_private_stays_the_room() -> None:
    story = with_room()
    assert story.do(c.RoomWasMadePrivate(), by=CLEO)
    assert story.incident.private
    assert not story.owes(f.CreateRoom)
    assert story.owes(f.TakeDownAnnouncement)
    assert story.do(c.RoomWasMadePrivate(), by=CLEO) == []


def test_after_the_end_too() -> None:
    story = closed()
    story.do(c.MakePrivate(confirmed=True))
    assert story.incident.private


def test_an_archived_room_is_left_at_once() -> None:
    story = with_room()
    story.do(c.RoomWasArchived())
    story.do(c.MakePrivate(confirmed=True))
    assert story.owes(f.LeavePublicRoom)
    assert not story.owes(f.CreateRoom)


@pytest.mark.parametrize("story", [private, declared], ids=["private already", "no room yet"])
def test_where_it_cannot_be_it_is_refused(story: type[Story]) -> None:
    story().refuses(NotNow, c.MakePrivate(confirmed=True))


def test_what_failed_is_tried_again() -> None:
    story = made_private()
    name = f"TakeDownAnnouncement:{FEED}:2.2"
    story.do(c.EffectGivenUp(effect=name, why="No."))
    (retried,) = story.do(c.RetryEffect(effect=name))
    assert isinstance(retried, e.EffectRetried)
    assert story.owes(f.TakeDownAnnouncement)
    story.do(c.RoomMade(channel="CNEW", name="inc-42-2"))
    story.do(c.EffectGivenUp(effect="LeavePublicRoom", why="No."))
    story.do(c.RetryEffect(effect="LeavePublicRoom"))
    assert story.owes(f.LeavePublicRoom)
