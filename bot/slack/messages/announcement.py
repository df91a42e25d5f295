"""The announcement: how an incident looks to people who are not in its room."""

from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import Phase
from bot.slack.messages.deeds import word_button
from bot.slack.messages.phrases import (
    dot,
    headline,
    last_update,
    leader,
    next_update,
    severity_of,
    status_of,
    where,
)
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    brief_words,
    context,
    fields,
    group_mention,
    message,
    quoted,
    section,
)

_TEXT = 800


def announcement(
    incident: Incident,
    process: Process,
    *,
    now: datetime,  # noqa: ARG001 - times are tokens, so that the passing of time edits nothing
) -> Message:
    """Return the announcement; it pings the level's user group when it is first posted."""
    return message(
        headline(incident, process),
        _title(incident, process),
        *_called(incident, process),
        fields(
            f"*Status*\n{status_of(process, incident.status)}",
            f"*Commander*\n{leader(incident)}",
            f"*Room*\n{where(incident)}",
            f"*Next update*\n{next_update(incident, process)}",
        ),
        *_known(incident),
        _buttons(incident),
    )


def _title(incident: Incident, process: Process) -> Block:
    drill = "🔔 *DRILL* · " if incident.drill else ""
    sign = dot(process, incident.severity)
    if incident.at_rest:
        sign = "✅" if incident.phase in {Phase.RESOLVED, Phase.CLOSED} else "🏁"
    severity = severity_of(process, incident.severity)
    title = brief_words(incident.title)
    late = incident.cadence.overdue and not incident.at_rest
    flag = " · ⏰ *update overdue*" if late else ""
    return section(f"{drill}{sign} *{severity} · {incident.name}* {title}{flag}")


def _called(incident: Incident, process: Process) -> list[Block]:
    """Return the call to the team, for a new announcement only: an edit notifies nobody."""
    group = process.severity(incident.severity).mention
    if not group or incident.announcement is not None or incident.at_rest:
        return []
    return [section(f"{group_mention(group)}: this concerns you.")]


def _known(incident: Incident) -> list[Block]:
    blocks = []
    if incident.impact:
        blocks.append(section(f"*Impact*\n{quoted(incident.impact, _TEXT)}"))
    if told := last_update(incident, _TEXT):
        blocks.append(section(told))
    elif not incident.at_rest:
        blocks.append(context("No update has been posted yet."))
    return blocks


def _buttons(incident: Incident) -> Block:
    show = word_button("Show", "show", incident.stream)
    if incident.over or incident.room is None or incident.room.archived:
        return actions(show)
    return actions(word_button("Join", "join", incident.stream), show)
