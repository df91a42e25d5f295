"""Real SIGKILLs of a real `muster serve`: what was acknowledged happens, once."""

import asyncio
import contextlib
import random
import re
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.simulator import Simulator
from tests.reliability import Tried, tried
from tests.scenarios.surviving import UNSURE
from tests.serving import serving

__all__ = ["tried"]

KILLS = 8
STEADY = "steady"
"""The incident in which people go on working."""


@pytest.mark.faults
async def test_kills_lose_and_double_nothing_and_keep_the_order(
    database_url: str, tmp_path: Path, tried: Tried
) -> None:
    sim = Simulator(clock=Clock())
    await sim.start()
    sim.latency = 0.03
    declared, told = [STEADY], list[str]()
    try:
        async with serving(sim, tmp_path, DATABASE_URL=database_url):
            await sim.person("bob").types("general", f"/incident declare {STEADY} --sev 2")
            await sim.workspace.wait_for(lambda: _is_ready(sim, STEADY), within=200, what="a room")
        for kill in range(KILLS):
            async with serving(sim, tmp_path, DATABASE_URL=database_url) as bot:
                await _work_and_kill(sim, bot, kill, declared, told)
        async with serving(sim, tmp_path, DATABASE_URL=database_url):
            await _all_ready(sim, declared)
            await _all_told(sim, told)
    finally:
        await sim.stop()
    assert len(declared) > 1, "the kills left time to answer somebody"
    assert told, "and not only those who declare"
    where = "PostgreSQL" if database_url.startswith("postgresql") else "SQLite"
    tried("a kill while people declare and post updates", where, times=KILLS)


async def _work_and_kill(
    sim: Simulator,
    bot: asyncio.subprocess.Process,
    kill: int,
    declared: list[str],
    told: list[str],
) -> None:
    """Have two people work, and kill after a random number of calls: anywhere on the way."""
    title, word = f"outage {chr(ord('a') + kill)}", f"word {chr(ord('a') + kill)}"
    calls = len(sim.calls) + random.Random(kill).randrange(1, 14)
    declaring = asyncio.ensure_future(
        sim.person("bob").types("general", f"/incident declare {title} --sev 2")
    )
    telling = asyncio.ensure_future(
        sim.person("ann").types("general", f"/incident update inc-1 {word}")
    )
    if not kill:  # somebody at least was answered before
        await asyncio.wait({declaring, telling})
    with contextlib.suppress(AssertionError):
        await sim.workspace.wait_for(lambda: len(sim.calls) >= calls, within=3)
    bot.kill()
    await bot.wait()
    gone = "the end of the socket"
    await sim.workspace.wait_for(lambda: not sim.sockets.connected, what=gone)
    sim.sockets.lose_patience()
    if "INC-" in await declaring:
        declared.append(title)
    reply = await telling
    if not reply.error and not any(words in reply.text for words in UNSURE):
        told.append(word)


async def _all_ready(sim: Simulator, declared: list[str]) -> None:
    """Every declare that was acknowledged has exactly one room with one card that is pinned."""
    workspace = sim.workspace

    def ready() -> bool:
        return all(_is_ready(sim, title) for title in declared)

    await workspace.wait_for(ready, within=200, what="every room")
    feed = sim.person("bob").room("incidents")
    for title in declared:
        slug = title.replace(" ", "-")
        rooms = [c for c in workspace.channels.values() if slug in c.name]
        assert len(rooms) == 1, [c.name for c in rooms]
        cards = [m for m in rooms[0].messages.values() if m.blocks and m.thread_ts is None]
        cards = [m for m in cards if m.ts in rooms[0].pins]
        assert len(cards) == 1
        announced = [m for m in feed.messages.values() if title in m.text and not m.is_reply]
        assert len(announced) == 1, [m.text for m in announced]


async def _all_told(sim: Simulator, told: list[str]) -> None:
    """Every update that was acknowledged stands in the room once, in the order it was given."""
    [room] = [c for c in sim.workspace.channels.values() if STEADY in c.name]

    def updates() -> list[str]:
        posts = sorted(room.messages.values(), key=lambda each: each.ts)
        texts = [sim.person("bob").words_of(each) for each in posts if not each.is_reply]
        updates = [text for text in texts if "Update" in text and "Last update" not in text]
        return [word for text in updates for word in re.findall(r"word [a-z]", text)]

    await sim.workspace.wait_for(lambda: set(told) <= set(updates()), within=200, what="updates")
    assert sorted(set(updates())) == updates(), "each once, and in order"


def _is_ready(sim: Simulator, title: str) -> bool:
    slug = title.replace(" ", "-")
    rooms = [c for c in sim.workspace.channels.values() if slug in c.name]
    bob = sim.person("bob").id
    announced = any(
        title in m.text
        for c in sim.workspace.channels.values()
        if c.name == "incidents"
        for m in c.messages.values()
    )
    return announced and any(
        bob in room.members and room.pins and room.topic["value"] and room.bookmarks
        for room in rooms
    )
