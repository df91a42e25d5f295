"""What the bot owes the world after each event."""

from typing import assert_never

from bot.domain import asking, owing
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.commands import TaskFallsDue
from bot.domain.paging import PageEvent
from bot.domain.playbook.events import RunEvent, StepOpened
from bot.domain.privacy import PrivacyEvent
from bot.domain.process import Process
from bot.domain.retrying import owed_again
from bot.domain.state import Incident
from bot.domain.steps import Message
from bot.domain.values import AT_REST, Phase


def react(incident: Incident, recorded: e.Recorded, process: Process) -> list[f.Owed]:
    """Return what is owed; `incident` is the state after the event."""
    return [*_owed(incident, recorded, process), *asking.settled(incident, recorded.event)]


def _owed(incident: Incident, recorded: e.Recorded, process: Process) -> list[f.Owed]:
    event, version, stream = recorded.event, recorded.version, incident.stream
    if isinstance(event, RunEvent):
        return _run_event(incident, event, version)
    if isinstance(event, PrivacyEvent):
        return _kept_private(incident, event, version)
    if isinstance(event, PageEvent):
        return _paged(incident, event, version)
    match event:
        case e.IncidentDeclared():
            return [f.CreateRoom(stream=stream), *owing.cadence(incident, recorded.recorded_at)]
        case e.RoomAsked(suffix=suffix):
            return [f.CreateRoom(stream=stream, suffix=suffix)]
        case e.RoomOpened():
            return _room_opened(incident, process)
        case e.IncidentAdopted():
            return [f.RenameRoom(stream=stream), *owing.post(incident, version)]
        case e.CardPosted():
            return [f.PinCard(stream=stream), f.PostGuidelines(stream=stream)]
        case e.PostLost(post="card"):
            return owing.card(incident)
        case e.RoomRetired(channel=channel):
            return [
                *owing.post(incident, version),
                f.ArchiveRoom(stream=stream, channel=channel),
            ]
        case e.PostLost() | e.RoomArchived():
            return owing.announcement(incident, process)
        case e.RoomUnarchived():
            return [*owing.shown(incident), *owing.announcement(incident, process)]
        case e.PersonJoined(user=user):
            return [f.BriefJoiner(stream=stream, user=user)]
        case e.JoinAsked(user=user):
            return owing.called(incident, user)
        case e.RoleTaken() | e.RoleDropped():
            return _role_passed(incident, event, recorded, process)
        case e.HandoverOffered(to=to):
            return [
                *owing.called(incident, to),
                *owing.tell(incident, version, to),
                *owing.card(incident),
            ]
        case e.HandoverRefused(giver=giver, to=to):
            other = giver if recorded.actor == to else to
            return [*owing.tell(incident, version, other), *owing.card(incident)]
        case e.DetailsEdited() | e.WordsEmptied():
            return [
                *owing.card(incident),
                *owing.announcement(incident, process),
                *owing.review_again(incident),
            ]
        case e.SeverityChanged():
            return [
                *owing.called(incident, *owing.wanted(incident, *event.invite)),
                *owing.post(incident, version),
                *owing.shown(incident),
                *owing.announcement(incident, process),
                *owing.cadence(incident, recorded.recorded_at),
                *owing.review_again(incident),
            ]
        case e.StatusChanged():
            return _moved(incident, event, recorded, process)
        case e.UpdatePosted():
            return [
                *owing.post(incident, version),
                *owing.announcement(incident, process),
                *owing.feed(incident, version, process),
                *owing.card(incident),
                *owing.cadence(incident, recorded.recorded_at),
                *owing.review_again(incident),
            ]
        case e.UpdateNudged():
            return _nudged(incident, event, recorded, process)
        case e.UpdatesSnoozed():
            return owing.cadence(incident, recorded.recorded_at)
        case e.TaskAdded():
            return _task_added(incident, event, recorded)
        case e.TaskDone(number=number):
            return [f.Never(key=owing.task_key(incident, number)), *owing.card(incident)]
        case e.TaskReminded(number=number):
            return _task_reminded(incident, number, version)
        case e.MessageMarked(channel=channel, ts=ts) | e.MessageUnmarked(channel=channel, ts=ts):
            shown = f.ShowMark(stream=stream, channel=channel, ts=ts)
            return [shown, *owing.review_again(incident)]
        case e.DecisionRecorded():
            return [*owing.post(incident, version), *owing.review_again(incident)]
        case e.ReviewCompiled(told=told, complete=complete):
            # That there is a draft is said with the move that it is made at.
            return owing.post(incident, version) if told and complete else []
        case e.PlaybookHindered():
            return [*owing.post(incident, version), *owing.card(incident)]
        case e.PlaybookOffered() | e.EffectRecovered():
            return owing.card(incident)
        case e.EffectFailed(effect=effect):
            return _failed(incident, effect, version)
        case e.EffectRetried(effect=effect):
            return list(
                dict.fromkeys([*owed_again(incident, effect, process), *owing.card(incident)])
            )
        case e.MilestoneCorrected() | e.ResolutionRecorded():
            return [*owing.card(incident), *owing.review_again(incident)]
        case e.FollowupAdded() | e.FollowupTakenBack() | e.ReviewWritten():
            return [*owing.still_missing(incident), *owing.review_again(incident)]
        case e.NoteAdded() | e.FollowupDone() | e.MarkedMessageChanged():
            return owing.review_again(incident)
        case e.HistoryRead():
            return [*owing.post(incident, version), *owing.review_again(incident)]
        case e.AnnouncementPosted(channel=channel, ts=ts) if incident.private:
            # It was on its way when the incident was made private.
            return [f.TakeDownAnnouncement(stream=stream, channel=channel, ts=ts)]
        case (
            e.AnnouncementPosted()
            | e.RoomRenamed()
            | e.PersonParted()
            | e.ClosedIncomplete()
            | e.ConfirmedBy()
            | e.Unknown()
        ):
            return []
        case _:
            assert_never(event)


def _room_opened(incident: Incident, process: Process) -> list[f.Owed]:
    """The room fills side by side: people, card, announcement, topic, bookmark."""
    return [
        *owing.declarer(incident),
        *owing.called(incident, *owing.everyone(incident)),
        *owing.card(incident),
        *(post for version in incident.unheard for post in owing.post(incident, version)),
        *owing.announcement(incident, process),
        f.ShowTopic(stream=incident.stream),
        f.AddBookmark(stream=incident.stream),
        *owing.public_room(incident),
    ]


def _role_passed(
    incident: Incident,
    event: e.RoleTaken | e.RoleDropped,
    recorded: e.Recorded,
    process: Process,
) -> list[f.Owed]:
    """The holder gets the role's duties, who held it is told; of a commander, everybody."""
    if isinstance(event, e.RoleTaken) and event.how == "declared":
        return []  # the card that opens the room says so
    told: list[f.Owed] = []
    if isinstance(event, e.RoleTaken):
        told = [
            *owing.called(incident, event.user),
            *owing.tell(incident, recorded.version, event.user),
        ]
        bereft = event.previous
    else:
        bereft = event.user
    if bereft is not None and bereft != recorded.actor:
        told += owing.tell(incident, recorded.version, bereft)
    posts = owing.card(incident)
    if event.role == "commander":
        posts = [
            *owing.post(incident, recorded.version),
            *owing.announcement(incident, process),
            *owing.shown(incident),
        ]
    return [*told, *posts]


def _moved(
    incident: Incident, event: e.StatusChanged, recorded: e.Recorded, process: Process
) -> list[f.Owed]:
    """The room hears of every move, the feed when the incident comes to rest or is taken up."""
    was, phase = Phase(event.old_phase), Phase(event.new_phase)
    turning = (was in AT_REST) is not (phase in AT_REST)
    reviewed = phase in {Phase.RESOLVED, Phase.CLOSED}
    return [
        *owing.post(incident, recorded.version),
        *owing.announcement(incident, process),
        *(owing.feed(incident, recorded.version, process) if turning else []),
        *owing.shown(incident),
        *owing.cadence(incident, recorded.recorded_at),
        owing.retirement(incident, recorded.recorded_at, process),
        *([owing.review(incident)] if reviewed else []),
    ]


def _nudged(
    incident: Incident, event: e.UpdateNudged, recorded: e.Recorded, process: Process
) -> list[f.Owed]:
    """First a hint for the lead alone, then posts; once it is late, everybody can see it.

    Where there is no room to say it in, those whose turn it is are told directly.
    """
    said: list[f.Owed] = owing.post(incident, recorded.version)
    if incident.room is None or incident.room.archived:
        said = owing.tell(incident, recorded.version, *event.people)
    elif event.stage == "soon":
        said = [
            f.Whisper(stream=incident.stream, version=recorded.version, user=user)
            for user in event.people
        ]
    flagged: list[f.Owed] = []
    if event.stage not in {"soon", "due"}:
        flagged = [*owing.card(incident), *owing.announcement(incident, process)]
    return [*said, *flagged, *owing.cadence(incident, recorded.recorded_at)]


def _task_added(incident: Incident, event: e.TaskAdded, recorded: e.Recorded) -> list[f.Owed]:
    owed: list[f.Owed] = owing.card(incident)
    if event.assignee is not None and event.assignee != recorded.actor:
        owed += owing.tell(incident, recorded.version, event.assignee)
    if event.due is not None:
        key, command = owing.task_key(incident, event.number), TaskFallsDue(number=event.number)
        owed.append(f.Later(key=key, stream=incident.stream, at=event.due, command=command))
    return owed


def _task_reminded(incident: Incident, number: int, version: int) -> list[f.Owed]:
    """Whoever has the task is told; one that nobody has is for the room."""
    assignee = next((task.assignee for task in incident.tasks if task.number == number), None)
    return (
        owing.post(incident, version)
        if assignee is None
        else owing.tell(incident, version, assignee)
    )


def _kept_private(incident: Incident, event: PrivacyEvent, version: int) -> list[f.Owed]:
    """The room decides who comes in; what was public is taken back."""
    match event:
        case e.AccessAsked():
            said = owing.post(incident, version)
            return said or owing.tell(incident, version, incident.lead)
        case e.AccessGranted(user=user):
            return owing.called(incident, user)
        case e.MadePrivate(leaves=leaves):
            left = owing.public_room(incident) if leaves and _stays(incident) else []
            return [*owing.nothing_announced(incident), *left, *owing.shown(incident)]
        case e.AccessRefused() | e.PublicRoomLeft():
            return []
        case _:
            assert_never(event)


def _stays(incident: Incident) -> bool:
    """Say whether the former room is archived, so that nobody has to be brought out of it first."""
    return incident.room is not None and incident.room.archived


def _paged(incident: Incident, event: PageEvent, version: int) -> list[f.Owed]:
    """Who is called is called by message and into the room; the card shows what came of it."""
    card = owing.card(incident)
    key = owing.page_key(incident, event.number)
    match event:
        case e.PersonPaged(user=user):
            return [
                *owing.page(incident, event.number, event.again_at),
                *owing.called(incident, user),
                *card,
            ]
        case e.PageRepeated():
            return [*owing.page(incident, event.number, event.again_at), *card]
        case e.PageDelivered():
            return card
        case e.PageAcknowledged(how=how):
            said = owing.post(incident, version) if how == "answered" else []
            return [f.Never(key=key), *said, *card]
        case e.PageUnanswered():
            said = owing.post(incident, version)
            if not event.reached:
                said = said or owing.tell(incident, version, incident.lead)
            return [f.Never(key=key), *said, *card]
        case _:
            assert_never(event)


def _failed(incident: Incident, effect: str, version: int) -> list[f.Owed]:
    """A failure is said where people look: on the card, or to the declarer where there is none.

    Of a message to somebody nobody is told by another message: that could go on for ever.
    """
    on_card = owing.card(incident)
    if effect == "ShowCard" or not (on_card or effect.startswith(("TellPerson:", "SendPage:"))):
        return owing.tell(incident, version, incident.reporter)
    return on_card


def _run_event(incident: Incident, event: RunEvent, version: int) -> list[f.Owed]:
    """A playbook's progress is on the card; what a message step says is said when it opens."""
    if isinstance(event, StepOpened):
        run = next((run for run in incident.runs if run.id == event.run), None)
        if run is not None and isinstance(run.playbook.step(event.path), Message):
            return [*owing.post(incident, version), *owing.card(incident)]
    return owing.card(incident)
