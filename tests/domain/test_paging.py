"""Calling somebody until they answer, and somebody else where they do not."""

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.paging import NobodyCalled, PageEvent
from bot.domain.permissions import may_hear
from bot.domain.process import Paging, Process
from bot.domain.refusals import InvalidInput, NotFound
from bot.domain.values import Standing, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    DAN,
    GUS,
    MONDAY_NOON,
    Story,
    declare,
    declared,
    minutes,
    with_room,
)

FIVE = minutes(5)


def paged(process: Process | None = None) -> Story:
    story = with_room(process=process)
    story.do(c.PagePerson(to=BOB, text=Text("the database is yours")))
    return story


def with_stand_ins(*then: str) -> Process:
    return Process(paging=Paging(times=2, then=then))


def calls(events: list[e.Event]) -> list[PageEvent]:
    """What became of pages among all that happened."""
    return [event for event in events if isinstance(event, PageEvent)]


def test_who_is_paged_is_called_by_message_and_into_the_room() -> None:
    story = paged()
    assert story.owes(f.SendPage)[0].name == "SendPage:1:1"
    assert story.owes(f.InviteResponders) == [
        f.InviteResponders(stream=story.incident.stream, who=(BOB,))
    ]
    assert story.owes(f.ShowCard)
    (page,) = story.incident.pages
    assert (page.user, page.by, page.sent_at, page.waits) == (BOB, ANN, MONDAY_NOON, True)


def test_who_is_paged_before_there_is_a_room_is_called_into_it_when_there_is() -> None:
    story = declared()
    story.do(c.PagePerson(to=BOB))
    assert not story.owes(f.InviteResponders)
    story.do(c.RoomMade(channel="C1", name="inc-42"))
    assert story.owes(f.InviteResponders) == [
        f.InviteResponders(stream=story.incident.stream, who=(BOB,))
    ]


def test_a_page_goes_before_everything_else() -> None:
    kinds = {type(effect).priority for effect in paged().owes(f.SendPage)}
    assert kinds == {min(f.Priority)}


def test_each_call_is_sent_then_delivered_then_acknowledged() -> None:
    story = paged()
    assert story.incident.pages[0].delivered_at is None
    story.passes(minutes(1))
    assert story.do(c.PageWasDelivered(number=1, times=1)) == [e.PageDelivered(number=1, times=1)]
    assert story.do(c.PageWasDelivered(number=1, times=1)) == []
    story.passes(minutes(1))
    assert story.do(c.AnswerPage(), by=BOB) == [e.PageAcknowledged(number=1)]
    (page,) = story.incident.pages
    assert page.delivered_at == MONDAY_NOON + minutes(1)
    assert page.acknowledged_at == MONDAY_NOON + minutes(2)
    assert story.owes(f.PostToRoom), "who called learns that they come"


def test_whoever_answers_is_not_called_again() -> None:
    story = paged()
    story.do(c.AnswerPage(), by=BOB)
    assert calls(story.passes(timedelta(hours=2))) == []


def test_going_to_work_answers_too() -> None:
    story = paged()
    story.do(c.AddNote(text=Text("looking")), by=BOB)
    assert story.happened(e.PageAcknowledged) == [e.PageAcknowledged(number=1, how="at work")]
    assert not story.owes(f.PostToRoom), "their deed speaks for itself"
    assert story.incident.pages[0].acknowledged_at == MONDAY_NOON


def test_who_is_silent_is_called_again_and_then_the_lead_is_asked() -> None:
    story = paged()
    happened = calls(story.passes(minutes(15)))
    assert [type(event) for event in happened] == [e.PageRepeated, e.PageRepeated, e.PageUnanswered]
    assert happened[-1] == e.PageUnanswered(number=1, user=BOB, times=3)
    assert story.owes(f.PostToRoom)
    assert not story.incident.pages[0].waits
    assert calls(story.passes(timedelta(hours=9))) == []


def test_the_first_in_line_who_is_not_at_work_is_called_instead() -> None:
    story = paged(with_stand_ins(ANN, BOB, CLEO, DAN))
    happened = calls(story.passes(minutes(10)))
    assert [getattr(event, "passed_to", None) for event in happened] == [None, CLEO, None]
    assert happened[-1] == e.PersonPaged(
        number=2,
        user=CLEO,
        text=Text("the database is yours"),
        again_at=story.now + FIVE,
        instead_of=BOB,
    )


def test_who_left_a_private_room_is_not_called_back_into_it_by_a_rule() -> None:
    private = c.Declare(title=declare().title, private=True, number=42)
    story = with_room(private, process=with_stand_ins(CLEO, DAN))
    story.do(c.PersonEntered(user=CLEO), by=CLEO)
    story.do(c.PersonLeft(user=CLEO), by=CLEO)
    story.do(c.PagePerson(to=BOB))
    story.passes(minutes(10))
    assert [page.user for page in story.incident.pages] == [BOB, DAN]


def test_nobody_stands_in_twice() -> None:
    story = paged(with_stand_ins(CLEO))
    story.passes(timedelta(hours=3))
    assert [page.user for page in story.incident.pages] == [BOB, CLEO]
    last = story.happened(e.PageUnanswered)[-1]
    assert last == e.PageUnanswered(number=2, user=CLEO, times=2)


def test_after_an_absence_there_is_one_call_and_not_the_backlog() -> None:
    story = paged()
    assert len(calls(story.away(timedelta(days=1)))) == 1


def test_who_has_not_answered_is_called_at_once_when_asked_for_again() -> None:
    story = paged()
    story.passes(minutes(3))
    (again,) = story.do(c.PagePerson(to=BOB), by=CLEO)
    assert again == e.PageRepeated(number=1, times=2, again_at=story.now + FIVE)
    assert calls(story.passes(minutes(4))) == [], "the time begins anew"


def test_who_was_called_just_now_is_not_called_again_whoever_asks() -> None:
    """Whoever calls may have got no answer, and asking again is safe."""
    story = paged()
    story.passes(minutes(1))
    for by in (ANN, CLEO):
        assert story.do(c.PagePerson(to=BOB, text=Text("wake up")), by=by) == []
    assert calls(story.passes(minutes(4)))[0] == e.PageRepeated(
        number=1, times=2, again_at=story.now + FIVE
    ), "the time does not begin anew"
    story.passes(minutes(1))
    assert story.do(c.PagePerson(to=BOB)) == [], "called by itself a minute ago"


def test_who_answered_can_be_called_again_later() -> None:
    story = paged()
    story.do(c.AnswerPage(), by=BOB)
    story.do(c.PagePerson(to=BOB))
    assert [page.waits for page in story.incident.pages] == [False, True]


def test_a_late_answer_still_counts() -> None:
    story = paged()
    story.passes(minutes(30))
    story.do(c.AnswerPage(), by=BOB)
    assert story.incident.pages[0].acknowledged_at == MONDAY_NOON + minutes(30)


def test_resolving_ends_the_calls() -> None:
    story = paged()
    story.do(c.Resolve(resolution=Text("restarted"), category="availability"))
    assert calls(story.passes(timedelta(hours=1))) == []


def test_a_page_that_fails_is_sent_again_on_retry_unless_it_was_answered() -> None:
    story = paged()
    story.do(c.EffectGivenUp(effect="SendPage:1:1", why="No."))
    story.do(c.RetryEffect(effect="SendPage:1:1"))
    assert len(story.owes(f.SendPage)) == 1
    story.do(c.EffectGivenUp(effect="SendPage:1:1", why="No."))
    story.do(c.AnswerPage(), by=BOB)
    story.do(c.RetryEffect(effect="SendPage:1:1"))
    assert story.owes(f.SendPage) == []


def test_a_page_that_slack_does_not_take_is_passed_on_at_once() -> None:
    story = paged(with_stand_ins(CLEO))
    happened = calls(story.do(c.EffectGivenUp(effect="SendPage:1:1", why="No.")))
    assert [getattr(event, "passed_to", None) for event in happened] == [CLEO, None]
    assert story.owes(f.PostToRoom), "the room hears of it"
    assert [page.waits for page in story.incident.pages] == [False, True]
    story.do(c.EffectGivenUp(effect="SendPage:2:1", why="No."))
    last = story.happened(e.PageUnanswered)[-1]
    assert last == e.PageUnanswered(number=2, user=CLEO, times=1, reached=False)
    assert calls(story.passes(timedelta(hours=2))) == [], "nobody is said not to have answered"


def test_where_there_is_no_room_the_lead_is_told_that_a_page_did_not_get_through() -> None:
    story = Story()
    story.do(declare())
    story.do(c.PagePerson(to=BOB))
    story.do(c.EffectGivenUp(effect="SendPage:1:1", why="No."))
    assert [told.name.split(":")[2] for told in story.owes(f.TellPerson)] == [ANN]


def test_a_call_that_was_repeated_meanwhile_is_not_ended_by_the_failure_of_the_first() -> None:
    story = paged()
    story.passes(minutes(5))
    assert calls(story.do(c.EffectGivenUp(effect="SendPage:1:1", why="No."))) == []
    assert story.incident.pages[0].waits


def test_a_page_that_is_retried_is_waited_for_again() -> None:
    story = paged()
    story.do(c.EffectGivenUp(effect="SendPage:1:1", why="No."))
    story.do(c.RetryEffect(effect="SendPage:1:1"))
    assert story.incident.pages[0].waits
    assert [type(event) for event in calls(story.passes(minutes(5)))] == [e.PageRepeated]


@pytest.mark.parametrize(
    ("to", "standing"), [("", "member"), (ANN, "member"), (BOB, "deactivated"), (BOB, "app")]
)
def test_only_somebody_else_who_can_come_is_called(to: str, standing: Standing) -> None:
    with_room().refuses(InvalidInput, c.PagePerson(to=to, standing=standing))


def test_a_guest_may_be_called_and_may_answer_but_calls_nobody() -> None:
    story = with_room()
    story.do(c.PagePerson(to=GUS.user, standing="guest"))
    story.do(c.AnswerPage(), by=GUS)
    assert story.incident.pages[0].acknowledged_at is not None


def test_nobody_answers_a_call_that_was_not_theirs() -> None:
    story = paged()
    assert "Nobody called you" in story.refuses(NobodyCalled, c.AnswerPage(), by=CLEO).message
    story.do(c.AnswerPage(), by=BOB)
    assert "answered already" in story.refuses(NobodyCalled, c.AnswerPage(), by=BOB).message


def test_who_is_called_to_a_private_incident_hears_of_it_once_they_are_in() -> None:
    story = with_room(c.Declare(title=declare().title, private=True, number=42))
    (called,) = story.do(c.PagePerson(to=BOB))
    assert may_hear(story.incident, called, BOB)
    assert not may_hear(story.incident, called, CLEO)
    story.refuses(NotFound, c.AnswerPage(), by=CLEO)


def test_who_is_called_to_a_private_incident_may_answer_and_nothing_else() -> None:
    story = with_room(c.Declare(title=declare().title, private=True, number=42))
    story.do(c.PagePerson(to=BOB))
    story.refuses(NotFound, c.AddNote(text=Text("mine")), by=BOB)
    story.do(c.AnswerPage(), by=BOB)
    assert story.incident.pages[0].acknowledged_at is not None
    assert BOB not in story.incident.insiders
    story.refuses(NotFound, c.AddNote(text=Text("mine")), by=BOB)


def test_who_was_taken_out_of_a_private_room_answers_no_call_of_before() -> None:
    story = with_room(c.Declare(title=declare().title, private=True, number=42))
    story.do(c.PagePerson(to=BOB))
    story.do(c.PersonEntered(user=BOB))
    story.do(c.PersonLeft(user=BOB))
    story.refuses(NotFound, c.AnswerPage(), by=BOB)
