"""`timeline`: what happened, newest last."""

import asyncio

from bot.slack.asking import Asked, Message
from bot.slack.commands.looking import marked, newest
from bot.slack.messages import lists
from bot.slack.word import Word

_MOST = 2_000


async def run(asked: Asked) -> Message | None:
    """Show the newest of it; the page has everything."""
    incident = asked.the_incident()
    page = asked.desk.page_for(incident, asked.actor.user)
    recorded = await newest(asked, _MOST)
    # A long record takes tens of milliseconds to tell: others are acknowledged meanwhile.
    words = await marked(asked)
    return await asyncio.to_thread(
        lists.timeline, recorded, incident, asked.desk.process, page=page, words=words
    )


WORD = Word(
    name="timeline",
    usage="timeline",
    does="Read what happened, with who and when.",
    run=run,
    only_shows=True,
)
