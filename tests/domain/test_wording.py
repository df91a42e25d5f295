"""The timeline in words."""

from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.playbook import Playbook
from bot.domain.playbook.events import (
    ItemDone,
    ItemSkipped,
    RunEvent,
    RunFinished,
    RunStarted,
    StepDone,
    StepOpened,
    StepSkipped,
)
from bot.domain.process import Process
from bot.domain.steps import Checklist, Message, Task
from bot.domain.steps.checklist import Item
from bot.domain.values import Absence, Text
from bot.domain.wording import EFFECTS, timeline_line, told_at
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    FEED,
    MONDAY_NOON,
    ROOM,
    STREAM,
    Story,
    minutes,
    with_room,
)

OLGA = "olga at the terminal"
SCRIBE = "U0SCRIBE"
"""Called by the part that they play, as everybody is in a review."""
NAMES = {ANN: "Ann", BOB: "Bob", CLEO: "Cleo", OLGA: OLGA, SCRIBE: "the scribe"}
PLAYBOOK = Playbook(
    id="outage",
    name="Service outage",
    version="1.2.0",
    steps=(
        Message(id="hello", text="Breathe."),
        Checklist(id="triage", name="Triage", items=(Item(id="disk", text="Check the disk"),)),
        Task(id="call", title="Call the vendor"),
    ),
)
NOON = "2026-01-05 12:00 UTC"


def story() -> Story:
    """Return a story with a run, a task and a follow-up to speak of."""
    told = with_room(process=Process(playbooks={"outage": PLAYBOOK}))
    told.do(c.StartPlaybook(playbook="outage"))
    told.do(c.CompletePath(path="disk"))
    told.do(c.AddFollowup(text=Text("alert on disks")))
    told.do(c.PagePerson(to=BOB))
    return told


def said(event: e.Event, *, by: str = ANN, cause: str = "") -> str | None:
    told = story()
    recorded = e.Recorded(
        stream=STREAM,
        version=99,
        happened_at=MONDAY_NOON,
        recorded_at=MONDAY_NOON,
        actor=by,
        cause=cause,
        correlation="",
        rule="",
        event=event,
    )
    return timeline_line(recorded, told.incident, NAMES.__getitem__, process=told.process)


def declared(*, drill: bool = False, source: str = "user") -> e.IncidentDeclared:
    assert source in {"user", "message", "alert", "terminal"}
    return e.IncidentDeclared(
        number=42,
        title=Text("checkout is down"),
        summary=Text(""),
        severity="sev1",
        status="triage",
        category=None,
        services=(),
        started_at=None,
        private=False,
        drill=drill,
        announced=True,
        source=source,  # type: ignore[arg-type]
        source_link="",
        invite=(),
        update_due_at=None,
    )


def severity(new: str, *, raised: bool, reason: str = "") -> e.SeverityChanged:
    return e.SeverityChanged(
        old="sev3",
        new=new,
        reason=Text(reason),
        raised=raised,
        announced=True,
        invite=(),
        update_due_at=None,
    )


def moved(reason: str = "", step: str | None = None) -> e.StatusChanged:
    return e.StatusChanged(
        old="triage",
        new="monitoring",
        old_phase="triage",
        new_phase="monitoring",
        reason=Text(reason),
        update_due_at=None,
        step=step,
    )


def update(text: str, *, no_change: bool = False) -> e.UpdatePosted:
    return e.UpdatePosted(
        text=Text(text),
        no_change=no_change,
        severity="sev1",
        status="triage",
        promised_at=None,
        update_due_at=None,
    )


def nudge(stage: c.Stage) -> e.UpdateNudged:
    return e.UpdateNudged(stage=stage, due_at=MONDAY_NOON, count=1, people=(ANN, BOB))


def item(kind: type[ItemDone] | type[StepDone], path: str, note: str, link: str) -> e.Event:
    return kind(run="run-1", path=path, by=BOB, at=MONDAY_NOON, note=Text(note), link=link)


LINES: list[tuple[e.Event, str | None]] = [
    (declared(), "Ann declared INC-42 as SEV1: checkout is down"),
    (declared(drill=True), "Ann declared the drill INC-42 as SEV1: checkout is down"),
    (declared(source="alert"), "Ann declared INC-42 as SEV1, from an alert: checkout is down"),
    (e.RoomOpened(channel=ROOM, name="inc-42"), "The room #inc-42 was opened."),
    (
        e.IncidentAdopted(name="inc-provisional-1", recorded_at=MONDAY_NOON),
        "It began in #inc-provisional-1 without a database; recorded at 2026-01-05 12:00 UTC.",
    ),
    (e.RoomAsked(suffix=2), "Ann asked for a new room."),
    (e.RoomRenamed(name="war-room"), "The room was renamed to #war-room."),
    (e.RoomArchived(), "The room was archived."),
    (e.RoomUnarchived(), "The room was brought back."),
    (e.CardPosted(channel=ROOM, ts="1.1"), None),
    (e.AnnouncementPosted(channel=FEED, ts="1.1"), "The incident was announced."),
    (e.PostLost(post="card"), "The card was deleted by hand; Muster posts it anew."),
    (e.PersonJoined(user=BOB), "Bob joined the room."),
    (e.PersonParted(user=BOB), "Bob left the room."),
    (e.JoinAsked(user=BOB), None),
    (e.RoleTaken(role="commander", user=ANN, how="declared"), "Ann leads as commander."),
    (e.RoleTaken(role="scribe", user=BOB, how="taken"), "Bob became scribe."),
    (e.RoleTaken(role="scribe", user=SCRIBE, how="taken"), "The scribe stepped in."),
    (e.RoleTaken(role="scribe", user=SCRIBE, how="given"), "Ann named the scribe."),
    (
        e.RoleTaken(role="expert", user=BOB, previous=CLEO, how="given"),
        "Ann named Bob subject-matter expert, in place of Cleo.",
    ),
    (
        e.RoleTaken(role="commander", user=BOB, previous=ANN, how="handed over"),
        "Bob accepted the command, in place of Ann.",
    ),
    (e.RoleTaken(role="oracle", user=BOB), "Bob became oracle."),
    (e.RoleDropped(role="scribe", user=ANN), "Ann is no longer scribe."),
    (e.RoleDropped(role="scribe", user=BOB), "Bob is no longer scribe (by Ann)."),
    (e.HandoverOffered(to=BOB), "Ann offered the command to Bob."),
    (
        e.HandoverRefused(giver=BOB, to=ANN),
        "Ann turned down the command that Bob offered.",
    ),
    (e.HandoverRefused(giver=ANN, to=BOB), "Ann took back the command offered to Bob."),
    (
        e.DetailsEdited(title=Text("a"), impact=Text(""), services=("x", "y")),
        "Ann edited title: a; impact: –; services: x, y",
    ),
    (
        e.MilestoneCorrected(milestone="started", at=MONDAY_NOON, previous=None),
        f"Ann set “started” to {NOON}.",
    ),
    (
        e.MilestoneCorrected(
            milestone="started", at=MONDAY_NOON, previous=MONDAY_NOON - minutes(5)
        ),
        f"Ann set “started” to {NOON}, not 2026-01-05 11:55 UTC.",
    ),
    (severity("sev1", raised=True), "Ann raised the severity to SEV1."),
    (
        severity("gone", raised=False, reason="it is over"),
        "Ann lowered the severity to gone: it is over",
    ),
    (moved(), "Ann set the status to monitoring."),
    (moved("fix is in"), "Ann set the status to monitoring: fix is in"),
    (
        moved(step="run-1/go"),
        "The playbook “Service outage” set the status to monitoring.",
    ),
    (
        e.ResolutionRecorded(resolution=Text("rolled back"), impact_ended_at=MONDAY_NOON),
        f"The impact ended at {NOON}. Resolution: rolled back",
    ),
    (
        e.ResolutionRecorded(resolution=Text(""), impact_ended_at=MONDAY_NOON),
        f"The impact ended at {NOON}.",
    ),
    (
        e.ClosedIncomplete(missing=("impact", "summary"), reason=Text("small")),
        "Ann closed it although this was missing: impact, summary. Reason: small",
    ),
    (
        e.ConfirmedBy(action="close"),
        "Ann confirmed that they wanted to close it without leading it.",
    ),
    (e.NoteAdded(text=Text("smoke"), said_at=MONDAY_NOON), "Note by Ann: smoke"),
    (
        e.NoteAdded(text=Text("smoke"), said_at=MONDAY_NOON, step="run-9/x"),
        "Note by the playbook “run-9”: smoke",
    ),
    (
        e.DecisionRecorded(text=Text("roll back"), severity="sev1", status="triage"),
        "Decision recorded by Ann: roll back",
    ),
    (update("We restart it."), "Update by Ann: We restart it."),
    (update("", no_change=True), "Update by Ann: no change."),
    (nudge("soon"), None),
    (nudge("due"), "The next update was due; reminded: Ann, Bob."),
    (nudge("late"), "The update was overdue; reminded: Ann, Bob."),
    (nudge("hourly"), "The update was overdue; reminded: Ann, Bob."),
    (nudge("last"), "The update was still overdue; reminded for the last time: Ann, Bob."),
    (e.UpdatesSnoozed(until=MONDAY_NOON), f"Ann snoozed the reminders until {NOON}."),
    (
        e.FollowupAdded(number=1, text=Text("alert on disks"), owner=BOB, due=None),
        "Ann added follow-up 1 for Bob: alert on disks",
    ),
    (
        e.FollowupAdded(number=2, text=Text("sleep"), owner=None, due=None),
        "Ann added follow-up 2: sleep",
    ),
    (
        e.FollowupTakenBack(number=2, text=Text("sleep")),
        "Ann took follow-up 2 back (sleep).",
    ),
    (
        e.HistoryRead(
            messages=1,
            since=MONDAY_NOON + timedelta(minutes=7),
            away=Absence(since=MONDAY_NOON, until=MONDAY_NOON),
        ),
        f"Muster was away from {NOON} to {NOON}; it read 1 message later.",
    ),
    (
        e.HistoryRead(messages=1, since=MONDAY_NOON),
        f"1 message of {NOON} had not reached Muster, which read it later.",
    ),
    (
        e.HistoryRead(messages=3, since=MONDAY_NOON),
        f"3 messages from {NOON} on had not reached Muster, which read them later.",
    ),
    (
        e.HistoryRead(messages=1, since=MONDAY_NOON, unreadable=2),
        f"1 message of {NOON} had not reached Muster, which read it later. 2 could not be read.",
    ),
    (e.FollowupDone(number=1), "Ann finished follow-up 1 (alert on disks)."),
    (e.FollowupDone(number=9), "Ann finished follow-up 9."),
    (
        e.TaskAdded(number=1, title=Text("Call"), assignee=BOB, due=None, step="run-1/call"),
        "Task 1 for Bob, by the playbook “Service outage”: Call",
    ),
    (e.TaskAdded(number=2, title=Text("Run"), assignee=None, due=None), "Task 2, by Ann: Run"),
    (e.TaskDone(number=1), "Ann finished task 1 (Call the vendor)."),
    (e.TaskDone(number=9), "Ann finished task 9."),
    (e.TaskReminded(number=1), "Task 1 (Call the vendor) fell due."),
    (
        e.MessageMarked(
            channel=ROOM, ts="1.1", how="pin", said_by=BOB, said_at=MONDAY_NOON, permalink=""
        ),
        "Ann put a message of Bob on the timeline.",
    ),
    (
        e.MessageMarked(
            channel=ROOM, ts="1.1", how="pin", said_by="", said_at=MONDAY_NOON, permalink=""
        ),
        "Ann put a message on the timeline.",
    ),
    (
        e.MessageMarked(
            channel=ROOM, ts="1.1", how="pin", said_by=ANN, said_at=MONDAY_NOON, permalink=""
        ),
        "Ann put their own message on the timeline.",
    ),
    (e.MessageUnmarked(channel=ROOM, ts="1.1", how="pin"), "Ann took a mark off a message."),
    (
        e.MarkedMessageChanged(channel=ROOM, ts="1.1", gone=False),
        "A message on the timeline was edited in Slack.",
    ),
    (
        e.MarkedMessageChanged(channel=ROOM, ts="1.1", gone=True),
        "A message on the timeline was deleted in Slack.",
    ),
    (e.ReviewWritten(), "Ann wrote in the review."),
    (e.ReviewCompiled(version=1, digest="", complete=False, told=False), None),
    (
        e.ReviewCompiled(version=1, digest="", complete=False, told=True),
        "The draft of the review was compiled.",
    ),
    (
        e.ReviewCompiled(version=1, digest="", complete=True, told=True),
        "The final review was compiled.",
    ),
    (
        e.PlaybookOffered(playbook="x", name="X", rule="severity_changed, severity sev1"),
        "The playbook “X” was offered.",
    ),
    (
        e.PlaybookHindered(run="run-1", path="go", why="No."),
        "The playbook “Service outage” could not go on as written: No.",
    ),
    (
        e.EffectFailed(effect="PostToRoom:17", why="Slack is away."),
        "Muster gave up a message to the room: Slack is away.",
    ),
    (
        e.EffectFailed(effect="InviteResponders", why="<@UBOB> is not known here."),
        "Muster gave up the responders' invitation: Bob is not known here.",
    ),
    (e.EffectRetried(effect="AddBookmark"), "Ann asked to try again: the bookmark."),
    (e.EffectRecovered(effect="Oracle"), "It worked after all: Oracle."),
    (e.Unknown(name="MoonNoted", body="{}"), "A newer version of Muster recorded “MoonNoted”."),
    (
        StepOpened(run="run-1", path="hello", at=MONDAY_NOON),
        "The playbook “Service outage” said: Breathe.",
    ),
    (StepOpened(run="run-1", path="triage", at=MONDAY_NOON), None),
    (StepOpened(run="run-9", path="hello", at=MONDAY_NOON), None),
    (item(ItemDone, "triage/disk", "", ""), "Bob did “Check the disk”."),
    (
        item(ItemDone, "triage/disk", "95 % full", "https://graph"),
        "Bob did “Check the disk”: 95 % full · https://graph",
    ),
    (item(StepDone, "call", "", ""), "Bob did “Call the vendor”."),
    (item(StepDone, "triage", "", ""), "Bob did “Triage”."),
    (item(StepDone, "gone", "", ""), "Bob did “gone”."),
    (
        StepDone(run="run-1", path="call", by=None, at=MONDAY_NOON, note=Text(""), link=""),
        None,
    ),
    (
        ItemSkipped(
            run="run-1", path="triage/disk", by=BOB, at=MONDAY_NOON, reason=Text("no disks")
        ),
        "Bob skipped “Check the disk”: no disks",
    ),
    (
        StepSkipped(run="run-1", path="triage", by=BOB, at=MONDAY_NOON, reason=Text("no")),
        "Bob skipped “Triage”: no",
    ),
    (
        e.PersonPaged(number=1, user=BOB, text=Text("db"), again_at=MONDAY_NOON),
        "Ann paged Bob: db",
    ),
    (e.PageDelivered(number=1, times=1), "The page to Bob was delivered."),
    (
        e.PageRepeated(number=1, times=2, again_at=MONDAY_NOON),
        "Bob was paged again, for the 2nd time.",
    ),
    (e.PageAcknowledged(number=1), "Ann acknowledged the page."),
    (
        e.PageUnanswered(number=1, user=BOB, times=3, passed_to=None),
        "Bob did not answer 3 pages.",
    ),
    (
        e.PageUnanswered(number=1, user=BOB, times=1, reached=False),
        "Bob could not be reached: Slack refused the page.",
    ),
    (
        e.PageRepeated(number=1, times=1, again_at=MONDAY_NOON),
        "The page to Bob was sent once more.",
    ),
    (
        e.RoomRetired(channel=ROOM, days=7),
        "It was over for 7 days, so Muster archives the room.",
    ),
    (e.AccessAsked(user=BOB, text=Text("on call")), "Bob asked to be let in: on call"),
    (e.AccessGranted(user=BOB), "Ann let Bob in."),
    (e.AccessRefused(user=BOB), "Ann did not let Bob in."),
    (e.MadePrivate(leaves=ROOM), "Ann made it private."),
    (
        e.PublicRoomLeft(channel=ROOM),
        "Muster took back what it had said in the public room, and archived it.",
    ),
    (
        e.WordsEmptied(why="erasure", user=BOB, texts=(), messages=2),
        "What Bob wrote was erased.",
    ),
    (
        e.WordsEmptied(why="retention", user=None, texts=(), messages=2),
        "What was written was emptied: it had been kept for long enough.",
    ),
    (RunFinished(run="run-1", at=MONDAY_NOON), "The playbook “Service outage” is finished."),
]


@pytest.mark.parametrize(("event", "line"), LINES, ids=[type(event).__name__ for event, _ in LINES])
def test_each_event_is_told_in_one_sentence_or_passed_over(
    event: e.Event, line: str | None
) -> None:
    assert said(event) == line


def test_no_event_is_forgotten_here() -> None:
    told = {type(event) for event, _ in LINES} | {RunStarted}
    assert told == {*get_args(e.Event)} - {RunEvent} | {*get_args(RunEvent)}


def test_a_run_begins_with_its_name_and_version() -> None:
    told = story()
    (started,) = [r for r in told.record if isinstance(r.event, RunStarted)]
    line = timeline_line(started, told.incident, NAMES.__getitem__, process=told.process)
    assert line == "Ann started the playbook “Service outage” 1.2.0."


def test_the_bot_is_called_by_its_name() -> None:
    assert said(e.RoomAsked(suffix=2), by="muster") == "Muster asked for a new room."


def test_every_effect_has_words() -> None:
    assert EFFECTS["ShowCard"] == "the card"
    assert all(EFFECTS.values())


def test_notes_and_marked_messages_stand_at_the_time_they_were_said() -> None:
    told = with_room()
    told.passes(minutes(30))
    at = MONDAY_NOON + minutes(3)
    told.do(c.AddNote(text=Text("x"), at=at))
    assert told_at(told.record[-1]) == at
    told.do(c.MarkMessage(channel=ROOM, ts="1.1", how="menu", said_at=at))
    assert told_at(told.record[-1]) == at
    told.do(c.RecordDecision(text=Text("x")))
    assert told_at(told.record[-1]) == MONDAY_NOON + minutes(30)


def test_times_are_written_as_the_reader_wants_them() -> None:
    told = with_room()
    told.do(c.SnoozeUpdates(minutes=60))
    line = timeline_line(
        told.record[-1],
        told.incident,
        NAMES.__getitem__,
        process=told.process,
        time_of=lambda at: f"{(at + timedelta(hours=1)):%H:%M}",
    )
    assert line == "Ann snoozed the reminders until 14:00."


def test_what_was_typed_in_a_terminal_says_by_whom() -> None:
    changed = e.RoleDropped(role="scribe", user=BOB)
    told = "Bob is no longer scribe (by {})."
    assert said(changed, cause="terminal:olga") == f"From the terminal (olga): {told.format('Ann')}"
    assert said(changed, by=OLGA, cause="terminal:olga") == told.format(OLGA)
    assert said(changed, cause="slack:1") == told.format("Ann")
