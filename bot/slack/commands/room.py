"""`room`: where it is, and a new one after it was archived."""

from bot.domain.commands import MakeNewRoom
from bot.slack.asking import Asked, Message
from bot.slack.commands.deeds import carry_out
from bot.slack.messages.worklists import room_of
from bot.slack.typed import BadUsage
from bot.slack.word import Word

USAGE = "room [new]"


async def run(asked: Asked) -> Message | None:
    """Say where the room is, or make a new one."""
    match asked.text.strip().lower():
        case "":
            return room_of(asked.the_incident())
        case "new":
            return await carry_out(asked, MakeNewRoom())
        case _:
            raise BadUsage(f"Usage: `{asked.desk.word} {USAGE}`")


WORD = Word(
    name="room",
    usage=USAGE,
    does="Find the incident's room, or get a new one when it was archived.",
    run=run,
)
