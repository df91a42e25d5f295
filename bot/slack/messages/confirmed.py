"""The quiet word after a command: to the one who asked, and only what they do not see anyway."""

from typing import Literal, assert_never, get_args

from bot.domain import commands as c
from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.roles import known_role
from bot.domain.rooms import being_made
from bot.domain.values import Phase
from bot.slack.messages.phrases import doorkeeper, role_of, severity_of, status_of, where
from bot.slack.messages.text import Message, brief_words, channel_link, mention, message, section
from bot.slack.messages.text import when as at_time

Seen = Literal["card", "room", "home", "elsewhere", "nothing"]
"""What the person looks at: a post of the bot that changes, the room, their home, or neither;
nothing where they may not see the incident."""

_NOBODY_ASKED = (*get_args(c.Timer), *get_args(c.Outcome), *get_args(c.Observed), c.EmptyWords)


def confirmed(
    command: Command, incident: Incident, process: Process, seen: Seen = "room"
) -> Message | None:
    """Return what to say, or None where the person sees it happen."""
    if isinstance(command, _NOBODY_ASKED):
        return None
    words = _words(command, incident, process, seen)
    return message(words, section(words)) if words else None


def _words(command: Command, incident: Incident, process: Process, seen: Seen) -> str | None:
    """Return what to say in answer: of what the room or the card tells anyway, nothing there."""
    match command:
        case c.SetStatus() | c.Resolve() | c.Reopen() | c.Decline() | c.Cancel() | c.Close():
            return _elsewhere(seen, _state(incident, process))
        case c.SetSeverity():
            level = severity_of(process, incident.severity)
            return _elsewhere(seen, f"{incident.name} is {level} now.")
        case c.PostUpdate():
            recorded = (
                f"The update of {incident.name} is recorded, and posted as soon as Slack takes it."
            )
            return _elsewhere(seen, f"{recorded}{_next(incident)}")
        case c.RecordDecision():
            return _elsewhere(seen, f"The decision is on the record of {incident.name}.")
        case c.Edit() | c.CorrectMilestone():
            return None if seen == "card" else f"Changed; the card of {incident.name} shows it."
        case c.TakeRole(role=role) | c.GiveRole(role=role) | c.DropRole(role=role):
            return _role(incident, process, role, seen)
        case c.OfferHandover(to=to):
            return f"{mention(to)} has been asked. You command until they accept."
        case c.AcceptHandover():
            return _elsewhere(seen, f"You command {incident.name} now.")
        case c.RefuseHandover():
            return f"{incident.name} stays with {mention(incident.lead)}, who has been told."
        case c.Join():
            room = channel_link(incident.room.channel) if incident.room else "its room"
            return f"You are being brought into {room}, the room of {incident.name}."
        case c.AskAccess():
            return None  # the word has one answer for everybody
        case c.LetIn(user=user):
            return f"{mention(user)} is being brought into the room."
        case c.KeepOut(user=user):
            return f"{mention(user)} is not let in, and is told nothing."
        case c.MakePrivate():
            return _made_private(incident)
        case c.PagePerson(to=to):
            return _paged(incident, to, seen)
        case c.AnswerPage() if seen == "nothing":
            return f"Thank you. Ask {doorkeeper(incident)} to let you into {incident.name}."
        case c.AnswerPage():
            return f"Thank you. {mention(incident.lead)} leads {incident.name}: {where(incident)}."
        case c.AddNote(at=at):
            as_of = f", as of {at_time(at)}" if at else ""
            return f"On the timeline of {incident.name}{as_of}."
        case c.SnoozeUpdates():
            until = incident.cadence.snoozed_until
            if until is None or seen == "card":
                return None
            return f"Nobody is reminded before {at_time(until)}."
        case c.AddFollowup():
            number = incident.followups_noted
            return f"Follow-up {number} of {incident.name} is noted."
        case c.FinishFollowup(number=number):
            return None if seen == "home" else f"Follow-up {number} of {incident.name} is done."
        case c.FinishTask(number=number):
            return None if seen == "card" else f"Task {number} of {incident.name} is done."
        case c.MarkMessage() | c.UnmarkMessage() | c.TakeBackFollowup():
            return None  # the bot's own reaction on the message comes and goes with it
        case c.WriteReview():
            return f"Saved. The review of {incident.name} is being put together with it."
        case c.StartPlaybook() | c.CompletePath() | c.SkipPath():
            return None if seen == "card" else _next_step(incident)
        case c.MakeNewRoom():
            return f"{incident.name} gets a new room; everybody is called into it."
        case c.RetryEffect():
            return None if seen == "card" else "It is being tried again."
        case c.Declare():
            return None  # declaring has an answer of its own
        case (
            c.UpdateFallsDue()
            | c.TaskFallsDue()
            | c.PageFallsDue()
            | c.RoomFallsQuiet()
            | c.MarkFallsStale()
            | c.PageWasDelivered()
            | c.PublicRoomWasLeft()
            | c.RoomWasMadePrivate()
            | c.RoomMade()
            | c.AdoptRoom()
            | c.CardShown()
            | c.AnnouncementShown()
            | c.EffectGivenUp()
            | c.EffectWorked()
            | c.ReviewWasCompiled()
            | c.PersonEntered()
            | c.PersonLeft()
            | c.RoomWasRenamed()
            | c.RoomWasArchived()
            | c.RoomWasUnarchived()
            | c.HistoryWasRead()
            | c.PostVanished()
            | c.EmptyWords()
        ):
            return None  # nobody asked
        case _:
            assert_never(command)


def _elsewhere(seen: Seen, sentence: str) -> str | None:
    return sentence if seen == "elsewhere" else None


def _state(incident: Incident, process: Process) -> str:
    status = status_of(process, incident.status)
    if incident.phase is Phase.RESOLVED:
        return f"{incident.name} is {status}. A draft of its review is being put together."
    return f"{incident.name} is {status} now."


def _next(incident: Incident) -> str:
    due = incident.cadence.due_at
    return f" The next one is due {at_time(due)}." if due else ""


def _role(incident: Incident, process: Process, role: str, seen: Seen) -> str | None:
    """Return who has the role now; that of the commander is posted, so only elsewhere."""
    key = known_role(process, role).key
    if key == "commander":
        commander = incident.commander
        who = f"{mention(commander)} commands" if commander else "Nobody commands"
        return _elsewhere(seen, f"{who} {incident.name} now.")
    holders = incident.holders(key)
    who = ", ".join(mention(user) for user in holders[:5]) or "nobody"
    return f"{role_of(process, key)} of {incident.name}: {who}."


def _paged(incident: Incident, to: str, seen: Seen) -> str | None:
    """Return who is being paged; who pressed the button on the card sees it there."""
    called = next((page for page in reversed(incident.pages) if page.user == to), None)
    if called is None or seen == "card":
        return None
    again = "is being paged" if called.times == 1 else "is being paged again"
    return f"{mention(to)} {again} for {incident.name}, until they answer."


def _next_step(incident: Incident) -> str:
    run = next((run for run in reversed(incident.runs) if run.active), None)
    if run is None:
        return "Done. The playbook is finished."
    row = run.next_row
    progress = f"{run.progress.done} of {run.progress.total} done"
    if row is None:
        return f"“{brief_words(run.playbook.name)}”: {progress}."
    return (
        f"“{brief_words(run.playbook.name)}”: {progress}. "
        f"Next is {row.number}: {brief_words(row.text)}"
    )


def _made_private(incident: Incident) -> str:
    """Return what becomes of the room: who is in the old one is brought into the new one."""
    if not being_made(incident):
        return f"{incident.name} is private now."
    return (
        f"{incident.name} is private now; its private room is being made. Everybody who is in this "
        "one is brought in: it appears among your channels in a moment, and `show` links it."
    )
