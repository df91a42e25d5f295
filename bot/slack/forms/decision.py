"""The form that puts a decision on the record."""

from bot.domain.commands import RecordDecision
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block

NAME = "decision"


def view(asked: Asked) -> Block:
    """Return the form."""
    incident = asked.may(RecordDecision(text=Text("")))
    blocks = [
        fields.standing(asked),
        fields.text_input(
            "text",
            "What was decided, and on what grounds?",
            multiline=True,
            optional=False,
            hint="What was known at the time makes it readable later.",
        ),
    ]
    return fields.modal(NAME, f"Decision, {incident.name}", blocks, "Record", fields.about(asked))


async def submit(asked: Asked, values: Values) -> Message | None:
    """Put it on the record."""
    return await asked.deliver(RecordDecision(text=Text(values.text("text"))))


FORM = Form(name=NAME, submit=submit, first_field="text")
