"""Updates on a cadence: what is promised, said, reminded of, and passed over in silence."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.process import Process, WorkingHours
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.updates import LADDER, next_due
from bot.domain.values import Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    DAN,
    MONDAY_NOON,
    STREAM,
    Story,
    declare,
    declared,
    minutes,
    resolved,
    with_room,
)

HOUR = timedelta(hours=1)
NOTHING: list[e.Event] = []


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def stages(events: list[e.Event]) -> list[str]:
    return [event.stage for event in events if isinstance(event, e.UpdateNudged)]


def overdue(story: Story) -> bool:
    return story.incident.cadence.overdue


# ── When the next is due ──


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("sev1", MONDAY_NOON + minutes(30)),
        ("sev2", MONDAY_NOON + minutes(60)),
        ("sev3", MONDAY_NOON + minutes(240)),
        ("sev4", None),
    ],
)
def test_each_level_has_its_rhythm(severity: str, due: datetime | None) -> None:
    assert declared(declare(severity=severity)).incident.cadence.due_at == due


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(5, 9), at(5, 13)),  # a Monday
        (at(5, 14), at(5, 18)),
        (at(5, 15), at(6, 10)),
        (at(5, 6), at(5, 13)),
        (at(5, 22), at(6, 13)),
        (at(9, 16), at(12, 11)),  # over a weekend
        (at(10, 12), at(12, 13)),  # a Saturday
    ],
)
def test_in_working_hours_nights_and_weekends_do_not_count(now: datetime, due: datetime) -> None:
    assert next_due(Process(), "sev3", now) == due


def test_working_hours_are_those_of_their_zone_also_when_its_clocks_change() -> None:
    nights = WorkingHours(
        days=frozenset(range(7)), opens=time(1), closes=time(5), timezone="Europe/Berlin"
    )
    process = Process(working_hours=nights)
    berlin = ZoneInfo("Europe/Berlin")
    # On 2026-03-29 the hour from 2 to 3 does not exist: three hours of work from 1 to 5.
    now = datetime(2026, 3, 29, 0, 0, tzinfo=berlin)
    due = next_due(process, "sev3", now)
    assert due == datetime(2026, 3, 30, 2, 0, tzinfo=berlin)


@pytest.mark.parametrize(
    "hours",
    [WorkingHours(days=frozenset()), WorkingHours(opens=time(18), closes=time(9))],
)
def test_hours_in_which_nobody_works_hold_nothing_up(hours: WorkingHours) -> None:
    process = Process(working_hours=hours)
    assert next_due(process, "sev3", MONDAY_NOON) == MONDAY_NOON + 4 * HOUR


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
def test_what_is_due_is_never_due_outside_working_hours(moment: datetime, zone: str) -> None:
    now = moment.replace(tzinfo=UTC)
    process = Process(working_hours=WorkingHours(timezone=zone))
    due = next_due(process, "sev3", now)
    assert due is not None
    assert due >= now + 4 * HOUR
    local = due.astimezone(ZoneInfo(zone))
    assert local.weekday() < 5
    assert time(9) < local.time() <= time(18)


def test_an_unknown_level_keeps_the_strictest_rhythm() -> None:
    assert next_due(Process(), "gone", MONDAY_NOON) == MONDAY_NOON + minutes(30)


# ── Posting ──


def test_an_update_goes_to_the_room_and_the_feed_and_renews_the_promise() -> None:
    story = with_room(declare(severity="sev1"))
    story.passes(minutes(20))
    promised = MONDAY_NOON + minutes(30)
    events = story.do(c.PostUpdate(text=Text("We restart the cache.")), by=BOB)
    assert events == [
        e.UpdatePosted(
            text=Text("We restart the cache."),
            no_change=False,
            severity="sev1",
            status="triage",
            promised_at=promised,
            update_due_at=MONDAY_NOON + minutes(50),
        )
    ]
    assert story.owes(f.PostToRoom)
    assert story.owes(f.PostToFeed)
    assert f.ShowCard(stream=STREAM) in story.owed
    assert story.timers[f"update:{STREAM}"].at == MONDAY_NOON + minutes(45)
    cadence = story.incident.cadence
    assert (cadence.count, cadence.last_text) == (1, "We restart the cache.")
    assert BOB in story.incident.responders


def test_no_change_needs_no_words() -> None:
    story = with_room()
    (event,) = story.do(c.PostUpdate(no_change=True))
    assert isinstance(event, e.UpdatePosted)
    assert (event.text, event.no_change) == ("", True)


def test_no_change_confirms_what_was_said_last_and_takes_nothing_of_it_back() -> None:
    story = with_room()
    said_at = story.now
    story.do(c.PostUpdate(text=Text("We restart the cache.")))
    story.passes(minutes(20))
    story.do(c.PostUpdate(no_change=True))
    cadence = story.incident.cadence
    assert (cadence.last_text, cadence.said_at) == ("We restart the cache.", said_at)
    assert (cadence.last_at, cadence.count) == (story.now, 2)


def test_right_after_an_update_no_change_adds_nothing_unless_it_promises_another_time() -> None:
    story = with_room()
    story.do(c.PostUpdate(text=Text("We restart the cache.")))
    refusal = story.refuses(NotNow, c.PostUpdate(no_change=True), by=BOB)
    assert "had an update just now" in refusal.message
    story.do(c.PostUpdate(no_change=True, next_in_minutes=120))
    story.passes(minutes(1))
    story.do(c.PostUpdate(no_change=True), by=BOB)


def test_an_update_says_something() -> None:
    refusal = with_room().refuses(InvalidInput, c.PostUpdate(text=Text("  ")))
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "text"


def test_an_update_may_say_what_is_known_of_the_impact() -> None:
    story = with_room()
    impact = Text("one in ten payments fails")
    events = story.do(c.PostUpdate(text=Text("hm"), impact=impact))
    assert events[0] == e.DetailsEdited(impact=impact)
    assert story.incident.impact == impact
    (again,) = story.do(c.PostUpdate(text=Text("hm"), impact=impact))
    assert isinstance(again, e.UpdatePosted)
    assert again.impact == impact


@pytest.mark.parametrize(("said", "due"), [(15, MONDAY_NOON + minutes(15)), (0, None)])
def test_the_writer_may_promise_another_time_or_none(said: int, due: datetime | None) -> None:
    story = with_room(declare(severity="sev1"))
    story.do(c.PostUpdate(text=Text("hm"), next_in_minutes=said))
    assert story.incident.cadence.due_at == due
    assert (f"update:{STREAM}" in story.timers) is (due is not None)


@pytest.mark.parametrize("said", [-1, 7 * 24 * 60 + 1, 10**18])
def test_absurd_promises_are_refused(said: int) -> None:
    command = c.PostUpdate(text=Text("hm"), next_in_minutes=said)
    refusal = with_room().refuses(InvalidInput, command)
    assert isinstance(refusal, InvalidInput)
    assert refusal.field == "next_in_minutes"


def test_after_resolve_an_update_is_a_correction_and_promises_nothing() -> None:
    story = resolved()
    story.do(c.PostUpdate(text=Text("It was the disk, not the network."), next_in_minutes=30))
    assert story.incident.cadence.due_at is None
    assert story.timers == {}
    story.refuses(NotNow, c.PostUpdate(no_change=True))


# ── The ladder ──


def test_the_whole_ladder_from_a_hint_to_silence() -> None:
    story = with_room(declare(severity="sev1"))
    assert stages(story.passes(minutes(24))) == []
    assert stages(story.passes(minutes(1))) == ["soon"]
    assert story.owes(f.Whisper) == [f.Whisper(stream=STREAM, version=7, user=ANN)]
    assert not story.owes(f.PostToRoom)
    assert stages(story.passes(minutes(5))) == ["due"]
    assert story.owes(f.PostToRoom)
    assert not story.owes(f.ShowAnnouncement)
    assert overdue(story) is False
    assert stages(story.passes(minutes(10))) == ["late"]
    assert story.owes(f.PostToRoom)
    assert story.owes(f.ShowAnnouncement)
    assert overdue(story) is True
    assert stages(story.passes(minutes(50))) == ["hourly"]
    assert stages(story.passes(HOUR)) == ["hourly"]
    assert stages(story.passes(HOUR)) == ["hourly"]
    assert stages(story.passes(HOUR)) == ["last"]
    assert story.timers == {}
    assert story.passes(timedelta(days=30)) == NOTHING


def test_an_update_at_any_rung_begins_anew() -> None:
    for rung in LADDER:
        story = with_room(declare(severity="sev1"))
        story.passes(minutes(30) + rung.after)
        story.do(c.PostUpdate(no_change=True))
        assert not story.incident.cadence.overdue
        assert stages(story.passes(minutes(30))) == ["soon", "due"]


def test_after_an_absence_one_nudge_fits_the_present_lateness() -> None:
    for late, stage, later in [
        (minutes(-2), "soon", ["due"]),
        (minutes(4), "due", ["late"]),
        (minutes(45), "late", ["hourly"]),
        (2 * HOUR + minutes(5), "hourly", ["hourly"]),
        (timedelta(days=3), "last", []),
    ]:
        story = with_room(declare(severity="sev1"))
        assert stages(story.away(minutes(30) + late)) == [stage]
        assert stages(story.passes(HOUR))[:1] == later


def test_a_timer_of_an_earlier_promise_changes_nothing() -> None:
    story = with_room(declare(severity="sev1"))
    old = story.incident.cadence.due_at
    assert old is not None
    story.do(c.PostUpdate(no_change=True, next_in_minutes=5))
    story.now += HOUR
    assert story.do(c.UpdateFallsDue(stage="due", due_at=old)) == NOTHING


def test_a_timer_that_fires_twice_or_too_early_nudges_once() -> None:
    story = with_room(declare(severity="sev1"))
    timer = story.timers[f"update:{STREAM}"].command
    assert story.do(timer) == NOTHING
    story.passes(minutes(26))
    assert story.do(timer) == NOTHING


def test_a_promise_for_very_soon_needs_no_hint() -> None:
    story = with_room()
    story.do(c.PostUpdate(text=Text("hm"), next_in_minutes=3))
    assert stages(story.passes(minutes(3))) == ["due"]


def test_an_incident_at_rest_is_left_in_peace() -> None:
    story = with_room(declare(severity="sev1"))
    due = story.incident.cadence.due_at
    assert due is not None
    story.do(c.Resolve(category="data"))
    assert f.Never(key=f"update:{STREAM}") in story.owed
    story.now += HOUR
    assert story.do(c.UpdateFallsDue(stage="due", due_at=due)) == NOTHING


# ── Who is named ──


def nudged(story: Story, stage: str) -> tuple[str, ...]:
    events = story.passes(timedelta(hours=9))
    return next(
        event.people
        for event in events
        if isinstance(event, e.UpdateNudged) and event.stage == stage
    )


@pytest.mark.parametrize("stage", ["soon", "due", "last"])
def test_the_commander_is_named(stage: str) -> None:
    story = with_room()
    story.do(c.TakeRole(role="commander", over=True), by=BOB)
    assert nudged(story, stage) == (BOB,)


def test_without_a_commander_the_declarer_is_named() -> None:
    story = with_room()
    story.do(c.DropRole(role="commander"))
    assert nudged(story, "due") == (ANN,)


@pytest.mark.parametrize("stage", ["late", "hourly"])
def test_when_it_is_late_the_deputy_is_named(stage: str) -> None:
    story = with_room()
    story.do(c.TakeRole(role="deputy"), by=CLEO)
    story.do(c.TakeRole(role="scribe"), by=BOB)
    assert nudged(story, stage) == (CLEO,)


def test_without_a_deputy_every_role_holder_is_named_once() -> None:
    story = with_room()
    story.do(c.TakeRole(role="scribe"), by=BOB)
    story.do(c.TakeRole(role="operations"), by=BOB)
    story.do(c.TakeRole(role="expert"), by=DAN)
    assert nudged(story, "late") == (ANN, BOB, DAN)


def test_without_anybody_the_declarer_is_named_when_it_is_late_too() -> None:
    story = with_room()
    story.do(c.DropRole(role="commander"))
    assert nudged(story, "late") == (ANN,)


# ── Snoozing ──


def test_a_snooze_silences_and_then_the_ladder_starts_at_due() -> None:
    story = with_room(declare(severity="sev1"))
    story.passes(minutes(45))
    story.do(c.SnoozeUpdates(minutes=60))
    assert story.incident.cadence.due_at == MONDAY_NOON + minutes(30)
    assert stages(story.passes(minutes(59))) == []
    assert stages(story.passes(minutes(1))) == ["due"]
    assert stages(story.passes(minutes(10))) == ["late"]


def test_the_last_post_can_be_snoozed_and_starts_over() -> None:
    story = with_room(declare(severity="sev1"))
    story.passes(timedelta(hours=12))
    story.do(c.SnoozeUpdates(minutes=5))
    assert stages(story.passes(timedelta(hours=12))) == [
        "due",
        "late",
        "hourly",
        "hourly",
        "hourly",
        "last",
    ]


def test_a_snooze_that_ends_before_the_promise_changes_nothing_about_it() -> None:
    story = with_room()
    story.do(c.SnoozeUpdates(minutes=30))
    assert stages(story.passes(minutes(239))) == []
    assert stages(story.passes(minutes(1))) == ["due"]


def test_a_new_promise_ends_the_snooze() -> None:
    story = with_room(declare(severity="sev1"))
    story.do(c.SnoozeUpdates(minutes=600))
    story.do(c.PostUpdate(no_change=True))
    assert stages(story.passes(minutes(30))) == ["soon", "due"]


@pytest.mark.parametrize("length", [-5, 0, 4, 24 * 60 + 1, 10**18])
def test_a_snooze_lasts_five_minutes_to_a_day(length: int) -> None:
    with_room().refuses(InvalidInput, c.SnoozeUpdates(minutes=length))


def test_where_nothing_is_promised_there_is_nothing_to_snooze() -> None:
    with_room(declare(severity="sev4")).refuses(NotNow, c.SnoozeUpdates())
    resolved().refuses(NotNow, c.SnoozeUpdates())
