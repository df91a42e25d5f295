"""The queue of the writer: what is urgent goes first, the rest in the order in which it came."""

import queue
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.urgent_first import UrgentFirst


@given(st.lists(st.integers(0, 3)))
def test_the_urgent_goes_first_and_equals_in_order(urgencies: list[int]) -> None:
    line = UrgentFirst[int]()
    for number, urgency in enumerate(urgencies):
        line.put(urgency, number)
    assert len(line) == len(urgencies)
    taken = [line.get() for _ in urgencies]
    assert taken == sorted(range(len(urgencies)), key=lambda number: (urgencies[number], number))


def test_nothing_waits() -> None:
    with pytest.raises(queue.Empty):
        UrgentFirst[int]().get_nowait()


def test_several_threads_put_and_nothing_is_lost_or_taken_twice() -> None:
    line = UrgentFirst[tuple[int, int]]()

    def puts(name: int) -> None:
        for number in range(2_000):
            line.put(number % 3, (name, number))

    threads = [threading.Thread(target=puts, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    taken = [line.get() for _ in range(8_000)]
    for thread in threads:
        thread.join()
    assert sorted(taken) == [(name, n) for name in range(4) for n in range(2_000)]
    for name in range(4):
        for urgency in range(3):
            of_one = [n for who, n in taken if who == name and n % 3 == urgency]
            assert of_one == sorted(of_one), "who puts twice with one urgency is served in order"
