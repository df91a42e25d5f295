"""One incident as a document that is checked without a database; docs/record.md has its form."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from bot.storage import messages
from bot.storage import tables as t
from bot.storage.batches import lines_of
from bot.storage.chains import EVENT, Row
from bot.storage.exported_proof import proof
from bot.storage.statements import raw

FORM = "muster-export-2"
Json = dict[str, Any]

_TEXT = ("version", "field", "workspace", "salt", "body")
_MESSAGE = tuple(column.name for column in t.messages.columns)
_PAGE = 100


def exported(connection: Connection, stream: str, number: int) -> Json:
    """Return all that is on record of an incident, as it is stored, and what holds it."""
    rooms = messages.rooms_of(connection, stream)
    events = [_event(row) for row in _rows(connection, t.events, EVENT, stream)]
    workspace = events[0]["workspace"]
    batches = list(_batches(connection, workspace, rooms))
    places = ((batch["stream"], batch["version"]) for batch in batches)
    holding = proof(connection, workspace, stream, places)
    return {
        "form": FORM,
        "incident": number,
        "stream": stream,
        "workspace": workspace,
        "rooms": rooms,
        "events": events,
        "texts": [dict(row) for row in _rows(connection, t.texts, _TEXT, stream)],
        "anchors": [_event(row) for row in holding.anchors],
        "messages": [_message(row) for row in _messages(connection, rooms)],
        "batches": batches,
        "kept": [_event(row) for row in holding.kept],
    }


def _rows(
    connection: Connection, table: Any, names: tuple[str, ...], stream: str
) -> list[Mapping[str, Any]]:
    order = [table.c.version, *([table.c.field] if "field" in names else [])]
    query = raw(table, *names).where(table.c.stream == stream).order_by(*order)
    return [dict(row) for row in connection.execute(query).mappings()]


def _event(row: Row) -> Json:
    """Return an event as JSON: its bytes are text."""
    return {**row, "body": row["body"].decode()}


def _messages(connection: Connection, rooms: list[str]) -> Iterator[Row]:
    query = (
        select(t.messages)
        .where(t.messages.c.channel.in_(rooms))
        .order_by(t.messages.c.channel, t.messages.c.ts)
    )
    for row in connection.execute(query).mappings():
        yield dict(row)


def _message(row: Row) -> Json:
    return {**row, "salt": None if row["salt"] is None else row["salt"].hex()}


def _batches(connection: Connection, workspace: str, rooms: list[str]) -> Iterator[Json]:
    """Each batch with words of the rooms; of what was said elsewhere only digests are shown."""
    begins = tuple(f"{room}\t" for room in rooms)
    table = t.message_batches
    query = select(table).where(table.c.workspace == workspace)
    query = query.order_by(table.c.stream, table.c.version)
    for batch in connection.execute(query.execution_options(yield_per=_PAGE)):
        lines = lines_of(batch.words)
        if not begins or not any(line.startswith(begins) for line in lines):
            continue
        yield {
            "stream": batch.stream,
            "version": batch.version,
            "words": [
                {"line": line}
                if line.startswith(begins)
                else {"digest": sha256(line.encode(errors="surrogateescape")).hexdigest()}
                for line in lines
            ],
        }
