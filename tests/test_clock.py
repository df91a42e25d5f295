"""The clock that everybody is handed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def test_a_stopped_clock_stands_still() -> None:
    clock = Clock(stopped_at=NOON)

    assert clock.now() == NOON
    assert clock.now() == NOON


def test_a_running_clock_tells_the_machines_time_in_utc() -> None:
    before = datetime.now(UTC)
    told = Clock().now()
    after = datetime.now(UTC)

    assert before <= told <= after
    assert told.utcoffset() == timedelta()


def test_a_clock_that_runs_ahead_keeps_running() -> None:
    clock = Clock()

    clock.advance(HALF_AN_HOUR)

    assert clock.now() - datetime.now(UTC) > HALF_AN_HOUR - timedelta(seconds=5)


def test_moves_add_up() -> None:
    clock = Clock(stopped_at=NOON)

    clock.advance(HALF_AN_HOUR)
    clock.advance(HALF_AN_HOUR)

    assert clock.now() == NOON + timedelta(hours=1)


def test_listeners_are_told_after_the_move_and_see_the_new_time() -> None:
    clock = Clock(stopped_at=NOON)
    seen: list[datetime] = []
    clock.listen(lambda: seen.append(clock.now()))

    clock.advance(HALF_AN_HOUR)

    assert seen == [NOON + HALF_AN_HOUR]


def test_who_stops_listening_is_told_no_more() -> None:
    clock = Clock(stopped_at=NOON)
    seen: list[datetime] = []
    stop = clock.listen(lambda: seen.append(clock.now()))

    stop()
    clock.advance(HALF_AN_HOUR)

    assert seen == []


def test_a_listener_may_stop_listening_while_it_is_told() -> None:
    clock = Clock(stopped_at=NOON)
    told: list[str] = []

    def once() -> None:
        told.append("first")
        stop()

    stop = clock.listen(once)
    clock.listen(lambda: told.append("second"))

    clock.advance(HALF_AN_HOUR)
    clock.advance(HALF_AN_HOUR)

    assert told == ["first", "second", "second"]


def test_time_never_runs_backwards() -> None:
    clock = Clock(stopped_at=NOON)

    with pytest.raises(ValueError, match=r"-1 day"):
        clock.advance(-timedelta(days=1))

    assert clock.now() == NOON
