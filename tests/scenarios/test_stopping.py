"""What people say while a real `muster serve` ends: all that was acknowledged is held by batches.

Told to stop, it writes its batches last; killed, it leaves words that no batch holds, and the next
process takes them.
"""

import asyncio
import signal
from asyncio import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.domain.process import Process
from bot.simulator import Simulator
from bot.storage import tables as t
from bot.storage import verifying
from bot.storage.opening import connect
from bot.storage.verifying import Report
from tests.cli.terminal import Terminal
from tests.people import World
from tests.reliability import Tried, tried
from tests.serving import environment, serving

__all__ = ["tried"]

ROOM = "inc-1-checkout-is-down"
BUSY = 12
"""So many messages are acknowledged before the process is told to stop; more come meanwhile."""
LEFT = 5
WITHIN = 60.0


async def _declared(sim: Simulator) -> None:
    await sim.person("ann").types("general", "/incident declare checkout is down --sev 2")
    await sim.workspace.wait_for(
        lambda: any(c.name == ROOM and c.pins for c in sim.workspace.channels.values()),
        within=WITHIN,
        what="the room",
    )


def _acknowledged(sim: Simulator, words: str) -> set[str]:
    """What people said that the bot has acknowledged."""
    told = [each for each in sim.deliveries if each.name == "message"]
    taken = [each for each in told if each.acknowledged_after is not None]
    texts = {str(each.payload["event"].get("text")) for each in taken}
    return {text for text in texts if text.startswith(words)}


async def _talk_until_it_ends(sim: Simulator, bot: subprocess.Process) -> None:
    """Ann talks on and on, without waiting for anybody."""
    ending = asyncio.ensure_future(bot.wait())
    for nth in range(10_000):
        await sim.person("ann").posts(ROOM, f"word {nth}")
        await asyncio.wait({ending}, timeout=0.01)
        if ending.done():
            return


async def _logged(url: str) -> set[str]:
    database = connect(url)
    rows = await database.read(lambda c: c.execute(select(t.messages.c.text)).scalars().all())
    await database.close()
    return set(rows)


async def _report(url: str) -> Report:
    database = connect(url)
    report = await database.read(verifying.verify)
    await database.close()
    return report


async def _next_process_takes_them(sim: Simulator, url: str) -> None:
    """What Slack tells it anew it holds itself; else what nobody has held at several looks."""
    world = World(
        sim=sim, clock=Clock(stopped_at=datetime.now(UTC)), database_url=url, process=Process()
    )
    await world.starts()
    async with asyncio.timeout(WITHIN):
        while (await _report(url)).unsealed:
            await world.bot.keeper.take()
    await world.stops()


@pytest.mark.faults
async def test_all_that_was_acknowledged_is_held_when_it_stops_and_taken_when_it_was_killed(
    database_url: str, tmp_path: Path, tried: Tried
) -> None:
    sim = Simulator(clock=Clock())
    await sim.start()
    sim.sockets.retries = (0.1, 1.0, 3.0)
    terminal = Terminal(
        folder=tmp_path, settings=environment(sim, tmp_path, {"DATABASE_URL": database_url})
    )
    try:
        async with serving(sim, tmp_path, DATABASE_URL=database_url) as bot:
            await _declared(sim)
            talking = asyncio.create_task(_talk_until_it_ends(sim, bot))
            await sim.workspace.wait_for(
                lambda: len(_acknowledged(sim, "word")) >= BUSY, within=WITHIN, what="words"
            )
            bot.send_signal(signal.SIGTERM)
            assert await bot.wait() == 0
            acknowledged = _acknowledged(sim, "word")
            await talking
        assert acknowledged <= await _logged(database_url)
        verified = await terminal.runs("verify")
        assert verified.status == 0, verified
        assert "in no batch" not in verified.out
        assert (await _report(database_url)).unsealed == 0

        async with serving(sim, tmp_path, DATABASE_URL=database_url) as bot:
            for nth in range(LEFT):
                await sim.person("ann").posts(ROOM, f"left {nth}")
            await sim.workspace.wait_for(
                lambda: len(_acknowledged(sim, "left")) == LEFT, within=WITHIN, what="words"
            )
            bot.kill()
            await bot.wait()
        assert (await _report(database_url)).unsealed >= LEFT
        await _next_process_takes_them(sim, database_url)
    finally:
        await sim.stop()
    report = await _report(database_url)
    assert (report.unsealed, report.breaks) == (0, [])
    assert {f"left {nth}" for nth in range(LEFT)} <= await _logged(database_url)
    where = "PostgreSQL" if database_url.startswith("postgresql") else "SQLite"
    tried("a process is stopped, and one killed, while people talk", where, times=2)
