"""The bare command: in a room what can be done there, elsewhere the way in."""

from bot.slack.asking import Asked, Message
from bot.slack.messages.tray import inside, outside
from bot.slack.word import Word
from bot.storage import queries


async def run(asked: Asked) -> Message | None:
    """Show the tray that fits the place."""
    if asked.incident is not None:
        return inside(asked.incident, asked.desk.process)
    gravest = asked.desk.process.gravest_first
    mine = await asked.desk.database.read(lambda c: queries.mine(c, asked.viewer, gravest, 10))
    return outside(mine, asked.desk.process, word=asked.desk.word)


WORD = Word(
    name="",
    usage="",
    does="In a room: what can be done now. Elsewhere: declare, your open incidents, help.",
    run=run,
    in_incident=False,
)
