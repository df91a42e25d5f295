"""What goes on the record by hand."""

from datetime import UTC, datetime

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.values import MessageRef, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    MONDAY_NOON,
    ROOM,
    STREAM,
    Story,
    closed,
    minutes,
    resolved,
    with_room,
)

TS = "1767614400.000200"  # 2026-01-05 12:00:00 UTC
NOTHING: list[e.Event] = []


def test_a_note_stands_at_the_time_it_speaks_of() -> None:
    story = with_room()
    at = MONDAY_NOON - minutes(10)
    assert story.do(c.AddNote(text=Text(" graphs fell "), at=at), by=BOB) == [
        e.NoteAdded(text=Text("graphs fell"), said_at=at)
    ]
    assert BOB in story.incident.responders
    assert story.owed == []


def test_a_note_without_a_time_is_of_now() -> None:
    story = with_room()
    assert story.do(c.AddNote(text=Text("x"))) == [e.NoteAdded(text=Text("x"), said_at=MONDAY_NOON)]


def test_a_note_says_something_and_not_of_the_future() -> None:
    story = with_room()
    story.refuses(InvalidInput, c.AddNote(text=Text("")))
    story.refuses(InvalidInput, c.AddNote(text=Text("x"), at=MONDAY_NOON + minutes(30)))


def test_a_decision_keeps_the_state_in_which_it_was_taken() -> None:
    story = with_room()
    assert story.do(c.RecordDecision(text=Text("roll back"))) == [
        e.DecisionRecorded(text=Text("roll back"), severity="sev3", status="triage")
    ]
    assert story.owes(f.PostToRoom)
    story.refuses(InvalidInput, c.RecordDecision(text=Text(" ")))


# ── Marked messages ──


def mark(how: str = "reaction") -> c.MarkMessage:
    assert how in {"reaction", "pin", "menu"}
    return c.MarkMessage(channel=ROOM, ts=TS, how=how, said_by=CLEO, permalink="https://x/p1")  # type: ignore[arg-type]


def unmark(how: str = "reaction") -> c.UnmarkMessage:
    assert how in {"reaction", "pin", "menu"}
    return c.UnmarkMessage(channel=ROOM, ts=TS, how=how)  # type: ignore[arg-type]


def marked(story: Story) -> bool:
    return MessageRef(channel=ROOM, ts=TS) in story.incident.marks


def test_a_marked_message_stands_as_said_by_its_author_at_its_time() -> None:
    story = with_room()
    story.passes(minutes(30))
    story.do(mark(), by=BOB)
    kept = story.incident.marks[MessageRef(channel=ROOM, ts=TS)]
    assert (kept.said_by, kept.said_at) == (CLEO, MONDAY_NOON.replace(microsecond=200))
    assert story.owed == [f.ShowMark(stream=STREAM, channel=ROOM, ts=TS)]


def test_a_time_that_is_known_better_is_taken() -> None:
    story = with_room()
    at = datetime(2026, 1, 5, 11, tzinfo=UTC)
    story.do(c.MarkMessage(channel=ROOM, ts=TS, how="menu", said_at=at))
    assert story.incident.marks[MessageRef(channel=ROOM, ts=TS)].said_at == at


@pytest.mark.parametrize("ts", ["", "nonsense", "١٧٦٧٦١٤٤٠٠.1", "999999999999.1"])
def test_a_message_without_a_readable_time_is_of_now(ts: str) -> None:
    story = with_room()
    story.do(c.MarkMessage(channel=ROOM, ts=ts, how="pin"))
    assert story.incident.marks[MessageRef(channel=ROOM, ts=ts)].said_at == MONDAY_NOON


def test_the_same_mark_twice_is_one() -> None:
    story = with_room()
    story.do(mark())
    assert story.do(mark()) == NOTHING
    story.do(mark("menu"))
    story.refuses(NotNow, mark("menu"))


def test_a_message_stays_while_any_mark_stands() -> None:
    story = with_room()
    story.do(mark(), by=ANN)
    story.do(mark(), by=BOB)
    story.do(mark("pin"), by=ANN)
    story.do(unmark(), by=ANN)
    story.do(unmark(), by=BOB)
    assert marked(story)
    story.do(unmark("pin"), by=ANN)
    assert not marked(story)
    assert story.owed == [f.ShowMark(stream=STREAM, channel=ROOM, ts=TS)]


def test_a_pin_is_taken_away_by_anybody_a_reaction_by_its_owner() -> None:
    story = with_room()
    story.do(mark("pin"), by=ANN)
    story.do(mark(), by=ANN)
    assert story.do(unmark(), by=BOB) == NOTHING
    story.do(unmark("pin"), by=BOB)
    assert story.incident.marks[MessageRef(channel=ROOM, ts=TS)].by == {(ANN, "reaction")}
    assert story.do(unmark("pin"), by=ANN) == NOTHING


def test_what_is_not_marked_is_not_unmarked() -> None:
    assert with_room().do(unmark()) == NOTHING


# ── The review ──


def test_what_people_write_is_kept_part_by_part() -> None:
    story = resolved()
    story.do(c.WriteReview(summary=Text("It blinked."), went_well=Text("the rollback")))
    story.do(c.WriteReview(was_hard=Text("finding the log"), lucky=Text("a Sunday")))
    written = story.incident.written
    assert (written.summary, written.went_well) == ("It blinked.", "the rollback")
    assert (written.was_hard, written.lucky) == ("finding the log", "a Sunday")


def test_the_same_words_again_change_nothing() -> None:
    story = resolved()
    command = c.WriteReview(summary=Text("It blinked."), cause_unknown=False)
    story.do(command)
    assert story.do(command) == NOTHING


def test_a_cause_is_named_or_not_known_and_not_both() -> None:
    story = resolved()
    both = c.WriteReview(cause=Text("a disk"), cause_unknown=True)
    assert isinstance(story.refuses(InvalidInput, both), InvalidInput)
    story.do(c.WriteReview(cause=Text(" "), cause_unknown=True))
    written = story.incident.written
    assert (written.cause, written.cause_unknown) == ("", True)
    story.do(c.WriteReview(cause=Text("a disk")))
    written = story.incident.written
    assert (written.cause, written.cause_unknown) == ("a disk", False)


def compiled(story: Story, *, complete: bool = False) -> bool:
    """Compile a review and return whether people are told."""
    version = story.incident.version
    story.do(c.ReviewWasCompiled(version=version, digest="d", complete=complete))
    return bool(story.owes(f.PostToRoom))


def test_people_hear_of_the_complete_review_once_and_of_a_draft_with_the_end() -> None:
    story = resolved()
    assert not compiled(story)
    story.do(c.Close(anyway=Text("x")))
    assert not compiled(story)
    assert compiled(story, complete=True)
    assert not compiled(story, complete=True)
    assert not compiled(story)
    assert not compiled(story, complete=True)


def test_after_a_reopening_the_next_complete_review_is_a_first_one() -> None:
    story = resolved()
    story.do(c.Close(anyway=Text("x")))
    assert compiled(story, complete=True)
    story.do(c.Reopen())
    assert not compiled(story)
    story.do(c.Resolve())
    story.do(c.Close(anyway=Text("x")))
    assert compiled(story, complete=True)


@pytest.mark.parametrize(
    "command",
    [
        c.WriteReview(lucky=Text("x")),
        c.AddNote(text=Text("x")),
        c.AddFollowup(text=Text("x")),
        c.Edit(impact=Text("x")),
        c.Resolve(resolution=Text("another")),
        c.CorrectMilestone(milestone="started", at=MONDAY_NOON - minutes(1)),
        c.RecordDecision(text=Text("x")),
        c.PostUpdate(text=Text("a correction")),
        c.SetSeverity(severity="1"),
        mark(),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_changes_the_review_compiles_it_anew(command: c.AskedOfIncident) -> None:
    story = resolved()
    again = [f.CompileReview(stream=STREAM, complete=False)]
    story.do(command)
    assert story.owes(f.CompileReview) == again, "the first may have been read before this"
    story = resolved()
    compiled(story)
    story.do(command)
    assert story.owes(f.CompileReview) == again


def test_a_changed_message_of_the_timeline_compiles_the_review_anew() -> None:
    stale = c.MarkFallsStale(channel=ROOM, ts=TS)
    story = with_room()
    story.do(mark())
    assert story.do(stale) == [], "there is no review"
    story.do(c.Resolve(resolution=Text("restarted it"), category="availability"))
    assert story.do(stale) == [e.MarkedMessageChanged(channel=ROOM, ts=TS, gone=False)]
    assert story.owes(f.CompileReview) == [f.CompileReview(stream=STREAM, complete=False)]
    other = c.MarkFallsStale(channel=ROOM, ts="1767614400.000900", gone=True)
    assert story.do(other) == [], "it is not on the timeline"
    story.do(c.Reopen())
    assert story.do(stale) == [], "the next review is compiled from what stands then"


def test_what_changes_before_there_is_a_review_compiles_none() -> None:
    story = with_room()
    story.do(c.AddNote(text=Text("x")))
    assert not story.owes(f.CompileReview)


def test_a_review_written_after_the_end_stays_complete() -> None:
    story = closed()
    compiled(story, complete=True)
    story.do(c.WriteReview(lucky=Text("x")))
    assert story.owes(f.CompileReview) == [f.CompileReview(stream=STREAM, complete=True)]
