"""The form for the parts of the review that people write; what was written before stays."""

from bot.domain.commands import WriteReview
from bot.domain.incident import Incident
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, context, link

NAME = "review"
_UNKNOWN = "cause_unknown"


def view(asked: Asked) -> Block:
    """Return the form; it asks for what and how, never for who."""
    incident = asked.may(WriteReview())
    address = asked.desk.page_for(incident, asked.actor.user, "/review")
    label = "see the review" if incident.over else "see the draft"
    blocks = [
        fields.standing(asked),
        context(
            f"The rest is put together from the record: "
            f"{link(address, label)}. "
            "Write about what and how, not about who."
        ),
        *_inputs(incident),
    ]
    was = {name: fields.fingerprint(text) for name, text in _present(incident).items()}
    metadata = fields.about(asked, was=was)
    return fields.modal(NAME, f"Review of {incident.name}", blocks, "Save", metadata)


def _present(incident: Incident) -> dict[str, str]:
    written = incident.written
    return {
        "summary": written.summary or incident.summary,
        "cause": written.cause,
        "went_well": written.went_well,
        "was_hard": written.was_hard,
        "lucky": written.lucky,
    }


def _inputs(incident: Incident) -> list[Block]:
    questions = {
        "summary": ("Summary", "What happened, for somebody who was not there."),
        "cause": ("Cause", "What made it possible, and what set it off?"),
        "went_well": ("What went well?", ""),
        "was_hard": ("What was hard?", "What was missing, unclear, slow or in the way?"),
        "lucky": ("Where were we lucky?", "What would have made it worse?"),
    }
    present = _present(incident)
    inputs = [
        fields.text_input(name, label, initial=present[name], multiline=True, hint=hint)
        for name, (label, hint) in questions.items()
    ]
    unknown = fields.checkboxes(
        _UNKNOWN,
        "Not known?",
        [fields.option("yes", "The cause is not known")],
        initial=("yes",) if incident.written.cause_unknown else (),
    )
    return [*inputs[:2], unknown, *inputs[2:]]


async def submit(asked: Asked, values: Values) -> Message | None:
    """Save what was written, and leave alone what was not touched."""
    was = asked.metadata.get("was", {})
    names = ("summary", "cause", "went_well", "was_hard", "lucky")
    texts = {name: values.text(name) for name in names}
    touched = {
        name: Text(text)
        for name, text in texts.items()
        if was.get(name) != fields.fingerprint(text)
    }
    unknown = "yes" in values.choices(_UNKNOWN)
    if unknown and texts["cause"].strip():
        touched["cause"] = Text(texts["cause"])
    return await asked.deliver(WriteReview(**touched, cause_unknown=unknown))


FORM = Form(name=NAME, submit=submit, first_field="summary")
