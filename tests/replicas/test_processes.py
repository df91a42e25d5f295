"""Three `muster serve` on one PostgreSQL: killed, frozen and restarted while people work."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.domain import effects as f
from bot.simulator import Simulator
from bot.simulator.model import Message
from bot.simulator.workspace import NotSeen
from bot.storage import tables as t
from bot.storage.codec import unpack_effect
from bot.storage.database import Connection
from bot.storage.opening import connect
from tests.serving import serving

UPDATES = 40 if "LONG" in os.environ else 6
PEOPLE = ("ann", "bob", "carol")
ANSWERS = ("INC-", "recorded once")
"""What is answered to a command, and to one whose first answer was lost."""
PATIENCE = 90
"""Seconds that a busy machine may take for what takes 25."""


@dataclass
class Fleet:
    """Processes on one database, with their sockets spread among them."""

    sim: Simulator
    folder: Path
    url: str
    stack: AsyncExitStack

    async def starts(self) -> Process:
        """Start one more."""
        more = self.sim.sockets.connected + 1
        return await self.stack.enter_async_context(
            serving(self.sim, self.folder, more, DATABASE_URL=self.url)
        )

    async def until_gone(self, replica: Process) -> None:
        """Wait until it has ended, and Slack has noticed."""
        await replica.wait()

    async def asks(self, name: str, line: str) -> None:
        """Have somebody type until they are answered, as people do."""
        said: list[str] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not any(words in said[-1] for words in ANSWERS if said):
                    await self.sim.wait_connected(within=PATIENCE)
                    said.append((await self.sim.person(name).types("general", line)).text)
        assert said, f"nobody heard {line}"
        assert any(words in said[-1] for words in ANSWERS), f"{line}: {Counter(said)}"

    def posts(self) -> list[Message]:
        """Every post of the bot that stands anywhere, in order."""
        workspace = self.sim.workspace
        found = [
            message
            for room in workspace.channels.values()
            for message in room.messages.values()
            if message.user == workspace.app.user_id and message.metadata
        ]
        return sorted(found, key=lambda message: message.ts)

    def standing(self, words: str) -> int:
        """How many posts say these words."""
        return sum(words in message.text for message in self.posts())

    async def until(self, *words: str, times: int = 2) -> None:
        """Wait until posts say each of these, in the room and in the feed."""

        def missing() -> dict[str, int]:
            return {each: n for each in words if (n := self.standing(each)) < times}

        with contextlib.suppress(NotSeen):
            await self.sim.workspace.wait_for(lambda: not missing(), within=PATIENCE)
        assert not missing()

    async def nothing_stands_twice(self) -> None:
        """No effect has two posts, and each lane's posts stand in the order of the record."""
        effects = [_effect(message) for message in self.posts()]
        assert len(effects) == len(set(effects))
        database = connect(self.url)
        owed = await database.read(_versions)
        await database.close()
        lanes: dict[str, list[int]] = {}
        for effect in effects:
            if effect in owed:
                lane, version = owed[effect]
                lanes.setdefault(lane, []).append(version)
        assert lanes
        assert all(versions == sorted(versions) for versions in lanes.values()), lanes

    async def nothing_stands_twice_in_the_end(self) -> None:
        """Wait for what is to be taken away."""
        await self.sim.workspace.wait_for(
            lambda: len({_effect(m) for m in self.posts()}) == len(self.posts()),
            within=PATIENCE,
            what="the end of twins",
        )


def _effect(message: Message) -> str:
    assert message.metadata is not None
    return str(message.metadata["event_payload"]["effect"])


def _versions(connection: Connection) -> dict[str, tuple[str, int]]:
    """The lane and the version of each post that tells of an event."""
    rows = connection.execute(
        select(t.outbox).where(t.outbox.c.kind.in_(["PostToRoom", "PostToFeed"]))
    )
    found = {}
    for row in rows:
        effect = unpack_effect(row.kind, row.body)
        assert isinstance(effect, f.PostToRoom | f.PostToFeed)
        found[row.effect_id] = (row.lane, effect.version)
    return found


@pytest.fixture
async def fleet(tmp_path: Path, url: str) -> AsyncIterator[Fleet]:
    """A workspace with no process yet."""
    sim = Simulator(clock=Clock())
    await sim.start()
    sim.ack_deadline = 1.0
    sim.sockets.retries = (0.1, 1.0, 3.0)
    async with AsyncExitStack() as stack:
        yield Fleet(sim, tmp_path, url, stack)
    await sim.stop()


async def test_a_killed_and_a_frozen_replica_are_followed_and_leave_nothing_twice(
    fleet: Fleet,
) -> None:
    frozen = await fleet.starts()
    for name in PEOPLE[:2]:
        await fleet.asks(name, f"/incident declare outage of {name}")
    await fleet.until("outage of ann", "outage of bob")
    late = fleet.sim.faults.add("chat.postMessage", "held")
    await fleet.asks("ann", "/incident update inc-1 ann is on it")
    await fleet.sim.workspace.wait_for(lambda: late.struck, what="the call to hold back")
    frozen.send_signal(signal.SIGSTOP)
    try:
        killed = await fleet.starts()
        lost = fleet.sim.faults.add("chat.postMessage", "held")
        await fleet.asks("bob", "/incident update inc-2 bob is on it")
        await fleet.sim.workspace.wait_for(lambda: lost.struck, what="the call to lose")
        killed.kill()
        await killed.wait()
        await fleet.starts()
        await fleet.until("ann is on it", "bob is on it")
        held = [call for call in fleet.sim.calls if not call.took]
        late.release()
        lost.release()
        await fleet.sim.workspace.wait_for(
            lambda: all(call.took for call in held), what="what was held back"
        )
        await fleet.nothing_stands_twice_in_the_end()
        deleted = [call for call in fleet.sim.calls if call.method == "chat.delete"]
        assert {call.args["ts"] for call in deleted} >= {call.answer["ts"] for call in held}
    finally:
        frozen.send_signal(signal.SIGCONT)
    await fleet.asks("carol", "/incident update inc-1 and so is carol")
    await fleet.until("and so is carol")
    await fleet.nothing_stands_twice()


async def test_all_are_restarted_one_by_one_while_people_work(fleet: Fleet) -> None:
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
