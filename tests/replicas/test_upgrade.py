"""A rolling upgrade: this version and a newer one, whose code knows more, work side by side."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.simulator.model import Channel
from bot.simulator.workspace import NotSeen
from bot.storage import tables as t
from bot.storage.database import Connection
from bot.storage.opening import connect
from tests.reliability import Tried, tried
from tests.replicas.fleet import PATIENCE, Fleet, fleet
from tests.replicas.newer import REVISION, newer_version
from tests.serving import ROOT, environment

__all__ = ["fleet", "tried"]

KEPT = "Your request is kept"
OLD, NEW = 1, 2
"""The sockets, by the order in which they were opened."""


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Where the newer version lies."""
    return newer_version(tmp_path / "newer")


async def _muster(fleet: Fleet, code: Path, *words: str) -> tuple[int, str]:
    """Run a word of the command line of a version; return its exit status and what it says."""
    settings = {"DATABASE_URL": fleet.url, "PYTHONPATH": str(code)}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        cwd=fleet.folder,
        env=environment(fleet.sim, fleet.folder, settings),
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await child.communicate()
    assert child.returncode is not None
    return child.returncode, said.decode()


async def _stops(replica: Process) -> None:
    replica.send_signal(signal.SIGTERM)
    assert await replica.wait() == 0


def _open(connection: Connection) -> list[str]:
    """What is still to be carried or decided, reminders and clocks excepted."""
    owed = select(t.outbox.c.kind).where(t.outbox.c.state == "open")
    waiting = select(t.job.c.kind).where(t.job.c.kind.not_in(["UpdateFallsDue", "TaskFallsDue"]))
    return [*connection.execute(owed).scalars(), *connection.execute(waiting).scalars()]


async def _nothing_is_owed(fleet: Fleet) -> None:
    """Wait until nothing is left to do."""
    database, left = connect(fleet.url), [""]
    try:
        async with asyncio.timeout(PATIENCE):
            while left := await database.read(_open):
                with suppress(NotSeen):
                    await fleet.sim.workspace.wait_for(lambda: False, within=0.2)
    except TimeoutError:
        raise AssertionError(left) from None
    finally:
        await database.close()


def _room(fleet: Fleet, number: int) -> Channel:
    start = f"inc-{number}-"
    return next(c for c in fleet.sim.workspace.channels.values() if c.name.startswith(start))


async def _record_is_sound(fleet: Fleet, code: Path) -> None:
    for word in (["verify"], ["rebuild", "--check"]):
        status, said = await _muster(fleet, code, *word)
        assert (status, "Traceback" in said) == (0, False), said


async def _the_old_keeps_what_it_cannot_decide(fleet: Fleet) -> None:
    """What the newer one did is shown by the older as far as it can; the newer does what is asked.

    One of the two asks is a guest's: the newer one refuses it, and that is told as well.
    """
    sockets, ann = fleet.sim.sockets, fleet.sim.person("ann")
    sockets.favourite = NEW
    await fleet.asks("bob", "/incident mood inc-1 grim")
    await fleet.until("The mood is grim", times=1)
    sockets.favourite = OLD
    assert KEPT in await ann.types("general", "/incident update inc-1 we look into it")
    assert KEPT in await fleet.sim.person("dan").types("general", "/incident severity inc-1 1 bad")
    await fleet.until("we look into it")
    await ann.waits_to_see("during an upgrade of Muster, is done", in_="general", within=PATIENCE)
    await fleet.sim.person("dan").waits_to_see("was not done", in_="general", within=PATIENCE)
    assert "INC-1" in await ann.types("general", "/incident list")
    assert "checkout is down" in await ann.types("general", "/incident show inc-1")
    said = await ann.posts(_room(fleet, 1).id, "it began at noon")
    await ann.reacts("pushpin", to=said)


async def _a_form_and_a_button_of_the_newer_lose_nothing(fleet: Fleet) -> None:
    sockets, ann, room = fleet.sim.sockets, fleet.sim.person("ann"), _room(fleet, 1)
    sockets.favourite = NEW
    await ann.types("general", "/incident mood inc-1")
    await ann.sees_modal("mood")
    sockets.favourite = OLD
    kept = await ann.submits({"text": "hopeful"})
    assert kept.result == "errors", kept
    assert "newer version" in kept.errors["text"]
    card = next(message for message in room.messages.values() if message.ts in room.pins)
    await fleet.sim.workspace.wait_for(
        lambda: "Calm down" in str(card.blocks), within=30, what="the card of the newer version"
    )
    await ann.clicks("Calm down", in_=card)
    await ann.waits_to_see("needs the newer version", in_=room.id)
    sockets.favourite = NEW
    assert (await ann.submits()).ok
    await fleet.until("The mood is hopeful", times=1)
    await ann.clicks("Calm down", in_=card)
    await fleet.until("The mood is calm", times=1)
    await fleet.asks("ann", "/incident update inc-1 it was the pool")
    await fleet.until("it was the pool")


async def _either_takes_what_both_understand(fleet: Fleet) -> None:
    sockets, names = fleet.sim.sockets, ("ann", "bob", "carol")
    for name, sockets.favourite in zip(names, (OLD, NEW, OLD), strict=True):
        await fleet.asks(name, f"/incident declare outage of {name}")
    await fleet.until(*(f"outage of {name}" for name in names))
    for nth in range(4):
        sockets.favourite = (OLD, NEW)[nth % 2]
        await fleet.asks("ann", f"/incident update inc-2 word {nth}")
    await fleet.until(*(f"word {nth}" for nth in range(4)))


async def _a_playbook_with_a_newer_step_stays_with_the_newer(fleet: Fleet) -> None:
    sockets, bob = fleet.sim.sockets, fleet.sim.person("bob")
    sockets.favourite = NEW
    await bob.types("general", "/incident playbook inc-3 start soothe")
    await bob.waits_to_see("Look out of the window", in_=_room(fleet, 3).id)
    sockets.favourite = OLD
    assert KEPT in await bob.types("general", "/incident update inc-3 we pour tea")
    await fleet.until("we pour tea")


async def _the_old_alone_does_what_it_can(fleet: Fleet) -> None:
    ann = fleet.sim.person("ann")
    assert KEPT in await ann.types("general", "/incident update inc-2 we look into that")
    assert "outage of ann" in await ann.types("general", "/incident show inc-2")
    await fleet.asks("carol", "/incident update inc-4 back to the old one")
    await fleet.asks("bob", "/incident declare search is down")
    await fleet.until("back to the old one", "search is down")
    for words, status in ((["migrate"], 0), (["list"], 0), (["verify"], 0), (["rebuild"], 1)):
        ended, said = await _muster(fleet, ROOT, *words)
        assert (ended, "Traceback" in said) == (status, False), said


@pytest.mark.faults
async def test_old_and_new_work_side_by_side_and_back_again(
    fleet: Fleet, newer: Path, tried: Tried
) -> None:
    fleet.sim.ack_deadline = PATIENCE  # nobody is frozen or killed here
    old = await fleet.starts()
    await fleet.asks("ann", "/incident declare checkout is down")
    await fleet.until("checkout is down")
    status, said = await _muster(fleet, newer, "migrate")
    assert (status, said.count(REVISION)) == (0, 1), said
    new = await fleet.starts(newer)
    await _the_old_keeps_what_it_cannot_decide(fleet)
    await _a_form_and_a_button_of_the_newer_lose_nothing(fleet)
    await _either_takes_what_both_understand(fleet)
    await _a_playbook_with_a_newer_step_stays_with_the_newer(fleet)
    await _stops(old)
    await _nothing_is_owed(fleet)
    await fleet.nothing_stands_twice()
    await _record_is_sound(fleet, newer)

    slow = fleet.sim.faults.add("chat.postMessage", "rate_limited", retry_after=2)
    await fleet.asks("ann", "/incident mood inc-2 tired")
    await fleet.sim.workspace.wait_for(lambda: slow.struck, what="the mood to wait")
    await _stops(new)
    old = await fleet.starts()
    await _the_old_alone_does_what_it_can(fleet)
    await _stops(old)

    new = await fleet.starts(newer)
    await fleet.asks("ann", "/incident update inc-2 and on with the new one")
    await fleet.until("we look into that", "and on with the new one")
    await _nothing_is_owed(fleet)
    assert fleet.standing("The mood is tired") == 1
    await fleet.nothing_stands_twice()
    await _record_is_sound(fleet, newer)
    await _stops(new)
    tried(
        "an older and a newer version work side by side, each leaves and comes back", "PostgreSQL"
    )
