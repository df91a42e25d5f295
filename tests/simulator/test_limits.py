"""Contract §1.2: the limits that are met seldom, and all at once where they are."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.limits import Limits
from tests.simulator.words import GENERAL, RANDOM, Ask, refused


async def test_all_channels_together_have_a_ceiling(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.2 "a workspace-wide ceiling of several hundred per minute"."""
    now = [100.0]
    sim.limits.all_posts, sim.limits.wall = 3, lambda: now[0]
    other = sim.open_workspace("Elsewhere")
    for room in (GENERAL, RANDOM, GENERAL):
        await client.chat_postMessage(channel=room, text="x")

    answer = await refused(client.chat_postMessage(channel=RANDOM, text="x"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
    general = other.workspace.channel_named("general").id
    await client.chat_postMessage(channel=general, text="x", token=other.bot_token)
    now[0] += 20
    await client.chat_postMessage(channel=RANDOM, text="x")


def test_a_call_that_is_refused_takes_nothing_from_any_limit() -> None:
    """§1.2: what one channel may not say leaves the others their share."""
    limits = Limits(posts=True, all_posts=10, wall=lambda: 0.0)

    waits = [limits.wait_for("T1", "chat.postMessage", 0, "C1") for _ in range(50)]
    others = [limits.wait_for("T1", "chat.postMessage", 0, f"C{each}") for each in range(2, 8)]

    assert waits == [0] * 5 + [1] * 45
    assert others == [0] * 5 + [6]


@pytest.mark.parametrize(("method", "a_minute"), [("auth.test", 300), ("oauth.v2.access", 600)])
def test_methods_without_a_tier_are_limited_too(method: str, a_minute: int) -> None:
    """§1.5 auth.test "hundreds/min", oauth.v2.access "600/min"."""
    now = [0.0]
    limits = Limits(tiers=True, wall=lambda: now[0])
    while not limits.wait_for("T1", method, 0, ""):
        pass  # the burst

    now[0] = 10.0
    passed = sum(not limits.wait_for("T1", method, 0, "") for _ in range(500))
    assert passed == a_minute / 6


async def test_an_app_that_is_sold_reads_little(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.2 "29 May 2025": once a minute and 15 messages, however many are asked for."""
    now = [100.0]
    parent = (await client.chat_postMessage(channel=RANDOM, text="parent"))["ts"]
    for _ in range(20):
        await client.chat_postMessage(channel=GENERAL, text="x")
        await client.chat_postMessage(channel=RANDOM, text="x", thread_ts=parent)
    for room in (GENERAL, RANDOM):
        await client.conversations_join(channel=room)
    sim.limits.sold, sim.limits.wall = True, lambda: now[0]

    page = await client.conversations_history(channel=GENERAL, limit=200)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    answer = await refused(client.conversations_history(channel=RANDOM))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    replies = await client.conversations_replies(channel=RANDOM, ts=parent)
    assert (len(replies["messages"]), replies["has_more"]) == (15, True)
    await client.conversations_info(channel=GENERAL)
    now[0] += 60
    cursor = page["response_metadata"]["next_cursor"]
    rest = await client.conversations_history(channel=GENERAL, cursor=cursor)
    assert len(rest["messages"]) < 15


async def test_they_are_off_until_they_are_switched_on(ask: Ask, sim: Simulator) -> None:
    """§1.2."""
    off = {"posts": False, "all_posts": None, "tiers": False, "sold": False, "events": None}
    assert (await ask("GET /control/limits"))[1] == {"ok": True, **off}
    wanted = {"all_posts": 300, "sold": True}
    assert (await ask("POST /control/limits", wanted))[1] == {"ok": True, **off, **wanted}
    for wrong in (0, "many", True):
        status, answer = await ask("POST /control/limits", {"sold": False, "all_posts": wrong})
        assert (status, answer["error"].split()[0]) == (400, "`all_posts`")
    assert sim.limits.sold
    await ask("POST /control/limits", {"all_posts": None})
    assert sim.limits.all_posts is None
