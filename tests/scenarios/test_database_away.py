"""The database is away while people work: they are told in time, and nothing needs a restart."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import aiohttp
import pytest

from bot.cli.serve import say_ready
from bot.simulator.workspace import NotSeen
from bot.storage.database import DatabaseAway
from tests.databases import PostgresqlCopies, fresh_postgresql, has_schema, migrated
from tests.machine import withheld
from tests.outages import Wire, locked, wired
from tests.people import World, a_world
from tests.reliability import Tried, tried

__all__ = ["tried"]

pytestmark = [pytest.mark.faults("the database is away"), pytest.mark.hurried]

NOTHING = "nothing was recorded"
NOT_SHOWN = "This cannot be shown now: the database does not answer."
PROMISED = 2.5
"""Seconds within which whoever asks is told."""
PATIENT = 6
"""Seconds after which Slack gives up waiting: twice its own, for a machine that is busy."""
SEARCH = "/incident declare search is slow"


@dataclass
class Outage:
    """A world whose database the test takes away and gives back."""

    world: World
    wire: Wire
    how: str
    _held: AsyncExitStack
    withheld: float = field(default_factory=withheld)
    """Seconds that the machine was not there before."""

    @property
    def where(self) -> str:
        return "SQLite" if self.how == "locked" else "PostgreSQL"

    async def begins(self) -> None:
        if self.how == "locked":
            self._held.enter_context(locked(self.world.database_url))
        elif self.how == "cut":
            self.wire.is_cut()
        else:
            self.wire.falls_silent()

    async def ends(self) -> None:
        await self._held.aclose()
        self.wire.opens()

    async def asks(self, path: str) -> tuple[int, str]:
        assert self.world.bot.web is not None
        url = f"http://127.0.0.1:{self.world.bot.web.port}{path}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.text()

    async def ready(self) -> tuple[int, str]:
        status, told = await self.asks("/readyz")
        return status, str(json.loads(told)["because"])

    async def metrics(self) -> str:
        return (await self.asks("/metrics"))[1]

    async def needs(self, words: str) -> None:
        """Wait until the process says that this keeps it from being ready."""
        async with asyncio.timeout(30):
            while words not in str(self.world.bot.database.shut):
                with suppress(NotSeen):
                    await self.world.sim.workspace.wait_for(lambda: None, within=0.05)
        status, because = await self.ready()
        assert (status, words in because) == (503, True), because

    async def recovers(self) -> None:
        """All is carried again and the process says that it is ready."""
        await self.world.settles()
        assert await self.ready() == (200, "[]")


@asynccontextmanager
async def an_outage(
    how: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Outage]:
    async with AsyncExitStack() as stack:
        wire, url = Wire(""), None
        if how != "locked":
            server = request.getfixturevalue("postgresql")
            fresh = await stack.enter_async_context(asynccontextmanager(fresh_postgresql)(server))
            url, wire = await stack.enter_async_context(wired(fresh))
        world = await stack.enter_async_context(a_world(tmp_path, database_url=url))
        world.sim.ack_deadline = PATIENT
        held = AsyncExitStack()
        stack.push_async_callback(held.aclose)
        await world.ann.says("/incident declare checkout is down --sev 2")
        outage = Outage(world, wire, how, held)
        stack.push_async_callback(outage.ends)
        yield outage


HOWS = ("locked", "cut", "silent")


@pytest.fixture(params=HOWS)
async def outage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outage]:
    """INC-1 is declared; then the database goes away: locked, unreachable, or without a word."""
    async with an_outage(request.param, request, tmp_path) as opened:
        yield opened


def in_time(outage: Outage) -> None:
    """Everything people did was answered in time, the first time that Slack told of it."""
    for delivery in outage.world.sim.deliveries:
        if delivery.kind != "events_api":
            first = delivery.attempts[0].acknowledged_after
            assert first is not None, delivery
            assert first < PROMISED + withheld() - outage.withheld, delivery


@pytest.mark.faults
async def test_whoever_asks_is_told_in_time_that_nothing_was_recorded(
    outage: Outage, tried: Tried
) -> None:
    world = outage.world
    room = (await world.room(1)).channel
    await world.bob.hands.joins("incidents")
    await world.carol.hands.joins("incidents")
    said = await world.ann.hands.posts(room, "the cache is cold")
    await world.ann.hands.types(room, "/incident update")
    await world.ann.hands.sees_modal("update")
    await outage.begins()
    typed, submitted, pressed, chosen = await asyncio.gather(
        world.bob.hands.types("general", "/incident severity inc-1 1 many are hit"),
        world.ann.hands.submits({"text": "we are on it"}),
        world.carol.hands.clicks("Join", in_="incidents"),
        world.ann.hands.uses_message_shortcut("add_to_timeline", said, room),
    )
    assert NOTHING in str(typed)
    assert NOTHING in str(submitted.errors)
    assert (await world.ann.hands.sees_modal("update")).fields["text"] == "we are on it"
    assert pressed.ok
    assert chosen.ok
    await world.sim.workspace.wait_for(
        lambda: NOTHING in world.carol.sees("incidents"), what="an answer to the button"
    )
    await world.sim.workspace.wait_for(
        lambda: NOTHING in world.ann.sees(room), what="an answer to the shortcut"
    )
    in_time(outage)
    assert (await outage.ready())[0] == 503
    await outage.ends()
    await outage.recovers()
    assert (await world.incident(1)).severity == "sev2"
    assert (await world.ann.submits({"text": "we are on it"})).ok
    assert "we are on it" in (await world.room(1)).text()
    assert (await world.incident(1)).cadence.count == 1
    tried(f"the database is {outage.how} while four people ask for something", outage.where)


async def test_what_is_said_meanwhile_is_in_the_log_afterwards(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    """Unacknowledged, it comes again from Slack; what Slack gave up on is read from history."""
    world = outage.world
    world.sim.ack_deadline = 3
    world.sim.sockets.retries = ()  # Slack gives up at once
    room = (await world.room(1)).channel
    await outage.begins()
    await world.ann.hands.posts(room, "Is it the cache?")
    delivery = world.sim.deliveries[-1]
    await world.sim.workspace.wait_for(
        lambda: delivery.attempts and delivery.attempts[-1].outcome == "timeout",
        what="no acknowledgement",
    )
    assert "listener function" not in caplog.text, "what is provided for needs no traceback"
    await outage.ends()
    await world.sim.workspace.wait_for(
        lambda: "1 message read" in world.ann.sees(room), within=30, what="a look at the history"
    )
    await outage.recovers()


@pytest.mark.faults
async def test_a_declaration_makes_a_room_and_is_recorded_when_it_is_over(
    outage: Outage, tried: Tried
) -> None:
    world = outage.world
    await outage.begins()
    reply = await world.bob.hands.types("general", SEARCH)
    assert "you can start" in reply
    in_time(outage)
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    (name,) = world.channels("inc-provisional-")
    await outage.ends()
    await outage.recovers()
    assert world.channels("inc-") == ["inc-1-checkout-is-down", "inc-2-search-is-slow"]
    assert name.startswith("inc-provisional-search-is-slow-")
    tried(f"the database is {outage.how} when somebody declares", outage.where)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_commit_whose_answer_is_lost_is_told_and_asking_again_is_safe(
    when: Literal["before", "after"], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async with an_outage("cut", request, tmp_path) as outage:
        world, wire = outage.world, outage.wire
        wire.cuts_commits = when
        reply = await world.bob.hands.types("general", SEARCH)
        assert "Asking again is safe" in reply
        assert wire.struck >= 1
        wire.opens()
        assert "INC-2" in await world.bob.says(SEARCH)
        await outage.recovers()
        assert world.channels("inc-") == ["inc-1-checkout-is-down", "inc-2-search-is-slow"]
        in_time(outage)


# ── It is away when the process starts ──────────────────────────────────────────────────────────


@pytest.mark.faults
async def test_a_bot_that_starts_without_its_database_serves_people_and_goes_on_once_it_is_there(
    outage: Outage, tried: Tried
) -> None:
    world = outage.world
    room = (await world.room(1)).channel
    await world.bob.hands.types("general", "/incident severity inc-1 1 many are hit")
    await outage.begins()
    assert "you can start" in await world.bob.hands.types("general", SEARCH)
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    await world.crashes()
    await world.starts()
    assert await outage.ready() == (503, "['the database does not answer']")
    assert "muster_database_there 0.0" in await outage.metrics()
    typed, declared = await asyncio.gather(
        world.ann.hands.types(room, "/incident update we are on it"),
        world.bob.hands.types("general", SEARCH),
    )
    assert NOTHING in typed
    assert "you can start" in declared
    in_time(outage)
    await world.bot.desk.errands.drain()
    (name,) = world.channels("inc-provisional-")
    assert name.startswith("inc-provisional-search-is-slow-")
    await outage.ends()
    await outage.recovers()
    assert "muster_database_there 1.0" in await outage.metrics()
    assert world.channels("inc-") == ["inc-1-checkout-is-down", "inc-2-search-is-slow"]
    assert (await world.room(1)).topic.startswith("SEV1"), "what was owed before is done"
    await world.ann.says("/incident update we are on it", in_=room)
    assert (await world.incident(1)).cadence.count == 1
    tried(f"the bot is started while the database is {outage.how}", outage.where)


async def test_a_volume_that_is_mounted_late_is_taken_up(tmp_path: Path) -> None:
    place, away = tmp_path / "volume", tmp_path / "away"
    place.mkdir()
    async with a_world(place) as world:
        await world.ann.says("/incident declare checkout is down")
        await world.stops()
        place.rename(away)
        await world.starts()
        outage = Outage(world, Wire(""), "gone", AsyncExitStack())
        assert NOT_SHOWN in await world.ann.hands.types("general", "/incident show inc-1")
        assert await outage.ready() == (503, "['the database does not answer']")
        told = f"the folder {place} does not exist; make it, or name another file with DATABASE_URL"
        assert str(world.bot.database.shut) == told
        away.rename(place)
        await outage.recovers()
        assert "checkout is down" in await world.ann.says("/incident show inc-1")


async def test_a_start_without_the_file_that_was_served_waits_and_begins_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file, away = tmp_path / "muster.db", tmp_path / "away.db"
    async with a_world(tmp_path) as world:
        await world.ann.says("/incident declare checkout is down")
        await world.stops()
        file.rename(away)
        await world.starts()
        assert NOT_SHOWN in await world.ann.hands.types("general", "/incident show inc-1")
        told = str(world.bot.database.shut)
        assert f"the record of {file} is gone; stop Muster, put the file back" in told
        with monkeypatch.context() as patched:
            patched.setattr("sys.stderr.isatty", lambda: True)
            say_ready(world.bot)
        assert "is gone; stop Muster" in (printed := capsys.readouterr().out)
        assert "needs a restart" not in printed
        assert not await asyncio.to_thread(file.exists)
        away.rename(file)
        with pytest.raises(DatabaseAway, match="is gone; stop Muster"):
            await world.bot.database.look()  # what lay beside it may be on its way yet
        await world.stops()
        await world.starts()
        await Outage(world, Wire(""), "gone", AsyncExitStack()).recovers()
        assert "checkout is down" in await world.ann.says("/incident show inc-1")
        await world.stops()
        for each in (file, tmp_path / "muster.db.lock"):
            await asyncio.to_thread(each.unlink)
        await world.starts()
        assert "There is no INC-1" in await world.ann.says("/incident show inc-1"), "as is meant"


async def test_files_that_are_moved_away_while_it_runs_are_missed_and_taken_up_again(
    tmp_path: Path,
) -> None:
    place, away = tmp_path / "volume", tmp_path / "away"
    place.mkdir()
    async with a_world(place) as world:
        await world.ann.says("/incident declare checkout is down")
        room = (await world.room(1)).channel
        place.rename(away)
        place.mkdir()
        outage = Outage(world, Wire(""), "gone", AsyncExitStack())
        assert NOTHING in await world.ann.hands.types(room, "/incident update we are on it")
        assert await outage.ready() == (503, "['the database does not answer']")
        place.rmdir()  # which only an empty folder can be: nothing was made in it
        away.rename(place)
        await outage.recovers()
        await world.ann.says("/incident update we are on it", in_=room)
        assert (await world.incident(1)).cadence.count == 1


async def test_a_file_of_an_older_version_is_migrated_once_it_is_there(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    await has_schema(url, "0001")
    async with a_world(tmp_path, database_url=url, started=False) as world:
        with locked(url):
            await world.starts()
            assert NOT_SHOWN in await world.ann.hands.types("general", "/incident show inc-1")
        await world.ann.says("/incident declare checkout is down")
        assert (await world.incident(1)).title == "checkout is down"


async def test_a_server_with_an_older_schema_is_refused_until_it_is_migrated(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """At the start it would be refused for good; a process that people rely on goes on."""
    server = PostgresqlCopies(request.getfixturevalue("postgresql"))
    direct = await server.empty()
    await has_schema(direct, "0001")
    async with (
        wired(direct) as (url, wire),
        a_world(tmp_path, database_url=url, started=False) as world,
    ):
        wire.is_cut()
        await world.starts()
        outage = Outage(world, wire, "cut", AsyncExitStack())
        wire.opens()
        await outage.needs("run `muster migrate`")
        reply = await world.ann.hands.types("general", "/incident declare checkout is down")
        assert "you can start" in reply
        await migrated(direct)
        await outage.recovers()
        assert world.channels("inc-") == ["inc-1-checkout-is-down"]
    await server.drop(direct)
