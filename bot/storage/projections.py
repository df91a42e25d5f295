"""What lists and pages read, written in the same transaction as the events it follows from."""

from datetime import datetime

from sqlalchemy import Connection, delete

from bot.domain.incident import Incident
from bot.storage import tables as t
from bot.storage.codec import dumps
from bot.storage.folding import fold
from bot.storage.statements import add_missing, replace_rows

_FIRST = "0"


def project(
    connection: Connection, before: Incident | None, after: Incident, changed_at: datetime
) -> None:
    """Make the projections show `after`; `before` tells what need not be written again."""
    _incident(connection, after, changed_at)
    _people(connection, before, after)
    _followups(connection, before, after)
    _room(connection, before, after)


def _incident(connection: Connection, incident: Incident, changed_at: datetime) -> None:
    row = {
        "stream": incident.stream,
        "workspace": incident.workspace,
        "number": incident.number,
        "title": incident.title,
        "summary": incident.summary,
        "impact": incident.impact,
        "severity": incident.severity,
        "status": incident.status,
        "phase": incident.phase.value,
        "open": not incident.over,
        "category": incident.category,
        "services": dumps(list(incident.services)),
        "private": incident.private,
        "drill": incident.drill,
        "reporter": incident.reporter,
        "commander": incident.commander,
        "channel": incident.room.channel if incident.room else None,
        "channel_name": incident.room.name if incident.room else None,
        "announcement_channel": incident.announcement.channel if incident.announcement else None,
        "announcement_ts": incident.announcement.ts if incident.announcement else None,
        "declared_at": incident.at("declared"),
        "started_at": incident.at("started"),
        "resolved_at": incident.at("resolved"),
        "closed_at": incident.at("closed"),
        "update_due_at": incident.cadence.due_at,
        "changed_at": changed_at,
        "review_version": incident.review_version,
        "folded": _folded(incident),
    }
    replace_rows(connection, t.incidents, ("stream",), [row])


def _folded(incident: Incident) -> str:
    """Return all that a search looks at, folded as the words of a search are."""
    said = (
        incident.title,
        incident.summary,
        incident.impact,
        incident.category or "",
        *incident.services,
        incident.status,
        incident.severity,
    )
    return fold("\n".join(said))


def _people(connection: Connection, before: Incident | None, after: Incident) -> None:
    was = _people_rows(before) if before else {}
    now = _people_rows(after)
    changed = [row for user, row in now.items() if was.get(user) != row]
    replace_rows(connection, t.incident_people, ("stream", "user"), changed)


def _people_rows(incident: Incident) -> dict[str, dict[str, object]]:
    everybody = incident.members | incident.responders | {incident.reporter}
    held: dict[str, list[str]] = {}
    for role, users in incident.roles.items():
        for user in users:
            held.setdefault(user, []).append(role)
    return {
        user: {
            "stream": incident.stream,
            "user": user,
            "workspace": incident.workspace,
            "in_room": user in incident.insiders,
            "responder": user in incident.responders,
            "roles": dumps(sorted(held.get(user, []))),
        }
        for user in everybody | set(held)
    }


def _followups(connection: Connection, before: Incident | None, after: Incident) -> None:
    known = set(before.followups) if before else set()
    rows: list[dict[str, object]] = [
        {
            "stream": after.stream,
            "number": followup.number,
            "workspace": after.workspace,
            "text": followup.text,
            "owner": followup.owner,
            "due": followup.due,
            "done_at": followup.done_at,
        }
        for followup in after.followups
        if followup not in known
    ]
    replace_rows(connection, t.followups, ("stream", "number"), rows)
    left = {followup.number for followup in after.followups}
    gone = [followup.number for followup in known if followup.number not in left]
    if gone:
        connection.execute(
            delete(t.followups).where(
                t.followups.c.stream == after.stream, t.followups.c.number.in_(gone)
            )
        )


def _room(connection: Connection, before: Incident | None, after: Incident) -> None:
    channel = after.room.channel if after.room else None
    if channel is None or (before and before.room and before.room.channel == channel):
        return
    row = {
        "channel": channel,
        "workspace": after.workspace,
        "stream": after.stream,
        "seen_to": _FIRST,
    }
    add_missing(connection, t.rooms, ("channel",), [row])
