"""An incident as the sum of its events."""

from dataclasses import replace

import pytest

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident import born, evolve, foresee
from bot.domain.playbook.events import RunFinished, StepOpened
from bot.domain.process import SEVERITIES, Process
from bot.domain.values import MUSTER, Phase, Text
from tests.domain.vocabulary import ANN, BOB, CLEO, MONDAY_NOON, WORKSPACE, declared, with_room


def test_a_stream_begins_with_its_declaration() -> None:
    story = with_room()
    with pytest.raises(TypeError):
        born(story.record[1], WORKSPACE)


def test_a_second_declaration_in_a_stream_changes_nothing_but_the_version() -> None:
    story = declared()
    story.records(story.record[0].event)
    assert story.incident.version == 3
    assert story.incident.title == "checkout is down"


def test_what_a_newer_version_wrote_is_carried() -> None:
    story = with_room()
    before = story.incident
    story.records(e.Unknown(name="MoonNoted", body="{}"))
    assert story.incident == replace(before, version=before.version + 1, holds_unknown=True)
    assert story.owed == []


def test_an_event_of_a_run_that_nobody_started_changes_nothing() -> None:
    story = with_room()
    before = story.incident
    story.records(RunFinished(run="run-9", at=MONDAY_NOON))
    assert story.incident == replace(before, version=before.version + 1)


def test_whoever_does_something_is_a_responder_and_the_bot_is_not() -> None:
    story = with_room()
    story.do(c.SetSeverity(severity="1"), by=BOB)
    story.do(c.MarkMessage(channel="C", ts="1.1", how="pin"), by=CLEO)
    story.records(e.NoteAdded(text=Text("x"), said_at=story.now), by=MUSTER.user)
    assert story.incident.responders == {ANN, BOB}


def test_an_effect_of_a_run_that_nobody_started_is_none() -> None:
    story = with_room()
    story.records(StepOpened(run="run-9", path="x", at=MONDAY_NOON))
    assert [type(owed).__name__ for owed in story.owed] == ["ShowCard"]


def test_a_mark_taken_off_a_message_that_bears_none_changes_nothing() -> None:
    story = with_room()
    story.records(e.MessageUnmarked(channel="C", ts="1.1", how="pin"))
    assert story.incident.marks == {}


def test_room_events_before_there_is_a_room_change_nothing() -> None:
    story = declared()
    story.records(e.RoomRenamed(name="x"), e.RoomArchived(), e.RoomUnarchived())
    assert story.incident.room is None


def test_what_will_be_is_what_then_is() -> None:
    story = with_room()
    events: list[e.Event] = [e.RoleTaken(role="scribe", user=ANN), e.RoomArchived()]
    foreseen = foresee(story.incident, events, at=story.now, actor=ANN)
    story.records(*events)
    assert foreseen == story.incident


def test_the_record_means_the_same_under_another_configuration() -> None:
    story = with_room()
    story.do(c.SetStatus(status="monitoring", category="data"))
    story.process = Process(severities=SEVERITIES[:1], statuses=(), categories=())
    replayed = born(story.record[0], WORKSPACE)
    for recorded in story.record[1:]:
        replayed = evolve(replayed, recorded)
    assert replayed == story.incident
    assert replayed.phase is Phase.MONITORING
    assert replayed.severity == "sev3"


def test_a_level_and_a_status_that_are_no_longer_kept_still_read() -> None:
    process = Process(statuses=())
    assert process.status("gone").phase is Phase.INVESTIGATING
    assert process.severity("gone").key == "sev1"
    story = declared(c.Declare(title=Text("x"), number=1))
    assert story.incident.holders("gone") == ()
