"""What the forms that end an incident share: whoever leads nothing here is asked once more."""

from collections.abc import Callable

from bot.domain.commands import Cancel, Close, Decline
from bot.domain.refusals import NeedsConfirmation
from bot.slack.asking import Asked, Message
from bot.slack.form import Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, sentence

_FIELD = "confirmed"


def confirmation(question: str) -> list[Block]:
    """Return the question and the box to tick; nothing where nobody has to be asked."""
    if not question:
        return []
    box = fields.checkboxes(
        _FIELD, "Are you sure?", [fields.option("yes", "Yes, do it all the same")], optional=False
    )
    return [fields.paragraph("question", f"⚠️ {sentence(question)}"), box]


def is_confirmed(values: Values) -> bool:
    """Whether the box is there and ticked."""
    return "yes" in values.choices(_FIELD)


async def end(
    asked: Asked, command: Close | Decline | Cancel, again: Callable[[str], Block]
) -> Message | None:
    """End the incident, or return the form anew with the question in it."""
    try:
        return await asked.deliver(command)
    except NeedsConfirmation as why:
        return again(why.message)
