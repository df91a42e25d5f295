"""Work to be done: follow-ups after the incident, tasks during it."""

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain import playbooks
from bot.domain.accepting import needed_text
from bot.domain.given import Given
from bot.domain.refusals import NotFound, NotNow, quoted
from bot.domain.state import Incident
from bot.domain.values import Followup, Task


def add(incident: Incident, command: c.AddFollowup, _given: Given) -> list[e.Event]:
    """Note work that remains after the incident; one message makes one follow-up.

    Raises:
        InvalidInput: nothing is said.
    """
    text = needed_text(command.text, "text", "Say what is to be done.")
    if command.source and any(f.source == command.source for f in incident.followups):
        return []
    return [
        e.FollowupAdded(
            number=incident.followups_noted + 1,
            text=text,
            owner=command.owner,
            due=command.due,
            source=command.source,
        )
    ]


def take_back(incident: Incident, command: c.TakeBackFollowup, given: Given) -> list[e.Event]:
    """Take back what the same person made of a message, unless it is done."""
    return [
        e.FollowupTakenBack(number=followup.number, text=followup.text)
        for followup in incident.followups
        if followup.source == command.source
        and followup.added_by == given.actor.user
        and followup.done_at is None
    ]


def finish(incident: Incident, command: c.FinishFollowup) -> list[e.Event]:
    """A follow-up is done.

    Raises:
        NotFound: there is none of that number; the open ones are listed.
        NotNow: it is done.
    """
    followup = next((f for f in incident.followups if f.number == command.number), None)
    if followup is None:
        raise NotFound(_no_such("follow-up", command.number, incident.followups))
    if followup.done_at is not None:
        raise NotNow(f"Follow-up {command.number} is done already.")
    return [e.FollowupDone(number=command.number)]


def finish_task(incident: Incident, command: c.FinishTask, given: Given) -> list[e.Event]:
    """A task is done, and with it the playbook step that waits for it.

    Raises:
        NotFound: there is none of that number; the open ones are listed.
        NotNow: it is done.
    """
    task = next((t for t in incident.tasks if t.number == command.number), None)
    if task is None:
        raise NotFound(_no_such("task", command.number, incident.tasks))
    if task.done_at is not None:
        raise NotNow(f"Task {command.number} is done already.")
    return playbooks.finish_waiting(incident, task, given) or [e.TaskDone(number=task.number)]


def task_falls_due(incident: Incident, command: c.TaskFallsDue) -> list[e.Event]:
    """Remind of a task that is still open while the incident is."""
    task = next((t for t in incident.tasks if t.number == command.number), None)
    if task is None or task.done_at is not None or incident.at_rest:
        return []
    return [e.TaskReminded(number=task.number)]


def _no_such(what: str, number: int, listed: tuple[Followup, ...] | tuple[Task, ...]) -> str:
    left = [work for work in listed if work.done_at is None]
    if not left:
        return f"There is no {what} {number}; none is open."
    names = "; ".join(
        f"{work.number} {quoted(work.text if isinstance(work, Followup) else work.title, 40)}"
        for work in left
    )
    return f"There is no {what} {number}. Open: {names}."
