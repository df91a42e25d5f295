"""What the words that only look share: the newest of the record, with what was marked."""

import asyncio
from collections.abc import Callable

from bot.domain.events import Recorded
from bot.domain.values import MessageRef
from bot.slack.asking import Asked, Message
from bot.slack.messages.told import Words
from bot.storage import messages, streams
from bot.storage.database import Connection

_MOST = 2_000


async def told(asked: Asked, tell: Callable[..., Message]) -> Message:
    """Return what `tell` makes of the newest events and the marked messages; the page has all."""
    incident = asked.the_incident()
    page = asked.desk.page_for(incident, asked.actor.user)
    recorded = await newest(asked)
    words = await _marked(asked)
    # A long record takes tens of milliseconds to tell: others are acknowledged meanwhile.
    return await asyncio.to_thread(
        tell, recorded, incident, asked.desk.process, page=page, words=words
    )


async def newest(asked: Asked) -> list[Recorded]:
    """Return the newest events of the incident, oldest first."""
    incident = asked.the_incident()
    after = max(0, incident.version - _MOST)
    return list(await asked.desk.database.read(lambda c: streams.read(c, incident.stream, after)))


async def _marked(asked: Asked) -> Words:
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
