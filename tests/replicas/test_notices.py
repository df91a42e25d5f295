"""What one replica owes another hears of at once; looking is only the net."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain import effects as f
from bot.domain.commands import Command
from bot.domain.refusals import Refused
from bot.domain.values import Origin
from bot.engine.carrying import Carrying
from bot.storage import outbox, schema
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from tests.engine.rig import START, Rig, makes_room, running
from tests.replicas.listening import listening

pytestmark = pytest.mark.faults("replicas owe one another work, at once or cut off")

SOON = 60
"""Seconds within which a busy machine does what is done at once."""
OWED = 500 if "LONG" in os.environ else 60
"""How often each replica owes something in the race."""


class Ear:
    """Counts what was heard."""

    def __init__(self) -> None:
        self.heard = 0
        self._came = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def hear(self) -> None:
        """Hear something."""
        self.heard += 1
        task = asyncio.ensure_future(self._tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell(self) -> None:
        async with self._came:
            self._came.notify_all()

    async def has_heard(self, times: int) -> None:
        """Wait until so much was heard."""
        async with asyncio.timeout(SOON), self._came:
            await self._came.wait_for(lambda: self.heard >= times)


@pytest.fixture
async def here(url: str) -> AsyncIterator[Database]:
    """One replica's database."""
    opened = connect(url)
    yield opened
    await opened.close()


@pytest.fixture
async def there(url: str) -> AsyncIterator[Database]:
    """Another's."""
    opened = connect(url)
    yield opened
    await opened.close()


async def test_what_is_owed_is_heard_by_others_and_not_by_oneself(
    here: Database, there: Database
) -> None:
    mine, theirs = Ear(), Ear()
    async with listening(here, mine.hear), listening(there, theirs.hear):
        await mine.has_heard(1)  # that one listens now, and may have missed something
        await theirs.has_heard(1)
        await Rig(here).declares()
        await theirs.has_heard(2)
        await Rig(there).declares("search is down")
        await mine.has_heard(2)
    assert (mine.heard, theirs.heard) == (2, 2)


async def test_what_was_refused_is_not_heard_of(here: Database, there: Database) -> None:
    ear = Ear()
    rig = Rig(here)
    async with listening(there, ear.hear):
        await ear.has_heard(1)
        with pytest.raises(Refused):
            await rig.declares("")
        await rig.declares()
        await ear.has_heard(2)
    assert ear.heard == 2


def _hang_up(connection: Connection) -> None:
    listeners = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    assert connection.execute(text(listeners)).scalars().all() == [True]


async def test_a_connection_that_is_cut_is_built_anew_and_what_was_missed_is_looked_for(
    here: Database, there: Database
) -> None:
    ear = Ear()
    async with listening(there, ear.hear):
        await ear.has_heard(1)
        await here.write(_hang_up)
        await ear.has_heard(2)
        await Rig(here).declares()
        await ear.has_heard(3)


async def test_who_listens_looks_seldom_and_who_is_deaf_looks_always(there: Database) -> None:
    ear = Ear()
    assert [there.changed_elsewhere() for _ in range(2)] == [True, True]
    async with listening(there, ear.hear):
        await ear.has_heard(1)
        there.changed_elsewhere()
        assert not there.changed_elsewhere()
    assert there.changed_elsewhere()


async def _race(*rigs: Rig) -> None:
    """Have all owe to one lane at once; nobody looks by themselves, so a lost wake-up shows."""
    rest, carried = len(rigs) * OWED, asyncio.Event()

    async def brief(_effect: f.BriefJoiner, _carrying: Carrying) -> Command | None:
        nonlocal rest
        rest -= 1
        if not rest:
            carried.set()
        return None

    answered = await rigs[0].declares()
    assert answered.done is not None
    joiner = f.BriefJoiner(stream=answered.done.incident.stream, user="U0BOB")

    def owes(connection: Connection) -> None:
        origin = Origin(workspace="T1", cause="test", correlation="c")
        one = outbox.owing([joiner], origin, START)
        outbox.owe(connection, one, START)

    async def owes_often(rig: Rig) -> None:
        for _ in range(OWED):
            await rig.database.write(owes)
            rig.dispatcher.wake()

    for rig in rigs:
        rig.on(f.BriefJoiner, brief)
    async with AsyncExitStack() as stack:
        for rig in rigs:
            await stack.enter_async_context(running(rig))
            await stack.enter_async_context(listening(rig.database, rig.alarm.ring))
        await asyncio.gather(*(owes_often(rig) for rig in rigs))
        async with asyncio.timeout(SOON):
            await carried.wait()
        for rig in rigs:
            await rig.rests()
    assert rest == 0, "none was carried twice"


async def test_nothing_is_stranded_when_replicas_owe_to_one_lane_at_once(
    here: Database, there: Database
) -> None:
    await _race(Rig(here), Rig(there))


async def test_nothing_is_stranded_in_a_file_either(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'muster.db'}")
    await schema.migrate(database)
    await _race(Rig(database))
    await database.close()


async def test_what_one_owes_and_cannot_carry_another_carries(
    here: Database, there: Database
) -> None:
    made = asyncio.Event()

    async def makes(effect: f.CreateRoom, carrying: Carrying) -> Command | None:
        made.set()
        return await makes_room(effect, carrying)

    other = Rig(there)
    other.on(f.CreateRoom, makes)
    ear = Ear()

    def heard() -> None:
        other.alarm.ring()
        ear.hear()

    async with running(other), listening(there, heard):
        await ear.has_heard(1)
        await other.rests()
        await Rig(here).declares()
        async with asyncio.timeout(SOON):
            await made.wait()
