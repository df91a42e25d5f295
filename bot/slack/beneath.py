"""Draws a form anew after another one, which was opened on top of it, was submitted."""

from bot.domain.refusals import Refused
from bot.slack.asking import Asked, Message
from bot.slack.forms import FORMS


async def draw_anew(asked: Asked, view_id: str) -> None:
    """Have the form below, `view_id`, show the incident as it is since the one above was sent.

    What was typed in it stays. A form that shows nothing of the incident is left alone.
    """
    view = await _anew(asked)
    if view is not None:
        await asked.desk.calls.call("views.update", view_id=view_id, view=view)


async def _anew(asked: Asked) -> Message | None:
    form = FORMS.get(str(asked.metadata.get("below") or ""))
    if form is None or form.anew is None or asked.incident is None:
        return None
    try:
        fresh = await asked.about_stream(asked.incident.stream)
        return form.anew(fresh.where_it_was_asked())
    except Refused:
        return None  # pressed, it says so itself
