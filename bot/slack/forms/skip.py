"""The form that leaves out an item or a step of a playbook, for a reason."""

from bot.domain.commands import SkipPath
from bot.domain.playbook.paths import find_run
from bot.domain.playbook.run import Run
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, escape, section

NAME = "skip"


def view(asked: Asked, *, path: str, run: str | None = None) -> Block:
    """Return the form."""
    incident = asked.may(SkipPath(path=path, reason=Text("")))
    found, exact = find_run(incident.runs, path, run=run)
    blocks = [
        fields.standing(asked),
        section(f"*{escape(_words(found, exact))}*"),
        fields.text_input(
            "reason",
            "Why does it not apply?",
            multiline=True,
            optional=False,
            hint="It goes on the timeline and into the review.",
        ),
    ]
    metadata = fields.about(asked, run=found.id, path=exact)
    return fields.modal(NAME, "Skip", blocks, "Skip", metadata)


def _words(run: Run, path: str) -> str:
    row = next((row for row in run.rows if row.path == path), None)
    step = run.playbook.step(path)
    return row.text if row else (step.label if step else path)


async def submit(asked: Asked, values: Values) -> Message | None:
    """Leave it out."""
    command = SkipPath(
        path=asked.carried("path"),
        run=asked.carried("run"),
        reason=Text(values.text("reason")),
    )
    return await asked.deliver(command)


FORM = Form(name=NAME, submit=submit, first_field="reason")
