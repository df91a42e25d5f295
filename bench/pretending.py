"""The pretend Slack by itself: how soon it is there, how fast it answers, and when it is full."""

import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import yaml

from bench.caller import Caller
from bench.rig import ROOT
from bench.table import Table
from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.deeds import messages
from bot.simulator.deeds.messages import Content

SECONDS = 8.0
CONNECTIONS = 8
STARTS = 9
FEW, MANY = 1_000, 100_000
GENERAL = "C0GENERAL"
SCOPES = """channels:history channels:join channels:read chat:write reactions:read users:read
search:read.public""".split()  # noqa: SIM905 - shorter to read than seven quotes
WORDS = "checkout payment latency deploy rollback customer region database queue alert".split()  # noqa: SIM905


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _marked(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def _button(label: str) -> dict[str, Any]:
    return {"type": "button", "text": _plain(label), "action_id": label.lower(), "value": "7"}


CARD: list[dict[str, Any]] = [
    {"type": "header", "text": _plain("SEV1 Checkout is down")},
    {
        "type": "section",
        "text": _marked("*Nobody can pay* since <!date^1772443800^{time}|10:30>"),
        "fields": [_marked("Lead: <@U0ANN>"), _marked("State: open")],
    },
    {"type": "context", "elements": [_marked("kept up to date")]},
    {"type": "actions", "elements": [_button("Join"), _button("Update"), _button("Resolve")]},
]
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("chat.postMessage", {"channel": GENERAL, "text": "card", "blocks": CARD}),
    ("chat.postMessage", {"channel": GENERAL, "text": "checkout is slow again"}),
    ("conversations.history", {"channel": GENERAL, "limit": 15}),
    ("users.info", {"user": "U0ANN"}),
    ("conversations.info", {"channel": GENERAL}),
    ("views.publish", {"user_id": "U0ANN", "view": {"type": "home", "blocks": CARD}}),
    ("conversations.members", {"channel": GENERAL}),
    ("auth.test", {}),
]


async def measure(table: Table, folder: Path) -> None:
    """Starting, answering, and both again with many messages."""
    await _starting(table, folder)
    await _answering(table, folder)
    await _filling(table)


# -- in a process of its own -----------------------------------------------------------------------


@asynccontextmanager
async def _alone(folder: Path, *, core: int | None = None) -> AsyncIterator[tuple[Caller, int]]:
    """`muster simulator` for an app with some scopes; how to call it, and its process."""
    manifest = folder / "manifest.yaml"
    manifest.write_text(
        yaml.safe_dump(
            {
                "oauth_config": {"scopes": {"bot": SCOPES}},
                "features": {"app_home": {"home_tab_enabled": True}},
            }
        )
    )
    command = ["-m", "bot", "simulator", "--port", "0", "--manifest", str(manifest)]
    child = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    if core is not None:
        psutil.Process(child.pid).cpu_affinity([core])
    try:
        told = await _told(child)
        yield Caller(url=told["SLACK_API_URL"], token=told["SLACK_BOT_TOKEN"]), child.pid
    finally:
        with suppress(ProcessLookupError):
            child.terminate()
        await child.wait()


async def _told(child: asyncio.subprocess.Process) -> dict[str, str]:
    """What it prints for the bot's environment."""
    told: dict[str, str] = {}
    while not {"SLACK_API_URL", "SLACK_BOT_TOKEN"} <= told.keys():
        line = await child.stdout.readline() if child.stdout else b""
        if not line:
            raise RuntimeError("muster simulator did not start")
        name, _, value = line.decode().strip().partition("=")
        told[name] = value
    return told


async def _starting(table: Table, folder: Path) -> None:
    took = []
    for _ in range(STARTS):
        began = time.perf_counter()
        async with _alone(folder) as (caller, _pid):
            await caller.one_by_one([("auth.test", {})])
            took.append(time.perf_counter() - began)
    beside = f"worst {max(took):.2f} s"
    table.add(f"start to first answer (median of {STARTS})", median(took), "s", 0.5, beside)


async def _answering(table: Table, folder: Path) -> None:
    everywhere = os.sched_getaffinity(0)
    first, *others = sorted(everywhere)
    async with _alone(folder, core=first) as (caller, pid):
        os.sched_setaffinity(0, set(others) or everywhere)
        await caller.one_by_one([("conversations.join", {"channel": GENERAL}), *CALLS])
        process = psutil.Process(pid)
        before = process.cpu_times()
        found = await caller.for_seconds(CALLS, SECONDS, CONNECTIONS)
        after = process.cpu_times()
        memory = process.memory_info().rss / 1e6
    os.sched_setaffinity(0, everywhere)
    used = after.user + after.system - before.user - before.system
    beside = (
        f"{used / found.calls * 1e6:.0f} µs of processor time each; "
        f"{used / found.seconds * 100:.0f} % of the core; {memory:.0f} MB afterwards"
    )
    table.add("Web API calls, mixed", found.rate, "a second", beside=beside, at_least=1200)


# -- many messages ---------------------------------------------------------------------------------


async def _filling(table: Table) -> None:
    costs: dict[int, dict[str, float]] = {}
    for number in (FEW, MANY):
        costs[number] = await _full(number)
    for what in costs[FEW]:
        few, many = costs[FEW][what], costs[MANY][what]
        beside = f"{many * 1e3:.2f} ms with {MANY:,} messages, {few * 1e3:.2f} ms with {FEW:,}"
        table.add(f"{what}, {MANY:,} messages to {FEW:,}", many / few, "times", 1.5, beside)


async def _full(number: int) -> dict[str, float]:
    """What pages and searches cost in a workspace with so many messages."""
    sim = Simulator(clock=Clock(), seed=1)
    sim.workspace.app.events = frozenset()
    await sim.start()
    dice = random.Random(1)  # noqa: S311 - words for messages, no secret
    room = sim.workspace.channels[GENERAL]
    room.members["U0BOT"] = None
    for place in range(number):
        # every message has its place in one of the topics, of which there are more the more is said
        text = f"{' '.join(dice.sample(WORDS, 3))} topic{place % (number // 50)}"
        messages.post(sim.workspace, room, Content(text=text), user="U0ANN")
    caller = Caller(url=sim.api_url, token=sim.bot_token)
    latest = [dice.choice(room.top[200:]) for _ in range(300)]
    paging = [("conversations.history", {"channel": GENERAL, "latest": ts, "limit": 100})
              for ts in latest]  # fmt: skip
    rare = [_search(f"topic{dice.randrange(number // 50)}") for _ in range(300)]
    common = [_search(" ".join(dice.sample(WORDS, 2))) for _ in range(300)]
    await caller.one_by_one([*paging[:20], rare[0]])  # the first search reads everything in
    found = {
        "a page of history": median(await caller.one_by_one(paging)),
        "a search for a rare word": median(await caller.one_by_one(rare)),
        "a search for common words": median(await caller.one_by_one(common)),
    }
    await sim.stop()
    return found


def _search(query: str) -> tuple[str, dict[str, Any]]:
    return "assistant.search.context", {"query": query}
