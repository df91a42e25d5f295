"""What goes wrong on order, as the real SDK meets it (contract §1.1, §1.2, §8.4, §10.3)."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.limits import Limits
from tests.simulator.words import ANN, GENERAL, RANDOM, Bot, error_of, refused


async def post(client: AsyncWebClient, channel: str = GENERAL) -> None:
    await client.chat_postMessage(channel=channel, text="hello")


def posted(sim: Simulator) -> int:
    return len(sim.workspace.channels[GENERAL].top)


async def test_a_429_names_the_seconds_to_wait(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.2 429 shape."""
    sim.faults.add("chat.postMessage", "rate_limited", retry_after=7)

    answer = await refused(post(client))

    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == "7"
    assert posted(sim) == 0
    await post(client)


async def test_the_edge_proxys_429_has_no_body(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.2 edge-proxy 429; the SDK's retry handler copes with it."""
    sim.faults.add("chat.postMessage", "rate_limited", retry_after=0, empty_body=True)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())

    await post(client)

    assert [call.status for call in sim.calls] == [429, 200]


async def test_an_error_in_slacks_words(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.6 `restricted_action`, as workspaces' preferences cause it."""
    sim.faults.add("conversations.create", "error", error="restricted_action")

    assert await error_of(client.conversations_create(name="x")) == "restricted_action"


@pytest.mark.parametrize(("kind", "effects"), [("http", 0), ("http_after_effect", 1)])
async def test_a_broken_server_answers_in_html(
    sim: Simulator, client: AsyncWebClient, kind: str, effects: int
) -> None:
    """§1.1 "5xx (body may be HTML or empty)"; the operation may have succeeded."""
    sim.faults.add("chat.postMessage", kind, status=503)  # type: ignore[arg-type]

    answer = await refused(post(client))

    assert answer.status_code == 503
    assert posted(sim) == effects


@pytest.mark.parametrize(("kind", "effects"), [("refuse", 0), ("lose_answer", 1)])
async def test_a_connection_breaks_before_or_after_the_effect(
    sim: Simulator, client: AsyncWebClient, kind: str, effects: int
) -> None:
    """§1.3 "a retry after a connection drop can post twice"."""
    sim.faults.add("chat.postMessage", kind)  # type: ignore[arg-type]

    with pytest.raises(aiohttp.ClientError):
        await post(client)

    assert posted(sim) == effects
    assert sim.calls[0].status == 0


@pytest.mark.parametrize("effect", [True, False])
async def test_a_call_hangs_until_it_is_let_go(
    sim: Simulator, client: AsyncWebClient, *, effect: bool
) -> None:
    """§8.4 timeouts are `asyncio.TimeoutError`."""
    fault = sim.faults.add("chat.postMessage", "hang", effect=effect)
    client.timeout = 1
    calling = asyncio.create_task(post(client))
    await sim.workspace.wait_for(lambda: fault.struck and posted(sim) == effect)

    sim.faults.clear()

    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        await calling
    assert posted(sim) == effect


async def test_an_answer_that_is_no_json(sim: Simulator, client: AsyncWebClient) -> None:
    """§8.4 "JSON content type with broken JSON"."""
    sim.faults.add("chat.postMessage", "wrong_answer")

    with pytest.raises(SlackApiError, match="non-JSON"):
        await post(client)
    assert posted(sim) == 1


async def test_a_fault_strikes_the_nth_call_or_a_share_of_them(
    sim: Simulator, client: AsyncWebClient
) -> None:
    async def outcomes(number: int) -> list[bool]:
        sim.clear_calls()
        for _ in range(number):
            try:
                await client.auth_test()
            except SlackApiError:
                continue
        return [bool(call.error) for call in sim.calls]

    sim.faults.add("auth.*", "error", nth=2)
    assert await outcomes(3) == [False, True, False]

    sim.faults.clear()
    sim.faults.add("*", "error", share=0.5, times=None, seed=3)
    first = await outcomes(12)
    sim.faults.clear()
    sim.faults.add("*", "error", share=0.5, times=None, seed=3)
    assert await outcomes(12) == first
    assert True in first
    assert False in first


async def test_a_slow_call_can_fail_as_well(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.1 "5xx": lateness goes with any other fault, and both have struck."""
    slow = sim.faults.add("*", "latency", times=None, seconds=0.02, jitter=0.01)
    broken = sim.faults.add("chat.postMessage", "http", status=503)

    assert (await refused(post(client))).status_code == 503
    await post(client)

    assert (slow.struck, broken.struck) == (2, 1)
    assert [call.fault for call in sim.calls] == ["latency, http", "latency"]
    assert all(call.took >= 0.02 for call in sim.calls)


async def test_a_fault_that_another_forestalls_waits_for_the_next_call(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.1: what is ordered strikes; an order is not spent by a call that another one struck."""
    orders = [
        sim.faults.add("chat.postMessage", "error", error="fatal_error"),
        sim.faults.add("chat.*", "http", status=503),
    ]

    assert await error_of(post(client)) == "fatal_error"
    assert [each.spent for each in orders] == [True, False]
    assert (await refused(post(client))).status_code == 503
    await post(client)
    assert [each.spent for each in orders] == [True, True]


async def test_a_late_event_can_come_twice(sim: Simulator, bot: Bot) -> None:
    """§3.2: late and twice are two things that befall one event."""
    late = sim.faults.add("channel_created", "late", seconds=0.01)
    twice = sim.faults.add("channel_created", "twice")

    await sim.person("ann").makes("new")
    await sim.workspace.wait_for(
        lambda: sum(each["type"] == "channel_created" for each in bot.heard) == 2
    )

    assert (late.struck, twice.struck) == (1, 1)
    [told] = [each for each in sim.deliveries if each.name == "channel_created"]
    assert told.fault == "late, twice"


async def test_latency_is_added_to_every_call(sim: Simulator, client: AsyncWebClient) -> None:
    sim.latency = 0.02
    await client.auth_test()

    assert sim.calls[0].took >= 0.02


# -- limits --------------------------------------------------------------------------------------


async def test_limits_are_off_until_switched_on(sim: Simulator, client: AsyncWebClient) -> None:
    for _ in range(30):
        await post(client)

    assert posted(sim) == 30


async def test_one_post_a_second_and_channel_after_a_burst_of_five(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.2 chat.postMessage."""
    now = [100.0]
    sim.limits.posts = True
    sim.limits.wall = lambda: now[0]
    for _ in range(5):
        await post(client)

    answer = await refused(post(client))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    await post(client, RANDOM)

    now[0] += 1.0
    await post(client)
    assert await error_of(post(client)) == "ratelimited"
    assert posted(sim) == 6


@pytest.mark.parametrize(
    "names",
    [(GENERAL, "general", "#general"), (ANN, "the DM")],
    ids=["a channel", "a person"],
)
async def test_a_channel_has_one_limit_whatever_it_is_called(
    sim: Simulator, client: AsyncWebClient, names: tuple[str, ...]
) -> None:
    """§1.2 chat.postMessage: "per channel", by id, by name, by the person it leads to."""
    sim.limits.posts = True
    sim.limits.wall = lambda: 100.0
    talk = (await client.conversations_open(users=ANN))["channel"]["id"]
    outcomes = []
    for name in names * 3:
        try:
            await post(client, talk if name == "the DM" else name)
            outcomes.append("")
        except SlackApiError as refused_by:
            outcomes.append(refused_by.response["error"])

    assert outcomes[:5] == [""] * 5
    assert set(outcomes[5:]) == {"ratelimited"}


async def test_calls_without_the_token_leave_the_apps_limits_alone(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.2 "Limit is per method × workspace × app"."""
    sim.limits.tiers = True
    sim.limits.wall = lambda: 100.0
    stranger = AsyncWebClient(
        token="xoxb-of-somebody-else",
        base_url=sim.api_url, session=client.session, retry_handlers=[],
    )  # fmt: skip
    for _ in range(12):
        assert await error_of(stranger.conversations_list()) == "invalid_auth"

    for _ in range(10):
        await client.conversations_list()
    assert await error_of(client.conversations_list()) == "ratelimited"


async def test_methods_have_tiers(sim: Simulator, client: AsyncWebClient) -> None:
    """§1.2 tiers per method."""
    now = [100.0]
    sim.limits.tiers = True
    sim.limits.wall = lambda: now[0]
    names = [f"inc-{number}" for number in range(12)]
    outcomes = []
    for name in names:
        try:
            await client.conversations_create(name=name)
            outcomes.append(200)
        except SlackApiError as refused_by:
            outcomes.append(refused_by.response.status_code)

    assert outcomes == [200] * 10 + [429] * 2
    await client.auth_test()
    now[0] += 3.0
    await client.conversations_create(name="later")


def test_channels_that_a_client_invents_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.simulator.limits.MOST_BUCKETS", 3)
    limits = Limits(posts=True, wall=lambda: 0.0)
    for number in range(10):
        limits.wait_for("T1", "chat.postMessage", 0, f"C{number}")

    assert len(limits._buckets) == 3  # noqa: SLF001 - what is kept


def test_the_wait_is_in_whole_seconds() -> None:
    """§1.2 `Retry-After: <whole seconds>`."""
    limits = Limits(posts=True, wall=lambda: 0.0)

    waits = [limits.wait_for("T1", "chat.postMessage", 0, "C1") for _ in range(6)]

    assert waits == [0, 0, 0, 0, 0, 1]
