"""What `muster doctor` tells of the work that is owed: what is stuck, left alone, and given up."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.cli.examining_database import seen
from bot.cli.findings import Finding, ok, problem
from bot.cli.register import are
from bot.clock import Clock
from bot.config import Settings
from bot.storage import backlog
from bot.storage.backlog import Backlog, Stuck
from bot.storage.database import Connection

_LATELY = timedelta(days=1)
_MOST = 5


async def work(settings: Settings, *, slack_away: bool = False) -> list[Finding]:
    """How does the work stand? Nothing is said of a record that is not there, or not this old.

    While `slack_away` all of it waits for one thing, which was told as such.
    """
    now = Clock().now()

    def look(connection: Connection) -> tuple[Backlog, dict[str, int]]:
        return backlog.look(connection, now), backlog.given_up(connection, now - _LATELY)

    looked = await seen(settings, look)
    if looked is None:
        return []
    found, gone = looked
    stuck = _waits(found) if slack_away else _stuck(found, now)
    return [*stuck, *_held(found), *_given_up(gone)]


def _waits(found: Backlog) -> Iterator[Finding]:
    if not found.owed:
        yield ok(_NOTHING)
        return
    effects = f"{found.owed} effect{'s wait' if found.owed != 1 else ' waits'}"
    yield ok(f"Work: {effects} for Slack, in order; none is given up meanwhile")


def _stuck(found: Backlog, now: datetime) -> Iterator[Finding]:
    since = found.nobody_carries(now)
    if since is not None:
        yield problem(
            f"Work: what is owed has been due for {_minutes(now - since)}, and nobody carries it",
            "Start `muster serve`; where it runs, /readyz and the log say why it does not get on.",
        )
    for one in found.stuck[:_MOST]:
        if one.kind:
            to_do = "Read `muster docs operations`, “A lane is stuck”."
            yield problem(f"Work: {_told(one, now)}", to_do)
    if not found.stuck:
        yield ok(
            f"Work: {are(found.owed, 'effect')} owed, none is stuck" if found.owed else _NOTHING
        )


_NOTHING = "Work: nothing is owed to Slack"


def _told(one: Stuck, now: datetime) -> str:
    again = f", again at {one.due:%H:%M:%S} UTC" if one.due and one.due > now else ""
    attempts = f"{one.attempts} attempt{'s' if one.attempts != 1 else ''}"
    what = f"{one.kind} in {one.lane} has not got through for {_minutes(now - one.since)}"
    return f"{what}, {attempts}{again}"


def _held(found: Backlog) -> Iterator[Finding]:
    """Say who is at work, and what Slack asked to leave alone."""
    for one in found.holders:
        lanes = f"{one.lanes} lane{'s' if one.lanes != 1 else ''}"
        yield ok(f"Work: {one.owner[:8]} carries {lanes}, until {one.until:%H:%M:%S} UTC")
    for method, until in found.braked.items():
        asked = f"Work: Slack asked not to call {method.partition(':')[2]}"
        yield ok(f"{asked} before {until:%H:%M:%S} UTC")
    if found.timers_overdue:
        yield problem(
            f"Work: {are(found.timers_overdue, 'timer')} overdue",
            "They fire once `muster serve` runs; each incident is nudged once.",
        )


def _given_up(gone: dict[str, int]) -> Iterator[Finding]:
    pages = gone.get("SendPage", 0)
    if pages:
        number = "a page" if pages == 1 else f"{pages} pages"
        yield problem(
            f"Work: Slack did not take {number} within a day",
            "The rooms say who could not be reached; call them in another way, or somebody else.",
        )
    others = {kind: number for kind, number in gone.items() if kind != "SendPage"}
    if others:
        told = ", ".join(f"{number} {kind}" for kind, number in others.items())
        yield ok(f"Work: given up within a day: {told}", "The cards say why, each with a Retry.")


def _minutes(waited: timedelta) -> str:
    minutes = int(waited.total_seconds() / 60)
    return f"{minutes} minute{'s' if minutes != 1 else ''}"
