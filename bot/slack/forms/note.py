"""The form that puts a fact on the record."""

from datetime import UTC, datetime

from bot.domain.commands import AddNote
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block

NAME = "note"


def view(asked: Asked) -> Block:
    """Return the form."""
    incident = asked.may(AddNote(text=Text("")))
    blocks = [
        fields.standing(asked),
        fields.text_input(
            "text",
            "What belongs on the timeline?",
            multiline=True,
            optional=False,
            hint="What was seen, said or done, also on a call.",
        ),
        fields.moment("at", "When was that?", hint="Empty means now."),
    ]
    return fields.modal(NAME, f"Note for {incident.name}", blocks, "Add", fields.about(asked))


async def submit(asked: Asked, values: Values) -> Message | None:
    """Put it on the record."""
    at = values.moment("at")
    moment = None if at is None else datetime.fromtimestamp(at, UTC)
    return await asked.deliver(AddNote(text=Text(values.text("text")), at=moment))


FORM = Form(name=NAME, submit=submit, first_field="text")
