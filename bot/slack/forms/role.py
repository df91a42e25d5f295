"""The form of the roles: who plays which part and what it asks; taking, giving, dropping them."""

from typing import Any

from bot.domain.commands import DropRole, GiveRole, TakeRole
from bot.domain.incident import Incident
from bot.domain.process import Role
from bot.domain.refusals import InvalidInput, Refused
from bot.slack.asking import Asked, KeptForNewer, Message
from bot.slack.form import Form, Values
from bot.slack.forms import fields
from bot.slack.messages.deeds import NoButton, deed, read_deed
from bot.slack.messages.text import Block, button, escape, mentions, sentence
from bot.slack.recipients import standing

NAME = "role"
PRESS = "role_press"
_MOST_ROLES = 20


def view(asked: Asked, *, role: str = "", notice: str = "") -> Block:
    """Return the form; each role can be taken or dropped by one button, or given below."""
    incident, process = asked.may(TakeRole(role="")), asked.desk.process
    shown = process.roles[:_MOST_ROLES]
    blocks = [
        fields.standing(asked),
        *([fields.paragraph("notice", f"⚠️ {sentence(notice)}")] if notice else []),
        *(_role(asked, incident, each) for each in shown),
        fields.select(
            "role",
            "Role",
            [fields.option(r.key, r.label) for r in process.roles],
            initial=role or None,
            optional=False,
        ),
        fields.person(
            "person", "Give it to", hint="They are told, and get its duties. Empty: you take it."
        ),
        fields.checkboxes(
            "drop", "Put down?", [fields.option("drop", "Nobody: whoever holds it puts it down")]
        ),
    ]
    title = f"Roles of {incident.name}"
    return fields.modal(NAME, title, blocks, "Save", fields.about(asked), close="Done")


def _role(asked: Asked, incident: Incident, role: Role) -> Block:
    holders, user = incident.holders(role.key), asked.actor.user
    who = mentions(holders) if holders else "_nobody yet_"
    duties = " ".join(role.responsibilities.split("\n", 1)[0].split())
    text = f"*{escape(role.label)}*: {who}\n{escape(duties)}"
    if user in holders:
        label, command = "Drop", deed(incident.stream, DropRole(role=role.key))
    elif holders and not role.many:
        label, command = "Take over", deed(incident.stream, TakeRole(role=role.key, over=True))
    else:
        label, command = "Take", deed(incident.stream, TakeRole(role=role.key))
    pressed = button(label, PRESS, command or "", says=f"{label}: {role.label}")
    return fields.paragraph(f"holds-{role.key}", text, pressed)


async def pressed(asked: Asked, body: dict[str, Any]) -> Message | None:
    """Take or drop a role where it stands, and show what came of it."""
    stream, command = read_deed(str(body["actions"][0].get("value") or ""))
    if not isinstance(command, TakeRole | DropRole):
        raise NoButton
    about = await asked.about_stream(stream)
    notice = ""
    try:
        await about.deliver(command)
    except Refused as why:
        notice = why.message
    except KeptForNewer as kept:
        notice = str(kept)
    about = (await asked.about_stream(stream)).where_it_was_asked()
    asked.update_view(view(about, notice=notice))
    return None


async def submit(asked: Asked, values: Values) -> Message | None:
    """Take it, give it, or see it put down."""
    role, person = values.choice("role") or "", values.person("person")
    if "drop" in values.choices("drop"):
        return await asked.deliver(DropRole(role=role, user=person))
    if person is None or person == asked.actor.user:
        return await asked.deliver(TakeRole(role=role))
    if person == asked.desk.me.user:
        raise InvalidInput("Muster plays no role; choose a person.", field="person")
    return await asked.deliver(
        GiveRole(role=role, to=person, standing=await standing(asked, person))
    )


FORM = Form(name=NAME, submit=submit, first_field="role")
