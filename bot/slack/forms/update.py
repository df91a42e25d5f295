"""The form that posts an update: what is happening, the impact, and when the next one comes."""

from bot.domain.commands import PostUpdate
from bot.domain.process import Process
from bot.domain.refusals import InvalidInput
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, ago, context, said

NAME = "update"
BY_SEVERITY = "severity"
NONE_PROMISED = "none"
_MINUTES = {15: "in 15 minutes", 30: "in 30 minutes", 60: "in 1 hour", 120: "in 2 hours"} | {
    240: "in 4 hours"
}


def view(asked: Asked, *, text: str = "") -> Block:
    """Return the form; the impact stands as it was last said."""
    incident = asked.may(PostUpdate())
    last = incident.cadence
    told = said(last.last_text, 600) if last.last_text else "no change"
    before = [context(f"*Last update*, {ago(last.last_at)}: {told}")] if last.last_at else []
    blocks = [
        fields.standing(asked),
        *before,
        fields.text_input(
            "text",
            "What is happening, and what is being done?",
            initial=text,
            multiline=True,
            hint="For people outside the room: two plain sentences will do.",
        ),
        fields.checkboxes(
            "no_change",
            "Nothing new?",
            [fields.option("no_change", "No change since the last update")],
        ),
        fields.text_input(
            "impact", "What does it mean for people?", initial=incident.impact, multiline=True
        ),
        *([] if incident.at_rest else [_next(asked.desk.process, incident.severity)]),
    ]
    metadata = fields.about(asked, impact=fields.fingerprint(incident.impact))
    return fields.modal(NAME, f"Update of {incident.name}", blocks, "Post", metadata)


def _next(process: Process, severity: str) -> Block:
    level = process.severity(severity)
    every = level.update_every
    asks = f"within {int(every.total_seconds() // 60)} minutes" if every else "none promised"
    if every and level.in_working_hours:
        asks += " of working time"
    choices = [
        fields.option(BY_SEVERITY, f"As {level.label} asks: {asks}"),
        *(fields.option(str(minutes), label) for minutes, label in _MINUTES.items()),
        fields.option(NONE_PROMISED, "None promised"),
    ]
    return fields.select(
        "next", "When does the next one come?", choices, initial=BY_SEVERITY, optional=False
    )


async def submit(asked: Asked, values: Values) -> Message | None:
    """Post it."""
    impact = values.text("impact")
    unchanged = fields.fingerprint(impact) == asked.metadata.get("impact")
    command = PostUpdate(
        text=Text(values.text("text")),
        impact=None if unchanged else Text(impact),
        no_change="no_change" in values.choices("no_change"),
        next_in_minutes=_minutes(values.choice("next")),
    )
    return await asked.deliver(command)


def _minutes(chosen: str | None) -> int | None:
    if chosen is None or chosen == BY_SEVERITY:
        return None
    offered = {NONE_PROMISED: 0, **{str(minutes): minutes for minutes in _MINUTES}}
    if chosen not in offered:
        raise InvalidInput("That is not on offer; choose one of the times.", field="next")
    return offered[chosen]


FORM = Form(name=NAME, submit=submit, first_field="text")
