"""The part of the workspace's chain that goes with an export, and proves its events and words.

A batch of messages is held by an event in its writer's stream, and that stream by the workspace's
chain, up to where it stood when it was anchored. So an export needs the events of the workspace's
chain that anchor something of it, and in the writers' streams the events from each of its batches
to the next that is anchored: these hold counts and digests, and nothing that anybody said.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bot.domain.anchoring import of_record
from bot.storage import tables as t
from bot.storage.chains import EVENT, Row, content_of
from bot.storage.keys import EventKey
from bot.storage.statements import raw

_PAGE = 500


@dataclass(kw_only=True)
class Proof:
    """Events of the workspace's chain, and of those who wrote into the message log; in order."""

    anchors: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)


def proof(
    connection: Connection, workspace: str, stream: str, batches: Iterable[EventKey]
) -> Proof:
    """Return what holds an incident's stream up to its newest anchor, and what holds its batches.

    What is not anchored yet comes alone.
    """
    left: dict[str, list[int]] = {}
    for writer, version in sorted(batches):
        left.setdefault(writer, []).append(version)
    found, spans = Proof(), list[tuple[str, int, int]]()
    newest: Row | None = None
    for row in _chain_of(connection, workspace, {stream, *left}):
        anchored = {head["stream"]: head["version"] for head in _heads(row)}
        if stream in anchored:
            newest = row
        held = list(_held(left, anchored))
        if held:
            found.anchors.append(row)
            spans += held
    if newest is not None and newest not in found.anchors:
        found.anchors.append(newest)
        found.anchors.sort(key=lambda row: int(row["version"]))
    spans += [(writer, version, version) for writer in left for version in left[writer]]
    for writer, first, last in sorted(spans):
        found.kept += _between(connection, writer, first, last)
    return found


def _held(
    left: Mapping[str, list[int]], anchored: Mapping[str, int]
) -> Iterator[tuple[str, int, int]]:
    """Yield the span of events that these anchors prove of each stream, and take it off `left`."""
    for writer in left.keys() & anchored.keys():
        versions, upto = left[writer], anchored[writer]
        if versions and versions[0] <= upto:
            yield writer, versions[0], upto
            versions[:] = [version for version in versions if version > upto]


def _heads(row: Row) -> list[Mapping[str, Any]]:
    return list(content_of(row).get("heads", ()))


def _chain_of(connection: Connection, workspace: str, streams: set[str]) -> Iterator[Row]:
    """Go through the events of the workspace's chain that name one of the streams."""
    names = [stream.encode() for stream in streams]
    query = raw(t.events, *EVENT).where(t.events.c.stream == of_record(workspace))
    query = query.order_by(t.events.c.version).execution_options(yield_per=_PAGE)
    for row in connection.execute(query).mappings():
        if any(name in row["body"] for name in names):
            yield dict(row)


def _between(connection: Connection, stream: str, first: int, last: int) -> Iterator[Row]:
    query = raw(t.events, *EVENT).where(
        t.events.c.stream == stream, t.events.c.version.between(first, last)
    )
    for row in connection.execute(query.order_by(t.events.c.version)).mappings():
        yield dict(row)
