"""Words that several messages share: how an incident, its people and its times are named."""

from collections.abc import Mapping

from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.slack.messages.text import (
    ago,
    brief_words,
    channel_link,
    escape,
    mention,
    quoted,
    when,
)

_DOTS = {1: "🔴", 2: "🟠", 3: "🟡"}


def dot(process: Process, severity: str) -> str:
    """Return a coloured dot; the severity itself is always written beside it."""
    return _DOTS.get(process.severity(severity).rank, "⚪")


def severity_of(process: Process, severity: str) -> str:
    """Return how people call a severity: SEV1."""
    return escape(process.severity(severity).label)


def status_of(process: Process, status: str) -> str:
    """Return how people call a status."""
    return escape(process.status(status).label)


def role_of(process: Process, role: str) -> str:
    """Return how people call a role; one no longer kept is called by its key."""
    known = process.role(role)
    return escape(known.label if known else role)


def state_of(incident: Incident, process: Process) -> str:
    """Return `SEV1 · investigating`."""
    severity = severity_of(process, incident.severity)
    return f"{severity} · {status_of(process, incident.status)}"


def role_within(process: Process, role: str) -> str:
    """Return how people call a role in the middle of a sentence: commander, but SRE lead."""
    label = role_of(process, role)
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def marked(incident: Incident) -> str:
    """Return what must never be overlooked: that it is a drill, or private."""
    marks = ("DRILL" if incident.drill else "", "PRIVATE" if incident.private else "")
    return " · ".join(mark for mark in marks if mark)


def named(incident: Incident) -> str:
    """Return `PRIVATE · INC-42`, or the name alone."""
    marks = marked(incident)
    return f"{marks} · {incident.name}" if marks else incident.name


def headline(incident: Incident, process: Process) -> str:
    """Return the sentence of a notification: `INC-42 · SEV1 · investigating: checkout is down`."""
    return f"{named(incident)} · {state_of(incident, process)}: {brief_words(incident.title)}"


def where(incident: Incident) -> str:
    """Return the link to the room, or what there is instead."""
    room = incident.room
    if room is None:
        return "could not be made yet" if "CreateRoom" in incident.failures else "being made"
    if room.archived:
        return f"#{escape(room.name)} (archived)"
    return channel_link(room.channel)


def doorkeeper(incident: Incident) -> str:
    """Return whom to ask to be let in; a lead who is not in the room cannot."""
    return mention(incident.lead) if incident.lead in incident.insiders else "somebody in its room"


def leader(incident: Incident) -> str:
    """Return who commands, or that nobody does."""
    if incident.commander:
        return mention(incident.commander)
    return f"nobody; {mention(incident.reporter)} declared it"


def last_update(incident: Incident, most: int) -> str:
    """Return what people were told last, with when; empty before there was an update."""
    last = incident.cadence
    if last.last_at is None:
        return ""
    if last.said_at is None or not last.last_text:
        return f"*Last update*, {ago(last.last_at)}\n> No change."
    confirmed = last.last_at > last.said_at
    since = f" · confirmed unchanged {when(last.last_at)}" if confirmed else ""
    return f"*Last update*, {ago(last.said_at)}{since}\n{quoted(last.last_text, most)}"


def next_update(incident: Incident, process: Process) -> str:
    """Return when the next update comes, in the reader's zone."""
    due = incident.cadence.due_at
    if incident.at_rest:
        return "none, it is over" if incident.over else "none, it is resolved"
    if due is None:
        return "none promised"
    if incident.cadence.overdue:
        return f"⏰ *overdue* since {when(due)}"
    hours = " (in working hours)" if process.severity(incident.severity).in_working_hours else ""
    return f"{when(due)}{hours}"


NOT_BROUGHT_IN = {
    "cant_invite": "cannot be invited by Muster",
    "failed_for_some_users": "could not be invited",
    "method_not_supported_for_channel_type": "cannot be invited to a channel of this kind",
    "no_external_invite_permission": "is of another organisation and cannot be invited here",
    "org_user_not_in_team": "is not a member of this workspace",
    "restricted_action": "may not be invited by Muster, as Slack's settings stand",
    "ura_max_channels": "is a guest and is in as many channels as a guest may be in",
    "user_disabled": "has an account that is switched off",
    "user_is_bot": "is an app, and has to be added by hand",
    "user_is_restricted": "is a guest and cannot be invited by Muster",
    "user_is_ultra_restricted": "is a guest of one channel and cannot be in another",
    "user_not_found": "is not known in this workspace",
    "user_not_visible": "cannot be seen by Muster",
    "user_team_not_in_channel": "is of an organisation that is not in this channel",
    "users_not_found": "is not known in this workspace",
}
"""What follows a person's name where Slack does not let them be brought in, by Slack's word."""


def not_brought_in(refused: Mapping[str, str]) -> str:
    """Return who could not be brought in and why; `refused` maps each to the word of Slack."""
    told = [
        f"{mention(user)} {NOT_BROUGHT_IN.get(why, f'was refused by Slack (`{why}`)')}"
        for user, why in sorted(refused.items())
    ]
    return f"{'; '.join(told)}."


def link_of_your_own(word: str) -> str:
    """Return what stands where a link that is the same for everybody would open for nobody."""
    return f"`{escape(word)} show` gives you a link to its page."
