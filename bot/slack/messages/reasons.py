"""What Muster did by itself, each with the rule behind it, for whoever asks why."""

from collections.abc import Iterator

from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.playbook.events import StepOpened
from bot.domain.process import Process
from bot.slack.messages import told
from bot.slack.messages.phrases import severity_of
from bot.slack.messages.text import escape, group_mention, mention, mentions, when

_MOST_CALLED = 10
_OF_TIMERS = {
    "page": "Who does not answer a page is called again, then somebody else (paging).",
    "archive": "The room of an incident that is over is archived after a while (archive_after).",
}
"""What a timer did, by the word that its key begins with."""


def reasons(recorded: e.Recorded, incident: Incident, process: Process) -> Iterator[str]:
    """Yield what followed by itself from an event, on two lines each: what, and by which rule."""
    called = _called(recorded, process)
    if called:
        yield called
    rule = _rule(recorded)
    line = _hint(recorded) or told.line(recorded, incident, process)
    if rule and line:
        yield _because(line, rule)


def _because(line: str, rule: str) -> str:
    return f"{line}\n      _{rule}_"


def _called(recorded: e.Recorded, process: Process) -> str:
    """Whoever a severity calls is not called by the person who set it."""
    match recorded.event:
        case e.IncidentDeclared(severity=severity, invite=invite):
            pass
        case e.SeverityChanged(new=severity, invite=invite):
            pass
        case _:
            return ""
    if not invite:
        return ""
    named = [_one_called(each) for each in invite[:_MOST_CALLED]]
    rest = len(invite) - len(named)
    who = ", ".join([*named, *([f"{rest} more"] if rest > 0 else [])])
    line = f"{when(recorded.happened_at, '{time}')}  Muster called {who} into the room."
    level = severity_of(process, severity)
    return _because(line, f"The people and groups whom {level} calls (invite).")


def _one_called(who: str) -> str:
    return group_mention(who) if who.startswith("S") else mention(who)


def _hint(recorded: e.Recorded) -> str:
    """The hint before an update falls due is whispered, so the timeline does not have it."""
    match recorded.event:
        case e.UpdateNudged(stage="soon", people=people):
            who = mentions(people, _MOST_CALLED)
            at = when(recorded.happened_at, "{time}")
            return f"{at}  Muster told {who} that an update is due soon."
        case _:
            return ""


def _rule(recorded: e.Recorded) -> str:
    """Return the rule in mrkdwn; nothing for what a person did."""
    match recorded.event:
        case e.PlaybookOffered(rule=rule):
            return f"The playbook fits ({escape(rule)})."
        case e.UpdateNudged(due_at=due):
            return f"Reminders of a promised update, here for {when(due)}."
        case e.TaskReminded():
            return "A task's assignee is told when it falls due."
        case e.PageUnanswered(reached=False):
            return "What Slack does not deliver is said at once, and somebody else is called."
        case e.ReviewCompiled(complete=complete):
            moment = "closed" if complete else "resolved"
            return f"The review is put together when an incident is {moment}."
        case e.EffectFailed():
            return "What Slack refuses, or what fails for long, is given up and said."
        case e.EffectRecovered():
            return "What was given up is tried again when somebody asks or things change."
        case e.PlaybookHindered():
            return "A step that cannot be carried out is said, and its playbook goes on."
        case e.AnnouncementPosted():
            return "Incidents of an announced severity stand in the feed channel."
        case e.RoomOpened():
            return "Each incident has a room."
        case e.IncidentAdopted():
            return "What began while the database was away is recorded when it is back."
        case e.PostLost():
            return "The card and the announcement stand as long as the incident does."
        case e.HistoryRead():
            return "Rooms are read again after an absence."
        case StepOpened():
            return "What a running playbook says, it says when its step opens."
        case e.StatusChanged(step=str()) | e.TaskAdded(step=str()) | e.NoteAdded(step=str()):
            return "A step of a running playbook."
        case _:
            return _OF_TIMERS.get(recorded.rule, escape(recorded.rule))
