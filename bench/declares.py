"""Declaring: how long until it is acknowledged, the declarer is in, and the room is ready."""

import asyncio
import sqlite3
import statistics
import time
from pathlib import Path

from bench.rig import Served, served
from bench.table import Table
from bot.simulator.record import Call

READY = (
    "conversations.invite",
    "chat.postMessage",
    "pins.add",
    "conversations.setTopic",
    "bookmarks.add",
)


async def measure(table: Table, folder: Path) -> None:
    """Measure one declare, and many at once."""
    async with served(folder) as bot:
        first = f"the very first, which makes the schema: {bot.connected_after:.2f} s"
        beside = f"after making the schema: {bot.memory:.0f} MB"
    async with served(folder) as bot:
        table.add("start to connected socket", bot.connected_after, "s", 1.5, first)
        await _declare(bot, "the first one makes the feed")
        await _quiet(bot)
        table.add("resident memory, idle", bot.memory, "MB", 105, beside)
        await _alone(table, bot)
        await _at_once(table, bot, 10)
        await _forty(table, bot, folder)


async def _declare(bot: Served, title: str) -> float:
    """Type a one-line declare and return the seconds to its acknowledgement."""
    before = len(bot.sim.deliveries)
    await bot.sim.person("bob").types("general", f"/incident declare {title} --sev 2")
    sent = [d for d in bot.sim.deliveries[before:] if title in str(d.payload.get("text"))]
    after = sent[0].acknowledged_after
    if after is None:
        raise RuntimeError(f"{title} was not acknowledged")
    return after


async def _alone(table: Table, bot: Served) -> None:
    acknowledged, invited, ready = [], [], []
    for number in range(10):
        bot.sim.clear_calls()
        began = bot.sim.clock.now()
        acknowledged.append(await _declare(bot, f"alone {number}"))
        await _quiet(bot)
        calls = bot.sim.calls
        invite = next(c for c in calls if c.method == "conversations.invite")
        invited.append(_ended(invite, began))
        ready.append(max(_ended(c, began) for c in calls if c.method in READY))
        await asyncio.sleep(1.2)  # the feed channel takes one post a second
    table.add("acknowledge a declare, alone (median of 10)", _ms(acknowledged), "ms", 15)
    table.add("declarer invited after (median of 10)", _ms(invited), "ms", 230)
    table.add("room ready after (median of 10)", _ms(ready), "ms", 360)


def _ended(call: Call, began: object) -> float:
    return (call.at - began).total_seconds() + call.took  # type: ignore[operator,no-any-return]


def _ms(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000


async def _at_once(table: Table, bot: Served, number: int) -> None:
    await asyncio.sleep(6)  # let the feed channel's allowance fill up again
    bot.sim.clear_calls()
    began = bot.sim.clock.now()
    await asyncio.gather(*(_declare(bot, f"together {n}") for n in range(number)))
    feed = bot.sim.person("bob").room("incidents")
    await bot.sim.workspace.wait_for(
        lambda: sum("together" in m.text for m in feed.messages.values()) >= number, within=30
    )
    await _quiet(bot)
    calls = [c for c in bot.sim.calls if c.method in READY and not c.error]
    rooms = [_ended(c, began) for c in calls if c.args.get("channel") != feed.id]
    everything = [_ended(c, began) for c in calls if c.method == "chat.postMessage"]
    table.add(f"{number} declared at once, all rooms ready", max(rooms) * 1000, "ms", 600)
    table.add(
        f"{number} declared at once, all announced",
        max(everything) * 1000,
        "ms",
        beside=f"the feed's allowance (five at once, then one a second): {number - 5} s",
    )


async def _forty(table: Table, bot: Served, folder: Path) -> None:
    worst = max(await asyncio.gather(*(_declare(bot, f"forty {n}") for n in range(40))))
    bare = _bare_commits(folder, 40) * 1000
    table.add(
        "acknowledge a declare, worst of 40 at once",
        worst * 1000,
        "ms",
        100,
        beside=f"40 bare commits one by one: {bare:.0f} ms",
    )


def _bare_commits(folder: Path, number: int) -> float:
    """Commit one small row so many times, as safely as Muster does."""
    with sqlite3.connect(folder / "bare.db", isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE bare (body TEXT)")
        began = time.perf_counter()
        for each in range(number):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare VALUES (?)", (str(each),))
            connection.execute("COMMIT")
        return time.perf_counter() - began


async def _quiet(bot: Served, seconds: float = 0.4) -> None:
    """Wait until no call has begun for a while and none is under way."""
    seen = -1
    while seen != len(bot.sim.calls) or any(c.status == 0 for c in bot.sim.calls):
        seen = len(bot.sim.calls)
        await asyncio.sleep(seconds)
