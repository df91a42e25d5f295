"""Refusals as a form can show them: plain text beneath a field, with the way out as a command."""

import re
from dataclasses import replace

from bot.domain import commands as c
from bot.domain.refusals import InvalidInput, Refused
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values

_NAMED = re.compile(r"<([@#])([A-Z0-9]+)>")
_FIELDS = {
    "impact_ended": "ended",
    "to": "person",
    "anyway": "reason",
    "next_in_minutes": "next",
    "started": "started",
}
"""Which input shows a refusal that names one of the rules' own fields."""


def spoken(form: Form) -> Form:
    """Return the form with its refusals in such words."""

    async def submit(asked: Asked, values: Values) -> Message | None:
        try:
            return await form.submit(asked, values)
        except InvalidInput as why:
            field = _FIELDS.get(why.field, why.field)
            sentence = _named(asked, asked.typeable(why.message))
            raise InvalidInput(sentence, field=field) from why
        except Refused as why:
            sentence = _named(asked, asked.typeable(why.message))
            raise Refused(f"{sentence}{_way_out(asked, why)}") from why

    return replace(form, submit=submit)


def _named(asked: Asked, sentence: str) -> str:
    """Beneath a field Slack turns no id into a name."""

    def name(found: re.Match[str]) -> str:
        if found.group(1) == "#":
            room = asked.incident.room if asked.incident else None
            return f"#{room.name}" if room and room.channel == found.group(2) else "that room"
        return f"@{asked.desk.people.name(asked.workspace, found.group(2))}"

    return _NAMED.sub(name, sentence)


def _way_out(asked: Asked, why: Refused) -> str:
    """Return what to type instead; a form has no room for a button."""
    typed = _typed(why.way_out.command) if why.way_out else None
    if typed is None:
        return ""
    word, _, rest = typed.partition(" ")
    number = f" {asked.incident.name.lower()}" if asked.incident else ""
    line = f"{asked.desk.word} {word}{number} {rest}".strip()
    return f" To do that, type: {line}"


def _typed(command: c.Command) -> str | None:
    match command:
        case c.Reopen():
            return "reopen"
        case c.SetStatus(status=status):
            return f"status {status}"
        case c.TakeRole(role=role, over=over):
            return f"role {role} --over" if over else f"role {role}"
        case c.GiveRole(role=role):
            return f"role {role} @person"
        case _:
            return None
