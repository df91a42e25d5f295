"""`catchup`: where it stands and how it came there, for whoever was away."""

import asyncio

from bot.slack.asking import Asked, Message
from bot.slack.commands.looking import marked, newest
from bot.slack.messages import lists
from bot.slack.word import Word

_MOST = 2_000


async def run(asked: Asked) -> Message | None:
    """Show it."""
    incident = asked.the_incident()
    page = asked.desk.page_for(incident, asked.actor.user)
    recent = await newest(asked, _MOST)
    words = await marked(asked)
    return await asyncio.to_thread(
        lists.catchup, incident, recent, asked.desk.process, page=page, words=words
    )


WORD = Word(
    name="catchup",
    usage="catchup",
    does="Read where it stands, what happened last and what is open.",
    run=run,
    only_shows=True,
)
