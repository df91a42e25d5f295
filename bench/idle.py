"""Doing nothing with ten thousand open incidents: memory and processor time."""

import asyncio
import sys
from pathlib import Path

import psutil

from bench.crowd import crowded
from bench.rig import served
from bench.table import Table

SECONDS = 30
_WAKING = """
import asyncio
async def main():
    for _ in range({times}):
        await asyncio.sleep({pause})
asyncio.run(main())
"""


async def measure(table: Table, folder: Path, number: int = 10_000) -> None:
    """Measure an idle bot with many open incidents, with and without timers that come due."""
    for due, name, goal in (
        (False, "no timer due", 1.0),
        (True, "one timer due a second", 4.0),
    ):
        place = folder / name.replace(" ", "-")
        place.mkdir()
        await crowded(place, number, due_each_second=due)
        async with served(place, latency=0.0) as bot:
            await asyncio.sleep(3)
            if not due:
                table.add(f"resident memory, {number:,} open incidents", bot.memory, "MB", 140)
            before = bot.processor
            await asyncio.sleep(SECONDS)
            share = (bot.processor - before) / SECONDS * 100
        beside = await _empty_loop()
        table.add(f"idle processor, {number:,} open, {name}", share, "% of a core", goal, beside)


async def _empty_loop() -> str:
    """Measure a loop that only wakes up, once a second, as the bot does at least."""
    script = _WAKING.format(times=10, pause=1)
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    process = psutil.Process(child.pid)
    await asyncio.sleep(1)
    before = process.cpu_times()
    await asyncio.sleep(8)
    after = process.cpu_times()
    await child.wait()
    used = (after.user + after.system - before.user - before.system) / 8 * 100
    return f"an empty loop that wakes once a second: {used:.2f} %"
