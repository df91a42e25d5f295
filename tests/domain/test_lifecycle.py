"""Moving along the life cycle, and the ways to end."""

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.lifecycle import Incomplete, Over, missing
from bot.domain.process import STATUSES, Process, Status
from bot.domain.refusals import InvalidInput, NeedsConfirmation, NotNow
from bot.domain.values import Phase, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    MONDAY_NOON,
    STREAM,
    Story,
    closed,
    declare,
    minutes,
    resolved,
    with_room,
)

# ── Moving ──


def test_a_status_moves_the_incident_and_keeps_the_promise() -> None:
    story = with_room(declare(severity="sev1"))
    story.passes(minutes(5))
    events = story.do(c.SetStatus(status="Investigating", category="data"), by=BOB)
    assert events == [
        e.DetailsEdited(category="data"),
        e.StatusChanged(
            old="triage",
            new="investigating",
            old_phase="triage",
            new_phase="investigating",
            reason=Text(""),
            update_due_at=MONDAY_NOON + minutes(30),
        ),
    ]
    assert story.incident.phase is Phase.INVESTIGATING
    assert story.incident.at("acknowledged") == MONDAY_NOON + minutes(5)
    assert f.ShowTopic(stream=STREAM) in story.owed
    assert story.owes(f.PostToRoom)
    assert not story.owes(f.PostToFeed)


def test_nothing_leaves_triage_without_a_category() -> None:
    story = with_room()
    for command in (c.SetStatus(status="investigating"), c.Resolve()):
        refusal = story.refuses(InvalidInput, command)
        assert "availability, performance" in refusal.message
        assert isinstance(refusal, InvalidInput)
        assert refusal.field == "category"
    story.do(c.Edit(category="data"))
    story.do(c.SetStatus(status="investigating"))
    assert story.incident.category == "data"


def test_statuses_of_triage_need_no_category() -> None:
    waiting = Status(key="waiting", label="Waiting for details", phase=Phase.TRIAGE)
    process = Process(statuses=(*STATUSES, waiting))
    story = with_room(process=process)
    story.do(c.SetStatus(status="waiting for details"))
    assert story.incident.status == "waiting"


def test_an_incident_may_move_backwards() -> None:
    story = with_room()
    story.do(c.SetStatus(status="monitoring", category="data"))
    story.do(c.SetStatus(status="identified", reason=Text("it came back")))
    assert story.incident.phase is Phase.IDENTIFIED


def test_mitigated_is_a_milestone_of_its_own() -> None:
    story = with_room()
    story.passes(minutes(7))
    story.do(c.SetStatus(status="mitigated", category="data"))
    assert story.incident.at("mitigated") == MONDAY_NOON + minutes(7)
    assert story.incident.at("resolved") is None


def test_a_fix_that_is_in_has_contained_the_impact() -> None:
    story = with_room()
    story.do(c.SetStatus(status="monitoring", category="data"))
    story.passes(minutes(5))
    story.do(c.SetStatus(status="mitigated"))
    assert story.incident.at("mitigated") == MONDAY_NOON


def test_a_containment_that_did_not_hold_is_forgotten_but_not_a_time_said_by_hand() -> None:
    story = with_room()
    story.do(c.SetStatus(status="mitigated", category="data"))
    story.do(c.SetStatus(status="investigating"))
    assert story.incident.at("mitigated") is None
    story.do(c.CorrectMilestone(milestone="mitigated", at=MONDAY_NOON))
    story.do(c.SetStatus(status="identified"))
    assert story.incident.at("mitigated") == MONDAY_NOON


def test_the_same_or_an_unknown_status_is_refused_in_words() -> None:
    story = with_room()
    assert "already" in story.refuses(NotNow, c.SetStatus(status="triage")).message
    refusal = story.refuses(InvalidInput, c.SetStatus(status="identifed"))
    assert "did you mean “identified”?" in refusal.message
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "status"


def test_the_ends_reached_by_their_status_keep_their_own_rules() -> None:
    story = with_room()
    story.refuses(InvalidInput, c.SetStatus(status="declined"))
    story.refuses(NotNow, c.SetStatus(status="closed"))
    story.refuses(NotNow, c.SetStatus(status="merged"))
    story.refuses(NeedsConfirmation, c.SetStatus(status="cancelled"), by=BOB)
    story.do(c.SetStatus(status="cancelled", reason=Text("a test")))
    assert story.incident.phase is Phase.CANCELLED
    declined = with_room()
    declined.do(c.SetStatus(status="declined", reason=Text("the probe lied")))
    assert declined.incident.phase is Phase.DECLINED
    done = resolved()
    done.do(c.SetStatus(status="closed", reason=Text("small")))
    assert done.incident.phase is Phase.CLOSED


# ── Resolving ──


def test_resolving_records_how_and_when_and_ends_the_cadence() -> None:
    story = with_room(declare(severity="sev1"))
    story.passes(minutes(10))
    ended = MONDAY_NOON + minutes(6)
    events = story.do(
        c.Resolve(resolution=Text("rolled back"), impact_ended_at=ended, category="change")
    )
    assert events == [
        e.DetailsEdited(category="change"),
        e.ResolutionRecorded(resolution=Text("rolled back"), impact_ended_at=ended),
        e.StatusChanged(
            old="triage",
            new="resolved",
            old_phase="triage",
            new_phase="resolved",
            reason=Text(""),
            update_due_at=None,
        ),
    ]
    incident = story.incident
    assert (incident.resolution, incident.impact_ended_at) == ("rolled back", ended)
    assert incident.at("resolved") == MONDAY_NOON + minutes(10)
    assert story.timers == {}
    assert story.owes(f.PostToFeed)
    assert story.owes(f.CompileReview) == [f.CompileReview(stream=STREAM, complete=False)]


def test_the_status_resolved_is_the_same_as_resolving() -> None:
    story = with_room()
    story.do(c.SetStatus(status="resolved", category="data", reason=Text("restarted")))
    assert story.incident.resolution == "restarted"
    assert story.incident.impact_ended_at == MONDAY_NOON


def test_an_organisations_own_kind_of_resolved_is_kept_apart() -> None:
    worked_around = Status(key="worked-around", label="worked around", phase=Phase.RESOLVED)
    process = Process(statuses=(*STATUSES, worked_around))
    story = with_room(process=process)
    story.do(c.SetStatus(status="worked-around", category="data"))
    assert (story.incident.status, story.incident.phase) == ("worked-around", Phase.RESOLVED)
    story.do(c.SetStatus(status="resolved"))
    assert story.incident.status == "resolved"


def test_resolved_means_verified_and_until_then_it_is_monitoring() -> None:
    story = with_room()
    story.do(c.Edit(category="data"))
    refusal = story.refuses(NotNow, c.Resolve(verified=False))
    story.takes_way_out(refusal)
    assert story.incident.phase is Phase.MONITORING


def test_the_impact_ended_in_the_past_and_after_it_started() -> None:
    story = with_room()
    story.do(c.CorrectMilestone(milestone="started", at=MONDAY_NOON - minutes(5)))
    for ended in (MONDAY_NOON + minutes(9), MONDAY_NOON - minutes(6)):
        refusal = story.refuses(InvalidInput, c.Resolve(impact_ended_at=ended, category="data"))
        assert isinstance(refusal, InvalidInput)
        assert refusal.field == "impact_ended"


def test_a_resolution_can_be_completed_and_two_answers_of_one_form_are_one() -> None:
    story = resolved()
    story.refuses(NotNow, c.Resolve())
    story.refuses(NotNow, c.Resolve(resolution=Text("restarted it")))
    (event,) = story.do(c.Resolve(resolution=Text("replaced it")))
    assert isinstance(event, e.ResolutionRecorded)
    assert story.incident.resolution == "replaced it"
    story.do(c.Resolve(impact_ended_at=MONDAY_NOON - minutes(1)))
    assert story.incident.resolution == "replaced it"
    assert story.incident.impact_ended_at == MONDAY_NOON - minutes(1)


# ── Reopening ──


def test_reopening_leads_back_to_investigating_with_a_new_promise() -> None:
    story = resolved(declare(severity="sev1"))
    story.passes(minutes(60))
    (event,) = story.do(c.Reopen(reason=Text("it is back")))
    assert isinstance(event, e.StatusChanged)
    incident = story.incident
    assert incident.phase is Phase.INVESTIGATING
    assert incident.cadence.due_at == MONDAY_NOON + minutes(90)
    assert incident.at("resolved") is None
    assert incident.impact_ended_at is None
    assert story.owes(f.PostToFeed)
    assert f"update:{STREAM}" in story.timers


def test_moving_a_resolved_incident_back_is_reopening_it() -> None:
    story = resolved()
    story.do(c.RoomWasArchived())
    story.do(c.SetStatus(status="monitoring"))
    assert f.CreateRoom(stream=STREAM, suffix=2) in story.owed


def test_what_is_open_cannot_be_reopened() -> None:
    with_room().refuses(NotNow, c.Reopen())


@pytest.mark.parametrize(
    "ending", [c.Decline(reason=Text("false alarm")), c.Cancel(reason=Text("a test"))]
)
def test_every_end_can_be_undone(ending: c.Command) -> None:
    story = with_room()
    story.do(ending)
    assert story.incident.over
    story.do(c.Reopen())
    assert story.incident.phase is Phase.INVESTIGATING


def test_reopening_makes_a_fresh_room_where_the_old_one_is_archived() -> None:
    story = closed()
    story.do(c.RoomWasArchived())
    story.do(c.Reopen(), by=BOB)
    assert e.RoomAsked(suffix=2) in [r.event for r in story.record]
    assert f.CreateRoom(stream=STREAM, suffix=2) in story.owed
    story.do(c.RoomMade(channel="CROOM2", name="inc-42-checkout-is-down-2"))
    assert story.incident.card is None
    assert story.incident.rooms == 2
    assert f.InviteDeclarer(stream=STREAM, user=ANN) in story.owed


def test_a_room_that_is_being_made_is_not_asked_for_twice() -> None:
    story = closed()
    story.do(c.RoomWasArchived())
    story.do(c.MakeNewRoom())
    story.do(c.Reopen())
    assert not story.owes(f.CreateRoom)


# ── Declining and cancelling ──


def test_a_false_alarm_needs_a_reason() -> None:
    story = with_room()
    refusal = story.refuses(InvalidInput, c.Decline(reason=Text(" ")))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "reason"
    story.do(c.Decline(reason=Text("the probe lied")))
    assert story.incident.phase is Phase.DECLINED
    assert list(story.timers) == [f"archive:{story.incident.stream}"]
    assert story.owes(f.PostToFeed)
    assert not story.owes(f.CompileReview)


def test_cancelling_needs_none() -> None:
    story = with_room()
    story.do(c.Cancel())
    assert story.incident.phase is Phase.CANCELLED


def test_what_is_resolved_is_closed_not_declined() -> None:
    for command in (c.Decline(reason=Text("x")), c.Cancel()):
        story = resolved()
        story.takes_way_out(story.refuses(NotNow, command))
        assert story.incident.phase is Phase.INVESTIGATING


@pytest.mark.parametrize("ending", [c.Decline(reason=Text("x")), c.Cancel()])
def test_ending_is_for_the_leads_and_others_confirm(ending: c.Decline | c.Cancel) -> None:
    story = with_room()
    refusal = story.refuses(NeedsConfirmation, ending, by=BOB)
    assert f"<@{ANN}>" in refusal.message
    events = story.takes_way_out(refusal, by=BOB)
    confirmed, _ = events
    assert isinstance(confirmed, e.ConfirmedBy)
    assert confirmed.action == type(ending).__name__.lower()
    assert story.incident.over


def test_the_declarer_ends_it_while_nobody_commands() -> None:
    story = with_room()
    story.do(c.TakeRole(role="commander", over=True), by=BOB)
    story.refuses(NeedsConfirmation, c.Cancel(), by=ANN)
    story.do(c.DropRole(role="commander"), by=BOB)
    assert len(story.do(c.Cancel(), by=ANN)) == 1


def test_the_deputy_may_end_it() -> None:
    story = with_room()
    story.do(c.TakeRole(role="deputy"), by=CLEO)
    assert len(story.do(c.Cancel(), by=CLEO)) == 1


def test_an_end_voids_an_offered_handover() -> None:
    story = with_room()
    story.do(c.OfferHandover(to=BOB))
    story.do(c.Cancel())
    assert story.incident.handover is None


# ── Closing ──


def reviewed(story: Story) -> Story:
    story.do(c.Edit(summary=Text("Payments timed out."), impact=Text("one in ten failed")))
    story.do(c.WriteReview(cause=Text("a full disk")))
    story.do(c.AddFollowup(text=Text("alert on disks")))
    return story


def test_closing_names_what_is_missing() -> None:
    story = with_room(declare(severity="sev1"))
    story.do(c.Resolve(category="data"))
    refusal = story.refuses(Incomplete, c.Close())
    assert isinstance(refusal, Incomplete)
    assert refusal.missing == (
        "summary",
        "impact",
        "resolution",
        "cause (or “not known”)",
        "at least one follow-up",
    )
    assert "Missing: summary, impact, resolution" in refusal.message


def test_a_complete_incident_is_closed() -> None:
    story = reviewed(resolved(declare(severity="sev1")))
    assert missing(story.incident, story.process) == ()
    story.passes(minutes(5))
    assert len(story.do(c.Close())) == 1
    assert story.incident.phase is Phase.CLOSED
    assert story.incident.at("closed") == MONDAY_NOON + minutes(5)
    assert story.owes(f.CompileReview) == [f.CompileReview(stream=STREAM, complete=True)]


def test_not_known_is_a_cause_and_a_written_summary_is_a_summary() -> None:
    story = resolved()
    story.do(c.Edit(impact=Text("none")))
    story.do(c.WriteReview(summary=Text("It blinked."), cause_unknown=True))
    assert missing(story.incident, story.process) == ()


@pytest.mark.parametrize(("severity", "asked"), [("sev2", True), ("sev3", False), ("sev4", False)])
def test_follow_ups_are_asked_for_where_a_review_is_required(severity: str, asked: bool) -> None:  # noqa: FBT001
    story = resolved(declare(severity=severity))
    named = "at least one follow-up" in missing(story.incident, story.process)
    assert named is asked


def test_a_declined_incident_taken_up_again_lacks_its_category() -> None:
    story = with_room()
    story.do(c.Cancel())
    story.do(c.Reopen())
    story.do(c.Resolve())
    assert "category" in missing(story.incident, story.process)


def test_it_may_be_closed_anyway_with_a_reason_that_is_kept() -> None:
    story = resolved()
    events = story.do(c.Close(anyway=Text("a drill in all but name")))
    assert events[0] == e.ClosedIncomplete(
        missing=("summary", "impact", "cause (or “not known”)"),
        reason=Text("a drill in all but name"),
    )
    assert story.incident.phase is Phase.CLOSED


def test_a_reason_that_was_not_needed_closes_as_complete() -> None:
    story = reviewed(resolved())
    story.do(c.Close(anyway=Text("just in case")))
    assert not story.happened(e.ClosedIncomplete)


def test_closing_is_for_the_leads_and_what_is_missing_is_said_first() -> None:
    story = resolved()
    story.refuses(Incomplete, c.Close(), by=BOB)
    reviewed(story)
    refusal = story.refuses(NeedsConfirmation, c.Close(), by=BOB)
    events = story.takes_way_out(refusal, by=BOB)
    assert events[0] == e.ConfirmedBy(action="close")


def test_what_is_not_resolved_is_not_closed() -> None:
    assert "triage" in with_room().refuses(NotNow, c.Close(anyway=Text("x"))).message


# ── After the end ──

WORK: list[c.AskedOfIncident] = [
    c.SetSeverity(severity="1"),
    c.SetStatus(status="monitoring"),
    c.TakeRole(role="scribe"),
    c.GiveRole(role="scribe", to=BOB),
    c.DropRole(role="commander"),
    c.OfferHandover(to=BOB),
    c.AcceptHandover(),
    c.RefuseHandover(),
    c.RecordDecision(text=Text("x")),
    c.PostUpdate(no_change=True),
    c.SnoozeUpdates(),
    c.FinishTask(number=1),
    c.StartPlaybook(playbook="x"),
    c.CompletePath(path="1"),
    c.SkipPath(path="1", reason=Text("x")),
]


@pytest.mark.parametrize("command", WORK, ids=lambda command: type(command).__name__)
def test_a_closed_incident_takes_no_work_and_offers_to_reopen(command: c.AskedOfIncident) -> None:
    story = closed()
    refusal = story.refuses(Over, command)
    story.takes_way_out(refusal)
    assert not story.incident.at_rest


@pytest.mark.parametrize(
    "command", [c.Close(), c.Decline(reason=Text("x")), c.Cancel(), c.Resolve()]
)
def test_what_is_over_cannot_end_again(command: c.AskedOfIncident) -> None:
    refusal = closed().refuses(Over, command)
    assert refusal.message == "INC-42 is closed already."
    assert refusal.way_out is None


def test_its_record_is_still_completed() -> None:
    story = closed()
    story.do(c.AddNote(text=Text("the vendor confirmed it")))
    story.do(c.WriteReview(lucky=Text("it was a Sunday")))
    story.do(c.AddFollowup(text=Text("ask the vendor")))
    story.do(c.FinishFollowup(number=1))
    assert story.incident.over
