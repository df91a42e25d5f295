"""The brief: what somebody who comes into the room has to know, seen by them alone."""

from collections.abc import Sequence

from bot.domain.events import DecisionRecorded, Recorded
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages import told
from bot.slack.messages.deeds import word_button
from bot.slack.messages.phrases import (
    headline,
    leader,
    marked,
    next_update,
    role_of,
    state_of,
)
from bot.slack.messages.tasks import task_line
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    context,
    escape,
    mentions,
    message,
    quoted,
    section,
    when,
)

_MOST_EVENTS = 6
MOST_DECISIONS = 4
_MOST_TASKS = 5
_MOST_ROLES = 6
_TEXT = 500


def brief(
    incident: Incident, recent: Sequence[Recorded], process: Process, user: str, *, word: str
) -> Message:
    """Return the brief; who leads is told what leading means, others how to help.

    Who declared it a moment ago has the card alone before them, which says the rest.
    """
    leading = user == incident.commander
    fresh = leading and user == incident.reporter and incident.cadence.count == 0
    first = f"You command *{incident.name}*." if leading else f"Welcome to *{incident.name}*."
    return message(
        headline(incident, process),
        section(f"{first}\n{_marks(incident)}{brief_words(incident.title)}"),
        *(_duties(process) if leading else []),
        *([] if fresh else standing(incident, process)),
        *decisions(recent),
        *_latest(incident, recent, process, leading=leading),
        *_open_tasks(incident),
        _way_on(incident, word, leading=leading),
    )


def standing(incident: Incident, process: Process) -> list[Block]:
    """Return state, lead, roles, what is known, and when the next update comes."""
    roles = [
        f"{role_of(process, role)}: {mentions(holders, 3)}"
        for role, holders in list(incident.roles.items())[:_MOST_ROLES]
        if role != "commander"
    ]
    lines = [
        f"*State*: {state_of(incident, process)}",
        f"*Commander*: {leader(incident)}",
        *([f"*Roles*: {' · '.join(roles)}"] if roles else []),
        f"*Next update*: {next_update(incident, process)}",
    ]
    blocks = [section("\n".join(lines))]
    known = [("Summary", incident.summary), ("Impact", incident.impact)]
    texts = [f"*{name}*\n{quoted(text, _TEXT)}" for name, text in known if text]
    if texts:
        blocks.append(section("\n".join(texts)))
    return blocks


def decisions(recent: Sequence[Recorded]) -> list[Block]:
    """Return what was decided: whoever leads next must not decide it again."""
    lines = [
        f"{when(each.happened_at)}  {brief_words(each.event.text, 250)}"
        for each in recent
        if isinstance(each.event, DecisionRecorded)
    ]
    return [section("*Decisions*\n" + "\n".join(lines[-MOST_DECISIONS:]))] if lines else []


def _marks(incident: Incident) -> str:
    marks = marked(incident)
    return f"*{marks}* · " if marks else ""


def _duties(process: Process) -> list[Block]:
    role = process.role("commander")
    return [section(escape(role.responsibilities))] if role and role.responsibilities else []


def _latest(
    incident: Incident, recent: Sequence[Recorded], process: Process, *, leading: bool
) -> list[Block]:
    """Return the last events, but not to who leads and has just declared it."""
    lines = told.lines(told.news(recent), incident, process)[-_MOST_EVENTS:]
    if not lines or (leading and incident.cadence.count == 0):
        return []
    return [section("*Last events*\n" + "\n".join(lines))]


def _open_tasks(incident: Incident) -> list[Block]:
    due = [task for task in incident.tasks if task.done_at is None]
    if not due:
        return []
    lines = [f"• {task_line(task)}" for task in due[:_MOST_TASKS]]
    if len(due) > _MOST_TASKS:
        lines.append(f"• and {len(due) - _MOST_TASKS} more")
    return [section("*Open tasks*\n" + "\n".join(lines))]


def _way_on(incident: Incident, word: str, *, leading: bool) -> Block:
    if leading:
        return context(f"The card at the top has every button; `{escape(word)} help` every word.")
    if incident.at_rest:
        return actions(word_button("Timeline", "timeline", incident.stream))
    return actions(
        word_button("Take a role", "role", incident.stream),
        word_button("Timeline", "timeline", incident.stream),
    )
