"""Questions about the record.

Each that returns incidents takes a `Viewer`: who may see is decided here, and a private incident
that one may not see does not exist.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)

from bot.storage import tables as t
from bot.storage.folding import fold

_DATE = re.compile(r"^(\d{4}-\d\d)(?:-(\d\d))?$", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is looking. `everything` is for the operator at the terminal, who owns the database."""

    workspace: str
    user: str
    everything: bool = False


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An incident as lists show it."""

    stream: str
    number: int
    title: str
    summary: str
    impact: str
    severity: str
    status: str
    phase: str
    open: bool
    category: str | None
    services: tuple[str, ...]
    private: bool
    drill: bool
    reporter: str
    commander: str | None
    channel: str | None
    channel_name: str | None
    declared_at: datetime
    started_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    update_due_at: datetime | None
    changed_at: datetime
    review_version: int | None

    @property
    def name(self) -> str:
        """How people call it: INC-42."""
        return f"INC-{self.number}"


_COLUMNS = [t.incidents.c[name] for name in Listed.__dataclass_fields__]


def _listed(row: RowMapping) -> Listed:
    return Listed(**{**row, "services": tuple(json.loads(row["services"]))})


def _all(connection: Connection, query: Select[Any]) -> list[Listed]:
    return [_listed(row) for row in connection.execute(query).mappings()]


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    """Public, or private with the viewer in its room, or awaited there while nobody is in it."""
    if viewer.everything:
        return t.incidents.c.workspace == viewer.workspace
    people = t.incident_people
    in_room = exists().where(
        people.c.stream == t.incidents.c.stream,
        people.c.user == viewer.user,
        people.c.in_room,
    )
    return and_(
        t.incidents.c.workspace == viewer.workspace,
        or_(not_(t.incidents.c.private), in_room),
    )


def _seen_by(viewer: Viewer) -> Select[Any]:
    return select(*_COLUMNS).where(_visible(viewer))


def by_number(connection: Connection, viewer: Viewer, number: int) -> Listed | None:
    """Which incident has this number?"""
    query = _seen_by(viewer).where(t.incidents.c.number == number)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _listed(row)


def stream_of_room(connection: Connection, channel: str) -> str | None:
    """Which incident's room is this channel, by its stream?"""
    return connection.execute(
        select(t.rooms.c.stream).where(t.rooms.c.channel == channel)
    ).scalar_one_or_none()


def stream_of_announcement(connection: Connection, channel: str, ts: str) -> str | None:
    """Which incident's announcement is this message, by its stream?"""
    place = and_(t.incidents.c.announcement_channel == channel, t.incidents.c.announcement_ts == ts)
    return connection.execute(select(t.incidents.c.stream).where(place)).scalars().first()


def _gravity(severities: Sequence[str]) -> ColumnElement[int]:
    """Sort by how grave severities are now, the gravest of these first.

    One that is no longer kept counts as gravest, as it does elsewhere.
    """
    ranks = {key: rank for rank, key in enumerate(severities)}
    return case(ranks, value=t.incidents.c.severity, else_=0)


def open_incidents(
    connection: Connection, viewer: Viewer, severities: Sequence[str], limit: int = 100
) -> list[Listed]:
    """What is open?

    By severity in the order given, which is gravest first, then oldest.
    """
    return _all(
        connection,
        _seen_by(viewer)
        .where(t.incidents.c.open)
        .order_by(_gravity(severities), t.incidents.c.declared_at)
        .limit(limit),
    )


def newest(connection: Connection, viewer: Viewer, limit: int = 100) -> list[Listed]:
    """What came last, open or not?"""
    return _all(connection, _seen_by(viewer).order_by(t.incidents.c.number.desc()).limit(limit))


def newest_open(connection: Connection, viewer: Viewer, limit: int) -> list[Listed]:
    """Which open incidents are the newest?"""
    query = _seen_by(viewer).where(t.incidents.c.open)
    return _all(connection, query.order_by(t.incidents.c.number.desc()).limit(limit))


def count_open(connection: Connection) -> int:
    """How many incidents are open, in all workspaces?"""
    query = select(func.count()).select_from(t.incidents).where(t.incidents.c.open)
    return int(connection.execute(query).scalar_one())


def mine(
    connection: Connection, viewer: Viewer, severities: Sequence[str], limit: int = 100
) -> list[Listed]:
    """Which open incidents is the viewer part of? In the order of `open_incidents`."""
    involved = exists().where(
        t.incident_people.c.stream == t.incidents.c.stream,
        t.incident_people.c.user == viewer.user,
        or_(t.incident_people.c.in_room, t.incident_people.c.responder),
    )
    return _all(
        connection,
        _seen_by(viewer)
        .where(t.incidents.c.open, involved)
        .order_by(_gravity(severities), t.incidents.c.declared_at)
        .limit(limit),
    )


def search(connection: Connection, viewer: Viewer, words: Sequence[str]) -> list[Listed]:
    """Which incidents speak of all these words, in title, summary, impact, category or service?

    A day or a month (`2026-03-04`, `2026-03`) finds what was declared then, in UTC.
    """
    query = _seen_by(viewer)
    for word in words:
        pattern = "%" + _escaped(fold(word)) + "%"
        said = t.incidents.c.folded.like(pattern, escape="\\")
        query = query.where(or_(said, *_declared_within(word)))
    return _all(connection, query.order_by(t.incidents.c.number.desc()).limit(50))


def _declared_within(word: str) -> list[ColumnElement[bool]]:
    """Return what finds the incidents of a day or a month, if the word is one."""
    part = _DATE.match(word)
    if part is None:
        return []
    try:
        begin = datetime.fromisoformat(f"{part[1]}-{part[2] or '01'}").replace(tzinfo=UTC)
        end = begin + timedelta(days=1)
        if part[2] is None:
            end = (begin + timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError):
        return []
    declared = t.incidents.c.declared_at
    return [and_(declared >= begin, declared < end)]


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "by",
        "down",
        "for",
        "from",
        "in",
        "is",
        "it",
        "not",
        "of",
        "on",
        "or",
        "the",
        "to",
        "up",
        "we",
        "with",
    ]
)


def words_of(title: str) -> frozenset[str]:
    """Return the words of a title that tell it from others."""
    letters = "".join(ch if ch.isalnum() else " " for ch in title.lower())
    return frozenset(word for word in letters.split() if word not in _COMMON)


def similar(
    connection: Connection, viewer: Viewer, title: str, limit: int = 3, among: int = 300
) -> list[Listed]:
    """Which open incidents share words with this title, most shared first?"""
    wanted = words_of(title)
    if not wanted:
        return []
    scored = []
    for listed in newest_open(connection, viewer, among):
        shared = wanted & words_of(listed.title)
        if shared:
            scored.append((len(shared) / len(wanted | words_of(listed.title)), listed))
    scored.sort(key=lambda pair: (-pair[0], -pair[1].number))
    return [listed for _, listed in scored[:limit]]


_JUST_NOW = (
    select(t.incidents.c.number)
    .where(
        t.incidents.c.workspace == bindparam("workspace"),
        t.incidents.c.reporter == bindparam("reporter"),
        t.incidents.c.title == bindparam("title"),
        t.incidents.c.declared_at >= bindparam("since"),
        t.incidents.c.open,
    )
    .order_by(t.incidents.c.declared_at.desc(), t.incidents.c.number.desc())
    .limit(1)
)


def declared_just_now(
    connection: Connection, workspace: str, reporter: str, title: str, since: datetime
) -> int | None:
    """Has this person declared the same title since then? Its number, if so."""
    asked = {"workspace": workspace, "reporter": reporter, "title": title, "since": since}
    return connection.execute(_JUST_NOW, asked).scalar_one_or_none()


def open_rooms(connection: Connection, severities: Sequence[str]) -> list[tuple[str, str, str]]:
    """Which rooms belong to open incidents? Channel, stream and workspace; gravest first."""
    rows = connection.execute(
        select(t.rooms.c.channel, t.rooms.c.stream, t.rooms.c.workspace)
        .join(t.incidents, t.incidents.c.stream == t.rooms.c.stream)
        .where(t.incidents.c.open)
        .order_by(_gravity(severities), t.incidents.c.number)
    )
    return [(row.channel, row.stream, row.workspace) for row in rows]


def all_streams(connection: Connection, workspace: str | None = None) -> list[tuple[str, str]]:
    """Which streams of incidents are there, by id and workspace?"""
    query = (
        select(t.streams.c.id, t.streams.c.workspace)
        .where(t.streams.c.id.not_like("%:%"))
        .order_by(t.streams.c.id)
    )
    if workspace is not None:
        query = query.where(t.streams.c.workspace == workspace)
    return [(row.id, row.workspace) for row in connection.execute(query)]


def all_workspaces(connection: Connection) -> list[str]:
    """Which workspaces does the record know?"""
    query = select(t.streams.c.workspace).distinct().order_by(t.streams.c.workspace)
    return list(connection.execute(query).scalars())


@dataclass(frozen=True, kw_only=True)
class OwedFollowup:
    """A follow-up that is not done, with the incident it came from."""

    stream: str
    incident: int
    private: bool
    number: int
    text: str
    owner: str | None
    due: datetime | None


def open_followups(connection: Connection, viewer: Viewer) -> list[OwedFollowup]:
    """Which follow-ups of incidents that the viewer may see are the viewer's and not done?"""
    rows = connection.execute(
        select(
            t.followups.c.stream,
            t.incidents.c.number.label("incident"),
            t.incidents.c.private,
            t.followups.c.number,
            t.followups.c.text,
            t.followups.c.owner,
            t.followups.c.due,
        )
        .join(t.incidents, t.incidents.c.stream == t.followups.c.stream)
        .where(
            _visible(viewer), t.followups.c.done_at.is_(None), t.followups.c.owner == viewer.user
        )
        .order_by(t.followups.c.due, t.followups.c.number)
    )
    return [OwedFollowup(**row) for row in rows.mappings()]
