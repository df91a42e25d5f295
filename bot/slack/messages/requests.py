"""What people read whose request waits for a newer version of Muster: that it does, what came."""

from typing import assert_never

from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.permissions import may_see
from bot.domain.process import Process
from bot.slack.messages.confirmed import confirmed
from bot.slack.messages.deeds import do_button
from bot.slack.messages.text import (
    Message,
    actions,
    message,
    one_section,
    quoted,
    section,
    sentence,
    when,
)
from bot.slack.typed import typeable
from bot.storage.codec import NotReadable, text_fields
from bot.storage.requests import Request

_MOST = 1_000
_QUOTED = 1_500


def kept(name: str, *, here: bool) -> Message:
    """Return the word at once: nothing is done yet, nothing is lost, and where the result comes."""
    where = "here" if here else "in a direct message"
    text = (
        f"{name} was changed by a newer version of Muster that is being rolled out. *Your request "
        f"is kept* and will be done by it; the result comes {where}. If it cannot be done "
        "within 30 minutes, it is not done, and you are told."
    )
    return one_section(text)


def half_read(incident: Incident | None) -> str:
    """Return what is said with a refusal that stands on a state which this version half reads."""
    if incident is None or not incident.holds_unknown:
        return ""
    return (
        " (A newer version of Muster, which is being rolled out, has changed this incident, and "
        "this one may not know all of it. Try again in a moment.)"
    )


def settled(request: Request, incident: Incident, process: Process, word: str) -> Message:
    """Return what came of it: done, or not and why, with the words that were not taken."""
    asked = f"What you asked of {incident.name} on {when(request.asked_at)}"
    match request.state:
        case "open" | "done":
            now = _now(request, incident, process)
            text = f"{asked}, during an upgrade of Muster, *is done*.{now}"
            return one_section(text)
        case "refused" | "failed":
            why = sentence(typeable(request.why, word), _MOST)
            text = f"{asked}, during an upgrade of Muster, was *not done*. {why}"
        case "late":
            text = (
                f"{asked} was *not done*: no Muster could decide it within 30 minutes. If it is "
                "still right, please ask again; if that does not help, have Muster updated."
            )
        case _:
            assert_never(request.state)
    lost = [section(f"You wrote:\n{quoted(each, _QUOTED)}") for each in _written(request)]
    out = request.way_out
    button = do_button(out.label, incident.stream, out.command) if out else None
    return message(text, section(text), *lost, actions(button) if button else None)


def _now(request: Request, incident: Incident, process: Process) -> str:
    """Say how things stand with it, to those who may still know, where this version does."""
    if incident.holds_unknown or not may_see(incident, request.actor.user):
        return ""
    said = (confirmed(each, incident, process, "elsewhere") for each in _commands(request)[:1])
    return "".join(f" {each['text']}" for each in said if each)


def _written(request: Request) -> list[str]:
    """Return the texts that somebody typed, so that they need not be thought up again."""
    found: list[str] = []
    for command in _commands(request):
        kind: type = type(command)
        words = (getattr(command, name) for name in sorted(text_fields(kind)))
        found += [str(each) for each in words if each]
    return found


def _commands(request: Request) -> tuple[Command, ...]:
    """Return what was asked, as far as this version can read it."""
    try:
        return request.commands
    except NotReadable:
        return ()
