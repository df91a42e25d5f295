"""The modals, one file each: `callback_id` is the word, each input is named after its field."""

from collections.abc import Awaitable, Callable, Mapping
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

CHOICES: Mapping[str, Callable[[Asked, dict[str, Any]], Awaitable[Message | None]]] = {
    "title": declare.title_typed,
    "evidence": evidence.pressed,
    "skip": skip.pressed,
    role.PRESS: role.pressed,
}
"""By action_id: inputs that speak before the form is submitted, and buttons that open a form."""
