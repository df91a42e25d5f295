"""The form that ticks off an item of a playbook with its evidence: a note, a link, or both."""

from bot.domain.commands import CompletePath
from bot.domain.playbook.paths import find_run
from bot.domain.playbook.refusals import LinkNeeded, NotALink, NoteNeeded
from bot.domain.refusals import InvalidInput
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, escape, section

NAME = "evidence"


def view(asked: Asked, *, path: str, run: str | None = None, note: str = "") -> Block:
    """Return the form for one item; what its evidence has to be is asked for first."""
    incident = asked.may(CompletePath(path=path))
    found, exact = find_run(incident.runs, path, run=run)
    row = next((row for row in found.rows if row.path == exact), None)
    wanted = row.evidence if row else "none"
    inputs = [
        fields.text_input(
            "note",
            "What did you see or do?",
            initial=note,
            multiline=True,
            optional=wanted != "note",
        ),
        fields.text_input(
            "link", "Link", optional=wanted != "link", placeholder="https://…", limit=2_000
        ),
    ]
    blocks = [
        fields.standing(asked),
        section(f"*{escape(row.text if row else exact)}*"),
        *(reversed(inputs) if wanted == "link" else inputs),
    ]
    metadata = fields.about(asked, run=found.id, path=exact)
    return fields.modal(NAME, "Done, with evidence", blocks, "Done", metadata)


async def submit(asked: Asked, values: Values) -> Message | None:
    """Tick it off."""
    command = CompletePath(
        path=asked.carried("path"),
        run=asked.carried("run"),
        note=Text(values.text("note")),
        link=values.text("link").strip(),
    )
    try:
        return await asked.deliver(command)
    except (LinkNeeded, NotALink) as why:
        raise InvalidInput(why.message, field="link") from why
    except NoteNeeded as why:
        raise InvalidInput(why.message, field="note") from why


FORM = Form(name=NAME, submit=submit, first_field="note")
