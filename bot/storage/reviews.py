"""Reviews: what they are compiled from, and the compiled document of each incident.

The document is kept as its canonical JSON; `digest` is the hash of those bytes, which the record of
the incident names too.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select

from bot.domain.incident import replay
from bot.domain.process import Process
from bot.domain.review import plain
from bot.domain.review.document import Document
from bot.domain.review.markdown import markdown
from bot.domain.review.record import File, Message, Record
from bot.domain.values import Phase, moment_of
from bot.storage import messages, queries, streams
from bot.storage import tables as t
from bot.storage.database import Database
from bot.storage.messages import Said
from bot.storage.queries import Viewer
from bot.storage.statements import upsert_into

PAGE = 500
"""How many messages are read at once."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a document needs besides the record: see `Record` for what each is."""

    process: Process
    compiled_at: datetime
    page: str
    archive: str
    word: str
    itself: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class KeptReview:
    """A compiled review as it is kept."""

    stream: str
    workspace: str
    version: int
    complete: bool
    document: str
    digest: str
    compiled_at: datetime

    def opened(self) -> Document:
        """Return the document."""
        return plain.loads(self.document)


def kept_form(record: Record, document: str) -> KeptReview:
    """Return the document of a record in the form in which it is kept."""
    incident = record.incident
    return KeptReview(
        stream=incident.stream,
        workspace=incident.workspace,
        version=incident.version,
        complete=incident.phase is Phase.CLOSED,
        document=document,
        digest=hashlib.sha256(document.encode()).hexdigest(),
        compiled_at=record.compiled_at,
    )


# ── What a review is compiled from ──────────────────────────────────────────────────────────────


def record_of(connection: Connection, stream: str, terms: Terms) -> Record | None:
    """Return what is known of an incident, its messages apart; None where there is no such stream.

    Messages are read in pages (`page_of`): a long room in one piece would keep everybody waiting.
    """
    head, events = streams.peek(connection, stream), streams.read(connection, stream)
    incident = replay(events, head.workspace) if head else None
    if head is None or incident is None:
        return None
    names, apps = _people(connection, head.workspace)
    return Record(
        incident=incident,
        events=tuple(events),
        names=names,
        apps=apps,
        itself=terms.itself,
        process=terms.process,
        compiled_at=terms.compiled_at,
        page=terms.page,
        archive=terms.archive,
        word=terms.word,
    )


def rooms_of(connection: Connection, stream: str) -> list[str]:
    """Which rooms did the incident have?"""
    return messages.rooms_of(connection, stream)


def page_of(connection: Connection, channel: str, after: str) -> tuple[Message, ...]:
    """What was said in a room behind `after`? A page of it, in order; empty at the end."""
    said = messages.of_room(connection, channel, after=after, limit=PAGE)
    return tuple(_message(one) for one in said)


def _people(connection: Connection, workspace: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return everybody's name by id, and who of them is an app."""
    people = t.people.c
    rows = connection.execute(
        select(people.user, people.name, people.bot).where(people.workspace == workspace)
    ).all()
    names = {row.user: row.name for row in rows}
    return names, frozenset(row.user for row in rows if row.bot)


def _message(said: Said) -> Message:
    return Message(
        channel=said.channel,
        ts=said.ts,
        user=said.user,
        text=said.text,
        at=moment_of(said.ts) or _EPOCH,
        thread_ts=said.thread_ts,
        files=tuple(File(name=file.name, link=file.link) for file in said.files),
        edited=said.edited_ts is not None,
        deleted=said.deleted,
    )


# ── The compiled document ───────────────────────────────────────────────────────────────────────


def keep(connection: Connection, kept: KeptReview) -> None:
    """Keep a compiled review in place of an older one; one of an older record changes nothing."""
    row = dict(vars(kept))
    statement = upsert_into(connection.dialect.name, t.reviews)
    changed = {name: statement.excluded[name] for name in row if name != "stream"}
    newer = or_(
        t.reviews.c.version < kept.version,
        (t.reviews.c.version == kept.version) & (t.reviews.c.compiled_at <= kept.compiled_at),
    )
    connection.execute(
        statement.on_conflict_do_update(index_elements=["stream"], set_=changed, where=newer), [row]
    )


def of_stream(connection: Connection, stream: str) -> KeptReview | None:
    """Return the review of an incident that the caller may see."""
    query = select(t.reviews).where(t.reviews.c.stream == stream)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else KeptReview(**row)


def numbered(connection: Connection, viewer: Viewer, number: int) -> KeptReview | None:
    """Which review does the incident with this number have, if the viewer may see it?"""
    listed = queries.by_number(connection, viewer, number)
    return None if listed is None else of_stream(connection, listed.stream)


async def review_markdown(database: Database, viewer: Viewer, number: int) -> str | None:
    """Return the review of an incident as a Markdown file; None where there is none to be seen."""
    kept = await database.read(lambda connection: numbered(connection, viewer, number))
    return None if kept is None else markdown(kept.opened())
