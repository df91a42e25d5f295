"""With a seed a run repeats exactly: ids, secrets, timestamps, and which calls a fault strikes."""

import json
import re
from collections import Counter
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TypeVar

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.control.showing import line
from bot.simulator.faults import Faults
from bot.simulator.model import Json
from bot.simulator.record import Line
from tests.simulator.words import GENERAL, entry, modal

T = TypeVar("T")
BY_CHANCE = ("ms", "machine", "number", "changed")  # what the machine's own time decides


def shown(sim: Simulator, entry_: Line) -> Json:
    """An entry without what depends on the machine: how long it took, and the port."""
    text = json.dumps(line(entry_, whole=True)).replace(sim.url, "http://here")
    told: Json = json.loads(text.replace(sim.url.replace("http", "ws"), "ws://here"))
    told["attempts"] = [{**each, "ms": 0, "machine": ""} for each in told.get("attempts", ())]
    return {key: value for key, value in told.items() if key not in BY_CHANCE}


async def run(seed: int) -> list[Json]:
    """One short life of a bot, with faults; returns all that went over the wire, in order."""
    sim = Simulator(clock=Clock(stopped_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC)), seed=seed)
    await sim.start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(
            token=sim.bot_token, base_url=sim.api_url, session=session, retry_handlers=[]
        )
        app = AsyncApp(client=client)
        offer(app)
        handler = AsyncSocketModeHandler(app, app_token=sim.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await sim.wait_connected()
        sim.faults.add("chat.postMessage", "error", share=0.4, times=None, seed=seed)
        sim.faults.add("reaction_added", "twice", share=0.5, times=None, seed=seed)
        await live(sim)
        await handler.close_async()  # type: ignore[no-untyped-call]
    record = sim.backstage.record
    entries = sorted(record.since(0), key=lambda each: each.number)
    await sim.stop()
    return [shown(sim, each) for each in entries]


def offer(app: AsyncApp) -> None:
    @app.command("/form")
    async def form(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(entry("name")))
        await ack()

    @app.view("form")
    async def handed_in(ack: AsyncAck, client: AsyncWebClient) -> None:
        try:
            await client.chat_postMessage(channel=GENERAL, text="thank you")
        except SlackApiError:
            await ack(response_action="clear")
        else:
            await ack()

    @app.event(re.compile(".*"))
    async def happened() -> None: ...


async def live(sim: Simulator) -> None:
    """One thing at a time: what the bot does of several at once, it does in an order of its own."""

    async def then(deed: Awaitable[T]) -> T:
        done = await deed
        await sim.workspace.wait_for(
            lambda: (
                all(each.outcome for one in sim.deliveries for each in one.attempts)
                and all(one.attempts for one in sim.deliveries)
            )
        )
        return done

    ann, beta = sim.person("ann"), sim.open_workspace("Beta")
    await then(ann.types("general", "/form"))  # bolt asks once who it is
    await then(ann.invites("@app", "general"))
    await then(ann.invites("@app", "random"))
    await then(beta.person("ann").invites("@app", "general"))
    for turn in range(8):
        await then(ann.types("general", "/form"))
        await then(ann.submits({"name": f"turn {turn}"}))
        said = await then(ann.posts("random", "look"))
        await then(ann.reacts("eyes", to=said))
        await then(beta.person("bob").posts("general", "we look too"))


async def test_two_runs_with_the_same_seed_make_the_same_record() -> None:
    first, second, other = [await run(seed) for seed in (5, 5, 6)]

    assert first == second
    assert first != other
    struck = Counter(each["fault"] for each in first if each.get("fault"))
    assert struck["error"]
    assert struck["twice"]


def strikes(between: int) -> list[bool]:
    faults = Faults()
    faults.add("*", "error", share=0.5, times=None, seed=9)
    struck: list[bool] = []
    for _ in range(20):
        for _ in range(between):
            faults.for_call("auth.test")
        struck.append(faults.for_call("chat.postMessage").fault is not None)
    return struck


def test_lateness_varies_with_the_seed_alone() -> None:
    def pauses(seed: int) -> list[float]:
        faults = Faults()
        faults.add("*", "latency", times=None, seconds=1, jitter=0.5, seed=seed)
        return [faults.for_call("auth.test").pause for _ in range(10)]

    assert pauses(1) == pauses(1) != pauses(2)
    assert all(1 <= each <= 1.5 for each in pauses(1))
    assert len(set(pauses(1))) == 10


def test_what_is_struck_does_not_depend_on_what_else_happens() -> None:
    """The n-th post is struck or not, however many other calls come between."""
    assert strikes(between=0) == strikes(between=3)
    assert set(strikes(between=0)) == {True, False}
