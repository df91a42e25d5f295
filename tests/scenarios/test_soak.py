"""A short soak of the real process: load, storms of faults, and a stop in the midst of it all.

How fast it goes is measured by `make soak`; here it is held that nothing is lost, doubled or left
behind.
"""

from pathlib import Path

import pytest

from bench.soak.story import Plan, play

SHORT = Plan(
    incidents=15,
    messages=50,
    seconds=4,
    declares=90,
    tiered_seconds=3,
    tiered_declares=80,
    calm=1,
    storm=2,
    tiered_turns=240,
    standstill=1.5,
)


@pytest.mark.slow
async def test_under_load_and_faults_nothing_is_lost_doubled_or_left_behind(tmp_path: Path) -> None:
    outcome = await play(SHORT, tmp_path)
    assert outcome.wrong == []
    assert all(phase.owed_at_stop for phase in outcome.phases), "there was something to resume"
    assert outcome.complaints == [], "sessions, sockets and tasks are looked after"
    assert [phase.status for phase in outcome.phases] == [0, 0]
    first, _ = outcome.phases
    assert outcome.at_rest <= min(one.tasks for one in first.samples), "tasks that stayed"
    assert first.faults > 0, "there was a storm"
    for crowd in outcome.crowds:
        assert crowd.unanswered == []
        assert len(crowd.declared) > 3
        assert crowd.updates
        assert len(crowd.said) > 100
    assert outcome.crowds[-1].turned > 3
