"""An incident as the sum of its events."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain import asking, marking, milestones, paging, privacy, updates, work
from bot.domain import events as e
from bot.domain.playbook.events import ItemDone, RunEvent, RunStarted
from bot.domain.playbook.plain import NewerPlaybook
from bot.domain.playbook.run import evolve_run
from bot.domain.refusals import NotUnderstood
from bot.domain.state import Cadence, Incident, Mark, Written
from bot.domain.values import (
    Failure,
    Handover,
    MessageRef,
    Milestone,
    Phase,
    Room,
    Text,
    is_person,
)

__all__ = ["Cadence", "Incident", "Mark", "Written", "born", "evolve", "foresee", "replay"]


def born(recorded: e.Recorded, workspace: str) -> Incident:
    """Return the incident that a declaration begins.

    Raises:
        NotUnderstood: a newer version of Muster has begun it.
    """
    event = recorded.event
    if isinstance(event, e.Unknown):
        raise NotUnderstood
    if not isinstance(event, e.IncidentDeclared):
        raise TypeError(event)
    at = recorded.happened_at
    reached: dict[Milestone, datetime] = {"detected": at, "declared": at}
    if event.started_at is not None:
        reached["started"] = event.started_at
    return Incident(
        stream=recorded.stream,
        workspace=workspace,
        version=recorded.version,
        number=event.number,
        title=event.title,
        summary=event.summary,
        severity=event.severity,
        status=event.status,
        phase=Phase.TRIAGE,
        category=event.category,
        services=event.services,
        private=event.private,
        drill=event.drill,
        announced=event.announced,
        reporter=recorded.actor,
        source=event.source,
        source_link=event.source_link,
        milestones=reached,
        invite=event.invite,
        awaited=frozenset({recorded.actor}),
        responders=frozenset({recorded.actor}),
        cadence=Cadence(due_at=event.update_due_at),
    )


def evolve(incident: Incident, recorded: e.Recorded) -> Incident:
    """Return the incident after the event; total over all events, and never refuses."""
    changed = _one_more(incident, recorded.event, recorded.happened_at, recorded.actor)
    return replace(changed, version=recorded.version, unheard=updates.unheard(incident, recorded))


def replay(
    recorded: Iterable[e.Recorded], workspace: str, *, onto: Incident | None = None
) -> Incident | None:
    """Return the incident that events lead to, from its declaration or `onto` an earlier state.

    Raises:
        NotUnderstood: a newer version of Muster has begun it.
    """
    state = onto
    for one in recorded:
        state = born(one, workspace) if state is None else evolve(state, one)
    return state


def foresee(incident: Incident, events: Iterable[e.Event], *, at: datetime, actor: str) -> Incident:
    """Return the incident as it will be once these events are recorded."""
    for event in events:
        incident = _one_more(incident, event, at, actor)
    return incident


_DEEDS = (
    e.DecisionRecorded,
    e.DetailsEdited,
    e.FollowupAdded,
    e.HandoverOffered,
    e.MilestoneCorrected,
    e.NoteAdded,
    e.PageAcknowledged,
    e.PersonPaged,
    e.ResolutionRecorded,
    e.SeverityChanged,
    e.StatusChanged,
    e.UpdatePosted,
    ItemDone,
    RunStarted,
)
"""Events by which somebody shows that they are at work on the incident."""


def _one_more(was: Incident, event: e.Event, at: datetime, actor: str) -> Incident:
    changed = _after(was, event, at=at, actor=actor)
    responders = changed.responders
    if isinstance(event, _DEEDS) and is_person(actor):
        responders |= {actor}
        if actor != was.reporter or isinstance(event, e.UpdatePosted):
            changed = _taken_up(changed, at)
    asked = was.asked or asking.asks(event)
    return replace(changed, version=was.version + 1, responders=responders, asked=asked)


def _after(  # noqa: PLR0915 - one arm per event, each one step
    was: Incident, event: e.Event, *, at: datetime, actor: str
) -> Incident:
    if isinstance(event, RunEvent):
        return _run_evolved(was, event)
    if isinstance(event, privacy.PrivacyEvent):
        return privacy.after(was, event)
    if isinstance(event, work.WorkEvent):
        return work.after(was, event, at=at, actor=actor)
    if isinstance(event, paging.PageEvent):
        called = paging.after(was, event, at=at, actor=actor)
        return _taken_up(called, at) if isinstance(event, e.PageAcknowledged) else called
    match event:
        case e.IncidentDeclared():
            return was
        case e.RoomOpened(channel=channel, name=name):
            room = Room(channel=channel, name=name)
            fresh = replace(was, room=room, rooms=was.rooms + 1, card=None)
            return replace(fresh, members=frozenset(), awaited=was.insiders)
        case e.IncidentAdopted():
            return was
        case e.RoomAsked(suffix=suffix):
            return replace(was, rooms_asked=suffix)
        case e.RoomRenamed(name=name):
            return replace(was, room=was.room and replace(was.room, name=name))
        case e.RoomArchived():
            return replace(was, room=was.room and replace(was.room, archived=True))
        case e.RoomUnarchived():
            return replace(was, room=was.room and replace(was.room, archived=False))
        case e.CardPosted(channel=channel, ts=ts):
            return replace(was, card=MessageRef(channel=channel, ts=ts))
        case e.AnnouncementPosted(channel=channel, ts=ts):
            post = MessageRef(channel=channel, ts=ts)
            fresh = replace(was, announced_at=(*was.announced_at, post))
            return fresh if was.private else replace(fresh, announcement=post)
        case e.PostLost(post="card"):
            return replace(was, card=None)
        case e.PostLost():
            return replace(was, announcement=None)
        case e.PersonJoined(user=user, unasked=unasked):
            here = replace(
                was,
                members=was.members | {user},
                awaited=frozenset(),
                parted=was.parted - {user},
                responders=was.responders | {user},
            )
            return _taken_up(here, at) if unasked and user != was.reporter else here
        case e.PersonParted(user=user):
            return replace(
                was,
                members=was.members - {user},
                awaited=was.awaited - {user},
                parted=was.parted | {user},
            )
        case e.JoinAsked(user=user):
            asked_in = was.responders | {user}
            asking = replace(was, responders=asked_in, parted=was.parted - {user})
            return asking if user == was.reporter else _taken_up(asking, at)
        case e.RoleTaken():
            return _role_taken(was, event, at, actor)
        case e.RoleDropped(role=role, user=user):
            left = tuple(u for u in was.holders(role) if u != user)
            return replace(was, roles=_with(was.roles, role, left))
        case e.HandoverOffered(to=to):
            offered = Handover(giver=actor, to=to)
            return replace(was, handover=offered, parted=was.parted - {to})
        case e.HandoverRefused():
            return replace(was, handover=None)
        case e.DetailsEdited():
            return _edited(was, event)
        case e.MilestoneCorrected(milestone=milestone, at=when):
            return replace(was, milestones={**was.milestones, milestone: when})
        case e.SeverityChanged():
            return replace(
                was,
                severity=event.new,
                announced=was.announced or event.announced,
                invite=tuple(dict.fromkeys((*was.invite, *event.invite))),
                cadence=_promised(was.cadence, event.update_due_at),
            )
        case e.StatusChanged():
            return _moved(was, event, at)
        case e.ResolutionRecorded(resolution=resolution, impact_ended_at=ended):
            return replace(was, resolution=resolution or was.resolution, impact_ended_at=ended)
        case e.UpdatePosted(text=text, update_due_at=due):
            return replace(was, cadence=_updated(was.cadence, text, due, at))
        case e.UpdateNudged(stage=stage, count=count):
            overdue = was.cadence.overdue or stage in {"late", "hourly", "last"}
            return replace(was, cadence=replace(was.cadence, reminded=count, overdue=overdue))
        case e.UpdatesSnoozed(until=until):
            cadence = replace(was.cadence, snoozed_until=until, reminded=1)
            return replace(was, cadence=cadence)
        case e.MessageMarked():
            return marking.marked(was, event, actor)
        case e.MessageUnmarked():
            return marking.unmarked(was, event, actor)
        case e.ReviewWritten():
            return replace(was, written=_rewritten(was.written, event))
        case e.ReviewCompiled(version=version, complete=complete):
            completed = was.review_complete or complete
            return replace(was, review_version=version, review_complete=completed)
        case e.PlaybookOffered(playbook=playbook, name=name):
            return replace(was, offers={**was.offers, playbook: name})
        case e.EffectFailed(effect=effect, why=why):
            failure = Failure(effect=effect, why=why, at=at)
            return replace(was, failures={**was.failures, effect: failure})
        case e.EffectRetried(effect=effect) | e.EffectRecovered(effect=effect):
            left_over = {k: v for k, v in was.failures.items() if k != effect}
            return replace(was, failures=left_over)
        case (
            e.HistoryRead()
            | e.RoomRetired()
            | e.NoteAdded()
            | e.DecisionRecorded()
            | e.ClosedIncomplete()
            | e.ConfirmedBy()
            | e.TaskReminded()
            | e.PlaybookHindered()
            | e.WordsEmptied()
            | e.MarkedMessageChanged()
        ):
            return was
        case e.Unknown():
            return replace(was, holds_unknown=True)
        case _:
            assert_never(event)


def _with(
    roles: Mapping[str, tuple[str, ...]], role: str, holders: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    others = {key: held for key, held in roles.items() if key != role}
    return {**others, role: holders} if holders else others


def _taken_up(was: Incident, at: datetime) -> Incident:
    return replace(was, milestones=milestones.taken_up(was.milestones, at))


def _role_taken(was: Incident, event: e.RoleTaken, at: datetime, actor: str) -> Incident:
    kept = tuple(u for u in was.holders(event.role) if u not in {event.previous, event.user})
    before = was.played.get(event.user, ())
    taken = replace(
        was,
        roles=_with(was.roles, event.role, (*kept, event.user)),
        responders=was.responders | {event.user},
        parted=was.parted - {event.user},
        played={**was.played, event.user: tuple(dict.fromkeys((*before, event.role)))},
        handover=None if event.role == "commander" else was.handover,
    )
    own_deed = event.how != "declared" and actor == event.user
    return _taken_up(taken, at) if own_deed else taken


def _edited(was: Incident, event: e.DetailsEdited) -> Incident:
    return replace(
        was,
        title=was.title if event.title is None else event.title,
        summary=was.summary if event.summary is None else event.summary,
        impact=was.impact if event.impact is None else event.impact,
        category=was.category if event.category is None else event.category,
        services=was.services if event.services is None else event.services,
    )


def _moved(was: Incident, event: e.StatusChanged, at: datetime) -> Incident:
    phase = Phase(event.new_phase)
    moved = replace(
        was,
        status=event.new,
        phase=phase,
        milestones=milestones.reached(was, phase, at),
        cadence=_promised(was.cadence, event.update_due_at),
    )
    if moved.at_rest is not was.at_rest:
        moved = replace(moved, review_version=None, review_complete=False)
    if was.at_rest and not moved.at_rest:
        moved = replace(moved, impact_ended_at=None)
    if moved.over:
        moved = replace(moved, handover=None)
    return _taken_up(moved, at)


def _updated(was: Cadence, text: Text, due: datetime | None, at: datetime) -> Cadence:
    """That nothing has changed confirms what was said last; it does not take its place."""
    said, said_at = (text, at) if text else (was.last_text, was.said_at)
    return Cadence(due_at=due, last_at=at, last_text=said, said_at=said_at, count=was.count + 1)


def _promised(was: Cadence, due: datetime | None) -> Cadence:
    """A new promise begins with a clean slate; the same promise keeps what became of it."""
    if due == was.due_at:
        return was
    return replace(was, due_at=due, reminded=0, snoozed_until=None, overdue=False)


def _rewritten(was: Written, event: e.ReviewWritten) -> Written:
    cause_unknown = event.cause_unknown
    if cause_unknown is None:
        cause_unknown = was.cause_unknown and not event.cause
    return Written(
        summary=was.summary if event.summary is None else event.summary,
        cause=was.cause if event.cause is None else event.cause,
        cause_unknown=cause_unknown,
        went_well=was.went_well if event.went_well is None else event.went_well,
        was_hard=was.was_hard if event.was_hard is None else event.was_hard,
        lucky=was.lucky if event.lucky is None else event.lucky,
    )


def _run_evolved(was: Incident, event: RunEvent) -> Incident:
    """Playbook events belong to one run each; a start adds it and takes up the offer.

    A run whose steps only a newer version knows is for that version, as an unknown event is.
    """
    if isinstance(event, RunStarted):
        offers = {key: name for key, name in was.offers.items() if key != event.playbook}
        try:
            run = evolve_run(None, event)
        except NewerPlaybook:
            return replace(was, holds_unknown=True, offers=offers)
        return replace(was, runs=(*was.runs, run), offers=offers)
    runs = tuple(evolve_run(run, event) if run.id == event.run else run for run in was.runs)
    return replace(was, runs=runs)
