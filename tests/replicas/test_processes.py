"""Three `muster serve` on one PostgreSQL: killed, frozen and restarted while people work."""

import asyncio
import os
import signal
from datetime import timedelta

import pytest

from tests.machine import withheld
from tests.reliability import Tried, tried
from tests.replicas.fleet import Fleet, fleet
from tests.replicas.timing import done_instead, taken_away

__all__ = ["fleet", "tried"]

UPDATES = 6 * int(os.environ.get("ROUNDS", "1"))
PEOPLE = ("ann", "bob", "carol")
TAKEN_OVER = timedelta(seconds=25)
"""What is promised of the work of a replica that was killed."""
TAKEN_AWAY = timedelta(seconds=30)
"""What is promised of what lands late."""


@pytest.mark.faults
async def test_a_killed_and_a_frozen_replica_are_followed_and_leave_nothing_twice(
    fleet: Fleet, tried: Tried
) -> None:
    now = fleet.sim.clock.now
    frozen = await fleet.starts()
    for name in PEOPLE[:2]:
        await fleet.asks(name, f"/incident declare outage of {name}")
    await fleet.until("outage of ann", "outage of bob", "How this room works")
    late = fleet.sim.faults.add("chat.postMessage", "held")
    await fleet.asks("ann", "/incident update inc-1 ann is on it")
    await fleet.sim.workspace.wait_for(lambda: late.struck, what="the call to hold back")
    frozen.send_signal(signal.SIGSTOP)
    try:
        killed = await fleet.starts()
        lost = fleet.sim.faults.add("chat.postMessage", "held")
        await fleet.asks("bob", "/incident update inc-2 bob is on it")
        await fleet.sim.workspace.wait_for(lambda: lost.struck, what="the call to lose")
        await fleet.starts()  # three of them: one frozen, one in a call, one that is fine
        before = withheld()
        killed.kill()
        died = now()
        await killed.wait()
        await fleet.asks("carol", "/incident update inc-2 carol types on")
        await fleet.until("ann is on it", "bob is on it", "carol types on")
        held = [call for call in fleet.sim.calls if not call.took]
        by = died + TAKEN_OVER + timedelta(seconds=withheld() - before)
        assert len(held) == 2
        assert all(done_instead(fleet.sim.calls, call).at <= by for call in held)
        before = withheld()
        landed = now()
        late.release()
        lost.release()
        await fleet.sim.workspace.wait_for(
            lambda: all(call.took for call in held), what="what was held back"
        )
        await fleet.nothing_stands_twice_in_the_end()
        by = landed + TAKEN_AWAY + timedelta(seconds=withheld() - before)
        assert all(taken_away(fleet.sim.calls, call).at <= by for call in held)
    finally:
        frozen.send_signal(signal.SIGCONT)
    await fleet.asks("carol", "/incident update inc-1 and so is carol")
    await fleet.until("and so is carol")
    await fleet.nothing_stands_twice_in_the_end()  # what woke up may have said something late
    await fleet.nothing_stands_twice()
    tried("one replica is stopped in a call, one killed in a call", "PostgreSQL")


@pytest.mark.faults
async def test_all_are_restarted_one_by_one_while_people_work(fleet: Fleet, tried: Tried) -> None:
    replicas = [await fleet.starts() for _ in PEOPLE]
    for name in PEOPLE:
        await fleet.asks(name, f"/incident declare outage of {name}")
    await fleet.until(*(f"outage of {name}" for name in PEOPLE))

    async def works(number: int, name: str) -> None:
        for nth in range(UPDATES):
            line = f"/incident update inc-{number} {name} says {nth}."
            await fleet.asks(name, line)

    async def restarts() -> None:
        for replica in replicas:
            replica.send_signal(signal.SIGTERM)
            assert await replica.wait() == 0
            await fleet.starts()

    work = [works(number, name) for number, name in enumerate(PEOPLE, 1)]
    await asyncio.gather(restarts(), *work)
    said = [f"{name} says {nth}." for name in PEOPLE for nth in range(UPDATES)]
    await fleet.until(*said)
    assert [fleet.standing(words) for words in said] == [2] * len(said)
    await fleet.nothing_stands_twice()
    tried("a replica is restarted while people work", "PostgreSQL", times=len(PEOPLE))
