"""The form that offers command to somebody."""

from bot.domain.commands import OfferHandover, TakeRole
from bot.domain.refusals import InvalidInput, NotAllowed, NotNow, WayOut
from bot.domain.roles import COMMANDER
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.text import Block, section
from bot.slack.recipients import standing

NAME = "handover"


def view(asked: Asked) -> Block:
    """Return the form.

    Raises:
        NotNow: nobody commands.
        NotAllowed: somebody else does; taking over is offered.
    """
    incident = asked.may(OfferHandover(to=""))
    if incident.commander is None:
        raise NotNow(
            f"Nobody commands {incident.name}, so there is nothing to hand over.",
            way_out=WayOut(label="Take command", command=TakeRole(role=COMMANDER)),
        )
    if incident.commander != asked.actor.user:
        raise NotAllowed(
            f"<@{incident.commander}> commands {incident.name}, so only they hand it over. "
            "You may take over instead.",
            way_out=WayOut(label="Take over", command=TakeRole(role=COMMANDER, over=True)),
        )
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
    return await asked.deliver(OfferHandover(to=person, standing=await standing(asked, person)))


FORM = Form(name=NAME, submit=submit, first_field="person")
