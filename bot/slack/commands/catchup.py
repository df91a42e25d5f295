"""`catchup`: where it stands and how it came there, for whoever was away."""

from bot.slack.asking import Asked, Message, Word
from bot.slack.commands.looking import newest
from bot.slack.messages import lists

_MOST = 150


async def run(asked: Asked) -> Message | None:
    """Show it."""
    incident = asked.the_incident()
    page = asked.desk.page_for(incident, asked.actor.user)
    recent = await newest(asked, _MOST)
    return lists.catchup(incident, recent, asked.desk.process, page=page)


WORD = Word(
    name="catchup",
    usage="catchup",
    does="Read where it stands, what happened last and what is open.",
    run=run,
)
