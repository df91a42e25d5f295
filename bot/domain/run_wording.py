"""The runs of playbooks in words: a plain line for each event that tells people something."""

from typing import assert_never

from bot.domain.naming import Names
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
from bot.domain.state import Incident
from bot.domain.steps import Message, Step
from bot.domain.values import MUSTER


def run_line(event: RunEvent, incident: Incident, names: Names) -> str | None:
    """Return what happened in a run; None for what followed by itself."""
    name = playbook_name(incident, event.run)
    match event:
        case RunStarted(by=by, version=version):
            numbered = f" {version}" if version else ""
            return f"{names.person(by)} started the playbook “{event.name}”{numbered}."
        case StepOpened(path=path):
            step = _step(incident, event.run, path)
            return f"The playbook “{name}” said: {step.text}" if isinstance(step, Message) else None
        case StepDone(by=None):
            return None
        case StepDone() | ItemDone():
            proof = " · ".join(part for part in (event.note, event.link) if part)
            what = _words(incident, event.run, event.path)
            done = f"{names.person(event.by or MUSTER.user)} did “{what}”"
            return f"{done}: {proof}" if proof else f"{done}."
        case ItemSkipped(by=by, path=path) | StepSkipped(by=by, path=path):
            what = _words(incident, event.run, path)
            return f"{names.person(by)} skipped “{what}”: {event.reason}"
        case RunFinished():
            return f"The playbook “{name}” is finished."
        case _:
            assert_never(event)


def playbook_name(incident: Incident, run_id: str) -> str:
    """Return the name of the playbook that a run works on."""
    run = next((run for run in incident.runs if run.id == run_id), None)
    return run.playbook.name if run else run_id


def step_owner(incident: Incident, step: str) -> str:
    """Return who stands behind an event that names a playbook step (`run/path`)."""
    return f"the playbook “{playbook_name(incident, step.partition('/')[0])}”"


def _step(incident: Incident, run_id: str, path: str) -> Step | None:
    run = next((run for run in incident.runs if run.id == run_id), None)
    return run.playbook.step(path) if run else None


def _words(incident: Incident, run_id: str, path: str) -> str:
    """Return the words of a step or an item."""
    step = _step(incident, run_id, path)
    if step is None:
        return path
    return next((box.text for box in step.boxes if box.path == path), step.label)
