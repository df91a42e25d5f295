"""`list`: which incidents there are."""

from collections.abc import Sequence

from bot.slack.asking import Asked, Message
from bot.slack.messages.lists import incident_list
from bot.slack.typed import BadUsage, first_word
from bot.slack.word import Word
from bot.storage import queries
from bot.storage.queries import Listed

USAGE = "list [open|mine|all|search <words>]"


async def run(asked: Asked) -> Message | None:
    """List what is open, or what is asked for."""
    which, rest = first_word(asked.readable(asked.text))
    gravest = asked.desk.process.gravest_first
    word, viewer, read = asked.desk.word, asked.viewer, asked.desk.database.read

    def say(listed: Sequence[Listed], title: str, empty: str) -> Message:
        return incident_list(listed, title, word=word, empty=empty, process=asked.desk.process)

    match which.lower():
        case "" | "open":
            found = await read(lambda c: queries.open_incidents(c, viewer, gravest))
            empty = f"Nothing is open. `{word} list all` shows what was."
            return say(found, "Open incidents", empty)
        case "mine":
            found = await read(lambda c: queries.mine(c, viewer, gravest))
            return say(found, "Your open incidents", "You are part of no open incident.")
        case "all":
            found = await read(lambda c: queries.newest(c, viewer))
            empty = f"There has been no incident yet. `{word} declare` opens one."
            return say(found, "All incidents, newest first", empty)
        case "search" if rest:
            found = await read(lambda c: queries.search(c, viewer, rest.split()[:8]))
            return say(found, f"Found: {rest[:60]}", "No incident speaks of that.")
        case _:
            raise BadUsage(f"Usage: `{word} {USAGE}`")


WORD = Word(
    name="list",
    usage=USAGE,
    does="List incidents: what is open, gravest first, unless you ask for others.",
    run=run,
    only_shows=True,
    in_incident=False,
    anywhere=True,
)
