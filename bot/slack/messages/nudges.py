"""Reminders of the promised update: each names whose turn it is and the next thing to do."""

from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.slack.messages.deeds import do_button, word_button
from bot.slack.messages.text import (
    Block,
    Message,
    actions,
    mention,
    mentions,
    message,
    section,
    when,
)

_CLOCK = "{time}"
_SHORT_SNOOZE = 60
_LONG_SNOOZE = 8 * 60


def hint(incident: Incident, event: e.UpdateNudged) -> Message:
    """Return what the lead alone sees shortly before."""
    due = when(event.due_at, _CLOCK)
    text = f"⏱️ The next update of {incident.name} is due at {due}. Two sentences will do."
    return message(f"The next update of {incident.name} is due soon", section(text), _row(incident))


def post(incident: Incident, event: e.UpdateNudged) -> Message | None:
    """Return what the room sees from the due time on; None for the hint, which is not for all."""
    if event.stage == "soon":
        return None
    text = _words(incident, event)
    return message(
        f"{incident.name}: an update is {'due' if event.stage == 'due' else 'overdue'}",
        section(text),
        _row(incident, last=event.stage == "last"),
    )


def _words(incident: Incident, event: e.UpdateNudged) -> str:
    named, due = mentions(event.people), when(event.due_at, _CLOCK)
    match event.stage:
        case "soon" | "due":
            return (
                f"⏰ {named}, the update promised for {due} is due now: what is happening, what it "
                "means for people, what is being done."
            )
        case "late":
            lead = incident.lead
            why = "" if lead in event.people else f" {mention(lead)} may have their hands full."
            return (
                f"⏰ {named}, the update promised for {due} is overdue.{why} Please post one; two "
                "sentences will do, and *No change* is an answer too."
            )
        case "hourly":
            return (
                f"⏰ {named}, people have waited since {due} for an update on {incident.name}. "
                "Whoever knows where it stands, please say so."
            )
        case "last":
            return (
                f"⏰ {named}, the update promised for {due} never came. Is it over? Then resolve "
                f"{incident.name}. Is it waiting for something? Then snooze. This is the last "
                "reminder."
            )
        case _:
            assert_never(event.stage)


def _row(incident: Incident, *, last: bool = False) -> Block:
    minutes = _LONG_SNOOZE if last else _SHORT_SNOOZE
    buttons = [
        word_button("Post update", "update", incident.stream, style="primary"),
        do_button("No change", incident.stream, c.PostUpdate(no_change=True), nth="same"),
        word_button("Resolve", "resolve", incident.stream) if last else None,
        do_button(
            f"Snooze {minutes // 60} h", incident.stream, c.SnoozeUpdates(minutes=minutes), nth="zz"
        ),
    ]
    return actions(*filter(None, buttons))
