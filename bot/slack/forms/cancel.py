"""The form that stops an incident without a review."""

from bot.domain.commands import Cancel
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.forms.ending import confirmation, end, is_confirmed
from bot.slack.messages.text import Block

NAME = "cancel"


def view(asked: Asked, *, reason: str = "", question: str = "") -> Block:
    """Return the form."""
    incident = asked.may(Cancel())
    blocks = [
        fields.standing(asked),
        fields.text_input(
            "reason",
            "Why does it stop?",
            initial=reason,
            multiline=True,
            hint="A duplicate, a test, a mistake. It ends without a review.",
        ),
        *confirmation(question),
    ]
    return fields.modal(
        NAME, f"Cancel {incident.name}", blocks, "Cancel incident", fields.about(asked)
    )


async def submit(asked: Asked, values: Values) -> Message | None:
    """Cancel it."""
    reason = values.text("reason")
    command = Cancel(reason=Text(reason), confirmed=is_confirmed(values))
    return await end(asked, command, lambda why: view(asked, reason=reason, question=why))


FORM = Form(name=NAME, submit=submit, first_field="reason")
