"""What is asked of the older version during an upgrade is kept, done by the newer, and told."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.simulator.errors import CannotDo
from bot.storage import tables as t
from bot.storage.database import Connection
from bot.storage.opening import connect
from tests.cli.terminal import Terminal
from tests.engine.rig import Rig
from tests.people import World, a_world
from tests.scenarios.portraits import seen_by
from tests.scenarios.upgrading import falls_behind, has_decided, is_upgraded
from tests.scenarios.words.declared import a_declared_world

pytestmark = pytest.mark.faults("an older version is asked what only a newer one can decide")

KEPT = "Your request is kept"
TOLD = "during an upgrade of Muster"


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """INC-1 was changed by a newer version than the one that runs, on each database."""
    async with a_declared_world(tmp_path, database_url) as opened:
        await opened.ann.says("/incident page inc-1 @bob the pool is empty")
        await falls_behind(opened)
        yield opened


async def _room(world: World) -> str:
    room = (await world.incident()).room
    assert room is not None
    return room.channel


def _of(name: str) -> Callable[[Connection], list[tuple[str, datetime]]]:
    query = select(t.events).where(t.events.c.name == name).order_by(t.events.c.position)
    return lambda c: [(row.actor, row.happened_at) for row in c.execute(query)]


async def _recorded(world: World, name: str) -> list[tuple[str, datetime]]:
    """Who made each event of a name happen, and when."""
    return await world.bot.database.read(_of(name))


async def _rows(world: World) -> list[str]:
    states = select(t.requests.c.state).order_by(t.requests.c.position)
    return await world.bot.database.read(lambda c: list(c.execute(states).scalars()))


async def _comes_again(world: World, kind: str = "slash_commands") -> str:
    """Slack delivers what was asked last once more; return what is answered."""
    last = [each for each in world.sim.deliveries if each.kind == kind][-1]
    return str((await world.sim.redeliver(last)).body)


async def test_what_was_typed_is_done_by_the_newer_as_of_then_and_told_there(world: World) -> None:
    room, asked_at = await _room(world), world.clock.now()
    reply = await world.ann.hands.types(room, "/incident update we look into it")
    assert KEPT in reply
    assert "the result comes here" in reply
    assert not await _recorded(world, "UpdatePosted")
    world.clock.advance(timedelta(minutes=3))
    await is_upgraded(world)
    await world.settles()
    assert await _recorded(world, "UpdatePosted") == [(world.ann.id, asked_at)]
    seen = world.ann.sees(room)
    assert "we look into it" in seen
    assert f"{TOLD}, is done." in seen
    assert TOLD not in world.bob.sees(room), "only who asked is told"


async def test_delivered_again_and_asked_again_it_is_done_once(world: World) -> None:
    room, ann = await _room(world), world.ann.hands
    assert KEPT in await ann.types(room, "/incident note it began at noon")
    assert KEPT in await _comes_again(world)
    assert KEPT in await ann.types(room, "/incident note it began at noon")
    assert await _rows(world) == ["open"]
    await is_upgraded(world)
    assert KEPT not in await _comes_again(world)
    await world.settles()
    again = await world.ann.says("/incident note it began at noon", in_=room)
    assert "recorded once" in again
    assert len(await _recorded(world, "NoteAdded")) == 1
    assert world.ann.sees(room).count(TOLD) == 1


async def test_what_the_rules_refuse_is_told_with_what_was_written(world: World) -> None:
    room = await _room(world)
    assert KEPT in await world.dan.hands.types("general", "/incident severity inc-1 1 it is bad")
    assert KEPT in await world.ann.hands.types(room, "/incident private")
    await is_upgraded(world)
    await world.settles()
    assert await _rows(world) == ["refused", "refused"]
    told = world.dan.sees("general")
    assert f"{TOLD}, was not done. Guests may look" in told
    assert "it is bad" in told
    assert not await _recorded(world, "SeverityChanged")
    await world.ann.clicks("Make it private", in_=room)
    assert (await world.incident()).private


async def test_where_no_newer_version_comes_it_is_not_done_and_that_is_told(world: World) -> None:
    room, ann = await _room(world), world.ann.hands
    assert KEPT in await ann.types(room, "/incident update the pool is full")
    world.clock.advance(timedelta(minutes=29))
    assert world.bot.serving is not None
    await world.bot.serving.courier.rested()
    assert await _rows(world) == ["open"]
    world.clock.advance(timedelta(minutes=2))
    await ann.waits_to_see("no Muster could decide it", in_=room)
    assert "the pool is full" in ann.sees(room), "so that it need not be thought up again"
    await is_upgraded(world)
    await _comes_again(world)
    await world.settles()
    assert not await _recorded(world, "UpdatePosted")
    assert ann.sees(room).count("was not done: no Muster") == 1


async def test_what_was_decided_is_told_though_the_upgrade_was_taken_back(world: World) -> None:
    """The newer version decides and is gone; the older says what it can: that it is done."""
    room = await _room(world)
    assert KEPT in await world.ann.hands.types(room, "/incident update we look into it")
    await world.crashes()
    database = connect(world.database_url)
    await has_decided(database, Rig(database, clock=world.clock).dispatcher)
    await database.close()
    await world.starts()
    await world.ann.hands.waits_to_see(f"{TOLD}, is done.", in_=room)
    assert await _rows(world) == ["done"]


async def test_a_call_is_refused_at_once_since_it_is_meant_for_now(world: World) -> None:
    ann, room = world.ann.hands, await _room(world)
    for typed in ("page @carol come", "page", "update --snooze 60"):
        refused = await ann.types(room, f"/incident {typed}")
        assert "changed this incident; try again in a moment" in refused
    assert await _rows(world) == []


async def test_a_form_says_that_it_is_kept_and_the_result_comes_directly(world: World) -> None:
    room, ann = await _room(world), world.ann.hands
    await ann.types(room, "/incident decision")
    await ann.sees_modal("decision")
    assert (await ann.submits({"text": "we fail over"})).ok
    await ann.sees_modal(showing="comes in a direct message")
    await _comes_again(world, "interactive")
    await is_upgraded(world)
    await world.settles()
    assert len(await _recorded(world, "DecisionRecorded")) == 1
    assert "The decision is on the record of INC-1." in _told(world)
    assert _told(world).count(TOLD) == 1


async def test_what_a_button_asks_is_kept_and_it_stays_until_that_is_done(
    world: World,
) -> None:
    bob = world.bob.hands
    (direct,) = [
        c.id for c in world.sim.workspace.channels.values() if bob.knows(c) and c.kind == "im"
    ]
    await bob.clicks("I’m coming", in_=direct)
    await bob.waits_to_see(KEPT, in_=direct)
    assert not await _recorded(world, "PageAcknowledged")
    await bob.clicks("I’m coming", in_=direct)
    assert await _rows(world) == ["open"]
    await is_upgraded(world)
    await world.settles()
    assert [who for who, _ in await _recorded(world, "PageAcknowledged")] == [world.bob.id]
    assert f"{TOLD}, is done. Thank you." in bob.sees(direct)
    with pytest.raises(CannotDo):
        await bob.clicks("I’m coming", in_=direct)


async def test_who_asks_to_be_let_in_learns_nothing_from_the_upgrade(tmp_path: Path) -> None:
    ask = "/incident access inc-1 I am on call for the vault"
    async with a_world(tmp_path) as world:
        bob, carol = world.bob.hands, world.carol.hands
        ever = (await world.carol.says(ask)).text
        await world.ann.says("/incident declare a leak --private")
        await falls_behind(world)
        assert (await carol.types("general", ask)).text == ever
        assert (await bob.types("general", ask.replace("inc-1", "inc-2"))).text == ever.replace(
            "INC-1", "INC-2"
        )
        assert await _rows(world) == ["open"]
        await is_upgraded(world)
        await world.settles()
        assert await _rows(world) == ["done"]
        assert TOLD not in seen_by(world, "carol")
        assert "on call for the vault" in world.ann.sees(await _room(world))


async def test_what_is_refused_by_what_the_older_version_knows_says_so(world: World) -> None:
    refused = await world.ann.hands.types(await _room(world), "/incident retry")
    assert "Nothing of INC-1 has failed. (A newer version of Muster" in refused
    assert await _rows(world) == []


async def test_a_terminal_of_the_older_version_refuses_and_keeps_nothing(
    world: World, tmp_path: Path
) -> None:
    terminal = Terminal(folder=tmp_path, settings={"DATABASE_URL": world.database_url})
    refused = await terminal.runs("do", "note", "inc-1", "it began at noon")
    assert refused.status == 1
    assert "newer version of Muster" in refused.only_line
    assert await _rows(world) == []


def _told(world: World) -> str:
    """All that the bot has told Ann in direct messages."""
    ann = world.ann.hands
    direct = [c for c in world.sim.workspace.channels.values() if c.kind == "im" and ann.knows(c)]
    return "\n".join(ann.sees(channel.id) for channel in direct)
