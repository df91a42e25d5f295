"""The form that resolves: how it was mended, when the impact ended, and that it is verified.

It names what the playbooks still ask for: it may be over all the same, or somebody looked away.
"""

from datetime import UTC, datetime, timedelta

from bot.domain.commands import Resolve
from bot.domain.values import Text
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.moves import not_done
from bot.slack.messages.text import Block, section

NAME = "resolve"


def view(asked: Asked, *, resolution: str = "") -> Block:
    """Return the form; it asks for a category where none is known."""
    incident, process = asked.may(Resolve()), asked.desk.process
    blocks = [
        fields.standing(asked),
        fields.text_input(
            "resolution",
            "How was it mended?",
            initial=resolution or incident.resolution,
            multiline=True,
            hint="It goes into the review.",
        ),
        fields.moment("ended", "When did the impact end?", initial=_ended(asked)),
        *map(section, not_done(incident)),
        *([] if incident.category else [fields.category(process)]),
        fields.checkboxes(
            "verified",
            "Is it over?",
            [fields.option("verified", "Normal operation is verified")],
            optional=False,
            hint="Not yet? As long as it is only watched, set its status to monitoring instead.",
        ),
    ]
    return fields.modal(NAME, f"Resolve {incident.name}", blocks, "Resolve", fields.about(asked))


def _ended(asked: Asked) -> datetime:
    """Return the likeliest end, to the minute: Slack's picker knows no seconds."""
    incident, now = asked.the_incident(), asked.desk.clock.now()
    likely = incident.impact_ended_at or incident.at("mitigated") or now
    minute, begun = likely.replace(second=0, microsecond=0), incident.at("started")
    return minute if begun is None or begun <= minute else minute + timedelta(minutes=1)


async def submit(asked: Asked, values: Values) -> Message | None:
    """Resolve it."""
    ended = values.moment("ended")
    command = Resolve(
        resolution=Text(values.text("resolution")),
        impact_ended_at=datetime.fromtimestamp(ended, UTC) if ended else None,
        verified="verified" in values.choices("verified"),
        category=values.choice("category"),
    )
    return await asked.deliver(command)


FORM = Form(name=NAME, submit=submit, first_field="resolution")
