"""One feed channel per workspace, whoever was there first."""

import asyncio

from tests.people import World

TEN = tuple(f"service {letter} is down" for letter in "abcdefghij")


async def test_ten_first_declares_make_one_feed_with_ten_announcements(world: World) -> None:
    await asyncio.gather(*(world.ann.says(f"/incident declare {what}") for what in TEN))
    await world.settles()
    assert world.channels("incidents") == ["incidents"]
    feed = world.sim.person("bob").room("incidents")
    announced = [post.text for post in feed.messages.values() if post.blocks]
    assert all(sum(what in text for text in announced) == 1 for what in TEN), announced


async def test_a_feed_that_people_made_is_used(world: World) -> None:
    await world.bob.hands.makes("incidents")
    await world.ann.says("/incident declare checkout is down")
    assert world.channels("incidents") == ["incidents"]
    assert "checkout is down" in world.bob.sees("incidents")


async def test_a_feed_that_the_bot_cannot_see_is_said_with_what_to_do(world: World) -> None:
    await world.bob.hands.makes("incidents", is_private=True)
    await world.ann.says("/incident declare checkout is down")
    (await world.room(1)).shows("#incidents exists, but Muster cannot see it: invite the bot to it")
