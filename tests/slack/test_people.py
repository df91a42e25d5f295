"""Who acts: what is known of a person, from when, and how long anybody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Application
from bot.domain.values import Actor
from bot.simulator.faults import Fault
from bot.slack import moments
from bot.slack.people import Directory
from tests.databases import fresh_postgresql
from tests.people import Responder, World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        await world.settles()  # a start has people asked about again
        yield world


@pytest.fixture
def slow(world: World, monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Slack describes somebody once it is released; nobody waits for that for long."""
    monkeypatch.setattr(moments, "MOMENT", 0.05)
    return world.sim.faults.add("users.info", "held")


@pytest.fixture
async def replicated(postgresql: str) -> AsyncIterator[str]:
    async for url in fresh_postgresql(postgresql):
        yield url


def directory(bot: Application) -> Directory:
    assert bot.desk is not None
    return bot.desk.people


async def acts(who: Responder, bot: Application | None = None) -> Actor:
    """The person as the rules see them now."""
    world = who.world
    return await directory(bot or world.bot).actor(world.sim.workspace.team.id, who.id)


def becomes_a_guest(who: Responder) -> None:
    """An admin restricts somebody, and Slack's event of it is lost."""
    who.world.sim.workspace.users[who.id].is_restricted = True


@pytest.mark.faults("Slack is slow to say who somebody is")
async def test_a_stranger_is_answered_while_slack_is_slow_to_describe_them(
    world: World, slow: Fault
) -> None:
    reply = await world.bob.hands.types("general", "/incident declare checkout is down")
    assert "INC-1" in str(reply)
    slow.release()


@pytest.mark.faults("Slack is slow to say who somebody is")
async def test_a_slow_description_is_there_the_next_time(world: World, slow: Fault) -> None:
    becomes_a_guest(world.bob)
    seen = await acts(world.bob)
    assert (seen.guest, seen.unknown) == (False, True)
    slow.release()
    await world.settles()
    seen = await acts(world.bob)
    assert (seen.guest, seen.unknown) == (True, False)
    assert len(world.calls("users.info")) == 1


@pytest.mark.faults("Slack is slow to say who somebody is")
async def test_a_throttling_of_a_second_is_waited_for(world: World) -> None:
    becomes_a_guest(world.bob)
    told = world.sim.faults.add("users.info", "rate_limited", retry_after=1)
    acting = asyncio.create_task(acts(world.bob))
    while not acting.done():
        await asyncio.wait({acting}, timeout=0.05)
        world.clock.advance(timedelta(seconds=told.struck))
    assert (await acting).guest


@pytest.mark.faults("Slack is slow to say who somebody is")
async def test_a_stranger_does_what_cannot_wait_and_no_more(world: World) -> None:
    """Perhaps a guest: nobody is kept from the work, and nothing secret or final is theirs."""
    await world.ann.says("/incident declare secret things --sev 2 --private")
    world.sim.faults.add("users.info", "rate_limited", times=None, retry_after=40)
    bob = world.bob.hands
    assert "INC-2" in str(await bob.types("general", "/incident declare checkout is down --sev 2"))
    before = await world.incident(2)
    await bob.types("general", "/incident update inc-2 we look at the cache")
    assert (await world.incident(2)).version > before.version
    for words in ("access inc-1", "access inc-7", "private inc-2 --yes", "cancel inc-2 a mistake"):
        reply = await bob.types("general", f"/incident {words}")
        assert "does not say at present who you are" in str(reply), words
    incident = await world.incident(2)
    assert (incident.private, incident.over) == (False, False)
    world.sim.faults.clear()
    await world.passes(seconds=41)
    await world.bob.says("/incident cancel inc-2 a mistake")
    assert (await world.incident(2)).over


async def test_a_description_of_this_hour_is_not_asked_for_again(world: World) -> None:
    await acts(world.bob)
    world.clock.advance(timedelta(minutes=59))
    await acts(world.bob)
    await world.settles()
    assert len(world.calls("users.info")) == 1


async def test_one_older_than_an_hour_is_used_and_renewed_beside(world: World) -> None:
    await acts(world.bob)
    becomes_a_guest(world.bob)
    world.clock.advance(timedelta(minutes=61))
    assert not (await acts(world.bob)).guest
    await world.settles()
    assert (await acts(world.bob)).guest


async def test_one_older_than_a_day_is_renewed_first(world: World) -> None:
    await acts(world.bob)
    becomes_a_guest(world.bob)
    world.clock.advance(timedelta(hours=25))
    assert (await acts(world.bob)).guest


@pytest.mark.faults("Slack is slow to say who somebody is")
async def test_what_is_known_counts_while_slack_does_not_answer(world: World) -> None:
    becomes_a_guest(world.bob)
    await acts(world.bob)
    world.clock.advance(timedelta(hours=25))
    world.sim.faults.add("users.info", "http", times=None)
    assert (await acts(world.bob)).guest


@pytest.mark.faults("Slack is slow to say who somebody is")
async def test_throttled_slack_is_left_alone_for_as_long_as_it_says(world: World) -> None:
    world.sim.faults.add("users.info", "rate_limited", times=2, retry_after=30)
    await asyncio.gather(acts(world.bob), acts(world.carol))
    asked = len(world.calls("users.info"))
    await acts(world.bob)
    assert len(world.calls("users.info")) == asked
    world.clock.advance(timedelta(seconds=31))
    await acts(world.bob)  # who does not wait for long
    await world.sim.workspace.wait_for(
        lambda: len(world.calls("users.info")) == asked + 1, what="another call"
    )


async def test_rights_that_changed_while_the_bot_was_away_are_known_at_the_next_deed(
    world: World,
) -> None:
    await world.bob.says("/incident help")
    await world.stops()
    becomes_a_guest(world.bob)
    await world.starts()
    await world.settles()
    reply = await world.bob.says("/incident declare I may not")
    assert "INC-1" not in str(reply)


async def test_old_news_of_somebody_takes_nothing_back(world: World) -> None:
    """Whoever was made a guest does not become a member again by a delivery that comes late."""
    becomes_a_guest(world.bob)
    assert (await acts(world.bob)).guest
    team = world.sim.workspace.team.id
    was = {"id": world.bob.id, "team_id": team, "is_restricted": False}
    before = world.clock.now() - timedelta(minutes=3)
    await directory(world.bot).learn(team, was, as_of=before)
    asked = len(world.calls("users.info"))
    assert (await acts(world.bob)).guest
    assert len(world.calls("users.info")) == asked + 1
    await directory(world.bot).learn(team, was, as_of=world.clock.now() + timedelta(seconds=1))
    assert not (await acts(world.bob)).guest


async def test_what_one_replica_is_told_the_others_know(tmp_path: Path, replicated: str) -> None:
    async with a_world(tmp_path, database_url=replicated) as world:
        other = Application(world.bot.settings, world.clock, world.process)
        await other.start()
        try:
            await acts(world.bob)
            await acts(world.bob, other)
            team = world.sim.workspace.team.id
            told = {"id": world.bob.id, "team_id": team}
            await directory(world.bot).learn(team, {**told, "is_restricted": True})
            await directory(other).learn(team, told)
            assert not (await acts(world.bob)).guest
            await directory(world.bot).learn(team, {**told, "is_restricted": True})
            assert (await acts(world.bob, other)).guest
        finally:
            await other.stop()
