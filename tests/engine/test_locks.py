"""Several at work at once on PostgreSQL: nobody waits for somebody who waits for them."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain import effects as f
from bot.domain.commands import AddNote, CardShown, Command, CorrectMilestone, SetSeverity
from bot.domain.refusals import Refused
from bot.domain.values import Text
from bot.engine.carrying import Carrying
from bot.storage import queries, streams
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from tests.databases import fresh_postgresql
from tests.engine.rig import START, Rig, makes_room, running

PEOPLE = 6
DEADLINE = 30.0
"""Seconds within which somebody who has to wait for nobody is answered on a busy machine."""


@pytest.fixture
async def url(postgresql: str) -> AsyncIterator[str]:
    """A fresh database that replicas can share."""
    async for fresh in fresh_postgresql(postgresql):
        yield fresh


@pytest.fixture
async def shared(url: str) -> AsyncIterator[Database]:
    """One replica's way into it."""
    opened = connect(url)
    yield opened
    await opened.close()


def _deadlocks(connection: Connection) -> int:
    mine = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return int(connection.execute(text(mine)).scalar_one())


def _busy(database: Database) -> Rig:
    """A replica whose cards are always new, so that each round has something to tell the rules."""
    rig, number = Rig(database), itertools.count(1)

    async def shows(_effect: Any, _carrying: Carrying) -> Command | None:
        return CardShown(channel="C1", ts=f"{next(number)}.1")

    rig.on(f.CreateRoom, makes_room)
    rig.on(f.ShowCard, shows)
    return rig


async def test_deliveries_and_the_courier_do_not_wait_for_each_other(shared: Database) -> None:
    async with running(_busy(shared)) as rig:
        answered = await rig.declares()
        assert answered.done is not None
        stream = answered.done.incident.stream

        async def works_on_it(person: int) -> None:
            for nth in range(25):
                at = START - timedelta(minutes=person * 30 + nth + 1)
                asked = (
                    AddNote(text=Text(f"note {person}-{nth}"))
                    if person % 2
                    else CorrectMilestone(milestone="started", at=at)
                )
                async with asyncio.timeout(DEADLINE):
                    await rig.asks(stream, asked)

        await asyncio.gather(*(works_on_it(person) for person in range(PEOPLE)))
        await rig.rests()
    recorded = await shared.read(lambda c: streams.read(c, stream))
    assert [type(one.event).__name__ for one in recorded].count("NoteAdded") == 25 * PEOPLE / 2
    assert await shared.read(_deadlocks) == 0


async def test_two_replicas_and_many_incidents_do_not_wait_for_each_other(
    url: str, shared: Database
) -> None:
    other = connect(url)
    here, there = _busy(shared), _busy(other)
    async with running(here), running(there):

        async def has_an_outage(person: int) -> None:
            rig = (here, there)[person % 2]
            for nth in range(8):
                answered = await rig.declares(f"outage {person}-{nth}")
                assert answered.done is not None
                stream = answered.done.incident.stream
                for severity in ("sev1", "sev2"):
                    async with asyncio.timeout(DEADLINE):
                        await rig.asks(stream, SetSeverity(severity=severity))

        await asyncio.gather(*(has_an_outage(person) for person in range(PEOPLE)))
    await other.close()
    assert await shared.read(_deadlocks) == 0


async def test_the_same_declaration_made_three_times_at_once_is_one_incident(
    database: Database,
) -> None:
    rig = Rig(database)
    declared = [rig.declares(identity=f"trigger:{nth}") for nth in range(3)]
    came = await asyncio.gather(*declared, return_exceptions=True)
    assert sum(isinstance(one, Refused) for one in came) == 2
    everything = queries.Viewer(workspace="T1", user="", everything=True)
    incidents = await database.read(lambda c: queries.newest(c, everything))
    assert [one.number for one in incidents] == [1]
    assert (await rig.declares("another")).answer == {"text": "INC-2"}, "no number was lost"


async def test_the_same_delivery_at_once_is_answered_and_not_refused(database: Database) -> None:
    here, there = Rig(database), Rig(database)
    both = await asyncio.gather(*(rig.declares(identity="trigger:1") for rig in (here, there)))
    assert [one.answer for one in both] == [{"text": "INC-1"}] * 2
