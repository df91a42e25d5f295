"""Real SIGKILLs of a real `muster serve`: what was acknowledged happens, once."""

import asyncio
import contextlib
import random
from pathlib import Path

from bot.clock import Clock
from bot.simulator import Simulator
from tests.serving import serving

KILLS = 12


async def test_a_dozen_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    sim = Simulator(clock=Clock())
    await sim.start()
    sim.latency = 0.03
    sim.ack_deadline = 1.0
    acknowledged: list[str] = []
    try:
        for kill in range(KILLS):
            async with serving(sim, tmp_path) as bot:
                await _declare_and_kill(sim, bot, kill, acknowledged)
        async with serving(sim, tmp_path):
            await _all_ready(sim, acknowledged)
    finally:
        await sim.stop()
    assert acknowledged, "the kills left time to answer somebody"


async def _declare_and_kill(
    sim: Simulator, bot: asyncio.subprocess.Process, kill: int, acknowledged: list[str]
) -> None:
    """Declare, and kill after a random number of calls: anywhere between commit and done."""
    title = f"outage {chr(ord('a') + kill)}"
    calls = len(sim.calls) + random.Random(kill).randrange(1, 14)
    declaring = asyncio.ensure_future(
        sim.person("bob").types("general", f"/incident declare {title} --sev 2")
    )
    with contextlib.suppress(AssertionError):
        await sim.workspace.wait_for(lambda: len(sim.calls) >= calls, within=3)
    bot.kill()
    await bot.wait()
    reply = await declaring
    if "INC-" in reply:
        acknowledged.append(title)


async def _all_ready(sim: Simulator, acknowledged: list[str]) -> None:
    """Every declare that was acknowledged has exactly one room with one card that is pinned."""
    workspace = sim.workspace

    def ready() -> bool:
        return all(_is_ready(sim, title) for title in acknowledged)

    await workspace.wait_for(ready, within=60, what="every room")
    feed = sim.person("bob").room("incidents")
    for title in acknowledged:
        slug = title.replace(" ", "-")
        rooms = [c for c in workspace.channels.values() if slug in c.name]
        assert len(rooms) == 1, [c.name for c in rooms]
        cards = [m for m in rooms[0].messages.values() if m.blocks and m.thread_ts is None]
        assert len(cards) == 1
        announced = [m for m in feed.messages.values() if title in m.text and m.blocks]
        assert len(announced) == 1, [m.text for m in announced]


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
