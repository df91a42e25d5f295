"""Erasures on record: those that were begun and are not finished, and how much each emptied."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text

from bot.storage import tables as t


@dataclass(frozen=True, kw_only=True)
class Begun:
    """An erasure that is under way, or was cut short: whose words, on whose demand."""

    workspace: str
    user: str
    by: str
    since: datetime


def of(connection: Connection, workspace: str, user: str) -> Begun | None:
    """Return the unfinished erasure of a person, if there is one."""
    found = unfinished(connection)
    return next((one for one in found if (one.workspace, one.user) == (workspace, user)), None)


def unfinished(connection: Connection) -> list[Begun]:
    """Which erasures were begun and are not finished? In all workspaces."""
    rows = connection.execute(
        select(t.events)
        .where(text(t.RARE), t.events.c.name.in_(("ErasureBegun", "PersonErased")))
        .order_by(t.events.c.stream, t.events.c.version)
    )
    begun: dict[tuple[str, str], Begun] = {}
    for row in rows:
        body = json.loads(row.body)
        if row.name == "PersonErased":
            begun.pop((row.workspace, body["user"]), None)
        else:
            begun[row.workspace, body["user"]] = Begun(
                workspace=row.workspace,
                user=body["user"],
                by=body["by"],
                since=row.recorded_at,
            )
    return list(begun.values())


def emptied_since(connection: Connection, begun: Begun) -> tuple[int, int, int]:
    """How much did an erasure empty so far? Incidents, texts, messages."""
    rows = connection.execute(
        select(t.events.c.stream, t.events.c.body).where(
            text(t.RARE),
            t.events.c.workspace == begun.workspace,
            t.events.c.name == "WordsEmptied",
            t.events.c.recorded_at >= begun.since,
        )
    )
    streams, texts, said = set(), 0, 0
    for row in rows:
        body = json.loads(row.body)
        if body["why"] == "erasure" and body["user"] == begun.user:
            streams.add(row.stream)
            texts += len(body["texts"])
            said += body["messages"]
    return len(streams), texts, said
