"""Finding a step, a run or a playbook by what somebody typed."""

import pytest

from bot.domain.playbook.decide import start
from bot.domain.playbook.offers import find_playbook
from bot.domain.playbook.paths import find_path, find_run
from bot.domain.playbook.refusals import (
    NoRun,
    NoSuchPath,
    NoSuchPlaybook,
    WhichRun,
)
from bot.domain.steps import Checklist, Note, Task
from bot.domain.steps.checklist import Item
from tests.domain.outage import NOW, OUTAGE, TRIAGE, begun, done, playbook


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("triage/disk", "triage/disk"),
        (" Triage/Disk ", "triage/disk"),
        ("disk", "triage/disk"),
        ("1", "triage/disk"),
        ("#4", "call"),
        ("04", "call"),
        ("triage", "triage"),
    ],
)
def test_a_step_is_found_by_path_item_or_number(typed: str, path: str) -> None:
    assert find_path(begun(), typed) == path


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (
            "triage/dsk",
            "There is no step 'triage/dsk' here; did you mean 'triage/disk' (number 1)?",
        ),
        ("grap", "There is no step 'grap' here; did you mean 'triage/graph' (number 2)?"),
        ("triag", "There is no step 'triag' here; did you mean 'triage'?"),
        ("99", "There is no number 99; they go from 1 to 4."),
        ("0", "There is no number 0; they go from 1 to 4."),
        (
            "xyzzy",
            (
                "There is no step 'xyzzy' here; "
                "`playbook status` lists the steps with their numbers."
            ),
        ),
    ],
)
def test_what_is_not_there_comes_with_a_suggestion(typed: str, answer: str) -> None:
    with pytest.raises(NoSuchPath) as refusal:
        find_path(begun(), typed)
    assert refusal.value.message == answer


def test_a_playbook_without_boxes_has_no_numbers() -> None:
    with pytest.raises(NoSuchPath, match="nothing to tick off"):
        find_path(begun(playbook(Note(id="n", text="N"))), "1")


def test_one_id_in_two_steps_is_asked_back() -> None:
    other = Checklist(id="verify", name="Verify", items=(Item(id="disk", text="Disk"),))

    with pytest.raises(NoSuchPath, match="one of 'triage/disk', 'verify/disk'"):
        find_path(begun(playbook(TRIAGE, other)), "disk")


def test_among_several_runs_the_playbook_says_which() -> None:
    other = start(playbook(Task(id="t", title="T")), run="r2", by="a", at=NOW).run
    runs = [begun(), other]

    assert find_run(runs, "small/1") == (other, "t")
    assert find_run(runs, "t") == (other, "t")
    assert find_run(runs, "1", run="r1") == (runs[0], "triage/disk")
    assert find_run(runs, "1", run="small") == (other, "t")
    with pytest.raises(WhichRun, match="'service-outage/1' or 'small/1'"):
        find_run(runs, "1")
    with pytest.raises(NoRun):
        find_run([], "1")


def test_the_last_finished_run_answers_when_none_is_active() -> None:
    finished = done(begun(), "triage/disk", "triage/graph", "call")

    assert find_run([finished], "1") == (finished, "triage/disk")


def test_a_playbook_is_found_by_id_or_name() -> None:
    library = {OUTAGE.id: OUTAGE}

    assert find_playbook(library, "Service-Outage") is OUTAGE
    assert find_playbook(library, " service outage ") is OUTAGE
    with pytest.raises(NoSuchPlaybook, match="did you mean 'service-outage'"):
        find_playbook(library, "servce-outage")
    with pytest.raises(NoSuchPlaybook, match="`playbook list` shows them all"):
        find_playbook(library, "xyzzy")
