"""`why`: which rule made the bot do what it did."""

import asyncio

from bot.slack.asking import Asked, Message
from bot.slack.commands.looking import newest
from bot.slack.messages import lists
from bot.slack.word import Word


async def run(asked: Asked) -> Message | None:
    """Show it."""
    recorded = await newest(asked)
    # As with the timeline, others are acknowledged while a long record is told.
    return await asyncio.to_thread(lists.why, recorded, asked.the_incident(), asked.desk.process)


WORD = Word(
    name="why",
    usage="why",
    does="See what the bot did by itself, and why.",
    run=run,
    only_shows=True,
)
