"""Playbooks in an incident: what is offered, and what their steps do to it."""

from datetime import timedelta

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.playbook import Match, Playbook, Trigger
from bot.domain.playbook.events import ItemSkipped, RunFinished, RunStarted, StepDone, StepOpened
from bot.domain.playbook.refusals import AlreadyRunning, NoRun, NoSuchPlaybook, NoteNeeded
from bot.domain.process import Process
from bot.domain.refusals import Refused
from bot.domain.shapes import Principal
from bot.domain.steps import Checklist, Message, Note, Status, Step, Task
from bot.domain.steps.checklist import Item
from bot.domain.values import Phase, Text
from tests.domain.vocabulary import (
    ANN,
    BOB,
    MONDAY_NOON,
    STREAM,
    Story,
    declare,
    minutes,
    resolved,
    with_room,
)

TRIAGE = Checklist(
    id="triage",
    name="Triage",
    items=(
        Item(id="disk", text="Check the disk"),
        Item(id="cause", text="Name a suspect", evidence="note"),
    ),
)


def playbook(*steps: Step, key: str = "outage", triggers: tuple[Trigger, ...] = ()) -> Playbook:
    return Playbook(id=key, name=key.capitalize(), triggers=triggers, steps=steps)


def library(*playbooks: Playbook) -> Process:
    return Process(playbooks={playbook.id: playbook for playbook in playbooks})


def running(*steps: Step, command: c.Declare | None = None) -> Story:
    story = with_room(command, process=library(playbook(*steps)))
    story.do(c.StartPlaybook(playbook="outage"))
    return story


# ── Offers ──


def on(event: str, **match: tuple[str, ...]) -> Trigger:
    assert event in {"incident.declared", "severity_changed", "manual"}
    return Trigger(event=event, match=Match(**match))  # type: ignore[arg-type]


ON_DECLARE = playbook(TRIAGE, key="grave", triggers=(on("incident.declared", severity=("sev1",)),))
ON_RAISE = playbook(
    TRIAGE,
    key="crisis",
    triggers=(
        on("severity_changed", severity=("sev4",)),
        on("severity_changed", severity=("sev1", "sev2"), category=("data",)),
    ),
)


def test_what_fits_at_the_declaration_is_offered_and_not_started() -> None:
    story = with_room(declare(severity="sev1"), process=library(ON_DECLARE, ON_RAISE))
    assert story.happened(e.PlaybookOffered) == [
        e.PlaybookOffered(playbook="grave", name="Grave", rule="incident.declared, severity sev1")
    ]
    assert story.incident.offers == {"grave": "Grave"}
    assert story.incident.runs == ()


def test_what_does_not_fit_is_not_offered() -> None:
    assert with_room(process=library(ON_DECLARE, ON_RAISE)).incident.offers == {}


def test_a_changed_severity_offers_what_fits_now() -> None:
    story = with_room(
        c.Declare(title=Text("x"), category="data", number=1), process=library(ON_RAISE)
    )
    story.do(c.SetSeverity(severity="sev2"))
    (offer,) = story.happened(e.PlaybookOffered)
    assert isinstance(offer, e.PlaybookOffered)
    assert offer.rule == "severity_changed, severity sev1 or sev2, category data"
    assert f.ShowCard(stream=STREAM) in story.owed


def test_nothing_is_offered_twice_nor_after_it_was_started() -> None:
    story = with_room(
        c.Declare(title=Text("x"), category="data", number=1), process=library(ON_RAISE)
    )
    story.do(c.SetSeverity(severity="sev2"))
    story.do(c.SetSeverity(severity="sev1"))
    story.do(c.StartPlaybook(playbook="crisis"))
    assert story.incident.offers == {}
    story.do(c.SetSeverity(severity="sev2"))
    assert len(story.happened(e.PlaybookOffered)) == 1


# ── Running ──


def test_a_run_is_pinned_to_the_words_it_started_with() -> None:
    story = running(TRIAGE)
    story.process = library(playbook(Checklist(id="other", name="Something else")))
    (run,) = story.incident.runs
    assert run.started_by == ANN
    assert run.playbook.steps == (TRIAGE,)
    assert f.ShowCard(stream=STREAM) in story.owed
    story.do(c.CompletePath(path="1"), by=BOB)
    assert story.incident.runs[0].progress.done == 1


def test_one_playbook_runs_once_at_a_time() -> None:
    story = running(TRIAGE)
    story.refuses(AlreadyRunning, c.StartPlaybook(playbook="Outage"))
    story.do(c.SkipPath(path="triage", reason=Text("not needed")))
    assert not story.incident.runs[0].active
    story.do(c.StartPlaybook(playbook="outage"))
    assert [run.id for run in story.incident.runs] == ["run-1", "run-2"]
    story.do(c.CompletePath(path="disk"))
    assert [run.progress.done for run in story.incident.runs] == [2, 1]


def test_an_unknown_playbook_or_none_running_is_refused_in_words() -> None:
    story = with_room(process=library(playbook(TRIAGE)))
    assert (
        "did you mean 'outage'?"
        in story.refuses(NoSuchPlaybook, c.StartPlaybook(playbook="outtage")).message
    )
    story.refuses(NoRun, c.CompletePath(path="1"))
    story.refuses(NoRun, c.SkipPath(path="1", reason=Text("x")))


def test_evidence_is_asked_for_and_kept() -> None:
    story = running(TRIAGE)
    story.refuses(NoteNeeded, c.CompletePath(path="cause"))
    story.do(c.CompletePath(path="cause", note=Text("the cache"), run="run-1"))
    story.do(c.SkipPath(path="disk", reason=Text("no disks")))
    assert [type(r.event) for r in story.record[-3:]] == [ItemSkipped, StepDone, RunFinished]
    assert story.incident.runs[0].marks["triage/cause"].note == "the cache"


def test_the_run_is_worked_on_without_its_library() -> None:
    story = running(TRIAGE)
    story.process = Process()
    story.do(c.CompletePath(path="triage/disk"))
    assert story.incident.runs[0].progress.done == 1


# ── What steps ask of the incident ──


def test_a_message_is_said_in_the_room_when_its_step_opens() -> None:
    story = running(Message(id="hello", text="Breathe."), TRIAGE)
    opened = next(
        r for r in story.record if isinstance(r.event, StepOpened) and r.event.path == "hello"
    )
    assert story.owes(f.PostToRoom) == [f.PostToRoom(stream=STREAM, version=opened.version)]


def test_a_note_is_written_in_the_playbooks_name() -> None:
    story = running(Note(id="fact", text="The war room is B12."), TRIAGE)
    assert story.happened(e.NoteAdded) == [
        e.NoteAdded(text=Text("The war room is B12."), said_at=MONDAY_NOON, step="run-1/fact")
    ]


def test_a_task_goes_to_who_holds_the_role_now() -> None:
    role, user = Principal(kind="role", name="commander"), Principal(kind="user", name=BOB)
    story = running(
        Task(id="a", title="Call", assignee=role, due=timedelta(minutes=5), wait=False),
        Task(id="b", title="Mail", assignee=user, wait=False),
        Task(id="c", title="Wait", assignee=Principal(kind="role", name="scribe"), wait=False),
        Task(id="d", title="Sigh", wait=False),
    )
    tasks = story.incident.tasks
    assert [(task.number, task.assignee) for task in tasks] == [
        (1, ANN),
        (2, BOB),
        (3, None),
        (4, None),
    ]
    assert tasks[0].due == MONDAY_NOON + minutes(5)
    assert tasks[0].step == "run-1/a"


def test_a_skipped_task_step_settles_its_task() -> None:
    story = running(Task(id="call", title="Call"), TRIAGE)
    story.do(c.SkipPath(path="call", reason=Text("they called us")))
    assert story.incident.tasks[0].done_at == MONDAY_NOON


def test_a_status_step_moves_the_incident_in_the_playbooks_name() -> None:
    data = c.Declare(title=Text("x"), category="data", number=1)
    story = running(Status(id="go", to="investigating"), TRIAGE, command=data)
    (event,) = story.happened(e.StatusChanged)
    assert isinstance(event, e.StatusChanged)
    assert (event.new, event.step) == ("investigating", "run-1/go")
    assert story.owes(f.PostToRoom)


def test_a_status_that_is_reached_already_is_no_news() -> None:
    story = running(Status(id="go", to="triage"), TRIAGE)
    assert not story.happened(e.StatusChanged)
    assert not story.happened(e.PlaybookHindered)


def test_status_steps_build_upon_each_other() -> None:
    data = c.Declare(title=Text("x"), category="data", number=1)
    story = running(Status(id="a", to="monitoring"), Status(id="b", to="resolved"), command=data)
    assert story.incident.phase is Phase.RESOLVED
    assert [event.old for event in story.happened(e.StatusChanged) if hasattr(event, "old")] == [
        "triage",
        "monitoring",
    ]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("investigating", "category"),
        ("closed", "Only a person"),
        ("declined", "Only a person"),
        ("gone", "There is no status"),
    ],
)
def test_a_status_that_the_rules_refuse_is_said_in_the_room_and_the_run_goes_on(
    to: str, why: str
) -> None:
    story = running(Status(id="go", to=to), TRIAGE)
    (event,) = story.happened(e.PlaybookHindered)
    assert isinstance(event, e.PlaybookHindered)
    assert why in event.why
    assert story.incident.phase is Phase.TRIAGE
    assert story.incident.runs[0].state("triage") == "open"
    assert story.owes(f.PostToRoom)


def test_a_playbook_can_still_be_worked_on_once_it_is_resolved() -> None:
    story = resolved(process=library(playbook(TRIAGE)))
    story.do(c.StartPlaybook(playbook="outage"))
    story.do(c.CompletePath(path="1"))
    assert story.incident.runs[0].progress.done == 1


def test_a_run_starts_with_its_snapshot() -> None:
    (event,) = running(TRIAGE).happened(RunStarted)
    assert isinstance(event, RunStarted)
    assert '"Check the disk"' in event.snapshot


def test_a_wrong_path_changes_nothing() -> None:
    running(TRIAGE).refuses(Refused, c.CompletePath(path="nowhere"))
