"""The words in which the rules are tested: a story of one incident, told command by command."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.decide import decide
from bot.domain.given import Given
from bot.domain.incident import Incident, born, evolve
from bot.domain.process import Process
from bot.domain.react import react
from bot.domain.refusals import Refused
from bot.domain.values import MUSTER, Actor, Text

MONDAY_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANN, BOB, CLEO, DAN = "UANN", "UBOB", "UCLEO", "UDAN"
GUS = Actor(user="UGUS", guest=True)
ROOM, FEED = "CROOM", "CFEED"
STREAM, WORKSPACE = "0f8fad5b-d9cb-469f-a165-70867728950e", "T1"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def declare(title: str = "checkout is down", severity: str | None = None) -> c.Declare:
    return c.Declare(title=Text(title), severity=severity, number=42)


@dataclass(kw_only=True)
class Story:
    """One incident: what was recorded, what it is now, what was owed and what comes later."""

    process: Process = field(default_factory=Process)
    now: datetime = MONDAY_NOON
    incident_or_none: Incident | None = None
    record: list[e.Recorded] = field(default_factory=list)
    owed: list[f.Owed] = field(default_factory=list)
    """What the last command led to, but for the look at old buttons."""
    looks: list[f.Owed] = field(default_factory=list)
    """The looks at messages that ask which the last command led to."""
    timers: dict[str, f.Later] = field(default_factory=dict)

    @property
    def incident(self) -> Incident:
        assert self.incident_or_none is not None
        return self.incident_or_none

    def do(self, command: c.Command, by: str | Actor = ANN) -> list[e.Event]:
        """Carry a command out the way the engine does, and return what happened."""
        actor = by if isinstance(by, Actor) else Actor(user=by)
        if isinstance(command, c.Timer | c.Outcome):
            actor = MUSTER
        given = Given(actor=actor, now=self.now, process=self.process)
        events = decide(self.incident_or_none, command, given)
        self.records(*events, by=actor.user)
        return events

    def records(self, *events: e.Event, by: str = ANN) -> None:
        """Put events on the record, and see to what is owed after them."""
        self.owed, self.looks = [], []
        for event in events:
            recorded = self._record(event, by)
            for owed in react(self.incident, recorded, self.process):
                looks = isinstance(owed, f.TakeButtonsAway)
                (self.looks if looks else self.owed).append(owed)
        for owed in self.owed:
            match owed:
                case f.Later(key=key):
                    self.timers[key] = owed
                case f.Never(key=key):
                    self.timers.pop(key, None)
                case _:
                    pass

    def _record(self, event: e.Event, actor: str) -> e.Recorded:
        before = self.incident_or_none
        recorded = e.Recorded(
            stream=STREAM,
            version=before.version + 1 if before else 1,
            happened_at=self.now,
            recorded_at=self.now,
            actor=actor,
            cause="",
            correlation="",
            rule="",
            event=event,
        )
        self.record.append(recorded)
        self.incident_or_none = evolve(before, recorded) if before else born(recorded, WORKSPACE)
        return recorded

    def refuses(self, kind: type[Refused], command: c.Command, by: str | Actor = ANN) -> Refused:
        """Return the refusal of a command that changes nothing."""
        before = self.incident_or_none
        with pytest.raises(kind) as refused:
            self.do(command, by)
        assert self.incident_or_none is before
        assert refused.value.message.endswith((".", "?", "`", ")"))
        return refused.value

    def takes_way_out(self, refusal: Refused, by: str | Actor = ANN) -> list[e.Event]:
        """Press the button that a refusal offers."""
        assert refusal.way_out is not None
        assert refusal.way_out.label
        return self.do(refusal.way_out.command, by)

    def passes(self, span: timedelta) -> list[e.Event]:
        """Let time go by, each timer firing when it is due."""
        end, happened = self.now + span, list[e.Event]()
        while due := [timer for timer in self.timers.values() if timer.at <= end]:
            first = min(due, key=lambda timer: timer.at)
            self.now = max(self.now, first.at)
            happened += self._fire(first)
        self.now = end
        return happened

    def away(self, span: timedelta) -> list[e.Event]:
        """Let time go by unattended; what fell due meanwhile fires at the end, and what follows."""
        self.now += span
        return self.passes(timedelta(0))

    def _fire(self, timer: f.Later) -> list[e.Event]:
        del self.timers[timer.key]
        return self.do(timer.command)

    def owes(self, kind: type[f.Effect]) -> list[f.Effect]:
        """Return what the last command owes of one kind."""
        return [owed for owed in self.owed if isinstance(owed, kind)]

    def happened(self, kind: type[e.Event]) -> list[e.Event]:
        """Return the events of one kind in the record."""
        return [recorded.event for recorded in self.record if isinstance(recorded.event, kind)]


def declared(
    command: c.Declare | None = None, *, process: Process | None = None, by: str = ANN
) -> Story:
    """Return the story of an incident that was just declared."""
    story = Story(process=process or Process())
    story.do(command or declare(), by)
    return story


def with_room(
    command: c.Declare | None = None, *, process: Process | None = None, by: str = ANN
) -> Story:
    """Return the story of an incident whose room is ready, with its declarer in it."""
    story = declared(command, process=process, by=by)
    story.do(c.RoomMade(channel=ROOM, name="inc-42-checkout-is-down"))
    story.do(c.CardShown(channel=ROOM, ts="1.1"))
    if not story.incident.private:
        story.do(c.AnnouncementShown(channel=FEED, ts="2.2"))
    story.do(c.PersonEntered(user=by), by)
    return story


def resolved(command: c.Declare | None = None, *, process: Process | None = None) -> Story:
    """Return the story of an incident that was resolved."""
    story = with_room(command, process=process)
    story.do(c.Resolve(resolution=Text("restarted it"), category="availability"))
    return story


def closed(command: c.Declare | None = None, *, process: Process | None = None) -> Story:
    """Return the story of an incident that was closed."""
    story = resolved(command, process=process)
    story.do(c.Close(anyway=Text("nothing to learn")))
    return story
