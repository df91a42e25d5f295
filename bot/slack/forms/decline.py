"""The form that says it was a false alarm."""

from bot.domain.commands import Decline
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.forms.ending import confirmation, end, is_confirmed
from bot.slack.messages.text import Block

NAME = "decline"


def view(asked: Asked, *, reason: str = "", question: str = "") -> Block:
    """Return the form."""
    incident = asked.may(Decline(reason=Text("")))
    blocks = [
        fields.standing(asked),
        fields.text_input(
            "reason",
            "Why was it a false alarm?",
            initial=reason,
            multiline=True,
            optional=False,
            hint="It ends without a review.",
        ),
        *confirmation(question),
    ]
    return fields.modal(NAME, f"Decline {incident.name}", blocks, "Decline", fields.about(asked))


async def submit(asked: Asked, values: Values) -> Message | None:
    """Decline it."""
    reason = values.text("reason")
    command = Decline(reason=Text(reason), confirmed=is_confirmed(values))
    return await end(asked, command, lambda why: view(asked, reason=reason, question=why))


FORM = Form(name=NAME, submit=submit, first_field="reason")
