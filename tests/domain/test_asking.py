"""Old buttons are looked at when something happens that may settle them, and there may be any."""

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain.values import Text
from tests.domain.vocabulary import BOB, STREAM, minutes, resolved, with_room

A_LOOK = [f.TakeButtonsAway(stream=STREAM)]


def test_nothing_is_looked_at_while_nobody_was_ever_asked_for_anything() -> None:
    story = with_room()
    for command in (c.PostUpdate(text=Text("x")), c.GiveRole(role="commander", to=BOB)):
        story.do(command)
        assert story.looks == []


def test_an_update_settles_its_reminders() -> None:
    story = with_room(c.Declare(title=Text("x"), severity="sev1", number=42))
    story.passes(minutes(31))
    story.do(c.PostUpdate(text=Text("x")))
    assert story.looks == A_LOOK
    story.do(c.AddNote(text=Text("a note settles nothing")))
    assert story.looks == []


def test_the_end_is_settled_by_what_comes_after_it() -> None:
    story = resolved()
    story.do(c.Reopen())
    assert story.looks == A_LOOK
