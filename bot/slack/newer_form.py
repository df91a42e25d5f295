"""Stands in for a form that another version of Muster opened: nothing typed into it is lost."""

from typing import Any

from bot.domain.refusals import Refused
from bot.slack.asking import Asked, Message
from bot.slack.form import Form, Values


class NewerForm(Refused):
    """Muster is being upgraded, and this form needs the newer version. Submit it again soon."""


def newer_form(view: dict[str, Any]) -> Form:
    """Return what refuses such a form, beneath its first field, and so leaves it open."""
    return Form(name="newer", submit=_submit, first_field=next(iter(view["state"]["values"]), ""))


async def _submit(_asked: Asked, _values: Values) -> Message | None:
    raise NewerForm
