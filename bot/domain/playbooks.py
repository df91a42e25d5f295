"""Playbooks in an incident: which are offered, working on their runs, and what their steps ask."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain import lifecycle
from bot.domain.accepting import known_status
from bot.domain.given import Given
from bot.domain.incident import foresee
from bot.domain.playbook import decide as run_rules
from bot.domain.playbook.definition import Match, TriggerEvent
from bot.domain.playbook.offers import find_playbook, fits
from bot.domain.playbook.paths import find_run
from bot.domain.process import Process, Status
from bot.domain.refusals import NotAllowed, Refused
from bot.domain.shapes import Principal
from bot.domain.state import Incident
from bot.domain.steps.common import Ask, CloseTask, CreateTask, SayMessage, SetStatus, WriteNote
from bot.domain.values import OVER, Task, Text


def offers(
    process: Process,
    *,
    event: TriggerEvent,
    severity: str,
    category: str | None,
    services: Iterable[str],
    offered: frozenset[str],
) -> list[e.Event]:
    """Return the offer of each playbook that fits and is not in `offered` yet."""
    found: list[e.Event] = []
    services = tuple(services)
    for playbook in process.playbooks.values():
        for trigger in playbook.triggers:
            if (
                playbook.id not in offered
                and trigger.event == event
                and fits(trigger.match, severity=severity, category=category, services=services)
            ):
                rule = _rule(event, trigger.match)
                found.append(e.PlaybookOffered(playbook=playbook.id, name=playbook.name, rule=rule))
                break
    return found


def known(incident: Incident) -> frozenset[str]:
    """Return the playbooks that need no offer: offered already, or started."""
    return frozenset(incident.offers) | {run.playbook.id for run in incident.runs}


def _rule(event: TriggerEvent, match: Match) -> str:
    """Say why, for `why` and the card: `incident.declared, severity sev1 or sev2`."""
    wanted = {"severity": match.severity, "category": match.category, "service": match.service}
    parts = [f"{key} {' or '.join(values)}" for key, values in wanted.items() if values]
    return ", ".join([event, *parts])


# ── Working on a run ────────────────────────────────────────────────────────────────────────────


def start(incident: Incident, command: c.StartPlaybook, given: Given) -> list[e.Event]:
    """Start a run, pinned to the playbook's words of this moment.

    Raises:
        NoSuchPlaybook: with the nearest one there is.
        AlreadyRunning: it is in work here.
    """
    playbook = find_playbook(given.process.playbooks, command.playbook)
    outcome = run_rules.start(
        playbook,
        run=f"run-{len(incident.runs) + 1}",
        by=given.actor.user,
        at=given.now,
        others=incident.runs,
    )
    return _with_asks(incident, outcome, given)


def complete(incident: Incident, command: c.CompletePath, given: Given) -> list[e.Event]:
    """Tick something off.

    Raises:
        Refused: no such run or path, not its turn, or evidence is wanting.
    """
    run, path = find_run(incident.runs, command.path, run=command.run)
    outcome = run_rules.complete(
        run, path, by=given.actor.user, at=given.now, note=command.note, link=command.link
    )
    return _with_asks(incident, outcome, given)


def skip(incident: Incident, command: c.SkipPath, given: Given) -> list[e.Event]:
    """Leave something out, for a reason.

    Raises:
        Refused: no such run or path, not its turn, or nobody says why.
    """
    run, path = find_run(incident.runs, command.path, run=command.run)
    outcome = run_rules.skip(run, path, by=given.actor.user, at=given.now, reason=command.reason)
    return _with_asks(incident, outcome, given)


def finish_waiting(incident: Incident, task: Task, given: Given) -> list[e.Event]:
    """Return what finishing a task does to the step that waits for it; nothing where none does."""
    run_id, _, path = (task.step or "").partition("/")
    run = next((run for run in incident.runs if run.id == run_id), None)
    if run is None or not run.active or run.state(path) != "open":
        return []
    return _with_asks(
        incident, run_rules.complete(run, path, by=given.actor.user, at=given.now), given
    )


# ── What steps ask of the incident ──────────────────────────────────────────────────────────────


def _with_asks(incident: Incident, outcome: run_rules.Outcome, given: Given) -> list[e.Event]:
    """Return the run's events and then what its asks lead to, each seen after the last."""
    events: list[e.Event] = list(outcome.events)
    for ask in outcome.asks:
        present = foresee(incident, events, at=given.now, actor=given.actor.user)
        events.extend(_answer(present, ask, given))
    return events


def _answer(incident: Incident, ask: Ask, given: Given) -> list[e.Event]:
    step = f"{ask.run}/{ask.path}"
    match ask:
        case SayMessage():
            return []  # the opening of the step is what the room is told of
        case SetStatus():
            return _set_status(incident, ask, given)
        case CreateTask():
            return [
                e.TaskAdded(
                    number=len(incident.tasks) + 1,
                    title=Text(ask.title),
                    assignee=_person(incident, ask.assignee),
                    due=ask.due,
                    step=step,
                )
            ]
        case CloseTask():
            settled = [t for t in incident.tasks if t.step == step and t.done_at is None]
            return [e.TaskDone(number=task.number) for task in settled]
        case WriteNote():
            return [e.NoteAdded(text=Text(ask.text), said_at=given.now, step=step)]
        case _:
            assert_never(ask)


def _set_status(incident: Incident, ask: SetStatus, given: Given) -> list[e.Event]:
    """Move the incident; a step that cannot says why in the room, and its run goes on."""
    try:
        status = known_status(given.process, ask.to)
        if status.key == incident.status:
            return []
        events = _moves(incident, status, given)
    except Refused as refused:
        return [e.PlaybookHindered(run=ask.run, path=ask.path, why=refused.message)]
    step = f"{ask.run}/{ask.path}"
    return [
        replace(event, step=step) if isinstance(event, e.StatusChanged) else event
        for event in events
    ]


def _moves(incident: Incident, status: Status, given: Given) -> list[e.Event]:
    if status.phase in OVER:
        raise NotAllowed(f"Only a person may make an incident {status.label}.")
    command = c.SetStatus(status=status.key)
    lifecycle.takes_work(incident, command)
    return lifecycle.set_status(incident, command, given)


def _person(incident: Incident, principal: Principal | None) -> str | None:
    """Return whom a task goes to: the person named, or who holds the role now."""
    if principal is None:
        return None
    if principal.kind == "user":
        return principal.name
    return next(iter(incident.holders(principal.name)), None)
