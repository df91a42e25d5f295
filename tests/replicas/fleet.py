"""Several `muster serve` on one PostgreSQL, with their sockets spread among them."""

import asyncio
import contextlib
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
from tests.serving import ROOT, serving

ANSWERS = ("INC-", "recorded once")
"""What is answered to a command, and to one whose first answer was lost."""
PATIENCE = 200
"""Seconds that a busy machine may take for what takes 25."""


@dataclass
class Fleet:
    """Processes on one database, with their sockets spread among them."""

    sim: Simulator
    folder: Path
    url: str
    stack: AsyncExitStack

    async def starts(self, code: Path = ROOT) -> Process:
        """Start one more, of the version that lies there."""
        return await self.stack.enter_async_context(
            serving(self.sim, self.folder, DATABASE_URL=self.url, PYTHONPATH=str(code))
        )

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
            if message.user == workspace.bot.user_id and message.metadata
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
