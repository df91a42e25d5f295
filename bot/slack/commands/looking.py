"""What the words that only look share: the newest part of the record, and what was marked."""

from bot.domain.events import Recorded
from bot.domain.values import MessageRef
from bot.slack.asking import Asked
from bot.slack.messages.told import Words
from bot.storage import messages, streams
from bot.storage.database import Connection


async def newest(asked: Asked, most: int) -> list[Recorded]:
    """Return the newest events of the incident, oldest first."""
    incident = asked.the_incident()
    after = max(0, incident.version - most)
    return list(await asked.desk.database.read(lambda c: streams.read(c, incident.stream, after)))


async def marked(asked: Asked) -> Words:
    """Return the text of the messages on the timeline, as far as the log has them."""
    marks = asked.the_incident().marks

    def work(connection: Connection) -> Words:
        found: dict[MessageRef, str] = {}
        for channel in {ref.channel for ref in marks}:
            of_channel = [ref.ts for ref in marks if ref.channel == channel]
            for ts, said in messages.some(connection, channel, of_channel).items():
                if not said.deleted:
                    found[MessageRef(channel=channel, ts=ts)] = said.text
        return found

    return await asked.desk.database.read(work) if marks else {}
