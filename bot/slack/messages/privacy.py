"""Letting people into a private room, in words."""

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.slack.messages.deeds import do_button
from bot.slack.messages.text import Message, actions, context, mention, message, quoted, section


def asked(incident: Incident, event: e.AccessAsked) -> Message:
    """Return what those inside are asked."""
    who = mention(event.user)
    yes = do_button("Let in", incident.stream, c.LetIn(user=event.user), nth="in", style="primary")
    no = do_button("No", incident.stream, c.KeepOut(user=event.user), nth="out")
    return message(
        f"{who} asks to be let into {incident.name}",
        section(f"🔒 {who} asks to be let in."),
        section(quoted(event.text, 1_000)) if event.text else None,
        actions(*filter(None, [yes, no])),
        context("They have not been told that there is such an incident."),
    )


def whatever_there_is(number: int) -> str:
    """Return the answer to whoever asks for access: the same whether there is such an incident."""
    return (
        f"If there is a private INC-{number}, those in its room have been asked to let you in. "
        "If they do, you find yourself in the room; nobody else is told that you asked."
    )
