"""A junior responder who does what is next, and nothing else, reaches the end of every playbook."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.playbook.decide import Outcome, complete, start
from bot.domain.playbook.refusals import LinkNeeded, NoteNeeded
from bot.domain.process import Process
from bot.domain.steps.common import Ask, SetStatus
from bot.domain.values import Text
from bot.playbook_files import load_text

SHIPPED = sorted((Path(__file__).parents[2] / "playbooks").glob("*.yaml"))
NOW = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
READABLE = 200
"""Characters of an item that somebody takes in at a glance, at night."""


def begin(file: Path) -> Outcome:
    process = Process()
    playbook, problems = load_text(
        file.read_text(encoding="utf-8"),
        file=str(file),
        names={
            "role": frozenset(role.key for role in process.roles),
            "severity": frozenset(severity.key for severity in process.severities),
            "status": frozenset(status.key for status in process.statuses),
            "category": frozenset(process.categories),
            "service": frozenset(),
        },
    )
    assert playbook is not None, problems
    return start(playbook, run="r1", by="ann", at=NOW)


def tick_off_what_is_next(outcome: Outcome, at: datetime) -> Outcome:
    """Do the next thing; give evidence only when asked for it."""
    row = outcome.run.next_row
    assert row is not None, "the run waits, and nobody can see for what"
    try:
        return complete(outcome.run, row.path, by="ann", at=at)
    except NoteNeeded:
        return complete(outcome.run, row.path, by="ann", at=at, note=Text("as expected"))
    except LinkNeeded:
        return complete(outcome.run, row.path, by="ann", at=at, link="https://graphs.example/1")


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_doing_what_is_next_reaches_the_end(file: Path) -> None:
    outcome, at = begin(file), NOW
    asks: list[Ask] = list(outcome.asks)
    while outcome.run.active:
        at += timedelta(minutes=5)
        outcome = tick_off_what_is_next(outcome, at)
        asks.extend(outcome.asks)

    assert outcome.run.progress.done == outcome.run.progress.total
    assert [ask.to for ask in asks if isinstance(ask, SetStatus)] == [
        "investigating",
        "mitigated",
        "monitoring",
    ]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_line_can_be_taken_in_at_a_glance(file: Path) -> None:
    for row in begin(file).run.rows:
        assert len(row.text) <= READABLE, row.text
