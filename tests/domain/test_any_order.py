"""Whatever people, timers, couriers and Slack do, in any order: what always holds."""

import unicodedata
from datetime import timedelta
from typing import get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.incident import born, evolve
from bot.domain.lifecycle import AFTER_THE_END
from bot.domain.permissions import may_see
from bot.domain.playbook import Match, Playbook, Trigger
from bot.domain.process import SEVERITIES, Process
from bot.domain.refusals import Refused
from bot.domain.shapes import Principal
from bot.domain.steps import Checklist, Message, Note, Status, Task
from bot.domain.steps.checklist import Item
from bot.domain.values import Absence, Actor, MessageRef, Milestone, Text
from bot.domain.wording import timeline_line, told_at
from tests.domain.vocabulary import (
    ANN,
    BOB,
    CLEO,
    FEED,
    GUS,
    MONDAY_NOON,
    ROOM,
    STREAM,
    WORKSPACE,
    Story,
)

OUTAGE = Playbook(
    id="outage",
    name="Outage",
    triggers=(
        Trigger(event="incident.declared"),
        Trigger(event="severity_changed", match=Match(severity=("sev1",))),
    ),
    steps=(
        Message(id="hello", text="Breathe."),
        Checklist(
            id="triage",
            name="Triage",
            items=(
                Item(id="disk", text="Check the disk"),
                Item(id="cause", text="Suspect", evidence="note", required=False),
            ),
        ),
        Task(
            id="call",
            title="Call",
            due=timedelta(minutes=20),
            assignee=Principal(kind="role", name="operations"),
        ),
        Status(id="go", to="mitigated"),
        Note(id="fact", text="It is contained."),
        Checklist(id="after", name="Afterwards"),
    ),
)
RESOLVING = Playbook(
    id="resolving",
    name="Resolving",
    steps=(Status(id="done", to="resolved"), Status(id="no", to="closed")),
)
PROCESS = Process(
    severities=(
        *(level.__class__(**{**vars(level), "invite": (BOB, "SOPS")}) for level in SEVERITIES[:1]),
        *SEVERITIES[1:],
    ),
    drill_feed="drills",
    playbooks={"outage": OUTAGE, "resolving": RESOLVING},
)

PEOPLE = st.sampled_from([Actor(user=ANN), Actor(user=BOB), Actor(user=CLEO), GUS])
USERS = st.sampled_from([ANN, BOB, CLEO, GUS.user, "", " "])
TEXTS = st.sampled_from(["", " ", "x", "<!channel>", "a\x00\u202eb\r\nc", "y" * 3000]).map(Text)
TIMES = st.one_of(
    st.none(),
    st.integers(-5000, 5000).map(lambda count: MONDAY_NOON + timedelta(minutes=count)),
)
MOMENTS = TIMES.filter(lambda at: at is not None)
CATEGORIES = st.sampled_from([None, "", "data", "Security", "nonsense"])
SEVERITY = st.sampled_from(["1", "sev2", "SEV3", "sev4", "", "9"])
ROLE = st.sampled_from(["commander", "Deputy", "operations", "expert", "comander", ""])
STATUS = st.sampled_from([*(status.key for status in PROCESS.statuses), "Identifed"])
NUMBERS = st.integers(-1, 4)
MINUTES = st.sampled_from([-1, 0, 5, 30, 60, 1440, 10**12])
CONFIRMED = st.booleans()
CHANNELS = st.sampled_from([ROOM, FEED])
TSS = st.sampled_from(["1767614400.000200", "x"])
SOURCES = st.builds(MessageRef, channel=CHANNELS, ts=TSS)
HOW = st.sampled_from(["reaction", "pin", "menu"])
NAMED = ["CreateRoom", "ShowCard", "ShowAnnouncement", "PostToFeed:3", "PostToRoom", "Nonsense"]
EFFECTS = st.sampled_from(NAMED)
PATHS = st.sampled_from(["1", "2", "3", "4", "9", "triage", "disk", "call", "after", "", "/"])
RUNS = st.sampled_from([None, None, "run-1", "outage", "run-9"])
SERVICES = st.sampled_from([None, (), ("api",), ("", "api", "web\nshop")])

EDITING = st.one_of(
    st.builds(
        c.Edit, title=TEXTS, summary=TEXTS, impact=TEXTS, category=CATEGORIES, services=SERVICES
    ),
    st.builds(c.Edit, category=CATEGORIES),
    st.builds(c.Edit, impact=TEXTS),
    st.builds(
        c.CorrectMilestone, milestone=st.sampled_from(sorted(get_args(Milestone))), at=MOMENTS
    ),
    st.builds(c.SetSeverity, severity=SEVERITY, reason=TEXTS),
)
MOVING = st.one_of(
    st.builds(c.SetStatus, status=STATUS, category=CATEGORIES, reason=TEXTS),
    st.builds(
        c.Resolve,
        resolution=TEXTS,
        impact_ended_at=TIMES,
        verified=st.sampled_from([True, True, False]),
        category=CATEGORIES,
    ),
    st.builds(c.Reopen, reason=TEXTS),
    st.builds(c.Decline, reason=TEXTS, confirmed=CONFIRMED),
    st.builds(c.Cancel, reason=TEXTS, confirmed=CONFIRMED),
    st.builds(c.Close, anyway=TEXTS, confirmed=CONFIRMED),
)
LEADING = st.one_of(
    st.builds(c.TakeRole, role=ROLE, over=CONFIRMED),
    st.builds(c.GiveRole, role=ROLE, to=USERS),
    st.builds(c.DropRole, role=ROLE, user=st.one_of(st.none(), USERS)),
    st.builds(c.OfferHandover, to=USERS),
    st.just(c.AcceptHandover()),
    st.just(c.RefuseHandover()),
)
TELLING = st.one_of(
    st.builds(
        c.PostUpdate,
        text=TEXTS,
        impact=st.one_of(st.none(), TEXTS),
        no_change=CONFIRMED,
        next_in_minutes=st.one_of(st.none(), MINUTES),
    ),
    st.builds(c.SnoozeUpdates, minutes=MINUTES),
    st.builds(c.AddNote, text=TEXTS, at=TIMES),
    st.builds(c.RecordDecision, text=TEXTS),
    st.builds(
        c.WriteReview,
        summary=st.one_of(st.none(), TEXTS),
        cause=st.one_of(st.none(), TEXTS),
        cause_unknown=st.one_of(st.none(), st.booleans()),
    ),
)
WORKING = st.one_of(
    st.builds(c.AddFollowup, text=TEXTS, owner=st.one_of(st.none(), USERS), due=TIMES),
    st.builds(c.AddFollowup, text=TEXTS, source=SOURCES),
    st.builds(c.TakeBackFollowup, source=SOURCES),
    st.builds(c.FinishFollowup, number=NUMBERS),
    st.builds(c.FinishTask, number=NUMBERS),
    st.builds(c.StartPlaybook, playbook=st.sampled_from(["outage", "Resolving", "outtage", ""])),
    st.builds(
        c.CompletePath, path=PATHS, run=RUNS, note=TEXTS, link=st.sampled_from(["", "https://x"])
    ),
    st.builds(c.SkipPath, path=PATHS, run=RUNS, reason=TEXTS),
)
BEING_THERE = st.one_of(
    st.just(c.Join()),
    st.just(c.MakeNewRoom()),
    st.builds(c.RetryEffect, effect=EFFECTS),
    st.builds(c.MarkMessage, channel=CHANNELS, ts=TSS, how=HOW, said_by=USERS, said_at=TIMES),
    st.builds(c.UnmarkMessage, channel=CHANNELS, ts=TSS, how=HOW),
)
TIMERS = st.one_of(
    st.builds(c.UpdateFallsDue, stage=st.sampled_from(get_args(c.Stage)), due_at=MOMENTS),
    st.builds(c.TaskFallsDue, number=NUMBERS),
)
OUTCOMES = st.one_of(
    st.builds(c.RoomMade, channel=CHANNELS, name=st.just("inc-42")),
    st.builds(c.CardShown, channel=CHANNELS, ts=TSS),
    st.builds(c.AnnouncementShown, channel=CHANNELS, ts=TSS),
    st.builds(c.EffectGivenUp, effect=EFFECTS, why=st.just("Slack was away.")),
    st.builds(c.EffectWorked, effect=EFFECTS),
    st.builds(c.ReviewWasCompiled, version=NUMBERS, digest=st.just("d"), complete=st.booleans()),
)
OBSERVED = st.one_of(
    st.builds(c.PersonEntered, user=USERS),
    st.builds(c.PersonLeft, user=USERS),
    st.builds(c.RoomWasRenamed, name=st.sampled_from(["inc-42", "war-room"])),
    st.just(c.RoomWasArchived()),
    st.just(c.RoomWasUnarchived()),
    st.builds(
        c.HistoryWasRead,
        messages=NUMBERS,
        since=MOMENTS,
        away=st.none() | st.builds(Absence, since=MOMENTS, until=MOMENTS),
    ),
    st.builds(c.PostVanished, channel=CHANNELS, ts=TSS),
)


class AnyOrder(RuleBasedStateMachine):
    """One incident in the hands of four people, a clock, and an unreliable world."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(process=PROCESS)
        self.owed_in_all: list[f.Owed] = []

    @initialize(
        severity=st.sampled_from(["sev1", "sev2", None, "sev4"]),
        private=st.booleans(),
        drill=st.booleans(),
        made=st.booleans(),
    )
    def begins(self, severity: str | None, private: bool, drill: bool, made: bool) -> None:  # noqa: FBT001 - hypothesis fills them in
        declare = c.Declare(
            title=Text("checkout is down"),
            severity=severity,
            private=private,
            drill=drill,
            number=42,
        )
        self.story.do(declare)
        if made:
            self.story.do(c.RoomMade(channel=ROOM, name="inc-42"))
            self.story.do(c.PersonEntered(user=ANN))
            self.story.do(c.PersonEntered(user=BOB))

    @rule(command=st.one_of(EDITING, TELLING, WORKING, BEING_THERE), by=PEOPLE)
    def somebody_asks(self, command: c.AskedOfIncident, by: Actor) -> None:
        self.asks(command, by)

    @rule(command=st.one_of(MOVING, LEADING), by=PEOPLE)
    def somebody_moves_it(self, command: c.AskedOfIncident, by: Actor) -> None:
        self.asks(command, by)

    def asks(self, command: c.AskedOfIncident, by: Actor) -> None:
        before = self.story.incident
        refused = self.does(command, by)
        if refused is None:
            assert may_see(before, by.user)
            assert not before.over or isinstance(command, AFTER_THE_END)
            return
        assert refused.message.strip()
        assert self.story.incident is before
        if refused.way_out is not None:  # the button may be refused again, and leads nowhere else
            self.does(refused.way_out.command, by)

    @rule(command=st.one_of(TIMERS, OUTCOMES, OBSERVED), by=PEOPLE)
    def the_world_reports(self, command: c.Timer | c.Outcome | c.Observed, by: Actor) -> None:
        assert self.does(command, by) is None

    def does(self, command: c.Command, by: Actor) -> Refused | None:
        """Carry it out, or return the refusal; anything else that is raised fails the test."""
        try:
            self.story.do(command, by)
        except Refused as refused:
            return refused
        self.owed_in_all += self.story.owed
        return None

    @rule(minutes=st.sampled_from([1, 6, 30, 90, 60 * 24]))
    def time_goes_by(self, minutes: int) -> None:
        self.story.passes(timedelta(minutes=minutes))

    @rule(minutes=st.sampled_from([31, 200, 60 * 24 * 3]))
    def nobody_is_there_for_a_while(self, minutes: int) -> None:
        nudges = len(self.story.happened(e.UpdateNudged))
        self.story.away(timedelta(minutes=minutes))
        assert len(self.story.happened(e.UpdateNudged)) <= nudges + 1

    @invariant()
    def the_record_is_without_gaps(self) -> None:
        versions = [recorded.version for recorded in self.story.record]
        assert versions == list(range(1, len(versions) + 1))
        assert self.story.incident_or_none is None or self.story.incident.version == len(versions)

    @invariant()
    def one_person_holds_each_role_but_that_of_many(self) -> None:
        if self.story.incident_or_none is None:
            return
        for role in PROCESS.roles:
            holders = self.story.incident.holders(role.key)
            assert len(holders) == len(set(holders))
            assert role.many or len(holders) <= 1

    @invariant()
    def an_update_is_due_only_where_somebody_waits(self) -> None:
        if self.story.incident_or_none is None:
            return
        incident, key = self.story.incident, f"update:{STREAM}"
        if incident.at_rest:
            assert incident.cadence.due_at is None
        if incident.cadence.due_at is None:
            assert key not in self.story.timers

    @invariant()
    def what_it_is_called_never_changes_and_stays_clean(self) -> None:
        if self.story.incident_or_none is None:
            return
        incident = self.story.incident
        assert (incident.number, incident.stream, incident.reporter) == (42, STREAM, ANN)
        assert 0 < len(incident.title) <= 120
        assert not any(unicodedata.category(ch) in {"Cc", "Cs"} for ch in incident.title)

    @invariant()
    def it_is_over_or_has_a_category_once_it_left_triage(self) -> None:
        if self.story.incident_or_none is None or self.story.happened(e.StatusChanged) == []:
            return
        incident = self.story.incident
        reopened = any(
            isinstance(r.event, e.StatusChanged) and r.event.old_phase in {"declined", "cancelled"}
            for r in self.story.record
        )
        assert incident.category or incident.over or reopened or incident.phase == "triage"

    @invariant()
    def a_private_incident_is_told_of_nowhere_else(self) -> None:
        if self.story.incident_or_none is not None and self.story.incident.private:
            assert not [
                o for o in self.owed_in_all if isinstance(o, f.ShowAnnouncement | f.PostToFeed)
            ]

    @invariant()
    def nothing_is_owed_to_a_room_that_is_not_there(self) -> None:
        if self.story.incident_or_none is None or self.story.incident.room is not None:
            return
        kinds = f.PostToRoom | f.ShowCard | f.ShowAnnouncement
        assert not [o for o in self.owed_in_all if isinstance(o, kinds)]

    def teardown(self) -> None:
        if not self.story.record:
            return
        replayed = born(self.story.record[0], WORKSPACE)
        for recorded in self.story.record[1:]:
            replayed = evolve(replayed, recorded)
        assert replayed == self.story.incident
        for recorded in self.story.record:
            line = timeline_line(recorded, replayed, str, process=PROCESS)
            assert line is None or line.strip()
            assert told_at(recorded).tzinfo is not None


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40)
