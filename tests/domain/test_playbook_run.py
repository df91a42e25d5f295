"""A run of a playbook: what starting, ticking off and skipping lead to."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.playbook import Playbook, Run, evolve_run
from bot.domain.playbook.decide import Outcome, complete, skip, split_evidence, start
from bot.domain.playbook.events import (
    ItemDone,
    ItemSkipped,
    RunEvent,
    RunFinished,
    RunStarted,
    StepDone,
    StepOpened,
    StepSkipped,
)
from bot.domain.playbook.paths import find_path
from bot.domain.playbook.plain import from_canonical, revision
from bot.domain.playbook.refusals import (
    AlreadyRunning,
    AlreadySettled,
    LinkNeeded,
    NotALink,
    NoteNeeded,
    NotOpenYet,
    ReasonNeeded,
    RequiredOpen,
    RunOver,
)
from bot.domain.refusals import Refused
from bot.domain.shapes import DoneWhen, Principal
from bot.domain.steps import Checklist, Message, Note, Status, Task
from bot.domain.steps.checklist import Item
from bot.domain.steps.common import CloseTask, CreateTask, SayMessage, SetStatus, WriteNote
from bot.domain.values import Text
from tests.domain.outage import LATER, NOW, OUTAGE, TRIAGE, begun, done, in_work, playbook


def names(events: Sequence[RunEvent]) -> list[tuple[str, str]]:
    return [(type(event).__name__, getattr(event, "path", "")) for event in events]


class TestStart:
    def test_the_first_step_opens(self) -> None:
        outcome = start(OUTAGE, run="r1", by="ann", at=NOW)

        assert names(outcome.events) == [("RunStarted", ""), ("StepOpened", "triage")]
        assert in_work(outcome.run) == ["triage"]
        assert (outcome.run.started_by, outcome.run.started_at) == ("ann", NOW)

    def test_the_run_is_pinned_to_the_words_of_this_moment(self) -> None:
        started = start(OUTAGE, run="r1", by="ann", at=NOW).events[0]

        assert isinstance(started, RunStarted)
        assert started.revision == revision(OUTAGE)
        assert from_canonical(started.snapshot) == OUTAGE
        assert (started.playbook, started.name, started.version) == (
            "service-outage",
            "Service outage",
            "1.0.0",
        )

    def test_steps_that_need_nobody_finish_at_once(self) -> None:
        book = playbook(Message(id="hello", text="Hi"), Status(id="s", to="triage"), TRIAGE)

        outcome = start(book, run="r1", by="ann", at=NOW)

        assert names(outcome.events)[1:] == [
            ("StepOpened", "hello"),
            ("StepDone", "hello"),
            ("StepOpened", "s"),
            ("StepDone", "s"),
            ("StepOpened", "triage"),
        ]
        assert outcome.asks == (
            SayMessage(run="r1", path="hello", text="Hi"),
            SetStatus(run="r1", path="s", to="triage"),
        )

    def test_a_playbook_without_people_runs_to_its_end(self) -> None:
        outcome = start(playbook(Note(id="n", text="N")), run="r1", by="ann", at=NOW)

        assert outcome.events[-1] == RunFinished(run="r1", at=NOW)
        assert outcome.asks == (WriteNote(run="r1", path="n", text="N"),)
        assert not outcome.run.active

    def test_the_same_playbook_does_not_run_twice_at_once(self) -> None:
        with pytest.raises(AlreadyRunning, match=r"already running here \(1 of 4 done\)"):
            start(OUTAGE, run="r2", by="bob", at=NOW, others=[done(begun(), "triage/disk")])

    def test_a_finished_playbook_may_run_again(self) -> None:
        finished = start(playbook(Note(id="n", text="N")), run="r1", by="ann", at=NOW).run

        again = start(finished.playbook, run="r2", by="ann", at=NOW, others=[finished])

        assert again.run.id == "r2"


class TestComplete:
    def test_an_item_is_ticked_off_with_who_and_when(self) -> None:
        outcome = complete(begun(), "triage/disk", by="bob", at=LATER, note=Text(" full "))

        assert outcome.events == (
            ItemDone(run="r1", path="triage/disk", by="bob", at=LATER, note=Text("full"), link=""),
        )
        mark = outcome.run.marks["triage/disk"]
        assert (mark.state, mark.by, mark.at, mark.note) == ("done", "bob", LATER, "full")

    def test_the_last_required_item_opens_what_follows(self) -> None:
        outcome = complete(
            done(begun(), "triage/disk"),
            "triage/graph",
            by="bob",
            at=LATER,
            link="https://graphs.example/1",
        )

        assert names(outcome.events) == [
            ("ItemDone", "triage/graph"),
            ("StepDone", "triage"),
            ("StepOpened", "contained"),
            ("StepDone", "contained"),
            ("StepOpened", "say"),
            ("StepDone", "say"),
            ("StepOpened", "call"),
        ]
        assert outcome.asks == (
            SetStatus(run="r1", path="contained", to="mitigated"),
            SayMessage(run="r1", path="say", text="Contained"),
            CreateTask(
                run="r1",
                path="call",
                title="Call the supplier",
                assignee=None,
                due=LATER + timedelta(hours=1),
            ),
        )

    def test_the_last_step_finishes_the_run(self) -> None:
        run = done(begun(), "triage/disk", "triage/graph")

        outcome = complete(run, "call", by="ann", at=LATER)

        assert names(outcome.events) == [
            ("StepDone", "call"),
            ("StepOpened", "over"),
            ("StepDone", "over"),
            ("RunFinished", ""),
        ]
        assert outcome.asks[0] == CloseTask(run="r1", path="call")
        assert outcome.run.finished_at == LATER

    def test_an_optional_item_may_follow_later(self) -> None:
        run = done(begun(), "triage/disk", "triage/graph")
        assert run.rows[2].state == "left"

        run = done(run, "triage/cause")

        assert run.rows[2].state == "done"
        assert in_work(run) == ["call"]

    def test_nothing_is_done_twice(self) -> None:
        with pytest.raises(
            AlreadySettled,
            match=r"'triage/disk' is already done\. Next is number 2: Link the graph",
        ):
            done(begun(), "triage/disk", "triage/disk")

    def test_what_is_not_open_yet_says_what_is(self) -> None:
        with pytest.raises(NotOpenYet, match=r"not open yet\. Next is number 1: Check the disk"):
            done(begun(), "call")

    def test_a_finished_run_takes_no_more(self) -> None:
        run = done(begun(), "triage/disk", "triage/graph", "call")

        with pytest.raises(RunOver, match="'Service outage' is finished"):
            done(run, "triage/cause")

    def test_a_step_is_not_done_while_required_items_are_open(self) -> None:
        with pytest.raises(RequiredOpen, match="'Triage' still needs 1, 2;"):
            done(begun(), "triage")

    def test_a_path_that_was_not_looked_up_is_a_mistake_of_ours(self) -> None:
        for path in ("none", "triage/none", "call/none"):
            with pytest.raises(LookupError):
                done(begun(), path)


class TestEvidence:
    def test_an_item_may_ask_for_a_link(self) -> None:
        with pytest.raises(LinkNeeded):
            complete(begun(), "triage/graph", by="ann", at=NOW, note=Text("looks bad"))

    def test_an_item_may_ask_for_a_note(self) -> None:
        with pytest.raises(NoteNeeded):
            complete(begun(), "triage/cause", by="ann", at=NOW, note=Text("  "))

    @pytest.mark.parametrize(
        "link",
        ["graph", "javascript:alert(1)", "https://", "https://a b", "https://[", "file:///x"],
    )
    def test_a_link_is_a_link(self, link: str) -> None:
        with pytest.raises(NotALink):
            complete(begun(), "triage/graph", by="ann", at=NOW, link=link)

    @pytest.mark.parametrize(
        ("typed", "note", "link"),
        [
            ("", "", ""),
            ("it is full", "it is full", ""),
            ("https://g.example/1", "", "https://g.example/1"),
            ("see <https://g.example/1|graph> now", "see now", "https://g.example/1"),
            (
                "a <https://g.example> b https://h.example",
                "a b https://h.example",
                "https://g.example",
            ),
        ],
    )
    def test_what_was_typed_parts_into_note_and_link(
        self, typed: str, note: str, link: str
    ) -> None:
        assert split_evidence(typed) == (note, link)


class TestSkip:
    def test_an_item_is_left_out_for_a_reason(self) -> None:
        outcome = skip(begun(), "triage/disk", by="bob", at=LATER, reason=Text("no disk"))

        assert outcome.events == (
            ItemSkipped(run="r1", path="triage/disk", by="bob", at=LATER, reason=Text("no disk")),
        )

    def test_without_a_reason_nothing_is_skipped(self) -> None:
        with pytest.raises(ReasonNeeded):
            skip(begun(), "triage/disk", by="bob", at=LATER, reason=Text(" "))

    def test_a_whole_step_is_left_out_with_its_items(self) -> None:
        outcome = skip(begun(), "triage", by="bob", at=LATER, reason=Text("known"))

        assert outcome.events[0] == StepSkipped(
            run="r1", path="triage", by="bob", at=LATER, reason=Text("known")
        )
        assert [row.state for row in outcome.run.rows] == ["skipped"] * 3 + ["open"]
        with pytest.raises(AlreadySettled, match="already skipped"):
            done(outcome.run, "triage/disk")

    def test_a_step_may_be_left_out_before_its_turn(self) -> None:
        run = skip(begun(), "say", by="bob", at=NOW, reason=Text("said already")).run
        run = skip(run, "call", by="bob", at=NOW, reason=Text("no supplier")).run

        outcome = complete(
            done(run, "triage/disk"), "triage/graph", by="ann", at=LATER, link="https://g.example"
        )

        assert outcome.asks == (
            SetStatus(run="r1", path="contained", to="mitigated"),
            WriteNote(run="r1", path="over", text="Over"),
        )
        assert not outcome.run.active

    def test_an_item_waits_for_its_turn(self) -> None:
        book = playbook(Task(id="first", title="First"), TRIAGE)

        with pytest.raises(NotOpenYet):
            skip(begun(book), "triage/disk", by="bob", at=NOW, reason=Text("no"))

    def test_a_skipped_task_is_settled(self) -> None:
        book = playbook(Task(id="call", title="Call"))

        outcome = skip(begun(book), "call", by="bob", at=NOW, reason=Text("no"))

        assert outcome.asks == (CloseTask(run="r1", path="call"),)


class TestDoneWhen:
    def book(self, done_when: DoneWhen) -> Playbook:
        items = tuple(Item(id=name, text=name) for name in ("a", "b", "c"))
        return playbook(Checklist(id="fix", name="Fix", items=items, done_when=done_when))

    def test_any_needs_one(self) -> None:
        assert not done(begun(self.book("any")), "fix/b").active

    def test_a_number_needs_that_many(self) -> None:
        run = done(begun(self.book(2)), "fix/b")
        assert run.active
        assert not done(run, "fix/a").active

    def test_skipping_counts_for_neither(self) -> None:
        run = skip(begun(self.book("any")), "fix/a", by="b", at=NOW, reason=Text("no")).run
        assert run.active

    def test_when_all_are_skipped_the_run_goes_on(self) -> None:
        run = begun(self.book("any"))
        for path in ("fix/a", "fix/b", "fix/c"):
            run = skip(run, path, by="b", at=NOW, reason=Text("no")).run
        assert not run.active

    def test_optional_items_alone_wait_for_a_word(self) -> None:
        items = (Item(id="a", text="A", required=False), Item(id="b", text="B", required=False))
        run = done(begun(playbook(Checklist(id="look", name="Look", items=items))), "look/a")

        assert run.active
        assert not done(run, "look").active


def test_a_run_is_what_its_events_say() -> None:
    with pytest.raises(LookupError):
        evolve_run(None, StepOpened(run="r1", path="triage", at=NOW))
    with pytest.raises(LookupError):
        evolve_run(None, StepDone(run="r1", path="x", by=None, at=NOW, note=Text(""), link=""))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=12))
def test_whatever_people_do_the_events_tell_it_and_the_run_can_end(
    deeds: list[tuple[bool, int]],
) -> None:
    outcome = start(OUTAGE, run="r1", by="ann", at=NOW)
    told: list[RunEvent] = list(outcome.events)
    for finish, number in deeds:
        try:
            outcome = _deed(outcome.run, finish=finish, number=number)
        except Refused:
            continue
        told.extend(outcome.events)
    run: Run | None = None
    for event in told:
        run = evolve_run(run, event)
    assert run == outcome.run
    while (row := outcome.run.next_row) is not None:
        assert outcome.run.active
        before = outcome.run.progress.done
        outcome = _deed(outcome.run, finish=True, number=row.number)
        assert outcome.run.progress.done > before
    assert not outcome.run.active


def _deed(run: Run, *, finish: bool, number: int) -> Outcome:
    path = find_path(run, str(number))
    if finish:
        return complete(run, path, by="bob", at=LATER, note=Text("n"), link="https://g.example")
    return skip(run, path, by="bob", at=LATER, reason=Text("no"))


def test_a_principal_is_written_as_it_is_read() -> None:
    for text in ("role:commander", "user:U012AB3CD"):
        assert str(Principal.parse(text)) == text
