"""What an incident says about itself."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.process import SEVERITIES, Process
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.values import Milestone, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    MONDAY_NOON,
    STREAM,
    closed,
    declare,
    declared,
    minutes,
    resolved,
    with_room,
)

CALLING = Process(
    severities=(
        replace(SEVERITIES[0], invite=(BOB, "SOPS")),
        replace(SEVERITIES[1], invite=(BOB,)),
        replace(SEVERITIES[2], invite=()),
        SEVERITIES[3],
    )
)

# ── Editing ──


def test_only_what_differs_is_recorded() -> None:
    story = with_room()
    command = c.Edit(
        title=Text("checkout is down"),
        summary=Text("Payments time out."),
        impact=Text(" all of EU "),
        category="Availability",
        services=("api",),
    )
    assert story.do(command) == [
        e.DetailsEdited(
            summary=Text("Payments time out."),
            impact=Text("all of EU"),
            category="availability",
            services=("api",),
        )
    ]
    incident = story.incident
    assert (incident.summary, incident.impact) == ("Payments time out.", "all of EU")
    assert (incident.category, incident.services) == ("availability", ("api",))
    assert incident.title == "checkout is down"
    assert f.ShowCard(stream=STREAM) in story.owed
    assert story.owes(f.ShowAnnouncement)
    story.refuses(NotNow, command)


def test_a_new_title_is_as_clean_as_the_first() -> None:
    story = with_room()
    story.do(c.Edit(title=Text("search\nis down")))
    assert story.incident.title == "search is down"
    story.refuses(InvalidInput, c.Edit(title=Text("")))
    story.refuses(InvalidInput, c.Edit(category="nonsense"))


def test_services_can_be_taken_away() -> None:
    story = with_room(c.Declare(title=Text("x"), services=("api",), number=1))
    story.do(c.Edit(services=()))
    assert story.incident.services == ()


def test_the_record_of_a_closed_incident_can_still_be_put_right() -> None:
    story = closed()
    story.do(c.Edit(impact=Text("nobody could pay")))
    assert story.incident.impact == "nobody could pay"
    assert story.owes(f.CompileReview)


# ── Milestones ──


def test_a_milestone_is_corrected_and_its_first_time_is_kept_in_the_record() -> None:
    story = with_room()
    at = MONDAY_NOON - minutes(30)
    assert story.do(c.CorrectMilestone(milestone="started", at=at)) == [
        e.MilestoneCorrected(milestone="started", at=at, previous=None)
    ]
    earlier = at - minutes(5)
    assert story.do(c.CorrectMilestone(milestone="started", at=earlier)) == [
        e.MilestoneCorrected(milestone="started", at=earlier, previous=at)
    ]
    assert story.incident.at("started") == earlier


def test_a_milestone_lies_in_the_past() -> None:
    command = c.CorrectMilestone(milestone="started", at=MONDAY_NOON + minutes(10))
    refusal = with_room().refuses(InvalidInput, command)
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "started"


@pytest.mark.parametrize(
    ("milestone", "at", "named"),
    [
        ("started", MONDAY_NOON + minutes(1), "detected"),
        ("detected", MONDAY_NOON - minutes(31), "started"),
        ("detected", MONDAY_NOON + minutes(1), "declared"),
        ("declared", MONDAY_NOON - minutes(1), "detected"),
        ("acknowledged", MONDAY_NOON - minutes(1), "detected"),
        ("mitigated", MONDAY_NOON - minutes(31), "started"),
        ("mitigated", MONDAY_NOON + minutes(21), "resolved"),
        ("resolved", MONDAY_NOON + minutes(9), "mitigated"),
        ("resolved", MONDAY_NOON + minutes(31), "closed"),
        ("closed", MONDAY_NOON + minutes(19), "resolved"),
    ],
)
def test_milestones_keep_a_sane_order(milestone: Milestone, at: datetime, named: str) -> None:
    story = with_room()
    story.do(c.CorrectMilestone(milestone="started", at=MONDAY_NOON - minutes(30)))
    story.passes(minutes(10))
    story.do(c.SetStatus(status="mitigated", category="data"))
    story.passes(minutes(10))
    story.do(c.Resolve())
    story.passes(minutes(10))
    story.do(c.Close(anyway=Text("a test")))
    story.passes(minutes(10))
    refusal = story.refuses(InvalidInput, c.CorrectMilestone(milestone=milestone, at=at))
    assert f"“{named}”" in refusal.message
    assert f"“{milestone}”" in refusal.message


def test_what_was_contained_before_anybody_declared_it_is_fine() -> None:
    story = with_room()
    at = MONDAY_NOON - minutes(10)
    story.do(c.CorrectMilestone(milestone="mitigated", at=at))
    assert story.incident.at("mitigated") == at


def test_resolved_and_closed_are_reached_before_they_are_corrected() -> None:
    for milestone in ("resolved", "closed"):
        story = with_room()
        story.refuses(NotNow, c.CorrectMilestone(milestone=milestone, at=MONDAY_NOON))
    story = resolved()
    story.passes(minutes(10))
    at = MONDAY_NOON + minutes(5)
    story.do(c.CorrectMilestone(milestone="resolved", at=at))
    assert story.incident.at("resolved") == at


def test_the_same_time_again_is_no_correction() -> None:
    with_room().refuses(NotNow, c.CorrectMilestone(milestone="declared", at=MONDAY_NOON))


# ── Severity ──


def test_a_raised_severity_calls_its_list_and_brings_the_promise_forward() -> None:
    story = with_room(process=CALLING)
    events = story.do(c.SetSeverity(severity="1", reason=Text("data at risk")), by=CLEO)
    assert events == [
        e.SeverityChanged(
            old="sev3",
            new="sev1",
            reason=Text("data at risk"),
            raised=True,
            announced=True,
            invite=(BOB, "SOPS"),
            update_due_at=MONDAY_NOON + minutes(30),
        )
    ]
    assert f.InviteResponders(stream=STREAM, who=(BOB, "SOPS")) in story.owed
    assert f.ShowTopic(stream=STREAM) in story.owed
    assert story.owes(f.PostToRoom)
    assert story.owes(f.ShowAnnouncement)
    assert story.timers[f"update:{STREAM}"].at == MONDAY_NOON + minutes(25)


def test_a_list_is_called_once_however_often_the_level_changes() -> None:
    story = with_room(process=CALLING)
    story.do(c.SetSeverity(severity="sev2"))
    assert story.owes(f.InviteResponders)
    story.do(c.SetSeverity(severity="sev3"))
    assert not story.owes(f.InviteResponders)
    (event,) = story.do(c.SetSeverity(severity="sev1"))
    assert isinstance(event, e.SeverityChanged)
    assert event.invite == ("SOPS",)
    story.do(c.SetSeverity(severity="sev3"))
    story.do(c.SetSeverity(severity="sev1"))
    assert not story.owes(f.InviteResponders)
    assert story.incident.invite == (BOB, "SOPS")


def test_who_is_in_the_room_already_is_not_called_in() -> None:
    story = with_room(process=CALLING)
    story.do(c.PersonEntered(user=BOB), by=BOB)
    story.do(c.SetSeverity(severity="sev2"))
    assert not story.owes(f.InviteResponders)


def test_a_lowered_severity_calls_nobody_and_takes_its_own_rhythm() -> None:
    story = with_room(declare(severity="sev1"), process=CALLING)
    (event,) = story.do(c.SetSeverity(severity="sev3"))
    assert isinstance(event, e.SeverityChanged)
    assert not event.raised
    assert story.incident.cadence.due_at == MONDAY_NOON + minutes(240)
    assert not story.owes(f.InviteResponders)


def test_raising_does_not_excuse_an_update_that_is_late() -> None:
    story = with_room(declare(severity="sev2"))
    story.passes(minutes(75))
    before = story.incident.cadence
    assert before.overdue
    story.do(c.SetSeverity(severity="sev1"))
    assert story.incident.cadence == before
    assert story.timers[f"update:{STREAM}"].at == MONDAY_NOON + minutes(120)


def test_a_level_without_updates_ends_the_cadence_and_raising_starts_it() -> None:
    story = with_room()
    story.do(c.SetSeverity(severity="sev4"))
    assert story.incident.cadence.due_at is None
    assert story.timers == {}
    story.do(c.SetSeverity(severity="sev2"))
    assert story.incident.cadence.due_at == MONDAY_NOON + minutes(60)


def test_an_incident_once_announced_stays_announced() -> None:
    story = with_room()
    story.do(c.SetSeverity(severity="sev4"))
    assert story.incident.announced
    assert story.owes(f.ShowAnnouncement)


def test_a_quiet_incident_is_announced_once_it_is_graver() -> None:
    story = with_room(declare(severity="sev4"))
    assert not story.incident.announced
    story.do(c.SetSeverity(severity="sev3"))
    assert story.owes(f.ShowAnnouncement)


def test_the_same_level_again_is_refused_in_words() -> None:
    story = with_room()
    assert story.refuses(NotNow, c.SetSeverity(severity="3")).message == "INC-42 is SEV3 already."
    story.refuses(InvalidInput, c.SetSeverity(severity="9"))


def test_the_severity_of_a_resolved_incident_promises_nothing() -> None:
    story = resolved()
    story.do(c.SetSeverity(severity="sev1"), by=ANN)
    assert story.incident.cadence.due_at is None


def test_before_the_room_is_there_the_list_waits_for_it() -> None:
    story = declared(process=CALLING)
    story.do(c.SetSeverity(severity="sev1"))
    assert not story.owes(f.InviteResponders)
    story.do(c.RoomMade(channel="C1", name="inc-42"))
    assert f.InviteResponders(stream=STREAM, who=(BOB, "SOPS")) in story.owed
