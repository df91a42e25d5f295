"""The timeline in words: one plain line for each event, for reviews, pages and Slack alike."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never, get_args

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.naming import LinkOf, NameOf, Names, TimeOf, in_utc, unlinked
from bot.domain.page_wording import page_line
from bot.domain.paging import PageEvent
from bot.domain.playbook.events import RunEvent
from bot.domain.process import Process
from bot.domain.run_wording import playbook_name, run_line, step_owner
from bot.domain.state import Incident
from bot.domain.values import MessageRef, is_person


def timeline_line(
    recorded: e.Recorded,
    incident: Incident,
    name_of: NameOf,
    *,
    process: Process,
    time_of: TimeOf = in_utc,
    link_of: LinkOf = unlinked,
    words: str = "",
) -> str | None:
    """Return what happened in one sentence; None for an event that tells people nothing.

    The sentence is plain text and holds what people wrote, unescaped and with its line ends.
    `incident` is any later state: steps and items are looked up in it. `words` are the first ones
    of the message that the event is about, where whoever asks has them.
    """
    names = Names(process=process, name_of=name_of, time_of=time_of, link_of=link_of)
    teller = _Teller(incident=incident, names=names, words=words)
    line = _begun(teller.line(recorded.event, recorded.actor))
    if line is None or recorded.typed_by is None or not is_person(recorded.actor):
        return line
    return f"From the terminal ({recorded.typed_by}): {line}"


def _begun(line: str | None) -> str | None:
    """A role that stands for a person may begin the sentence."""
    if line is None or not line.startswith(("the ", "a ")):
        return line
    return line[0].upper() + line[1:]


def told_at(recorded: e.Recorded) -> datetime:
    """Return where on the timeline an event belongs: at the time that it speaks of."""
    match recorded.event:
        case e.NoteAdded(said_at=said_at) | e.MessageMarked(said_at=said_at):
            return said_at
        case _:
            return recorded.happened_at


_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")

EFFECTS: dict[str, str] = {kind.__name__: kind.label for kind in get_args(f.Effect)}
"""What people call each effect, by the first part of the name that a failure bears."""


@dataclass(frozen=True, kw_only=True)
class _Teller:
    """Tells one incident's events, in the names and times of one reader."""

    incident: Incident
    names: Names
    words: str = ""

    def line(  # noqa: PLR0915 - one arm per event, each one sentence
        self, event: e.Event, by: str
    ) -> str | None:
        """Return the sentence of an event that `by` brought about."""
        actor = self.names.person(by)
        if isinstance(event, RunEvent):
            return run_line(event, self.incident, self.names)
        if isinstance(event, PageEvent):
            return page_line(event, self.incident, self.names, by)
        match event:
            case e.IncidentDeclared():
                return self.declared(event, actor)
            case e.RoomOpened(name=name):
                return f"The room #{name} was opened."
            case e.IncidentAdopted(name=name, recorded_at=at):
                when = self.names.time_of(at)
                return f"It began in #{name} without a database; recorded at {when}."
            case e.RoomAsked():
                return f"{actor} asked for a new room."
            case e.RoomRenamed(name=name):
                return f"The room was renamed to #{name}."
            case e.RoomArchived():
                return "The room was archived."
            case e.RoomRetired(days=days):
                return f"It was over for {_days(days)}, so Muster archives the room."
            case e.RoomUnarchived():
                return "The room was brought back."
            case e.AnnouncementPosted():
                return "The incident was announced."
            case e.PostLost(post=post):
                return f"The {post} was deleted by hand; Muster posts it anew."
            case e.PersonJoined(user=user):
                return f"{self.names.person(user)} joined the room."
            case e.PersonParted(user=user):
                return f"{self.names.person(user)} left the room."
            case e.AccessAsked(user=user, text=text):
                return _ended(f"{self.names.person(user)} asked to be let in", text)
            case e.AccessGranted(user=user):
                return f"{actor} let {self.names.person(user)} in."
            case e.AccessRefused(user=user):
                return f"{actor} did not let {self.names.person(user)} in."
            case e.MadePrivate(leaves=leaves):
                how = " by turning its room private" if leaves is None else ""
                return f"{actor} made it private{how}."
            case e.PublicRoomLeft():
                return "Muster took back what it had said in the public room, and archived it."
            case e.RoleTaken():
                return self.role_taken(event, actor)
            case e.RoleDropped(role=role, user=user):
                how = "" if user == by else f" (by {actor})"
                return f"{self.names.person(user)} is no longer {self.names.role(role)}{how}."
            case e.HandoverOffered(to=to):
                return f"{actor} offered the command to {self.names.person(to)}."
            case e.HandoverRefused(giver=giver, to=to):
                if by == to:
                    return (
                        f"{actor} turned down the command that {self.names.person(giver)} offered."
                    )
                return f"{actor} took back the command offered to {self.names.person(to)}."
            case e.DetailsEdited():
                return self.edited(event, actor)
            case e.MilestoneCorrected(milestone=milestone, at=at, previous=previous):
                before = f", not {self.names.time_of(previous)}" if previous else ""
                return f"{actor} set “{milestone}” to {self.names.time_of(at)}{before}."
            case e.SeverityChanged(new=new, raised=raised, reason=reason):
                verb = "raised" if raised else "lowered"
                level = self.names.severity(new)
                return _ended(f"{actor} {verb} the severity to {level}", reason)
            case e.StatusChanged():
                return self.moved(event, actor)
            case e.ResolutionRecorded(resolution=resolution, impact_ended_at=ended):
                how = f" Resolution: {resolution}" if resolution else ""
                return f"The impact ended at {self.names.time_of(ended)}.{how}"
            case e.ClosedIncomplete(missing=missing, reason=reason):
                lacking = ", ".join(missing)
                return f"{actor} closed it although this was missing: {lacking}. Reason: {reason}"
            case e.ConfirmedBy(action=action):
                return f"{actor} confirmed that they wanted to {action} it without leading it."
            case e.HistoryRead():
                return self.read_later(event)
            case e.NoteAdded(text=text, step=step):
                return f"Note by {self.step_or(step, actor)}: {text}"
            case e.DecisionRecorded(text=text):
                return f"Decision recorded by {actor}: {text}"
            case e.UpdatePosted(text=text, no_change=no_change):
                said = text or ("no change." if no_change else "")
                return f"Update by {actor}: {said}"
            case e.UpdateNudged():
                return self.nudged(event)
            case e.UpdatesSnoozed(until=until):
                return f"{actor} snoozed the reminders until {self.names.time_of(until)}."
            case e.FollowupAdded(number=number, text=text, owner=owner):
                whose = f" for {self.names.person(owner)}" if owner else ""
                return f"{actor} added follow-up {number}{whose}: {text}"
            case e.FollowupTakenBack(number=number, text=text):
                return f"{actor} took follow-up {number} back ({text})."
            case e.FollowupDone(number=number):
                return f"{actor} finished follow-up {number}{self.followup(number)}."
            case e.TaskAdded(number=number, title=title, assignee=assignee, step=step):
                whose = f" for {self.names.person(assignee)}" if assignee else ""
                return f"Task {number}{whose}, by {self.step_or(step, actor)}: {title}"
            case e.TaskDone(number=number):
                return f"{actor} finished task {number}{self.task(number)}."
            case e.TaskReminded(number=number):
                return f"Task {number}{self.task(number)} fell due."
            case e.MessageMarked():
                return self.marked(event, by)
            case e.MessageUnmarked():
                return f"{actor} took a mark off a message."
            case e.MarkedMessageChanged():
                return self.changed(event)
            case e.ReviewWritten():
                return f"{actor} wrote in the review."
            case e.ReviewCompiled(complete=complete, told=told):
                return _compiled(complete=complete) if told else None
            case e.PlaybookOffered(name=name):
                return f"The playbook “{name}” was offered."
            case e.PlaybookHindered(run=run, why=why):
                name = playbook_name(self.incident, run)
                return f"The playbook “{name}” could not go on as written: {self.named(why)}"
            case e.EffectFailed(effect=effect, why=why):
                return f"Muster gave up {_effect(effect)}: {self.named(why)}"
            case e.EffectRetried(effect=effect):
                return f"{actor} asked to try again: {_effect(effect)}."
            case e.EffectRecovered(effect=effect):
                return f"It worked after all: {_effect(effect)}."
            case e.WordsEmptied(why="erasure", user=user):
                return f"What {self.names.person(user or '')} wrote was erased."
            case e.WordsEmptied():
                return "What was written was emptied: it had been kept for long enough."
            case e.Unknown(name=name):
                return f"A newer version of Muster recorded “{name}”."
            case e.CardPosted() | e.JoinAsked():
                return None  # the card is there to be seen; who asked to join, joins
            case _:
                assert_never(event)

    def declared(self, event: e.IncidentDeclared, actor: str) -> str:
        """Return how it began."""
        level, what = self.names.severity(event.severity), "the drill " * event.drill
        origin = {"alert": ", from an alert", "message": ", from a message"}
        how = origin.get(event.source, "")
        return f"{actor} declared {what}INC-{event.number} as {level}{how}: {event.title}"

    def role_taken(self, event: e.RoleTaken, actor: str) -> str:
        """Return who plays the part now, and how they came to it."""
        user, role = self.names.person(event.user), self.names.role(event.role)
        part = "" if user == f"the {role}" else f" {role}"
        before = f", in place of {self.names.person(event.previous)}" if event.previous else ""
        match event.how:
            case "declared":
                return f"{user} leads as{part}." if part else f"{user} leads."
            case "taken":
                return f"{user} became{part}{before}." if part else f"{user} stepped in{before}."
            case "given":
                return f"{actor} named {user}{part}{before}."
            case "handed over":
                return f"{user} accepted the command{before}."
            case _:
                assert_never(event.how)

    def edited(self, event: e.DetailsEdited, actor: str) -> str:
        """Return what the incident says about itself now."""
        services = None if event.services is None else ", ".join(event.services)
        said = {
            "title": event.title,
            "summary": event.summary,
            "impact": event.impact,
            "category": event.category,
            "services": services,
        }
        parts = [f"{name}: {text or '–'}" for name, text in said.items() if text is not None]
        return f"{actor} edited {'; '.join(parts)}"

    def moved(self, event: e.StatusChanged, actor: str) -> str:
        """Return the new status and who or what moved the incident there."""
        by = self.step_or(event.step, actor)
        label = self.names.status(event.new)
        return _ended(f"{by} set the status to {label}", event.reason)

    def marked(self, event: e.MessageMarked, by: str) -> str:
        """Return whose message was put on the timeline, with its first words if they are known."""
        own = event.said_by == by
        what = self.names.link_of(event.permalink, "their own message" if own else "a message")
        whose = f" of {self.names.person(event.said_by)}" if event.said_by and not own else ""
        return _ended(f"{self.names.person(by)} put {what}{whose} on the timeline", self.words)

    def changed(self, event: e.MarkedMessageChanged) -> str:
        """Return whose message on the timeline is not what it was."""
        mark = self.incident.marks.get(MessageRef(channel=event.channel, ts=event.ts))
        what = self.names.link_of(mark.permalink if mark else "", "A message")
        whose = f" of {self.names.person(mark.said_by)}" if mark and mark.said_by else ""
        how = "deleted" if event.gone else "edited"
        return f"{what}{whose} on the timeline was {how} in Slack."

    def read_later(self, event: e.HistoryRead) -> str:
        """Return why messages were read later than they were said, as far as that is known."""
        one, time = event.messages == 1, self.names.time_of
        read = "1 message" if one else f"{event.messages} messages"
        odd = f" {event.unreadable} could not be read." if event.unreadable else ""
        if event.away:
            since, until = time(event.away.since), time(event.away.until)
            return f"Muster was away from {since} to {until}; it read {read} later.{odd}"
        when = f"of {time(event.since)}" if one else f"from {time(event.since)} on"
        them = "it" if one else "them"
        return f"{read} {when} had not reached Muster, which read {them} later.{odd}"

    def named(self, why: str) -> str:
        """Return a sentence of the rules with the people whom it mentions named for the reader."""
        return _MENTION.sub(lambda found: self.names.person(found[1]), why)

    def nudged(self, event: e.UpdateNudged) -> str | None:
        """Return who was reminded; a hint before the time is nobody else's business."""
        people = ", ".join(self.names.person(user) for user in event.people)
        match event.stage:
            case "soon":
                return None
            case "due":
                return f"The next update was due; reminded: {people}."
            case "late" | "hourly":
                return f"The update was overdue; reminded: {people}."
            case "last":
                return f"The update was still overdue; reminded for the last time: {people}."
            case _:
                assert_never(event.stage)

    def step_or(self, step: str | None, actor: str) -> str:
        """Return the playbook behind an event, or else the person."""
        return actor if step is None else step_owner(self.incident, step)

    def followup(self, number: int) -> str:
        """Return the words of a follow-up, to stand behind its number."""
        texts = [f" ({work.text})" for work in self.incident.followups if work.number == number]
        return "".join(texts)

    def task(self, number: int) -> str:
        """Return the words of a task, to stand behind its number."""
        texts = [f" ({task.title})" for task in self.incident.tasks if task.number == number]
        return "".join(texts)


def _ended(sentence: str, detail: str) -> str:
    """Return the sentence with what was said about it, or with its full stop."""
    return f"{sentence}: {detail}" if detail else f"{sentence}."


def _compiled(*, complete: bool) -> str:
    return "The final review was compiled." if complete else "The draft of the review was compiled."


def _effect(name: str) -> str:
    return EFFECTS.get(name.partition(":")[0], name)


def _days(count: int) -> str:
    return {0: "a while", 1: "a day"}.get(count, f"{count} days")
