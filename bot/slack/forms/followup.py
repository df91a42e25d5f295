"""The form that notes work for after the incident."""

from datetime import date

from bot.domain.commands import AddFollowup
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block
from bot.slack.typed import end_of

NAME = "followup"


def view(asked: Asked) -> Block:
    """Return the form."""
    incident = asked.may(AddFollowup(text=Text("")))
    blocks = [
        fields.standing(asked),
        fields.text_input(
            "text",
            "What remains to be done afterwards?",
            multiline=True,
            optional=False,
            hint="Start with a verb: “Add an alert on the pool's wait time.”",
        ),
        fields.person("owner", "Who looks after it?"),
        fields.day("due", "By when?"),
    ]
    return fields.modal(NAME, f"Follow-up, {incident.name}", blocks, "Add", fields.about(asked))


async def submit(asked: Asked, values: Values) -> Message | None:
    """Note it."""
    day = values.date("due")
    command = AddFollowup(
        text=Text(values.text("text")),
        owner=values.person("owner"),
        due=end_of(date.fromisoformat(day), asked.zone) if day else None,
    )
    return await asked.deliver(command)


FORM = Form(name=NAME, submit=submit, first_field="text")
