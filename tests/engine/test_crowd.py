"""A crowd that declares at once, with far fewer connections to the database than people."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from bot.slack.listener import DEADLINE
from bot.storage import tables as t
from bot.storage.postgresql import TURN, PostgresqlDatabase
from tests.databases import fresh_postgresql
from tests.engine.rig import Rig

CROWD = 200


@pytest.fixture
async def narrow(postgresql: str) -> AsyncIterator[PostgresqlDatabase]:
    """PostgreSQL through two connections."""
    async for url in fresh_postgresql(postgresql):
        database = PostgresqlDatabase(make_url(url), connections=2)
        yield database
        await database.close()


async def test_everybody_has_their_turn_and_nobody_takes_the_database_for_away(
    narrow: PostgresqlDatabase,
) -> None:
    rig = Rig(narrow)
    answers = await asyncio.gather(*(rig.declares(f"outage {n}") for n in range(CROWD)))
    assert {each.answer["text"] for each in answers} == {f"INC-{n + 1}" for n in range(CROWD)}
    assert (narrow.presence.trouble, narrow.presence.absences) == (None, 0)


async def test_who_stops_waiting_for_a_turn_leaves_it_to_the_others(
    narrow: PostgresqlDatabase,
) -> None:
    """People are told after 2.5 seconds; nothing of theirs is done later, and nothing is stuck."""
    rig = Rig(narrow)
    crowd = [asyncio.create_task(rig.declares(f"outage {n}")) for n in range(CROWD)]
    await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    for late in crowd[CROWD // 2 :]:
        late.cancel()
    came = await asyncio.gather(*crowd, return_exceptions=True)
    answered = [each for each in came if not isinstance(each, BaseException)]
    assert all(isinstance(each, asyncio.CancelledError) for each in came if each not in answered)
    how_many = select(func.count()).select_from(t.incidents)
    many = await narrow.read(lambda c: c.execute(how_many).scalar_one())
    assert len(answered) <= many <= len(answered) + 2, "two may have been committing already"
    last = await rig.declares("one more")
    assert last.answer == {"text": f"INC-{many + 1}"}
    assert (narrow.presence.trouble, narrow.presence.absences) == (None, 0)


def test_a_turn_is_waited_for_longer_than_a_person_waits() -> None:
    assert DEADLINE < TURN
