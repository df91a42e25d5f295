"""`show`: where an incident stands, as somebody sees it who is not in its room."""

from bot.slack.asking import Asked, Message
from bot.slack.messages.lists import shown
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Show it."""
    incident = asked.the_incident()
    page = asked.desk.page_for(incident, asked.actor.user)
    inside = asked.actor.user in incident.members
    return shown(incident, asked.desk.process, page=page, inside=inside)


WORD = Word(
    name="show", usage="show", does="Show where an incident stands.", run=run, only_shows=True
)
