"""`muster list`: the incidents, on the terminal, without Slack."""

import argparse
from datetime import UTC, datetime

from bot.cli.process import gravest_first
from bot.cli.register import in_columns, names_of, operator, takes_workspace
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.queries import Listed

_MOST = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Open incidents, or all."""
    parser.add_argument("--all", action="store_true", help="closed ones too, the newest first")
    takes_workspace(parser)


def run(parsed: argparse.Namespace) -> int:
    """Print one line for each incident."""

    async def work(database: Database) -> tuple[list[Listed], dict[str, str]]:
        viewer = await operator(database, parsed.workspace)
        if parsed.all:
            listed = await database.read(lambda c: queries.newest(c, viewer, _MOST))
        else:
            listed = await database.read(
                lambda c: queries.open_incidents(c, viewer, gravest, _MOST)
            )
        return listed, await names_of(database, viewer.workspace)

    settings = read_settings()
    gravest = gravest_first(settings)
    listed, names = on_database(settings, work, newer_too=True, only_reading=True)
    if not listed:
        print("There are no incidents yet." if parsed.all else "No incident is open.")
        return 0
    head = ("INCIDENT", "SEVERITY", "STATUS", "DECLARED (UTC)", "AGE", "COMMANDER", "TITLE")
    now = datetime.now(UTC)
    print(in_columns([head, *(_row(each, names, now) for each in listed)]))
    return 0


def _row(listed: Listed, names: dict[str, str], now: datetime) -> tuple[str, ...]:
    ended = listed.closed_at or listed.resolved_at or now
    commander = listed.commander or ""
    title = listed.title
    title += " (private)" if listed.private else ""
    title += " (drill)" if listed.drill else ""
    return (
        listed.name,
        listed.severity,
        listed.status,
        f"{listed.declared_at:%Y-%m-%d %H:%M}",
        age((ended - listed.declared_at).total_seconds()),
        names.get(commander, commander) or "–",
        title,
    )


def age(seconds: float) -> str:
    """Return a span of time in its largest unit that is not zero."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return "now"
