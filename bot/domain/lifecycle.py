"""The life cycle: moving between statuses, resolving, reopening, and the ways to end."""

from datetime import datetime
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain import permissions, rooms, updates
from bot.domain.accepting import (
    clean_text,
    known_category,
    known_status,
    needed_text,
    not_ahead,
)
from bot.domain.given import Given
from bot.domain.process import Process, Status
from bot.domain.refusals import InvalidInput, NotNow, WayOut
from bot.domain.state import Incident
from bot.domain.values import AT_REST, Phase, Text

AFTER_THE_END = (
    c.Reopen,
    c.Join,
    c.AskAccess,
    c.LetIn,
    c.KeepOut,
    c.MakePrivate,
    c.AnswerPage,
    c.MakeNewRoom,
    c.RetryEffect,
    c.AddNote,
    c.MarkMessage,
    c.UnmarkMessage,
    c.Edit,
    c.CorrectMilestone,
    c.WriteReview,
    c.AddFollowup,
    c.TakeBackFollowup,
    c.FinishFollowup,
)
"""What may still be asked once it is over: to look, complete its record, and learn from it."""


class Over(NotNow):
    """It is over and takes no more work; reopen it first."""


class Incomplete(NotNow):
    """Parts of the review are missing."""

    def __init__(self, incident: Incident, missing: tuple[str, ...]) -> None:
        super().__init__(
            f"{incident.name} cannot be closed yet. Missing: {', '.join(missing)}. "
            "Fill that in, or close it anyway with a reason."
        )
        self.missing = missing


def takes_work(incident: Incident, command: c.AskedByPerson) -> None:
    """Let a command through, unless the incident is over and the command is work on it.

    Raises:
        Over: with the way back.
    """
    if not incident.over or isinstance(command, AFTER_THE_END):
        return
    if isinstance(command, c.Close | c.Decline | c.Cancel | c.Resolve):
        raise Over(f"{incident.name} is {incident.status} already.")
    raise Over(
        f"{incident.name} is {incident.status} and takes no more work. Reopen it first.",
        way_out=WayOut(label="Reopen", command=c.Reopen()),
    )


# ── Moving ──────────────────────────────────────────────────────────────────────────────────────


def set_status(incident: Incident, command: c.SetStatus, given: Given) -> list[e.Event]:
    """Move along the life cycle, forwards or back; the ends have rules of their own.

    Raises:
        InvalidInput: there is no such status, or no category to leave triage with.
        NotNow: it stands there.
    """
    status = known_status(given.process, command.status)
    if status.key == incident.status:
        raise NotNow(f"{incident.name} is {status.label} already.")
    match status.phase:
        case Phase.RESOLVED if incident.phase is not Phase.RESOLVED:
            asked = c.Resolve(resolution=command.reason, category=command.category)
            return _resolve(incident, asked, given, status)
        case Phase.CLOSED:
            return close(incident, c.Close(anyway=command.reason), given)
        case Phase.DECLINED:
            return decline(incident, c.Decline(reason=command.reason), given)
        case Phase.CANCELLED:
            return cancel(incident, c.Cancel(reason=command.reason), given)
        case Phase.MERGED:
            raise NotNow("An incident cannot be merged by its status.")
        case _:
            edited = _categorised(incident, command.category, status, given)
            reason = clean_text(command.reason, "reason")
            back = _room_again(incident) if incident.at_rest else []
            return [*edited, moved(incident, status, given, reason=reason), *back]


def moved(
    incident: Incident, status: Status, given: Given, *, reason: Text = Text("")
) -> e.StatusChanged:
    """Return the move: it keeps the promise of the next update, ends it, or makes a new one."""
    return e.StatusChanged(
        old=incident.status,
        new=status.key,
        old_phase=incident.phase.value,
        new_phase=status.phase.value,
        reason=reason,
        update_due_at=_promise(incident, status.phase, given),
    )


def _promise(incident: Incident, phase: Phase, given: Given) -> datetime | None:
    if phase in AT_REST:
        return None
    if incident.at_rest:
        return updates.next_due(given.process, incident.severity, given.now)
    return incident.cadence.due_at


def _categorised(
    incident: Incident, asked: str | None, status: Status, given: Given
) -> list[e.Event]:
    """Nothing leaves triage without a category; it may be said in the same breath."""
    category = known_category(given.process, asked)
    if category is not None and category != incident.category:
        return [e.DetailsEdited(category=category)]
    leaving = incident.phase is Phase.TRIAGE and status.phase is not Phase.TRIAGE
    if leaving and incident.category is None:
        names = ", ".join(given.process.categories)
        raise InvalidInput(
            f"Give {incident.name} a category before it leaves triage: {names}.",
            field="category",
        )
    return []


def resolve(incident: Incident, command: c.Resolve, given: Given) -> list[e.Event]:
    """Normal operation is verified; once resolved, the same words complete the resolution.

    Raises:
        InvalidInput: no category, or an end of the impact that cannot be.
        NotNow: normal operation is not verified, or it is resolved and nothing new is said.
    """
    return _resolve(incident, command, given, given.process.status_in(Phase.RESOLVED))


def _resolve(incident: Incident, command: c.Resolve, given: Given, status: Status) -> list[e.Event]:
    if not command.verified:
        monitoring = given.process.status_in(Phase.MONITORING)
        raise NotNow(
            "Resolved means that normal operation is verified. "
            f"Until then it is {monitoring.label}.",
            way_out=WayOut(
                label=f"Set {monitoring.label}", command=c.SetStatus(status=monitoring.key)
            ),
        )
    resolution = clean_text(command.resolution, "resolution")
    ended = _impact_end(incident, command.impact_ended_at, given)
    recorded = e.ResolutionRecorded(resolution=resolution, impact_ended_at=ended)
    if incident.phase is not Phase.RESOLVED:
        edited = _categorised(incident, command.category, status, given)
        return [*edited, recorded, moved(incident, status, given)]
    if resolution in {"", incident.resolution} and ended == incident.impact_ended_at:
        raise NotNow(f"{incident.name} is resolved already.")
    return [recorded]


def _impact_end(incident: Incident, asked: datetime | None, given: Given) -> datetime:
    """Return when the impact ended: as said, as recorded, or now."""
    if asked is None:
        return incident.impact_ended_at or given.now
    ended, started = not_ahead(asked, given.now, "impact_ended"), incident.at("started")
    if started is not None and ended < started:
        raise InvalidInput(
            "The impact cannot end before it started; correct the start first.",
            field="impact_ended",
        )
    return ended


def reopen(incident: Incident, command: c.Reopen, given: Given) -> list[e.Event]:
    """It is not over after all: back to investigating, in a fresh room if the old one is archived.

    Raises:
        NotNow: it is open.
    """
    if not incident.at_rest:
        raise NotNow(f"{incident.name} is open: it is {incident.status}.")
    status = given.process.status_in(Phase.INVESTIGATING)
    reason = clean_text(command.reason, "reason")
    return [moved(incident, status, given, reason=reason), *_room_again(incident)]


def _room_again(incident: Incident) -> list[e.Event]:
    if incident.room is not None and incident.room.archived and not rooms.being_made(incident):
        return [rooms.another(incident)]
    return []


# ── Ending ──────────────────────────────────────────────────────────────────────────────────────


def decline(incident: Incident, command: c.Decline, given: Given) -> list[e.Event]:
    """It was a false alarm.

    Raises:
        InvalidInput: nobody says why.
        NeedsConfirmation: the person leads nothing here and has not confirmed.
        NotNow: it is resolved.
    """
    _still_open(incident)
    reason = needed_text(command.reason, "reason", "Say in a few words why it was a false alarm.")
    status = given.process.status_in(Phase.DECLINED)
    return [*_confirmed(incident, command, given), moved(incident, status, given, reason=reason)]


def cancel(incident: Incident, command: c.Cancel, given: Given) -> list[e.Event]:
    """Stop without a review.

    Raises:
        NeedsConfirmation: the person leads nothing here and has not confirmed.
        NotNow: it is resolved.
    """
    _still_open(incident)
    reason = clean_text(command.reason, "reason")
    status = given.process.status_in(Phase.CANCELLED)
    return [*_confirmed(incident, command, given), moved(incident, status, given, reason=reason)]


def _still_open(incident: Incident) -> None:
    if incident.at_rest:
        raise NotNow(
            f"{incident.name} is {incident.status}: close it when its review is complete, "
            "or reopen it first.",
            way_out=WayOut(label="Reopen", command=c.Reopen()),
        )


def close(incident: Incident, command: c.Close, given: Given) -> list[e.Event]:
    """The review is complete; or it is closed all the same, for a reason that is recorded.

    Raises:
        NotNow: it is not resolved.
        Incomplete: parts are missing, named in the sentence.
        NeedsConfirmation: the person leads nothing here and has not confirmed.
    """
    if incident.phase is not Phase.RESOLVED:
        raise NotNow(
            f"{incident.name} is {incident.status}. Resolve it first, or cancel or decline it."
        )
    lacking, reason = missing(incident, given.process), clean_text(command.anyway, "anyway")
    if lacking and not reason:
        raise Incomplete(incident, lacking)
    incomplete: list[e.Event] = []
    if lacking:
        incomplete = [e.ClosedIncomplete(missing=lacking, reason=reason)]
    status = given.process.status_in(Phase.CLOSED)
    return [
        *_confirmed(incident, command, given),
        *incomplete,
        moved(incident, status, given, reason=reason),
    ]


def missing(incident: Incident, process: Process) -> tuple[str, ...]:
    """Return what has to be filled in before the incident can be closed, in words."""
    written = incident.written
    wanted = {
        "summary": incident.summary or written.summary,
        "impact": incident.impact,
        "category": incident.category,
        "resolution": incident.resolution,
        "cause (or “not known”)": written.cause or written.cause_unknown,
        "at least one follow-up": (
            incident.followups or not process.severity(incident.severity).review_required
        ),
    }
    return tuple(name for name, present in wanted.items() if not present)


def _confirmed(
    incident: Incident, command: c.Close | c.Decline | c.Cancel, given: Given
) -> list[e.Event]:
    """Put on record that somebody confirmed what they had no right to do unasked."""
    if not permissions.needs_lead(incident, given, command):
        return []
    match command:
        case c.Close():
            return [e.ConfirmedBy(action="close")]
        case c.Decline():
            return [e.ConfirmedBy(action="decline")]
        case c.Cancel():
            return [e.ConfirmedBy(action="cancel")]
        case _:
            assert_never(command)
