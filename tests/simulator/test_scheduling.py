"""Contract §1.7: messages that wait for their time."""

from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from tests.simulator.words import ANN, Bot, error_of, section

NOW = 1772443800  # where the tests' clock stands


@pytest.fixture
async def room(client: AsyncWebClient) -> str:
    return str((await client.conversations_create(name="room"))["channel"]["id"])


async def said_in(client: AsyncWebClient, room: str) -> list[str]:
    history = await client.conversations_history(channel=room)
    return [each["text"] for each in reversed(history["messages"])]


async def test_a_message_waits_for_its_time(
    bot: Bot, client: AsyncWebClient, clock: Clock, room: str
) -> None:
    """§1.7 scheduleMessage: in the order of their times, with an event like any other."""
    later = await client.chat_scheduleMessage(channel=room, text="later", post_at=NOW + 7200)
    sooner = await client.chat_scheduleMessage(
        channel=room, text="sooner", post_at=str(NOW + 3600), blocks=[section("card")]
    )
    assert later["scheduled_message_id"].startswith("Q")
    assert sooner["post_at"] == NOW + 3600
    assert sooner["message"]["type"] == "delayed_message"
    assert await said_in(client, room) == []

    clock.advance(timedelta(hours=1))
    await bot.hears("message", text="sooner")
    assert await said_in(client, room) == ["sooner"]
    [posted] = (await client.conversations_history(channel=room))["messages"]
    assert posted["ts"] == f"{NOW + 3600}.000000"
    assert posted["blocks"][0]["type"] == "section"

    clock.advance(timedelta(days=1))
    await bot.hears("message", text="later")
    waiting = await client.chat_scheduledMessages_list()
    assert waiting["scheduled_messages"] == []


async def test_what_waits_is_listed_in_pages_and_taken_back(
    client: AsyncWebClient, clock: Clock, room: str
) -> None:
    """§1.7 scheduledMessages.list, deleteScheduledMessage."""
    for hours in (3, 1, 2):
        await client.chat_scheduleMessage(channel=room, text=str(hours), post_at=NOW + hours * 3600)
    await client.chat_scheduleMessage(channel=ANN, text="x", post_at=NOW + 3600)

    first = await client.chat_scheduledMessages_list(channel=room, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.chat_scheduledMessages_list(channel=room, limit=2, cursor=cursor)
    waiting = [*first["scheduled_messages"], *second["scheduled_messages"]]
    assert [each["text"] for each in waiting] == ["1", "2", "3"]
    assert waiting[0].keys() == {"id", "channel_id", "post_at", "date_created", "text"}
    early = await client.chat_scheduledMessages_list(latest=str(NOW + 3600))
    assert len(early["scheduled_messages"]) == 2

    async def delete(wanted: str) -> None:
        await client.chat_deleteScheduledMessage(channel=room, scheduled_message_id=wanted)

    await delete(waiting[0]["id"])
    assert await error_of(delete(waiting[0]["id"])) == "invalid_scheduled_message_id"
    clock.advance(timedelta(hours=2) - timedelta(seconds=60))
    assert await error_of(delete(waiting[1]["id"])) == "invalid_scheduled_message_id"


@pytest.mark.parametrize(
    ("post_at", "error"),
    [
        (NOW, "time_in_past"),
        (NOW + 120 * 86400 + 1, "time_too_far"),
        ("tomorrow", "invalid_time"),
    ],
)
async def test_a_time_that_will_not_do(
    client: AsyncWebClient, room: str, post_at: int | str, error: str
) -> None:
    """§1.7 schedule errors."""
    call = client.chat_scheduleMessage(channel=room, text="x", post_at=post_at)
    assert await error_of(call) == error


async def test_thirty_may_wait_for_the_same_five_minutes(client: AsyncWebClient, room: str) -> None:
    """§1.7 "≤30 messages per 5 min per channel"."""
    for number in range(30):
        await client.chat_scheduleMessage(channel=room, text="x", post_at=NOW + 3600 + number)

    once_more = client.chat_scheduleMessage(channel=room, text="x", post_at=NOW + 3599)
    assert await error_of(once_more) == "restricted_too_many"
    await client.chat_scheduleMessage(channel=room, text="x", post_at=NOW + 3600 + 329)


async def test_what_carries_metadata_is_taken_and_never_posted(
    bot: Bot, client: AsyncWebClient, clock: Clock, room: str
) -> None:
    """§1.7 "accepted but never posts"."""
    metadata = {"event_type": "t", "event_payload": {}}
    at = NOW + 3600
    await client.chat_scheduleMessage(channel=room, text="lost", post_at=at, metadata=metadata)
    await client.chat_scheduleMessage(channel=room, text="after it", post_at=at + 1)

    clock.advance(timedelta(hours=2))

    await bot.hears("message", text="after it")
    assert await said_in(client, room) == ["after it"]


async def test_nothing_is_posted_where_the_app_is_no_more(
    sim: Simulator, bot: Bot, client: AsyncWebClient, clock: Clock, room: str
) -> None:
    """§1.7 scheduleMessage; §1.6 leave."""
    other = (await client.conversations_create(name="other"))["channel"]["id"]
    await client.chat_scheduleMessage(channel=room, text="lost", post_at=NOW + 3600)
    private = await client.conversations_create(name="private", is_private=True)
    left = private["channel"]["id"]
    await client.conversations_invite(channel=left, users=ANN)
    await client.chat_scheduleMessage(channel=left, text="lost", post_at=NOW + 3600)
    await client.chat_scheduleMessage(channel=other, text="there", post_at=NOW + 3601)
    await client.conversations_archive(channel=room)
    await client.conversations_leave(channel=left)

    clock.advance(timedelta(hours=2))

    await bot.hears("message", text="there")
    assert all(event.get("text") != "lost" for event in bot.heard)
    assert "lost" not in sim.person("ann").sees("private")


async def test_a_restarted_workspace_posts_what_came_due_meanwhile(
    sim: Simulator, client: AsyncWebClient, clock: Clock, room: str
) -> None:
    """§1.7 `post_at`."""
    await client.chat_scheduleMessage(channel=room, text="due", post_at=NOW + 60)
    await sim.stop()
    clock.advance(timedelta(hours=1))

    again = Simulator(clock=clock, workspace=sim.workspace)
    await again.start()

    [said] = again.workspace.channels[room].messages.values()
    assert said.text == "due"
    await again.stop()


async def test_a_clock_that_runs_needs_nobody_to_move_it() -> None:
    """§1.7 `post_at`."""
    simulator = Simulator(clock=Clock())
    await simulator.start()
    client = AsyncWebClient(token=simulator.bot_token, base_url=simulator.api_url)
    at = simulator.workspace.seconds() + 1

    await client.chat_scheduleMessage(channel="C0GENERAL", text="soon", post_at=at)

    room = simulator.workspace.channels["C0GENERAL"]
    await simulator.workspace.wait_for(lambda: room.top, within=30, what="what was scheduled")
    assert room.messages[room.top[-1]].text == "soon"
    await simulator.stop()
