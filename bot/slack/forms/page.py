"""The form that calls somebody to the incident."""

from bot.domain.commands import PagePerson
from bot.domain.refusals import InvalidInput
from bot.domain.values import Text
from bot.engine.orders import Done
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages import paging
from bot.slack.messages.text import Block, section
from bot.slack.recipients import standing

NAME = "page"


def view(asked: Asked) -> Block:
    """Return the form; who has been called already stands above it."""
    incident = asked.may(PagePerson(to=""))
    rule = asked.desk.process.paging
    minutes = int(rule.again_after.total_seconds() // 60)
    blocks = [
        fields.standing(asked),
        section(
            f"They get a direct message every {minutes} minutes until they answer, "
            f"{rule.times} times at the most."
        ),
        *paging.waiting(incident),
        fields.person("person", "Whom does the incident need?", optional=False),
        fields.text_input("text", "What for?", multiline=True),
    ]
    return fields.modal(NAME, f"Page, {incident.name}", blocks, "Call them", fields.about(asked))


async def submit(asked: Asked, values: Values) -> Message | None:
    """Call them."""
    person = values.person("person") or ""
    if person == asked.desk.me.user:
        raise InvalidInput("Muster is here already; choose a person.", field="person")
    text = Text(values.text("text"))
    call = PagePerson(to=person, text=text, standing=await standing(asked, person))

    def answer(done: Done) -> Message | None:
        not_sent = paging.not_sent(done.incident, [call])
        return fields.answer(not_sent) if not_sent else None

    return await asked.deliver(call, answer=answer)


FORM = Form(name=NAME, submit=submit, first_field="person")
