"""The work on an incident's lists, tasks and follow-ups, as events leave it."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import events as e
from bot.domain.state import Incident
from bot.domain.values import Followup, Task

WorkEvent = e.FollowupAdded | e.FollowupTakenBack | e.FollowupDone | e.TaskAdded | e.TaskDone


def after(was: Incident, event: WorkEvent, *, at: datetime, actor: str) -> Incident:
    """Return the incident after work was added, taken back or done."""
    match event:
        case e.FollowupAdded(number=number):
            followup = Followup(
                number=number,
                text=event.text,
                owner=event.owner,
                due=event.due,
                added_by=actor,
                source=event.source,
            )
            return replace(was, followups=(*was.followups, followup), followups_noted=number)
        case e.FollowupTakenBack(number=number):
            return replace(was, followups=tuple(f for f in was.followups if f.number != number))
        case e.FollowupDone(number=number):
            followups = tuple(
                replace(one, done_at=at, done_by=actor) if one.number == number else one
                for one in was.followups
            )
            return replace(was, followups=followups)
        case e.TaskAdded(number=number, title=title, assignee=assignee, due=due, step=step):
            task = Task(number=number, title=title, assignee=assignee, due=due, step=step)
            return replace(was, tasks=(*was.tasks, task))
        case e.TaskDone(number=number):
            tasks = tuple(
                replace(one, done_at=at, done_by=actor) if one.number == number else one
                for one in was.tasks
            )
            return replace(was, tasks=tasks)
        case _:
            assert_never(event)
