"""A public incident is made private: people are brought along, the bot's words are taken back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.simulator.model import Channel
from tests.people import World, a_world

TITLE = "ledger tampered with"


async def public(world: World) -> str:
    await world.ann.says(f"/incident declare {TITLE} --sev 1 --category data")
    await world.bob.says("/incident join inc-1")
    room = (await world.room(1)).channel
    await world.ann.says(f"/incident update somebody {TITLE}", in_=room)
    return room


def bots_words(world: World, channel: str) -> str:
    """What the bot says in a channel, to be read by anybody."""
    bot = world.sim.workspace.bot.user_id
    messages = world.sim.workspace.channels[channel].messages.values()
    return "\n".join(str(m) for m in messages if m.user == bot and not m.subtype)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace with the bot in it."""
    async with a_world(tmp_path) as opened:
        yield opened


async def test_nothing_of_the_bot_stays_in_public(world: World) -> None:
    left = await public(world)
    feed = feed_of(world)
    assert TITLE in bots_words(world, feed.id)
    await world.ann.says("/incident private inc-1 --yes")
    await world.room(1)
    assert TITLE not in bots_words(world, feed.id)
    assert TITLE not in bots_words(world, left)
    old = world.sim.workspace.channels[left]
    assert old.is_archived
    assert not old.topic["value"]
    assert (await world.incident()).exposed is None


async def test_a_public_room_of_which_slack_tells_oddly_does_not_count_as_cleared(
    world: World,
) -> None:
    left = await public(world)
    old = world.sim.workspace.channels[left]
    odd = next(each for each in old.messages.values() if each.by_app and TITLE in str(each))
    odd.attachments = [{"fallback": 7}]
    await world.ann.says("/incident private inc-1 --yes")
    incident = await world.incident()
    assert incident.exposed == left
    assert incident.failures
    odd.attachments = []
    await world.ann.clicks("Retry", in_=(await world.room(1)).channel)
    assert TITLE not in bots_words(world, left)
    assert old.is_archived
    assert (await world.incident()).exposed is None


async def test_everybody_is_brought_into_the_private_room(world: World) -> None:
    left = await public(world)
    await world.ann.says("/incident private inc-1 --yes")
    room = await world.room(1)
    channel = world.sim.workspace.channels[room.channel]
    assert room.channel != left
    assert channel.is_private
    assert {world.ann.id, world.bob.id} <= set(channel.members)
    room.shows(TITLE)
    assert "There is no INC-1" in await world.carol.says("/incident show inc-1")


@pytest.mark.faults("a fault while an incident is made private")
async def test_it_survives_a_restart_in_the_middle(world: World) -> None:
    left = await public(world)
    world.sim.faults.add("conversations.create", "rate_limited", retry_after=40)
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    assert not world.sim.workspace.channels[left].is_archived, "nobody is put out of the room"
    world.sim.faults.clear()
    await world.restarts()
    await world.passes(minutes=2)
    assert world.sim.workspace.channels[left].is_archived
    assert (await world.room(1)).channel != left


@pytest.mark.faults("a fault while an incident is made private")
async def test_slack_refuses_and_retry_takes_it_down(world: World) -> None:
    await public(world)
    feed = feed_of(world)
    world.sim.faults.add("chat.delete", "error", error="cant_delete_message")
    await world.ann.says("/incident private inc-1 --yes")
    (await world.room(1)).shows("Retry")
    world.sim.faults.clear()
    await world.ann.says("/incident retry inc-1")
    await world.settles()
    assert TITLE not in bots_words(world, feed.id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_until_the_private_room_is_there_nothing_more_is_said_in_the_public_one(
    world: World,
) -> None:
    left = await public(world)
    throttled = world.sim.faults.add(
        "conversations.create", "rate_limited", times=None, retry_after=40
    )
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    await world.ann.hands.types("general", "/incident update inc-1 Eve took the keys")
    await world.sim.workspace.wait_for(lambda: throttled.struck > 0, what="a try")
    await world.bot.rested()
    assert "Eve took the keys" not in bots_words(world, left)
    world.sim.faults.clear()
    await world.passes(minutes=1)
    (await world.room(1)).shows("Eve took the keys")
    assert "Eve took the keys" not in bots_words(world, left)


@pytest.mark.faults("a fault while an incident is made private")
async def test_who_is_being_paged_is_let_in_and_who_leaves_is_not_called_on(world: World) -> None:
    """Carol could not be brought into the public room, so only the calls had reached her."""
    left = await public(world)
    world.sim.faults.add("conversations.invite", "error", error="cant_invite")
    await world.ann.says("/incident page @carol the ledger is yours", in_=left)
    assert world.carol.id not in (await world.incident()).members
    await world.ann.says("/incident private inc-1 --yes")
    room = await world.room(1)
    assert room.channel != left
    room.shows(TITLE, seen_by="carol")
    await world.passes(minutes=5)
    assert world.carol.sees("@app").count("calls you to") == 2
    await world.carol.hands.leaves(room.channel)
    await world.settles()
    await world.passes(minutes=5)
    assert world.carol.sees("@app").count("calls you to") == 2


@pytest.mark.faults("a fault while an incident is made private")
@pytest.mark.parametrize(
    ("method", "line"),
    [("chat.update", "severity inc-1 2"), ("chat.postMessage", "update inc-1 more to say")],
)
async def test_nothing_that_waits_keeps_it_from_being_taken_down(
    world: World, method: str, line: str
) -> None:
    await public(world)
    throttled = world.sim.faults.add(method, "rate_limited", retry_after=90)
    await world.ann.hands.types("general", f"/incident {line}")
    await world.bot.rested()
    assert throttled.struck
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    await world.bot.rested()
    assert TITLE not in bots_words(world, feed_of(world).id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_an_edit_under_way_does_not_bring_it_back(world: World) -> None:
    await public(world)
    feed = feed_of(world).id
    held = world.sim.faults.add("chat.update", "held", times=2)
    await world.ann.hands.types("general", "/incident severity inc-1 2")
    await world.sim.workspace.wait_for(lambda: held.struck == 2, what="card and announcement")
    announced = _announced(world, feed)
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    await world.sim.workspace.wait_for(
        lambda: TITLE not in bots_words(world, feed), what="the announcement to be gone"
    )
    held.release()
    await world.settles()
    assert TITLE not in bots_words(world, feed)
    assert _announced(world, feed) == announced


@pytest.mark.faults("a fault while an incident is made private")
@pytest.mark.parametrize("answered", [False, True], ids=["alone", "with others in the thread"])
async def test_a_reply_under_way_goes_too(world: World, *, answered: bool) -> None:
    await public(world)
    feed = feed_of(world).id
    if answered:
        await _asks_in_the_thread(world)
    world.clock.advance(timedelta(seconds=10))  # so that both may be posted at once
    held = world.sim.faults.add("chat.postMessage", "held", times=2)
    await world.ann.hands.types("general", f"/incident update inc-1 again {TITLE}")
    await world.sim.workspace.wait_for(lambda: held.struck == 2, what="to the room, to the feed")
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    await world.sim.workspace.wait_for(
        lambda: TITLE not in bots_words(world, feed), what="the announcement to be gone"
    )
    held.release()
    await world.settles()
    assert TITLE not in bots_words(world, feed)
    assert (await world.incident()).failures == {}


@pytest.mark.faults("a fault while an incident is made private")
async def test_an_announcement_that_nobody_knows_to_be_there_is_taken_down(world: World) -> None:
    lost = world.sim.faults.add("chat.postMessage", "lose_answer", times=2)
    await world.ann.hands.types("general", f"/incident declare {TITLE} --sev 1")
    await world.sim.workspace.wait_for(lambda: lost.struck == 2, what="card and announcement")
    await world.bot.rested()
    feed = feed_of(world).id
    assert TITLE in bots_words(world, feed)
    assert (await world.incident()).announcement is None
    await world.ann.says("/incident private inc-1 --yes")
    await world.passes(minutes=1)
    assert TITLE not in bots_words(world, feed)


@pytest.mark.faults("a fault while an incident is made private")
async def test_an_announcement_that_lands_when_nobody_waits_for_it_is_taken_down(
    world: World,
) -> None:
    await world.bob.hands.makes("incidents")
    throttled = world.sim.faults.add("conversations.join", "rate_limited", retry_after=20)
    await world.ann.hands.types("general", f"/incident declare {TITLE} --sev 1")
    await world.bot.rested()
    assert throttled.struck
    refused = world.sim.faults.add("chat.postMessage", "refuse")
    world.clock.advance(timedelta(seconds=21))
    await world.sim.workspace.wait_for(lambda: refused.struck, what="the announcement")
    await _arrives_when_it_is_private(world)
    assert TITLE not in bots_words(world, feed_of(world).id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_one_that_was_posted_anew_unheard_is_taken_down(world: World) -> None:
    """It is in doubt, and the attempt that will look for it began while all was public."""
    await public(world)
    feed, at = feed_of(world), (await world.incident()).announcement
    assert at is not None
    world.clock.advance(timedelta(seconds=30))  # so that all may be posted at once
    world.sim.faults.add("chat.update", "error", error="message_not_found", times=2)
    lost = world.sim.faults.add("chat.postMessage", "lose_answer", times=3)
    await world.ann.hands.types("general", "/incident severity inc-1 2")
    await world.sim.workspace.wait_for(lambda: lost.struck == 3, what="card, room, feed")
    await world.bot.rested()
    held = world.sim.faults.add("chat.update", "held", times=2)
    world.clock.advance(timedelta(seconds=3))
    await world.sim.workspace.wait_for(lambda: held.struck == 2, what="card and announcement")
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    await world.sim.workspace.wait_for(lambda: at.ts not in feed.messages, what="the first gone")
    held.release()
    await world.passes(minutes=1)
    assert TITLE not in bots_words(world, feed.id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_an_announcement_that_stands_twice_is_taken_down_twice(world: World) -> None:
    await world.bob.says("/incident declare the door is stuck")  # so that there is a feed
    refused = world.sim.faults.add("chat.postMessage", "refuse", times=2)
    await world.ann.hands.types("general", f"/incident declare {TITLE} --sev 1")
    await world.sim.workspace.wait_for(lambda: refused.struck == 2, what="card and announcement")
    await world.bot.rested()
    lost = world.sim.faults.add("chat.postMessage", "lose_answer", times=2)
    world.clock.advance(timedelta(seconds=3))
    await world.sim.workspace.wait_for(lambda: lost.struck == 2, what="both again")
    await world.bot.rested()
    await _arrives_late(world)
    announced = [m for m in feed_of(world).messages.values() if TITLE in m.text]
    assert len(announced) == 2
    await world.ann.says("/incident private inc-2 --yes")
    await world.passes(minutes=1)
    assert TITLE not in bots_words(world, feed_of(world).id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_a_reply_that_lands_when_nobody_waits_for_it_is_taken_away(world: World) -> None:
    """Somebody else has replied, so that what is left of the thread still takes it."""
    await public(world)
    await _asks_in_the_thread(world)
    world.clock.advance(timedelta(seconds=10))  # so that both may be posted at once
    refused = world.sim.faults.add("chat.postMessage", "refuse", times=2)
    await world.ann.hands.types("general", f"/incident update inc-1 again {TITLE}")
    await world.sim.workspace.wait_for(lambda: refused.struck == 2, what="to the room, to the feed")
    await _arrives_when_it_is_private(world)
    assert TITLE not in bots_words(world, feed_of(world).id)


async def test_replies_below_an_announcement_that_somebody_deleted_go_too(world: World) -> None:
    await public(world)
    feed = feed_of(world)
    first = (await world.incident()).announcement
    assert first is not None
    await world.ann.hands.joins("incidents")
    await world.ann.hands.deletes(world.ann.hands.room("incidents").messages[first.ts])
    await world.settles()
    assert (await world.incident()).announcement != first
    assert [m for m in feed.messages.values() if m.thread_ts == first.ts], "a reply stands there"
    await world.ann.says("/incident private inc-1 --yes")
    await world.settles()
    assert TITLE not in bots_words(world, feed.id)


async def test_a_feed_that_the_bot_was_taken_out_of_is_cleared_too(world: World) -> None:
    await public(world)
    await world.ann.hands.joins("incidents")
    await world.ann.hands.removes("@app", "incidents")
    await world.settles()
    await world.ann.says("/incident private inc-1 --yes")
    await world.room(1)
    assert TITLE not in bots_words(world, feed_of(world).id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_a_feed_in_which_nothing_can_be_deleted_is_said_and_retry_clears_it(
    world: World,
) -> None:
    await public(world)
    feed = feed_of(world)
    await world.ann.hands.joins("incidents")
    await world.ann.hands.archives("incidents")
    await world.settles()
    await world.ann.says("/incident private inc-1 --yes")
    (await world.room(1)).shows("Retry")
    await world.ann.hands.unarchives("incidents")
    await world.ann.says("/incident retry inc-1")
    await world.settles()
    assert TITLE not in bots_words(world, feed.id)


@pytest.mark.faults("a fault while an incident is made private")
async def test_what_failed_to_be_announced_need_not_be_retried_any_more(world: World) -> None:
    await world.bob.hands.makes("incidents", is_private=True)
    await world.ann.says(f"/incident declare {TITLE} --sev 1")
    (await world.room(1)).shows("Retry")
    await world.ann.says("/incident private inc-1 --yes")
    (await world.room(1)).hides("Retry")


@pytest.mark.faults("a fault while an incident is made private")
async def test_nor_what_fails_to_be_announced_when_it_is_private(world: World) -> None:
    await world.bob.hands.makes("incidents", is_private=True)
    held = world.sim.faults.add("conversations.list", "held")
    await world.ann.hands.types("general", f"/incident declare {TITLE} --sev 1")
    await world.sim.workspace.wait_for(lambda: held.struck, what="the feed to be looked for")
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    held.release()
    (await world.room(1)).hides("Retry")


def feed_of(world: World) -> Channel:
    return world.sim.workspace.channel_named("incidents")


async def _asks_in_the_thread(world: World) -> None:
    """Carol replies to the announcement."""
    at = (await world.incident()).announcement
    assert at is not None
    await world.carol.hands.joins("incidents")
    said = world.carol.hands.room("incidents").messages[at.ts]
    await world.carol.hands.posts("incidents", "is it bad?", thread=said)
    await world.settles()


async def _arrives_when_it_is_private(world: World) -> None:
    """What the bot could not send arrives when it has looked for it in vain; then time passes."""
    await world.bot.rested()
    await world.ann.hands.types("general", "/incident private inc-1 --yes")
    await world.bot.rested()
    world.clock.advance(timedelta(seconds=3))
    await world.bot.rested()
    await _arrives_late(world)
    await world.passes(minutes=1)


async def _arrives_late(world: World) -> None:
    """What the bot could not send to the feed arrives after all."""
    feed, calls = feed_of(world).id, world.calls("chat.postMessage")
    sent = next(call.args for call in calls if call.fault and call.args["channel"] == feed)
    assert world.bot.desk is not None
    await world.bot.desk.calls.client.chat_postMessage(**sent)


def _announced(world: World, feed: str) -> int:
    """How often the announcement was posted."""
    calls = world.calls("chat.postMessage")
    return sum(TITLE in str(call.args) for call in calls if call.args["channel"] == feed)
