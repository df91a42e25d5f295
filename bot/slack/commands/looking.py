"""What the words that only look share: the newest part of the record."""

from bot.domain.events import Recorded
from bot.slack.asking import Asked
from bot.storage import streams


async def newest(asked: Asked, most: int) -> list[Recorded]:
    """Return the newest events of the incident, oldest first."""
    incident = asked.the_incident()
    after = max(0, incident.version - most)
    return list(await asked.desk.database.read(lambda c: streams.read(c, incident.stream, after)))
