"""What is said in an incident's room is kept, as Slack changes it; elsewhere nothing is."""

import pytest

from bot.slack.desk import Desk
from tests.people import World
from tests.scenarios.timeline.room import Room


async def test_what_people_say_is_kept_and_what_the_bot_says_is_not(room: Room) -> None:
    said = await room.hears("I roll back & watch <the graph>")
    [kept] = await room.log()
    assert (kept.ts, kept.user, kept.text) == (said.ts, room.bob.id, said.text)


async def test_replies_files_and_remarks_to_the_channel_are_kept(room: Room) -> None:
    first = await room.hears("Who knows the gateway?")
    await room.after(
        room.ann.posts(room.id, "I do", thread=first),
        room.bob.posts(room.id, "see here", files=[("graph.png", b"png")]),
        room.ann.posts(room.id, "told all", thread=first, broadcast=True),
    )
    asked, reply, upload, told = await room.log()
    assert (asked.thread_ts, reply.thread_ts, told.thread_ts) == (None, first.ts, first.ts)
    [file] = upload.files
    assert file.name == "graph.png"
    assert file.link.startswith("http")


async def test_an_edit_is_followed(room: Room) -> None:
    said = await room.hears("It is the database")
    await room.after(room.bob.edits(said, "It is the cache"))
    [kept] = await room.log()
    assert kept.text == "It is the cache"
    assert kept.edited_ts is not None


async def test_a_deletion_is_followed_and_leaves_no_words(room: Room) -> None:
    said = await room.hears("The password is swordfish")
    await room.after(room.bob.deletes(said))
    [kept] = await room.log()
    assert (kept.deleted, kept.text, kept.user) == (True, "", room.bob.id)


async def test_a_deleted_message_with_replies_leaves_the_replies(room: Room) -> None:
    said = await room.hears("wrong channel, sorry")
    await room.hears("no worries", thread=said)
    await room.after(room.bob.deletes(said))
    assert await room.texts() == ["no worries"]


@pytest.mark.faults("events come late, twice, or out of order")
async def test_what_was_said_twice_is_kept_once(room: Room) -> None:
    said = await room.hears("once")
    [delivery] = [
        each
        for each in room.world.sim.deliveries
        if each.payload.get("event", {}).get("client_msg_id") == said.client_msg_id
    ]
    await room.world.sim.redeliver(delivery)
    assert await room.texts() == ["once"]


async def test_other_channels_are_dropped_unread(room: Room) -> None:
    await room.after(room.ann.invites("@app", "random"), room.ann.posts("random", "lunch?"))
    kept = await room.world.bot.database.read(
        lambda c: c.exec_driver_sql("SELECT text FROM messages").scalars().all()
    )
    assert kept == []


async def test_a_message_is_acknowledged_after_it_is_kept(world: World, room: Room) -> None:
    said = await room.hears("hello")
    desk = world.bot.desk
    assert isinstance(desk, Desk)
    [delivery] = [
        each for each in world.sim.deliveries if each.payload.get("event", {}).get("ts") == said.ts
    ]
    assert len(delivery.attempts) == 1
    assert delivery.acknowledged_after is not None
    assert await room.texts() == ["hello"]
