"""The form that offers command to somebody."""

from bot.domain.commands import OfferHandover
from bot.domain.refusals import InvalidInput
from bot.slack.asking import Asked, Form, Message, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, section

NAME = "handover"


def view(asked: Asked) -> Block:
    """Return the form."""
    incident = asked.may(OfferHandover(to=""))
    blocks = [
        fields.standing(asked),
        section("The new commander accepts with one button; until then command stays where it is."),
        fields.person("person", "Who takes over?", optional=False),
    ]
    return fields.modal(NAME, f"Hand over {incident.name}", blocks, "Ask them", fields.about(asked))


async def submit(asked: Asked, values: Values) -> Message | None:
    """Ask them."""
    person = values.person("person") or ""
    if person == asked.desk.me.user:
        raise InvalidInput("Muster commands nothing; choose a person.", field="person")
    return await asked.carry(OfferHandover(to=person))


FORM = Form(name=NAME, submit=submit, first_field="person")
