"""The stretch of messages that a page holds: where it goes, and that it never grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.page.window import AT_FIRST, MORE, MOST, Step, Window

WAYS: tuple[Step, ...] = ("earlier", "later", "newest", "oldest")


def listed(length: int) -> list[str]:
    return [f"1772452800.{number:06d}" for number in range(length)]


def test_it_begins_at_the_end_and_follows_it() -> None:
    window = Window()
    assert window.of([]) == (0, 0)
    assert window.of(listed(400)) == (400 - AT_FIRST, 400)
    assert window.of(listed(410)) == (400 - AT_FIRST, 410)
    assert window.of(listed(600)) == (600 - MOST, 600)


def test_it_does_not_move_below_somebody_who_reads_further_up() -> None:
    window = Window()
    window.of(listed(400))
    window.held = True
    start = 400 - AT_FIRST
    assert window.of(listed(1_000)) == (start, start + MOST)
    assert window.of(listed(1_000)) == (start, start + MOST)
    window.step(listed(1_000), "newest")
    assert window.of(listed(1_001)) == (1_000 - AT_FIRST, 1_001)


def test_what_was_deleted_gives_way_to_what_is_left() -> None:
    window = Window()
    everything = listed(400)
    window.show(everything, everything[200])
    start, end = window.of(everything)
    assert window.of(everything[:start] + everything[end:]) == (start - AT_FIRST, start)


@given(
    steps=st.lists(st.tuples(st.sampled_from(WAYS), st.integers(0, 90), st.booleans())),
    length=st.integers(0, 400),
)
def test_it_stays_inside_the_list_and_short(
    steps: list[tuple[Step, int, bool]], length: int
) -> None:
    window = Window()
    for way, more, held in steps:
        window.held = held
        length += more
        before = window.of(listed(length))
        window.step(listed(length), way)
        start, end = window.of(listed(length))
        assert 0 <= start <= end <= length
        assert end - start <= MOST
        assert end > start or not length
        if way == "earlier" and before[0]:
            assert start < before[0]


@pytest.mark.parametrize("length", [0, 1, AT_FIRST, AT_FIRST + 1, MOST + MORE])
def test_a_walk_backwards_passes_everything_once(length: int) -> None:
    everything, window = listed(length), Window(held=True)
    seen = set(range(*window.of(everything)))
    for _ in range(length // MORE + 1):
        window.step(everything, "earlier")
        seen |= set(range(*window.of(everything)))
    assert seen == set(range(length))
