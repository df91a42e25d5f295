"""`muster show INC-42`: one incident and its timeline, on the terminal, without Slack."""

import argparse
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot.cli.process import read_process
from bot.cli.register import (
    in_columns,
    incident_of,
    names_of,
    operator,
    printable,
    takes_incident,
)
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.domain.events import Recorded
from bot.domain.incident import Incident, replay
from bot.domain.process import Process
from bot.domain.values import Milestone
from bot.domain.wording import timeline_line, told_at
from bot.storage import streams
from bot.storage.database import Database

MILESTONES: tuple[Milestone, ...] = get_args(Milestone)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which incident."""
    takes_incident(parser)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is told about one incident."""

    incident: Incident
    recorded: list[Recorded]
    names: dict[str, str]
    process: Process

    def name(self, user: str) -> str:
        """Return what a person is called, or their id."""
        return self.names.get(user, user)


def run(parsed: argparse.Namespace) -> int:
    """Print what is known, then what happened."""
    settings = read_settings()
    process = read_process(settings)

    async def work(database: Database) -> Shown:
        viewer = await operator(database, parsed.workspace)
        listed = await incident_of(database, viewer, parsed.incident)
        recorded = await database.read(lambda c: streams.read(c, listed.stream))
        incident = replay(recorded, viewer.workspace)
        if incident is None:
            raise AssertionError  # an incident that is listed has events
        names = await names_of(database, viewer.workspace)
        return Shown(incident=incident, recorded=recorded, names=names, process=process)

    shown = on_database(settings, work, newer_too=True, only_reading=True)
    print(in_columns(_facts(shown)))
    print("\nTimeline (UTC)")
    lines = _timeline(shown)
    print(in_columns(lines) if lines else "nothing yet")
    return 0


def _facts(shown: Shown) -> list[tuple[str, str]]:
    incident = shown.incident
    label = shown.process.severity(incident.severity).label
    marks = [m for m, holds in (("private", incident.private), ("drill", incident.drill)) if holds]
    facts = [
        (f"INC-{incident.number}", incident.title),
        ("severity", label),
        ("status", " · ".join([shown.process.status(incident.status).label, *marks])),
        ("category", incident.category or ""),
        ("services", ", ".join(incident.services)),
        ("summary", incident.summary),
        ("impact", incident.impact),
        ("resolution", incident.resolution),
        ("room", f"#{incident.room.name}" if incident.room else ""),
        ("declared by", shown.name(incident.reporter)),
    ]
    for key, users in incident.roles.items():
        role = shown.process.role(key)
        facts.append(((role.label if role else key).lower(), ", ".join(map(shown.name, users))))
    for name in MILESTONES:
        at = incident.at(name)
        facts.append((name, f"{at:%Y-%m-%d %H:%M} UTC" if at else ""))
    for followup in incident.followups:
        done = "done" if followup.done_at else "open"
        owner = f", {shown.name(followup.owner)}" if followup.owner else ""
        facts.append((f"follow-up {followup.number}", f"{followup.text} ({done}{owner})"))
    return [(name, text) for name, text in facts if text]


def _timeline(shown: Shown) -> list[tuple[str, str]]:
    told: list[tuple[datetime, str]] = []
    for one in shown.recorded:
        line = timeline_line(one, shown.incident, shown.name, process=shown.process)
        if line is not None:
            told.append((told_at(one), printable(line)))
    told.sort(key=lambda entry: entry[0])
    return [(f"{at:%Y-%m-%d %H:%M}", line) for at, line in told]
