"""Which rule answers which command."""

from typing import assert_never

from bot.domain import (
    commands as c,
)
from bot.domain import (
    declaring,
    details,
    followups,
    lifecycle,
    marking,
    milestones,
    paging,
    permissions,
    playbooks,
    privacy,
    record,
    roles,
    rooms,
    updates,
)
from bot.domain.events import Event, PageAcknowledged
from bot.domain.given import Given
from bot.domain.incident import Incident
from bot.domain.refusals import NotFound, NotNow


def decide(incident: Incident | None, command: c.Command, given: Given) -> list[Event]:
    """Return what happens when the command is carried out; empty when nothing changes.

    Raises:
        Refused: a person asked for something that the rules do not allow. Timers, outcomes and
            observations are never refused.
    """
    if isinstance(command, c.Declare):
        permissions.allow_declaring(given)
        if incident is not None:
            raise declaring.DeclaredAlready(f"You declared this already: it is {incident.name}.")
        return declaring.declare(command, given)
    if incident is None:
        raise NotFound
    if isinstance(command, c.AskedOfIncident):
        permissions.allow(incident, command, given)
        _answerable(incident)
        lifecycle.takes_work(incident, command)
        return _and_answers(incident, _asked(incident, command, given), given)
    if isinstance(command, c.EmptyWords):
        return record.words_emptied(command)
    if isinstance(command, c.Timer):
        return _fell_due(incident, command, given)
    return _came_about(incident, command, given)


def _and_answers(incident: Incident, events: list[Event], given: Given) -> list[Event]:
    """Return the events, and that whoever acts has thereby answered a call to them."""
    answered = any(isinstance(event, PageAcknowledged) for event in events)
    if not events or answered:
        return events
    return [*events, *paging.at_work(incident, given)]


def _answerable(incident: Incident) -> None:
    """Refuse to decide on a state that this version cannot fully read."""
    if incident.holds_unknown:
        raise NotNow(
            f"{incident.name} was last changed by a newer version of Muster than this one. "
            "Try again in a moment; if that does not help, update this installation."
        )


def _asked(incident: Incident, command: c.AskedOfIncident, given: Given) -> list[Event]:
    """What people ask for."""
    match command:
        case c.Edit():
            return details.edit(incident, command, given)
        case c.CorrectMilestone():
            return milestones.correct(incident, command, given)
        case c.SetSeverity():
            return details.set_severity(incident, command, given)
        case c.SetStatus():
            return lifecycle.set_status(incident, command, given)
        case c.Resolve():
            return lifecycle.resolve(incident, command, given)
        case c.Reopen():
            return lifecycle.reopen(incident, command, given)
        case c.Decline():
            return lifecycle.decline(incident, command, given)
        case c.Cancel():
            return lifecycle.cancel(incident, command, given)
        case c.Close():
            return lifecycle.close(incident, command, given)
        case c.TakeRole():
            return roles.take(incident, command, given)
        case c.GiveRole():
            return roles.give(incident, command, given)
        case c.DropRole():
            return roles.drop(incident, command, given)
        case c.OfferHandover():
            return roles.offer_handover(incident, command, given)
        case c.AcceptHandover():
            return roles.accept_handover(incident, given)
        case c.RefuseHandover():
            return roles.refuse_handover(incident, given)
        case c.Join():
            return rooms.join(incident, given)
        case c.AskAccess():
            return privacy.ask(incident, command, given)
        case c.LetIn():
            return privacy.let_in(incident, command)
        case c.KeepOut():
            return privacy.keep_out(incident, command)
        case c.MakePrivate():
            return privacy.make_private(incident, command)
        case c.PagePerson():
            return paging.page(incident, command, given)
        case c.AnswerPage():
            return paging.answer(incident, given)
        case c.MakeNewRoom():
            return rooms.make_new(incident)
        case c.RetryEffect():
            return rooms.retry(incident, command, given)
        case c.AddNote():
            return record.add_note(incident, command, given)
        case c.RecordDecision():
            return record.record_decision(incident, command, given)
        case c.MarkMessage():
            return marking.mark(incident, command, given)
        case c.UnmarkMessage():
            return marking.unmark(incident, command, given)
        case c.WriteReview():
            return record.write_review(incident, command, given)
        case c.PostUpdate():
            return updates.post(incident, command, given)
        case c.SnoozeUpdates():
            return updates.snooze(incident, command, given)
        case c.AddFollowup():
            return followups.add(incident, command, given)
        case c.TakeBackFollowup():
            return followups.take_back(incident, command, given)
        case c.FinishFollowup():
            return followups.finish(incident, command)
        case c.FinishTask():
            return followups.finish_task(incident, command, given)
        case c.StartPlaybook():
            return playbooks.start(incident, command, given)
        case c.CompletePath():
            return playbooks.complete(incident, command, given)
        case c.SkipPath():
            return playbooks.skip(incident, command, given)
        case _:
            assert_never(command)


def _fell_due(incident: Incident, command: c.Timer, given: Given) -> list[Event]:
    """What comes by itself at its time."""
    match command:
        case c.UpdateFallsDue():
            return updates.falls_due(incident, command, given)
        case c.TaskFallsDue():
            return followups.task_falls_due(incident, command)
        case c.PageFallsDue():
            return paging.falls_due(incident, command, given)
        case c.RoomFallsQuiet():
            return rooms.falls_quiet(incident, given)
        case c.MarkFallsStale():
            return marking.falls_stale(incident, command)
        case _:
            assert_never(command)


def _came_about(incident: Incident, command: c.Outcome | c.Observed, given: Given) -> list[Event]:
    """What couriers and Slack report."""
    match command:
        case c.PublicRoomWasLeft():
            return privacy.public_room_left(incident, command)
        case c.RoomWasMadePrivate():
            return privacy.made_private(incident)
        case c.PageWasDelivered():
            return paging.delivered(incident, command)
        case c.RoomMade():
            return rooms.made(incident, command)
        case c.AdoptRoom():
            return rooms.adopt(incident, command, given)
        case c.CardShown():
            return rooms.card_shown(incident, command)
        case c.AnnouncementShown():
            return rooms.announcement_shown(incident, command)
        case c.EffectGivenUp():
            return rooms.given_up(incident, command, given)
        case c.EffectWorked():
            return rooms.worked(incident, command)
        case c.ReviewWasCompiled():
            return record.review_compiled(incident, command)
        case c.PersonEntered():
            return rooms.entered(incident, command)
        case c.PersonLeft():
            return rooms.left(incident, command)
        case c.RoomWasRenamed():
            return rooms.renamed(incident, command)
        case c.RoomWasArchived():
            return rooms.archived(incident)
        case c.RoomWasUnarchived():
            return rooms.unarchived(incident)
        case c.HistoryWasRead():
            return rooms.history_read(command)
        case c.PostVanished():
            return rooms.post_vanished(incident, command)
        case _:
            assert_never(command)
