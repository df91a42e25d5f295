"""The form that moves an incident along its life cycle."""

from bot.domain.commands import SetStatus
from bot.domain.values import OVER, Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block

NAME = "status"


def view(asked: Asked, *, status: str = "", reason: str = "") -> Block:
    """Return the form, with the present status chosen; the ends have words of their own."""
    incident, process = asked.may(SetStatus(status="")), asked.desk.process
    choices = [
        fields.option(s.key, s.label.capitalize()) for s in process.statuses if s.phase not in OVER
    ]
    blocks = [
        fields.standing(asked),
        fields.select(
            "status",
            "Where does it stand?",
            choices,
            initial=status or incident.status,
            optional=False,
            hint="Mitigated: the impact is contained. Monitoring: the fix is in and is being "
            "watched. Resolved: normal operation is verified.",
        ),
        *([] if incident.category else [fields.category(process)]),
        fields.text_input("reason", "What is known now?", initial=reason, multiline=True),
    ]
    return fields.modal(
        NAME, f"Status of {incident.name}", blocks, "Set status", fields.about(asked)
    )


async def submit(asked: Asked, values: Values) -> Message | None:
    """Move it."""
    command = SetStatus(
        status=values.choice("status") or "",
        category=values.choice("category"),
        reason=Text(values.text("reason")),
    )
    return await asked.deliver(command)


FORM = Form(name=NAME, submit=submit, first_field="status")
