"""What people see of a run: rows with numbers, progress, what is next and when it is due."""

from datetime import date, timedelta

from bot.domain.playbook import Playbook
from bot.domain.steps import Checklist, Task
from bot.domain.steps.checklist import Item
from tests.domain.outage import LATER, NOW, OUTAGE, TRIAGE, begun, done, in_work, playbook


def test_numbers_run_through_the_whole_playbook() -> None:
    assert [(row.number, row.path) for row in begun().rows] == [
        (1, "triage/disk"),
        (2, "triage/graph"),
        (3, "triage/cause"),
        (4, "call"),
    ]


def test_progress_counts_what_needs_no_more_work() -> None:
    run = begun()
    assert (run.progress.done, run.progress.total) == (0, 4)
    run = done(run, "triage/disk", "triage/graph")
    assert (run.progress.done, run.progress.total) == (3, 4)


def test_the_next_thing_is_required_before_it_is_optional() -> None:
    items = (Item(id="a", text="A", required=False), Item(id="b", text="B"))
    run = begun(playbook(Checklist(id="look", name="Look", items=items)))

    assert run.next_row is not None
    assert run.next_row.text == "B"


def test_a_due_time_counts_from_the_opening_of_the_step() -> None:
    waiting, run = begun().rows[3], done(begun(), "triage/disk", "triage/graph")

    assert (waiting.state, waiting.due) == ("waiting", None)
    assert run.rows[0].due == NOW + timedelta(minutes=10)
    assert run.rows[3].due == LATER + timedelta(hours=1)


def test_next_jumps_over_nothing_but_leads_on() -> None:
    book = playbook(Task(id="a", title="A", next="c"), Task(id="c", title="C"))

    assert in_work(done(begun(book), "a")) == ["c"]


def test_a_playbook_not_verified_for_half_a_year_is_stale() -> None:
    book = Playbook(id="x", name="X", steps=(TRIAGE,), last_verified=date(2026, 1, 1))

    assert not book.stale(date(2026, 6, 30))
    assert book.stale(date(2026, 7, 1))
    assert not OUTAGE.stale(date(2026, 1, 1)), "it says nothing of when it was tried"
