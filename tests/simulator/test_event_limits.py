"""Contract §1.2, §4.3: more events than Slack delivers, and events that come hours later."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.response import BoltResponse

from bot.simulator import Simulator
from bot.simulator.delivery import DELAYED_EVENTS
from bot.simulator.limits import EVENTS_PER_HOUR
from bot.simulator.space import Space
from tests.simulator.words import Ask, Bot, Connect

Next = Callable[[], Awaitable[BoltResponse]]


async def test_beyond_the_limit_the_app_is_told_once_a_minute(sim: Simulator, bot: Bot) -> None:
    """§1.2 "30,000 deliveries per workspace/app/60 min, then `app_rate_limited`"."""
    told: list[dict[str, Any]] = []

    @bot.app.middleware
    async def see(body: dict[str, Any], next: Next) -> BoltResponse:  # noqa: A002 - Bolt's name
        if body["type"] == "app_rate_limited":
            told.append(body)
            sim.ground.changed("heard")
            return BoltResponse(status=200)
        return await next()

    now = [60_000.0]
    sim.limits.wall, sim.limits.events = lambda: now[0], 2
    other = sim.open_workspace("Elsewhere")

    async def happens(name: str) -> None:
        await sim.person("ann").makes(name)  # a channel_created

    for name in ("one", "two", "lost", "gone"):
        await happens(name)
    await other.person("ann").makes("there")
    await sim.workspace.wait_for(lambda: told)
    await bot.hears("channel_created", channel=_named(other, "there"))

    assert told == [
        {
            "token": "pretendverificationtoken",
            "type": "app_rate_limited",
            "team_id": "T0PRETEND",
            "minute_rate_limited": 1772443800,
            "api_app_id": "A0PRETEND",
        }
    ]
    lost = [each for each in sim.deliveries if each.attempts[-1].outcome == "lost"]
    assert [each.payload["event"]["channel"]["name"] for each in lost] == ["lost", "gone"]
    now[0] += 60
    await happens("three")
    await sim.workspace.wait_for(lambda: len(told) == 2)
    now[0] += 59 * 60  # an hour after the first
    await happens("four")
    await bot.hears("channel_created", channel=_named(sim, "four"))
    assert len(told) == 2
    notes = [each.text for each in sim.backstage.record.notes]
    assert sum("More than 2 events within an hour in Pretend Inc" in each for each in notes) == 2


def _named(sim: Space, name: str) -> dict[str, Any]:
    room = sim.workspace.channel_named(name)
    return {
        "id": room.id, "name": name, "name_normalized": name, "created": room.created,
        "creator": room.creator, "is_channel": True,
    }  # fmt: skip


async def test_delayed_events_go_on_where_others_end(sim: Simulator, connect: Connect) -> None:
    """§4.3 "Delayed Events": hourly, with the attempts counted on."""
    sim.ack_deadline, sim.sockets.retries = 0.02, (0.01, 0.01, 0.01)
    sim.backstage.deliveries.delayed = (0.01, 0.01, 0.01)
    line = await connect()
    await line.hears()
    await sim.person("ann").posts("@app", "hello")

    envelopes = [await line.hears() for _ in range(6)]
    sim.ack_deadline = 30
    await line.acknowledges(last := await line.hears())

    attempts = [each["retry_attempt"] for each in (*envelopes, last)]
    assert attempts == [0, 1, 2, 3, 4, 5, 6]
    assert len({each["payload"]["event_id"] for each in (*envelopes, last)}) == 1


async def test_both_are_switched(ask: Ask, sim: Simulator) -> None:
    """§1.2, §4.3."""
    assert (await ask("GET /control/limits"))[1]["events"] is None
    await ask("POST /control/limits", {"events": EVENTS_PER_HOUR})
    assert (sim.limits.events, sim.limits.posts) == (30_000, False)
    for wrong in (-1, "many", True):
        status, answer = await ask("POST /control/limits", {"posts": True, "events": wrong})
        assert (status, answer["error"].split()[0]) == (400, "`events`")
    assert not sim.limits.posts
    assert (await ask("POST /control/limits", {"events": None}))[1]["events"] is None
    assert (await ask("POST /control/habits", {"delayed_events": True}))[1]["delayed_events"]
    assert sim.backstage.deliveries.delayed == DELAYED_EVENTS == (3600.0,) * 24
    assert (await ask("POST /control/habits", {"twins": True}))[1]["delayed_events"]
    assert not (await ask("POST /control/habits", {"delayed_events": False}))[1]["delayed_events"]


@pytest.mark.parametrize("most", [1, 30])
def test_events_are_counted_over_an_hour(sim: Simulator, most: int) -> None:
    """§1.2: 30,000 within 60 minutes."""
    now = [0.0]
    sim.limits.wall, sim.limits.events = lambda: now[0], most
    for minute in range(120):
        now[0] = minute * 60.0
        admitted = sim.limits.admits_event("T1")
        assert admitted is (minute % 60 < most)
