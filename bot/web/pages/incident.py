"""One incident: where it stands, who does what, and everything that happened; it refreshes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.values import MessageRef, Milestone, Phase
from bot.storage import messages, queries
from bot.storage.database import Connection
from bot.storage.messages import Said
from bot.web import timeline
from bot.web.access import viewer_of
from bot.web.history import HISTORIES
from bot.web.look import page
from bot.web.shown import Shown
from bot.web.site import SITE, Site

_MILESTONES: tuple[Milestone, ...] = (
    "started",
    "detected",
    "declared",
    "acknowledged",
    "mitigated",
    "resolved",
    "closed",
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An incident that somebody may see, with the marked messages as they stand in Slack."""

    incident: Incident
    said: Mapping[MessageRef, Said]

    def token(self, now: datetime) -> str:
        """Return what changes whenever the page would: the record, a message, an overdue update."""
        due = self.incident.cadence.due_at
        overdue = due is not None and due <= now
        last = max((said.as_of for said in self.said.values()), default="")
        return f'"{self.incident.version}-{len(self.said)}-{last}-{overdue:d}"'


async def seen(request: web.Request) -> Seen:
    """Return the incident of the address.

    Raises:
        NoPass: nobody knows who is looking.
        HTTPNotFound: there is none, or it is not theirs to see: nobody can tell which.
    """
    viewer, site = viewer_of(request), request.app[SITE]
    number = int(request.match_info["number"])
    listed = await site.database.read(lambda c: queries.by_number(c, viewer, number))
    found = None if listed is None else await site.dispatcher.current(listed.stream)
    if found is None:
        raise web.HTTPNotFound
    said = await site.database.read(lambda c: _said(c, found)) if found.marks else {}
    return Seen(incident=found, said=said)


def _said(connection: Connection, incident: Incident) -> dict[MessageRef, Said]:
    """Return the marked messages that the log has."""
    by_channel: dict[str, list[str]] = {}
    for ref in incident.marks:
        by_channel.setdefault(ref.channel, []).append(ref.ts)
    return {
        MessageRef(channel=channel, ts=ts): one
        for channel, wanted in by_channel.items()
        for ts, one in messages.some(connection, channel, wanted).items()
    }


async def incident(request: web.Request) -> web.Response:
    """Show an incident; to a browser that has the present state already, say just that."""
    found, site = await seen(request), request.app[SITE]
    token = found.token(site.clock.now())
    if request.headers.get("If-None-Match") == token:
        return web.Response(status=304, headers={"ETag": token})
    moments = await _moments(request, found.incident)
    excerpt = timeline.excerpt(
        site,
        found.incident,
        moments,
        found.said,
        show=_shown(request),
        page=_wanted_page(request, moments),
    )
    response = page(
        request,
        "incident.html",
        live="incident_live.html",
        incident=found.incident,
        shown=Shown(site=site, incident=found.incident, reached=_reached(moments)),
        milestones=_milestones(found.incident),
        timeline=excerpt,
        filters=timeline.SHOWN,
        address=partial(_address, found.incident.number),
        room=room_link(site, found.incident),
    )
    response.headers["ETag"] = token
    return response


async def timeline_json(request: web.Request) -> web.Response:
    """Return the whole timeline for machines, the oldest first."""
    found, site = await seen(request), request.app[SITE]
    moments = await _moments(request, found.incident)
    teller = timeline.Teller(site=site, incident=found.incident, said=found.said)
    rows = (teller.row(one) for one in reversed(moments))
    told = [timeline.as_json(row) for row in rows if row is not None]
    return web.json_response({"incident": found.incident.name, "timeline": told})


async def _moments(request: web.Request, incident: Incident) -> list[timeline.Moment]:
    """Return the timeline as far as the state of the incident goes."""
    events = await request.app[HISTORIES].of(request.app[SITE].database, incident.stream)
    return timeline.moments(incident, events[: incident.version])


def _reached(moments: list[timeline.Moment]) -> frozenset[Phase]:
    """Return every phase in which the incident ever stood; each begins in the first."""
    changes = [
        one.what.event
        for one in moments
        if isinstance(one.what, e.Recorded) and isinstance(one.what.event, e.StatusChanged)
    ]
    return frozenset({Phase.TRIAGE, *(Phase(change.new_phase) for change in changes)})


def _shown(request: web.Request) -> str:
    show = request.query.get("show", "all")
    return show if show in timeline.SHOWN else "all"


def _wanted_page(request: web.Request, moments: list[timeline.Moment]) -> int:
    event, wanted = request.query.get("event", ""), request.query.get("page", "")
    if event.isdecimal():
        return timeline.page_with(moments, int(event[:9]))
    return int(wanted[:6]) if wanted.isdecimal() else 1


def _milestones(incident: Incident) -> list[tuple[Milestone, datetime]]:
    reached = ((name, incident.at(name)) for name in _MILESTONES)
    known = [(name, at) for name, at in reached if at is not None]
    return sorted(known, key=lambda pair: pair[1])


def _address(number: int, show: str, page: int = 1) -> str:
    """Return the address of a page of the timeline, leading to the timeline itself."""
    wanted = {} if show == "all" else {"show": show}
    wanted |= {} if page == 1 else {"page": str(page)}
    query = f"?{urlencode(wanted)}" if wanted else ""
    return f"/incidents/{number}{query}#timeline"


def room_link(site: Site, incident: Incident) -> str:
    """Return where the room is in Slack; empty while there is none."""
    if incident.room is None or not site.archive:
        return ""
    return f"{site.archive.rstrip('/')}/archives/{incident.room.channel}"
