"""The pretend Slack by itself: how soon it is there, how fast it answers, and when it is full."""

import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp
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
ASKED = 300
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
        async with _watched(caller):
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


@asynccontextmanager
async def _watched(caller: Caller) -> AsyncIterator[None]:
    """With an inspector open that is told of each call."""

    async def read(feed: aiohttp.ClientWebSocketResponse) -> None:
        async for _ in feed:
            pass

    address = caller.url.replace("/api/", "/control/feed")
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as feed:
        reading = asyncio.create_task(read(feed))
        try:
            yield
        finally:
            reading.cancel()


# -- many messages ---------------------------------------------------------------------------------


async def _filling(table: Table) -> None:
    few, many = await _full(FEW), await _full(MANY)
    for what in few.calls:
        one, other = [], []
        for sent, also in zip(few.calls[what], many.calls[what], strict=True):  # in turns
            one += await few.caller.one_by_one([sent])
            other += await many.caller.one_by_one([also])
        least, most = median(one), median(other)
        beside = f"{most * 1e3:.2f} ms with {MANY:,} messages, {least * 1e3:.2f} ms with {FEW:,}"
        table.add(f"{what}, {MANY:,} messages to {FEW:,}", most / least, "times", 1.5, beside)
    await few.sim.stop()
    await many.sim.stop()


@dataclass(frozen=True, kw_only=True)
class _Full:
    """A workspace with many messages, and what is asked of it."""

    sim: Simulator
    caller: Caller
    calls: dict[str, list[tuple[str, dict[str, Any]]]]


async def _full(number: int) -> _Full:
    sim = Simulator(clock=Clock(), seed=1)
    sim.workspace.app.events = frozenset()
    await sim.start()
    dice = random.Random(1)  # noqa: S311 - words for messages, no secret
    room = sim.workspace.channels[GENERAL]
    room.members["U0BOT"] = None
    topics = number // 50  # the more is said, the more it is about; fifty messages each
    for place in range(number):
        text = f"{' '.join(dice.sample(WORDS, 3))} topic{place % topics}"
        messages.post(sim.workspace, room, Content(text=text), user="U0ANN")
    pages: list[tuple[str, dict[str, Any]]] = [
        ("conversations.history", {"channel": GENERAL, "latest": ts, "limit": 100})
        for ts in dice.choices(room.top[200:], k=ASKED)
    ]
    rare = [_search(f"topic{dice.randrange(topics)}") for _ in range(ASKED)]
    common = [_search(" ".join(dice.sample(WORDS, 2))) for _ in range(ASKED)]
    calls = {
        "a page of history": pages,
        "a search for a rare word": rare,
        "a search for common words": common,
    }
    return _Full(sim=sim, caller=Caller(url=sim.api_url, token=sim.bot_token), calls=calls)


def _search(query: str) -> tuple[str, dict[str, Any]]:
    return "assistant.search.context", {"query": query}
