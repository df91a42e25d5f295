"""Faults of answers at a response_url, as the real SDK's webhook client meets them (§4.5, §1.2)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient
from slack_sdk.webhook.webhook_response import WebhookResponse

from bot.simulator import Simulator
from bot.simulator.errors import WrongOrder
from bot.simulator.fault_kinds import KINDS, Kind
from bot.simulator.fault_targets import ANSWER

Respond = Callable[[str], Awaitable[WebhookResponse]]


@pytest.fixture
def respond(sim: Simulator, session: aiohttp.ClientSession) -> Respond:
    """Answer at a fresh response_url of Ann's, once and without the SDK's own retries."""
    ann = sim.person("ann")

    async def send(text: str) -> WebhookResponse:
        url = sim.backstage.response_urls.mint("commands", ann.user, ann.room("general"))
        client = AsyncWebhookClient(url, session=session, retry_handlers=[], timeout=20)
        return await client.send(text=text)

    return send


def shown(sim: Simulator, text: str) -> bool:
    return text in sim.person("ann").sees("general")


@pytest.mark.parametrize(
    ("kind", "how", "answered", "effect"),
    [
        ("rate_limited", {"retry_after": 7}, (429, "ratelimited"), False),
        ("rate_limited", {"empty_body": True}, (429, ""), False),
        ("error", {"error": "used_url"}, (404, "used_url"), False),
        ("http", {"status": 503}, (503, "Oops"), False),
        ("http_after_effect", {"status": 502}, (502, "Oops"), True),
        ("wrong_answer", {}, (200, "{"), True),
        ("latency", {"seconds": 0.05}, (200, "ok"), True),
    ],
)
async def test_what_is_answered_instead(
    sim: Simulator,
    respond: Respond,
    kind: Kind,
    how: dict[str, Any],
    answered: tuple[int, str],
    *,
    effect: bool,
) -> None:
    sim.faults.add(ANSWER, kind, **how)

    answer = await respond("Tea is up")

    status, words = answered
    assert answer.status_code == status
    assert words in answer.body
    assert bool(answer.body) == bool(words)
    assert shown(sim, "Tea is up") == effect
    [call] = sim.calls
    assert (call.fault, call.status) == (kind, status)
    if kind == "rate_limited":
        assert answer.headers["Retry-After"] == str(how.get("retry_after", 1))
    if kind == "latency":
        assert call.took >= 0.05
    assert (await respond("Next")).body == "ok"


@pytest.mark.parametrize(("kind", "effect"), [("refuse", False), ("lose_answer", True)])
async def test_the_connection_breaks_before_or_after_the_effect(
    sim: Simulator, respond: Respond, kind: Kind, *, effect: bool
) -> None:
    sim.faults.add(ANSWER, kind)

    with pytest.raises(aiohttp.ClientError):
        await respond("Tea is up")

    assert shown(sim, "Tea is up") == effect
    assert (sim.calls[0].status, sim.calls[0].fault) == (0, kind)


@pytest.mark.parametrize("effect", [True, False])
async def test_an_answer_hangs_until_it_is_let_go(
    sim: Simulator, respond: Respond, *, effect: bool
) -> None:
    fault = sim.faults.add(ANSWER, "hang", effect=effect)
    answering = asyncio.ensure_future(respond("Tea is up"))
    await sim.workspace.wait_for(lambda: fault.struck and shown(sim, "Tea is up") == effect)
    assert not answering.done()

    fault.release()

    with pytest.raises(aiohttp.ClientError):
        await answering
    assert shown(sim, "Tea is up") == effect


async def test_a_held_answer_takes_effect_later(sim: Simulator, respond: Respond) -> None:
    fault = sim.faults.add(ANSWER, "held")
    answering = asyncio.ensure_future(respond("Tea is up"))
    await sim.workspace.wait_for(lambda: fault.struck)
    assert not shown(sim, "Tea is up")

    sim.faults.clear()

    assert (await answering).body == "ok"
    assert shown(sim, "Tea is up")


async def test_the_nth_and_a_share_of_them_are_struck(sim: Simulator, respond: Respond) -> None:
    async def struck(number: int) -> list[bool]:
        sim.clear_calls()
        for each in range(number):
            await respond(str(each))
        return [bool(call.fault) for call in sim.calls]

    sim.faults.add(ANSWER, "http", nth=2)
    assert await struck(3) == [False, True, False]
    shares = []
    for _ in range(2):
        sim.faults.clear()
        sim.faults.add(ANSWER, "http_after_effect", share=0.5, times=None, seed=3)
        shares.append(await struck(12))
    assert shares[0] == shares[1]
    assert {*shares[0]} == {True, False}


async def test_only_an_order_that_names_them_strikes(sim: Simulator, respond: Respond) -> None:
    sim.faults.add("*", "http", times=None)
    assert (await respond("Tea is up")).body == "ok"

    for kind, each in KINDS.items():
        if each.strikes == "call":
            sim.faults.add(ANSWER, kind)  # type: ignore[arg-type]  # each of them
        else:
            with pytest.raises(WrongOrder, match="called by the app"):
                sim.faults.add(ANSWER, kind)  # type: ignore[arg-type]  # each of them
