"""The form that changes the gravity; the criteria stand beside the choice."""

from bot.domain.commands import SetSeverity
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block

NAME = "severity"


def view(asked: Asked) -> Block:
    """Return the form, with the present level chosen."""
    incident, process = asked.may(SetSeverity(severity="")), asked.desk.process
    choices = [fields.option(s.key, s.label, s.criteria) for s in process.severities]
    blocks = [
        fields.standing(asked),
        fields.radio("severity", "How bad is it?", choices, initial=incident.severity),
        fields.text_input(
            "reason", "What tells you?", multiline=True, hint="It goes on the timeline."
        ),
    ]
    return fields.modal(
        NAME, f"Severity of {incident.name}", blocks, "Set severity", fields.about(asked)
    )


async def submit(asked: Asked, values: Values) -> Message | None:
    """Change it."""
    command = SetSeverity(
        severity=values.choice("severity") or "", reason=Text(values.text("reason"))
    )
    return await asked.deliver(command)


FORM = Form(name=NAME, submit=submit, first_field="severity")
