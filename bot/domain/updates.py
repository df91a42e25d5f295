"""Updates on a cadence: when the next is due, posting it, snoozing, and the ladder of nudges."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.accepting import clean_text
from bot.domain.given import Given
from bot.domain.process import Process, WorkingHours
from bot.domain.refusals import InvalidInput, NotNow
from bot.domain.state import Cadence, Incident

DAY = timedelta(days=1)
LONGEST_PROMISE = timedelta(days=7)
LONGEST_SNOOZE = DAY
SHORTEST_SNOOZE = timedelta(minutes=5)
JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One nudge: how long after the promised time it comes, and its kind."""

    after: timedelta
    stage: c.Stage


LADDER = (
    Rung(after=timedelta(minutes=-5), stage="soon"),
    Rung(after=timedelta(0), stage="due"),
    Rung(after=timedelta(minutes=10), stage="late"),
    Rung(after=timedelta(hours=1), stage="hourly"),
    Rung(after=timedelta(hours=2), stage="hourly"),
    Rung(after=timedelta(hours=3), stage="hourly"),
    Rung(after=timedelta(hours=4), stage="last"),
)
"""After the last rung there is silence, until somebody posts an update or snoozes."""


# ── When the next one is due ────────────────────────────────────────────────────────────────────


def next_due(process: Process, severity: str, now: datetime) -> datetime | None:
    """Return when an update is owed after one at `now`; None where the level asks for none."""
    level = process.severity(severity)
    if level.update_every is None:
        return None
    if level.in_working_hours:
        return _at_work(process.working_hours, now, level.update_every)
    return now + level.update_every


def _at_work(hours: WorkingHours, now: datetime, span: timedelta) -> datetime:
    """Return when `span` of working time has passed; nights and weekends do not count."""
    if not hours.days or hours.opens >= hours.closes:
        return now + span
    zone = _zone(hours.timezone)
    day = now.astimezone(zone).date()
    while True:
        if day.weekday() in hours.days:
            begin = max(now, _moment(day, hours.opens, zone))
            end = _moment(day, hours.closes, zone)
            if end - begin >= span:
                return begin + span
            span -= max(end - begin, timedelta(0))
        day += DAY


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    """Return a time of a day in UTC: differences within a zone would ignore summer time."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _zone(name: str) -> tzinfo:
    """Return a time zone; UTC without the database of zones, which a container may lack."""
    return UTC if name == "UTC" else ZoneInfo(name)


# ── Posting and snoozing ────────────────────────────────────────────────────────────────────────


def post(incident: Incident, command: c.PostUpdate, given: Given) -> list[e.Event]:
    """Tell people what is happening; the promise of the next update begins anew.

    Once the incident is resolved an update is a correction, and promises nothing.

    Raises:
        InvalidInput: nothing is said, or the next update is promised for an absurd time.
        NotNow: "no change" where nobody waits, or right after an update: two people pressed it.
    """
    text = clean_text(command.text, "text")
    if not text and not command.no_change:
        raise InvalidInput(
            "Say what is happening and what is being done, or choose *No change*.", field="text"
        )
    if not text and incident.at_rest:
        raise NotNow(
            f"{incident.name} is {incident.status}, so nobody waits for an update. "
            "To correct what was said, write a text."
        )
    if _just_said(incident, command, given.now):
        raise NotNow(
            f"{incident.name} had an update just now, so people know that nothing has changed."
        )
    impact = incident.impact
    edited: list[e.Event] = []
    if command.impact is not None:
        impact = clean_text(command.impact, "impact")
    if impact != incident.impact:
        edited = [e.DetailsEdited(impact=impact)]
    posted = e.UpdatePosted(
        text=text,
        impact=impact,
        no_change=command.no_change,
        severity=incident.severity,
        status=incident.status,
        promised_at=incident.cadence.due_at,
        update_due_at=_promise(incident, command.next_in_minutes, given),
    )
    return [*edited, posted]


def _just_said(incident: Incident, command: c.PostUpdate, now: datetime) -> bool:
    """Whether this adds nothing to an update of a moment ago: no words, impact, or other time."""
    last = incident.cadence.last_at
    adds = command.text.strip() or command.impact is not None or command.next_in_minutes is not None
    return not adds and last is not None and now - last < JUST_NOW


def _promise(incident: Incident, minutes: int | None, given: Given) -> datetime | None:
    if minutes is not None and not 0 <= minutes <= LONGEST_PROMISE / timedelta(minutes=1):
        raise InvalidInput(
            "The next update may be promised for up to seven days ahead; 0 promises none.",
            field="next_in_minutes",
        )
    if incident.at_rest or minutes == 0:
        return None
    if minutes is None:
        return next_due(given.process, incident.severity, given.now)
    return given.now + timedelta(minutes=minutes)


def snooze(incident: Incident, command: c.SnoozeUpdates, given: Given) -> list[e.Event]:
    """Be quiet about the promised update for a while; the promise itself stays as it is.

    Raises:
        NotNow: no update is promised.
        InvalidInput: shorter than five minutes or longer than a day.
    """
    if incident.cadence.due_at is None:
        raise NotNow(f"No update is promised for {incident.name}, so nobody will be reminded.")
    # Compared as numbers: a timedelta cannot hold everything that a person may type.
    shortest, longest = (span // timedelta(minutes=1) for span in (SHORTEST_SNOOZE, LONGEST_SNOOZE))
    if not shortest <= command.minutes <= longest:
        raise InvalidInput(
            f"Reminders can be snoozed for {shortest} minutes up to 24 hours.", field="minutes"
        )
    return [e.UpdatesSnoozed(until=given.now + timedelta(minutes=command.minutes))]


# ── The ladder ──────────────────────────────────────────────────────────────────────────────────


def falls_due(incident: Incident, command: c.UpdateFallsDue, given: Given) -> list[e.Event]:
    """Nudge as fits the present lateness: after an absence once, not once for each missed rung."""
    due = incident.cadence.due_at
    if due is None or due != command.due_at or incident.at_rest:
        return []
    climbed = _climbed(incident.cadence, due, given.now)
    if climbed <= incident.cadence.reminded:
        return []
    stage = LADDER[climbed - 1].stage
    people = named(incident, stage)
    return [e.UpdateNudged(stage=stage, due_at=due, count=climbed, people=people)]


def next_nudge(cadence: Cadence, now: datetime) -> tuple[datetime, c.UpdateFallsDue] | None:
    """Return when to look at the promise next, and as what; None when there is silence."""
    due = cadence.due_at
    if due is None or cadence.reminded >= len(LADDER):
        return None
    rung = LADDER[cadence.reminded]
    begin = _begin(cadence, due)
    if rung.stage == "soon" and begin + rung.after <= now:
        rung = LADDER[cadence.reminded + 1]  # promised for so soon that nobody needs a hint
    return begin + rung.after, c.UpdateFallsDue(stage=rung.stage, due_at=due)


def _begin(cadence: Cadence, due: datetime) -> datetime:
    """Return when the ladder of reminders begins: at the promised time, or after a snooze."""
    return max(due, cadence.snoozed_until or due)


def _climbed(cadence: Cadence, due: datetime, now: datetime) -> int:
    late = now - _begin(cadence, due)
    return sum(rung.after <= late for rung in LADDER)


def named(incident: Incident, stage: c.Stage) -> tuple[str, ...]:
    """Return whom a nudge names: the lead, and once it is late, those who can step in."""
    if stage in {"soon", "due", "last"}:
        return (incident.lead,)
    deputies = incident.holders("deputy")
    if deputies:
        return deputies
    holders = dict.fromkeys(user for held in incident.roles.values() for user in held)
    return tuple(holders) or (incident.lead,)


def unheard(was: Incident, recorded: e.Recorded) -> tuple[int, ...]:
    """Return the updates that the next room is still to be told; with its card it has been."""
    if isinstance(recorded.event, e.CardPosted):
        return ()
    nobody_heard = was.room is None or was.room.archived
    if isinstance(recorded.event, e.UpdatePosted) and nobody_heard:
        return (*was.unheard, recorded.version)
    return was.unheard
