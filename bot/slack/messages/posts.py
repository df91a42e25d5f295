"""What is posted because something happened: to the room, to the feed, to one person.

Each function returns None where an event needs no words, or where they came too late to be of use.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.lifecycle import missing
from bot.domain.playbook.events import StepOpened
from bot.domain.process import Process
from bot.domain.steps import Message as MessageStep
from bot.slack.messages import moves, nudges, overtaken, paging, personal, privacy, provisional
from bot.slack.messages.deeds import do_button
from bot.slack.messages.phrases import link_of_your_own, severity_of, status_of
from bot.slack.messages.tasks import task_line
from bot.slack.messages.text import (
    Message,
    actions,
    brief_words,
    context,
    link,
    mention,
    message,
    quoted,
    said,
    section,
    sentence,
    when,
)

_TEXT = 2_600


def room_post(
    incident: Incident,
    recorded: e.Recorded,
    process: Process,
    *,
    page: str,
    word: str = "/incident",
) -> Message | None:
    """Return what the room is told of an event; None where there is nothing to tell by now."""
    if overtaken.in_room(incident, recorded.event):
        return None
    return room_words(incident, recorded, process, page=page, word=word)


def room_words(
    incident: Incident,
    recorded: e.Recorded,
    process: Process,
    *,
    page: str,
    word: str = "/incident",
) -> Message | None:
    """Return the words for the room, whatever has become of it since; None if there are none."""
    by = mention(recorded.actor)
    match recorded.event:
        case e.UpdatePosted() as event:
            return _update(incident, event, process, by)
        case e.StatusChanged() as event:
            return moves.status(incident, event, process, by, page=page, word=word)
        case e.SeverityChanged() as event:
            return moves.severity(incident, event, process, by)
        case e.RoleTaken(role="commander") as event:
            return moves.command_taken(incident, event, by)
        case e.RoleDropped(role="commander") as event:
            return moves.command_dropped(incident, event, by)
        case e.AccessAsked() as event:
            return privacy.asked(incident, event)
        case e.RoomRetired() as event:
            return _retired(incident, event, page, word)
        case e.PageAcknowledged() as event:
            return paging.answered(incident, event, by)
        case e.PageUnanswered() as event:
            return paging.unanswered(incident, event)
        case e.UpdateNudged() as event:
            return nudges.post(incident, event)
        case e.DecisionRecorded() as event:
            return _decision(event, process, by)
        case e.ReviewCompiled(complete=True):
            return _review(incident, process, page, word)
        case e.PlaybookHindered() as event:
            return _hindered(incident, event)
        case e.HistoryRead() as event:
            return _caught_up(event)
        case e.IncidentAdopted():
            return provisional.adopted(incident)
        case e.TaskReminded() as event:
            return _reminded(incident, event)
        case StepOpened() as event:
            return _step(incident, event)
        case _:
            return None


def _retired(incident: Incident, event: e.RoomRetired, page: str, word: str) -> Message:
    over = {0: "for a while", 1: "for a day"}.get(event.days, f"for {event.days} days")
    what = f"{incident.name} has been over {over}, so this room is archived now."
    kept = f"All that was said here is kept: {link(page, 'incident page')}."
    if not page:
        kept = f"All that was said here is kept. {link_of_your_own(word)}"
    back = "Whoever reopens it gets a fresh room."
    return message(
        f"{incident.name} is over; this room is archived", section(f"📦 {what} {kept} {back}")
    )


def feed_post(incident: Incident, recorded: e.Recorded, process: Process) -> Message | None:
    """Return what the announcement's thread is told: updates, the end, and that it began again."""
    by = mention(recorded.actor)
    match recorded.event:
        case e.UpdatePosted() as event:
            return _update(incident, event, process, by)
        case e.StatusChanged() as event:
            return moves.turning(incident, event, process, by)
        case _:
            return None


def person_post(
    incident: Incident,
    recorded: e.Recorded,
    process: Process,
    user: str,
    decided: Sequence[e.Recorded] = (),
) -> Message | None:
    """Return what one person is told in a direct message; `decided` is for who is to lead."""
    if overtaken.for_person(incident, recorded.event, user):
        return None
    return personal.post(incident, recorded, process, user, decided)


def whispered(incident: Incident, recorded: e.Recorded, process: Process) -> Message | None:
    """Return what only one person in the room sees: the nudge before an update is due."""
    del process  # the nudge is the same at each level
    match recorded.event:
        case e.UpdateNudged(stage="soon") as event if not overtaken.in_room(incident, event):
            return nudges.hint(incident, event)
        case _:
            return None


def _update(incident: Incident, event: e.UpdatePosted, process: Process, by: str) -> Message:
    state = f"{severity_of(process, event.severity)} · {status_of(process, event.status)}"
    first = "📣 *No change* since the last update."
    if event.text:
        first = f"📣 *Update*\n{quoted(event.text, _TEXT)}"
    small = [f"by {by}", state]
    small.append(
        f"next update {when(event.update_due_at)}"
        if event.update_due_at
        else "no further update is promised"
    )
    told = bool(event.text and event.impact)
    impact = section(f"*Impact*\n{quoted(event.impact, 1_000)}") if told else None
    summary = brief_words(event.text, 200) if event.text else "no change"
    return message(
        f"{incident.name} update: {summary}",
        section(first),
        impact,
        context(" · ".join(small)),
    )


def _decision(event: e.DecisionRecorded, process: Process, by: str) -> Message:
    state = f"{severity_of(process, event.severity)} · {status_of(process, event.status)}"
    return message(
        f"Decision: {brief_words(event.text, 200)}",
        section(f"🚩 *Decision* by {by}\n{quoted(event.text)}"),
        context(f"Taken at {state}."),
    )


def _review(incident: Incident, process: Process, page: str, word: str) -> Message:
    address = link(f"{page}/review", "Read the review") if page else link_of_your_own(word)
    lacking = missing(incident, process)
    text = f"📄 The review of {incident.name} is complete. {address}"
    if lacking:
        text = (
            f"📄 The review of {incident.name} is there, as it was closed. {address}\n"
            f"Still missing in it: {', '.join(lacking)}."
        )
    return message(f"The review of {incident.name} is there", section(text))


def _hindered(incident: Incident, event: e.PlaybookHindered) -> Message:
    run = next((run for run in incident.runs if run.id == event.run), None)
    step = run.playbook.step(event.path) if run else None
    name = f"“{brief_words(step.label)}”" if step else "A step"
    text = f"⚠️ Playbook step {name} was not carried out: {sentence(event.why, 600)}"
    return message(
        "A playbook step was not carried out",
        section(text),
        context("The playbook goes on. If the step is still needed, do it by hand."),
    )


def _caught_up(event: e.HistoryRead) -> Message:
    """One quiet line, with what cannot be known."""
    read = f"{event.messages} message{'' if event.messages == 1 else 's'} read"
    odd = f", {event.unreadable} could not be read" if event.unreadable else ""
    away = event.away
    text = (
        f"I was away {_length(away.until - away.since)}; {read}{odd}."
        if away
        else f"{read} that had not reached me{odd}."
    )
    unknown = "What was un-marked or deleted meanwhile is known only where it was said lately."
    return message(text, context(f"{text} {unknown}"))


def _length(away: timedelta) -> str:
    minutes = round(away.total_seconds() / 60)
    if minutes < 1:
        return "for a moment"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def _reminded(incident: Incident, event: e.TaskReminded) -> Message | None:
    task = next((task for task in incident.tasks if task.number == event.number), None)
    if task is None:
        return None
    done = do_button("Done", incident.stream, c.FinishTask(number=task.number))
    return message(
        f"Task {task.number} is due: {brief_words(task.title)}",
        section(f"⏰ Due now, and nobody has it: {task_line(task)}"),
        actions(done) if done else None,
    )


def _step(incident: Incident, event: StepOpened) -> Message | None:
    run = next((run for run in incident.runs if run.id == event.run), None)
    step = run.playbook.step(event.path) if run else None
    if run is None or not isinstance(step, MessageStep):
        return None
    return message(
        brief_words(step.text, 200),
        section(f"📋 {said(step.text, 2_900)}"),
        context(f"From the playbook {brief_words(run.playbook.name)}."),
    )
