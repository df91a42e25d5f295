"""The modals, one file each: `callback_id` is the word, each input is named after its field."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.slack.asking import Asked, Message
from bot.slack.form import Form
from bot.slack.forms import (
    cancel,
    close,
    decision,
    declare,
    decline,
    edit,
    evidence,
    followup,
    handover,
    note,
    page,
    resolve,
    review,
    role,
    severity,
    skip,
    status,
    update,
)
from bot.slack.forms.wording import spoken
from bot.slack.messages.deeds import read_path
from bot.slack.messages.text import Block

FORMS: Mapping[str, Form] = {
    form.name: spoken(form)
    for form in (
        declare.FORM,
        update.FORM,
        status.FORM,
        severity.FORM,
        role.FORM,
        handover.FORM,
        page.FORM,
        note.FORM,
        decision.FORM,
        edit.FORM,
        followup.FORM,
        evidence.FORM,
        skip.FORM,
        resolve.FORM,
        review.FORM,
        close.FORM,
        decline.FORM,
        cancel.FORM,
    )
}


async def _item_pressed(
    view: Callable[..., Block], asked: Asked, body: dict[str, Any]
) -> Message | None:
    """Open the form for the item of a playbook whose button was pressed."""
    stream, run, path = read_path(str(body["actions"][0].get("value") or ""))
    about = await asked.about_stream(stream)
    about.open_view(view(about, path=path, run=run))
    return None


CHOICES: Mapping[str, Callable[[Asked, dict[str, Any]], Awaitable[Message | None]]] = {
    "title": declare.title_typed,
    "evidence": partial(_item_pressed, evidence.view),
    "skip": partial(_item_pressed, skip.view),
    role.PRESS: role.pressed,
}
"""By action_id: inputs that speak before the form is submitted, and buttons that open a form."""
