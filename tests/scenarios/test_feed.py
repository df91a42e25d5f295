"""One feed channel per workspace, whoever was there first."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.effects import PostToFeed
from bot.slack.errands import Errands
from bot.slack.performers.feed import feed_channel
from bot.storage import outbox, queries
from bot.storage.database import Connection
from tests.people import World

BOT = "@app"
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


async def test_a_private_feed_that_the_bot_was_invited_to_is_used(world: World) -> None:
    await world.bob.hands.makes("incidents", is_private=True)
    await world.bob.hands.invites(BOT, "incidents")
    await world.ann.says("/incident declare checkout is down")
    assert "checkout is down" in world.bob.sees("incidents")
    assert world.calls("conversations.join") == []


async def test_a_feed_that_was_archived_is_said_with_what_to_do(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    await _archives_the_feed(world)
    await world.ann.says("/incident declare search is slow")
    room = await world.room(2)
    room.shows("#incidents is archived, and keeps its name: unarchive it, or rename it")
    await world.ann.hands.unarchives("incidents")
    await world.ann.clicks("Retry", in_=room.name)
    assert "search is slow" in world.ann.sees("incidents")
    assert (await world.incident(2)).failures == {}


async def test_where_the_name_is_free_again_a_new_feed_is_made_and_open_ones_move(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down")
    await world.ann.says("/incident declare the door is stuck")
    await world.ann.says("/incident decline inc-2 it was not stuck")
    await world.ann.hands.joins("incidents")
    await world.ann.hands.renames("incidents", "incidents-of-old")
    await world.ann.hands.archives("incidents-of-old")
    await world.settles()
    before = await world.incident(2)
    await world.ann.says("/incident update inc-1 we look into it")
    await world.passes(minutes=1)
    assert "checkout is down" in world.bob.sees("incidents")
    assert "we look into it" in world.bob.sees("incidents")
    await world.ann.says("/incident edit inc-2 title the door was stuck")
    assert (await world.incident(2)).announcement == before.announcement
    assert {(await world.incident(n)).failures == {} for n in (1, 2)} == {True}


async def test_a_feed_that_the_bot_was_taken_out_of_is_joined_again(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    await world.ann.hands.joins("incidents")
    await world.ann.hands.removes(BOT, "incidents")
    await world.settles()
    await world.ann.says("/incident declare search is slow")
    assert "search is slow" in world.ann.sees("incidents")
    assert world.channels("incidents") == ["incidents"]


@pytest.mark.faults("what is said in the feed while an edit waits")
async def test_who_follows_the_announcement_is_told_however_long_its_edit_waits(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down")
    throttled = world.sim.faults.add("chat.update", "rate_limited", retry_after=90)
    await world.ann.says("/incident severity inc-1 1")
    assert throttled.struck
    await world.ann.says("/incident update inc-1 the pool is full")
    assert "the pool is full" in world.bob.sees("incidents")
    assert "SEV1 · INC-1" not in world.bob.sees("incidents")
    await world.passes(seconds=91)
    assert "SEV1 · INC-1" in world.bob.sees("incidents")


@pytest.mark.faults("what is said in the feed while an edit waits")
async def test_what_is_said_before_there_is_an_announcement_waits_for_it(world: World) -> None:
    await world.bob.hands.makes("incidents")
    throttled = world.sim.faults.add("conversations.join", "rate_limited", retry_after=90)
    await world.ann.says("/incident declare checkout is down")
    assert throttled.struck
    await world.ann.hands.types("general", "/incident update inc-1 the pool is full")
    await world.bot.rested()
    assert "the pool is full" not in world.bob.sees("incidents")
    await world.passes(seconds=91)
    said = [m.text for m in world.sim.person("bob").room("incidents").messages.values()]
    assert [("pool" in text) for text in said if "checkout" in text or "pool" in text] == [
        False,
        True,
    ]


@pytest.mark.faults("what is said in the feed while an edit waits")
async def test_replies_that_wait_for_an_announcement_hold_up_nobody_elses(world: World) -> None:
    """Slack holds posts back until one comes: each look of theirs would be a post less."""
    await world.ann.says("/incident declare checkout is down")
    throttled = world.sim.faults.add("chat.update", "rate_limited", retry_after=120)
    await world.ann.hands.types("general", "/incident severity inc-1 1")
    await world.bot.rested()
    assert throttled.struck
    for n in range(2, 8):
        await world.ann.hands.types("general", f"/incident declare outage {n}")
        await world.bot.rested()
        await world.ann.hands.types("general", f"/incident update inc-{n} we look into it")
        await world.bot.rested()
    for _ in range(10):
        world.clock.advance(timedelta(seconds=2))
        await world.bot.rested()
    await world.ann.hands.types("general", "/incident update inc-1 the pool is full")
    await world.bot.rested()
    assert "the pool is full" in world.bob.sees("incidents")


@pytest.mark.faults("what is said in the feed while an edit waits")
async def test_a_feed_that_moves_while_an_edit_waits_takes_its_thread_along(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    await world.ann.hands.joins("incidents")
    throttled = world.sim.faults.add("chat.update", "rate_limited", retry_after=90)
    await world.ann.says("/incident severity inc-1 1")
    assert throttled.struck
    await world.ann.hands.renames("incidents", "incidents-of-old")
    await world.ann.hands.archives("incidents-of-old")
    await world.ann.says("/incident update inc-1 we look into it")
    await world.passes(minutes=2)
    assert "↳ Incident Bot: 📣 Update" in world.bob.sees("incidents")
    assert (await world.incident()).failures == {}


async def test_what_is_said_below_an_announcement_that_was_deleted_unheard_finds_the_next(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down")
    first = (await world.incident()).announcement
    assert first is not None
    feed = world.sim.workspace.channel_named("incidents")
    del feed.messages[first.ts]
    await world.ann.says("/incident update inc-1 the pool is full")
    second = (await world.incident()).announcement
    assert second is not None
    assert second != first
    below = [m.text for m in feed.messages.values() if m.thread_ts == second.ts != m.ts]
    assert any("the pool is full" in text for text in below), below
    assert (await world.incident()).failures == {}


@pytest.mark.faults("what is said in the feed while an edit waits")
async def test_a_reply_that_an_older_version_owed_does_not_wait_without_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands before the announcement in one lane, and would wait for it."""
    lane = property(lambda effect: f"ShowAnnouncement:{effect.stream}")
    monkeypatch.setattr(PostToFeed, "lane", lane)
    await world.ann.says("/incident declare checkout is down")
    world.sim.faults.add("chat.postMessage", "rate_limited", times=None, retry_after=20)
    await world.ann.hands.types("general", "/incident update inc-1 the pool is full")
    await world.bot.rested()
    await world.ann.hands.types("general", "/incident severity inc-1 1")
    await world.ann.hands.joins("incidents")
    await world.ann.hands.archives("incidents")
    await world.bot.rested()
    world.sim.faults.clear()
    world.clock.advance(timedelta(seconds=21))
    await world.bot.rested()
    world.clock.advance(timedelta(minutes=31))
    await world.settles()
    assert len((await world.incident()).failures) == 2, "the reply, and then the announcement"


async def test_what_is_said_when_the_announcement_comes_after_all_is_said_below_it(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down")
    await _archives_the_feed(world)
    await world.ann.says("/incident declare search is slow")
    assert (await world.incident(2)).failures
    await world.ann.hands.unarchives("incidents")
    await world.ann.says("/incident update inc-2 the index is rebuilt")
    feed = world.sim.person("ann").room("incidents")
    at = (await world.incident(2)).announcement
    assert at is not None
    assert [
        "the index is rebuilt" in m.text for m in feed.messages.values() if m.thread_ts == at.ts
    ]


@pytest.mark.faults("what is said in the feed while an edit waits")
async def test_where_there_is_no_feed_any_more_nothing_waits_for_one(world: World) -> None:
    world.process = replace(world.process, drill_feed="drills")
    await world.restarts()
    await world.bob.hands.makes("drills")
    world.sim.faults.add("conversations.join", "rate_limited", retry_after=60)
    await world.ann.hands.types("general", "/incident declare the hose is lost --drill")
    await world.ann.hands.types("general", "/incident update inc-1 we look for it")
    await world.bot.rested()
    await world.stops()
    world.process = replace(world.process, drill_feed=None)
    await world.starts()
    await world.passes(minutes=2)
    assert await world.bot.database.read(outbox.count_open) == 0
    assert (await world.incident()).failures == {}


async def _archives_the_feed(world: World) -> None:
    await world.ann.hands.joins("incidents")
    await world.ann.hands.archives("incidents")
    await world.settles()


@pytest.mark.faults("two replicas create one channel at the same time")
async def test_two_that_make_a_feed_at_once_keep_the_first_and_archive_the_other(
    world: World,
) -> None:
    world.sim.habits.twins = True
    desk, team = world.bot.desk, world.sim.workspace.team.id
    assert desk is not None
    two = [desk, replace(desk, errands=Errands())]  # a lock each, as two replicas have
    held = world.sim.faults.add("conversations.create", "held", times=2)
    making = asyncio.gather(*(feed_channel(each, team, drill=False) for each in two))
    await world.sim.workspace.wait_for(lambda: held.struck == 2, what="both to make it")
    held.release()
    feeds = await making
    assert len(set(feeds)) == 1
    made = [c for c in world.sim.workspace.channels.values() if c.name == "incidents"]
    assert sorted((c.id == feeds[0], c.is_archived) for c in made) == [(False, True), (True, False)]


async def test_an_announcement_is_known_by_its_place_without_reading_each_incident(
    world: World,
) -> None:
    for what in TEN[:3]:
        await world.ann.says(f"/incident declare {what}")
    second = await world.incident(2)
    at = second.announcement
    assert at is not None

    def look(connection: Connection) -> tuple[str | None, str | None, str]:
        asked = "EXPLAIN QUERY PLAN SELECT stream FROM incidents WHERE announcement_channel = '' "
        plan = connection.exec_driver_sql(f"{asked} AND announcement_ts = ''").all()
        found = queries.stream_of_announcement(connection, at.channel, at.ts)
        return found, queries.stream_of_announcement(connection, at.channel, "1.1"), str(plan)

    found, nothing, plan = await world.bot.database.read(look)
    assert (found, nothing) == (second.stream, None)
    assert "ix_incidents_announcement" in plan
    await world.ann.hands.joins("incidents")
    await world.ann.hands.deletes(world.ann.hands.room("incidents").messages[at.ts])
    await world.settles()
    assert "service b is down" in world.ann.sees("incidents")
    assert (await world.incident(2)).announcement != at
