"""Compiling a review: read at one moment, compiled beside the event loop, kept, and told.

The work is done in a thread: it takes a tenth of a second for ten thousand messages, in many small
steps, so that whoever waits for an acknowledgement gets their turn within milliseconds.
"""

import asyncio
from functools import partial

from bot.domain.commands import ReviewWasCompiled
from bot.domain.review.compiling import compiled
from bot.domain.review.record import Record
from bot.storage import reviews
from bot.storage.database import Database, Urgency
from bot.storage.messages import Said
from bot.storage.reviews import Kept, Terms


async def compile_review(database: Database, stream: str, terms: Terms) -> ReviewWasCompiled | None:
    """Compile and keep the review of an incident as the record stands; None without a record.

    To do it twice does no harm: the same record gives the same document.

    Raises:
        DatabaseAway: it was not kept, or that is not known.
    """
    record = await database.read(lambda connection: reviews.record_of(connection, stream, terms))
    if record is None:
        return None
    said = await _said(database, stream)
    kept = await asyncio.to_thread(_compiled, record, said)
    await database.write(lambda connection: reviews.keep(connection, kept), Urgency.OUTCOME)
    return ReviewWasCompiled(version=kept.version, digest=kept.digest, complete=kept.complete)


async def _said(database: Database, stream: str) -> list[Said]:
    """Read the rooms page by page; between two pages others have their turn."""
    said: list[Said] = []
    for room in await database.read(lambda connection: reviews.rooms_of(connection, stream)):
        read = partial(reviews.page_of, channel=room, after="")
        while page := await database.read(read):
            said += page
            read = partial(reviews.page_of, channel=room, after=page[-1].ts)
    return said


def _compiled(record: Record, said: list[Said]) -> Kept:
    incident = record.incident
    document = compiled(reviews.with_messages(record, said))
    return reviews.kept_form(document, incident.stream, incident.workspace)
