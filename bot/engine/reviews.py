"""Compiling a review: read at one moment, compiled beside the event loop, kept, and told.

A short one is compiled in a thread, within some ten milliseconds. A long one would hold the GIL for
so long that people wait for their acknowledgements (docs/decisions), so it gets a process of its
own, which ends with it.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.domain.commands import ReviewWasCompiled
from bot.domain.review.compiling import written_out
from bot.domain.review.record import Message, Record
from bot.storage import reviews
from bot.storage.database import Database, Urgency
from bot.storage.reviews import Terms

SHORT = 500
"""Up to how many events and messages a review is compiled in a thread."""

Page = tuple[Message, ...]


class NotCompiled(Exception):
    """The process that compiled a review failed; its last words are the reason."""


async def compile_review(database: Database, stream: str, terms: Terms) -> ReviewWasCompiled | None:
    """Compile and keep the review of an incident as the record stands; None without a record.

    To do it twice does no harm: the same record gives the same document.

    Raises:
        DatabaseAway: it was not kept, or that is not known.
        NotCompiled: a fault of our own.
    """
    record = await database.read(lambda connection: reviews.record_of(connection, stream, terms))
    if record is None:
        return None
    pages = await _said(database, stream)
    if len(record.events) + sum(len(page) for page in pages) <= SHORT:
        text = await asyncio.to_thread(_compiled, record, pages)
    else:
        text = await _compiled_apart(record, pages)
    kept = await asyncio.to_thread(reviews.kept_form, record, text)
    await database.write(lambda connection: reviews.keep(connection, kept), Urgency.OUTCOME)
    return ReviewWasCompiled(version=kept.version, digest=kept.digest, complete=kept.complete)


async def _said(database: Database, stream: str) -> list[Page]:
    """Read the rooms page by page; between two pages others have their turn."""
    pages: list[Page] = []
    for room in await database.read(lambda connection: reviews.rooms_of(connection, stream)):
        read = partial(reviews.page_of, channel=room, after="")
        while page := await database.read(read):
            pages.append(page)
            read = partial(reviews.page_of, channel=room, after=page[-1].ts)
    return pages


def _compiled(record: Record, pages: Sequence[Page]) -> str:
    said = tuple(message for page in pages for message in page)
    return written_out(replace(record, messages=said))


async def _compiled_apart(record: Record, pages: Sequence[Page]) -> str:
    """Compile in another process, which is sent the record in pieces."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.domain.review",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    try:
        await _send(process, (record, *pages))
        written, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise NotCompiled(complaint.decode(errors="replace")[-2_000:])
    return written.decode()


async def _send(process: asyncio.subprocess.Process, pieces: Sequence[Record | Page]) -> None:
    """Write each piece by itself, so that no single one holds up the loop."""
    pipe = process.stdin
    if pipe is None:
        raise NotCompiled("The process was started without a pipe.")
    try:
        for piece in pieces:
            pipe.write(pickle.dumps(piece))
            await pipe.drain()
        pipe.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it ended before it had read everything, and says why
