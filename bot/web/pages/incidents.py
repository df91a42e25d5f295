"""The list of incidents: what is open first, and how grave; it refreshes itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.domain.process import Process
from bot.domain.values import AT_REST, Phase
from bot.storage import queries
from bot.storage.database import Connection
from bot.storage.queries import Listed, Viewer
from bot.web.access import viewer_of
from bot.web.look import page
from bot.web.site import SITE, Site

SHOWN = {"open": "Open", "mine": "Mine", "all": "All"}
_MOST = 200
_LONGEST = 200
"""How much of a search is looked at: nobody types more."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An incident as the list shows it."""

    listed: Listed
    severity: str
    rank: int
    status: str
    commander: str
    due_at: datetime | None
    overdue: bool
    ended_at: datetime | None

    @property
    def last_word(self) -> str:
        """Return what the last column is about: the next update, or how it came to rest."""
        if self.ended_at is None:
            return "Next update"
        return "Resolved" if self.listed.open else "Ended"


async def front(request: web.Request) -> web.Response:
    """Lead to the list."""
    raise web.HTTPFound("/incidents" + _query(request))


def _query(request: web.Request) -> str:
    return f"?{request.query_string}" if request.query_string else ""


async def incidents(request: web.Request) -> web.Response:
    """Show the list that is asked for."""
    viewer, site = viewer_of(request), request.app[SITE]
    show = request.query.get("show", "open")
    show = show if show in SHOWN else "open"
    asked = request.query.get("q", "")[:_LONGEST].replace("\0", " ")  # no database takes a zero
    sought = " ".join(asked.split())
    found = await site.database.read(
        lambda connection: _wanted(connection, viewer, site.process, show, sought)
    )
    now = site.clock.now()
    lines = [_line(site, listed, now) for listed in found[:_MOST]]
    if show != "all":
        lines.sort(key=lambda line: (line.rank, line.listed.declared_at))
    return page(
        request,
        "incidents.html",
        live="incidents_live.html",
        lines=lines,
        overdue=sum(line.overdue and not line.listed.drill for line in lines),
        counts=_counts(lines),
        show=show,
        shown={key: label for key, label in SHOWN.items() if key != "mine" or viewer.user},
        sought=sought,
        more=len(found) > _MOST,
        most=_MOST,
    )


def _wanted(
    connection: Connection, viewer: Viewer, process: Process, show: str, sought: str
) -> Sequence[Listed]:
    """Return what is wanted, one more than is shown; a search looks within the filter."""
    gravest = process.gravest_first
    if sought:
        found = queries.search(connection, viewer, sought.split())
        if show == "all":
            return found
        if show == "open":
            return [listed for listed in found if listed.open]
        mine = {listed.stream for listed in queries.mine(connection, viewer, gravest, _MOST)}
        return [listed for listed in found if listed.stream in mine]
    if show == "all":
        return queries.newest(connection, viewer, _MOST + 1)
    ask = queries.mine if show == "mine" else queries.open_incidents
    return ask(connection, viewer, gravest, _MOST + 1)


def _line(site: Site, listed: Listed, now: datetime) -> Line:
    process: Process = site.process
    severity = process.severity(listed.severity)
    at_rest = Phase(listed.phase) in AT_REST
    due_at = None if at_rest else listed.update_due_at
    ended_at = listed.closed_at or listed.resolved_at or listed.changed_at
    return Line(
        listed=listed,
        severity=severity.label,
        rank=min(severity.rank, 4),
        status=process.status(listed.status).label,
        commander=site.name_of(listed.commander) if listed.commander else "",
        due_at=due_at,
        overdue=due_at is not None and due_at <= now,
        ended_at=ended_at if at_rest else None,
    )


def _counts(lines: Sequence[Line]) -> Mapping[str, int]:
    """Return how many are open at each severity, in order, and how many are only exercises."""
    counts: dict[str, int] = {}
    for line in sorted(lines, key=lambda line: line.rank):
        if line.listed.open and not line.listed.drill:
            counts[line.severity] = counts.get(line.severity, 0) + 1
    drills = sum(line.listed.open and line.listed.drill for line in lines)
    return {**counts, **({"drill" if drills == 1 else "drills": drills} if drills else {})}
