"""The modals, one file each: `callback_id` is the word, each input is named after its field."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.slack.asking import Asked, Form, Message
from bot.slack.forms import declare

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (declare.FORM,)
}

CHOICES: Mapping[str, Callable[[Asked, dict[str, Any]], Awaitable[Message | None]]] = {
    "title": declare.title_typed,
}
"""By action_id: inputs that speak before the form is submitted."""
