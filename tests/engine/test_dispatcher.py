"""The one way in: once, in order, and never half."""

import asyncio
import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, update

from bot.domain.commands import AddNote, Declare, SetSeverity, TakeRole
from bot.domain.effects import CreateRoom
from bot.domain.refusals import NotFound, Refused
from bot.domain.values import Actor, Text
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from tests.engine.rig import ANN, Rig

BOB = Actor(user="U0BOB")


async def _declared(rig: Rig, title: str = "checkout is down", **more: Any) -> str:
    answered = await rig.declares(title, **more)
    assert answered.done is not None
    return answered.done.incident.stream


def _count(table: Any) -> Any:
    def work(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()

    return work


async def test_numbers_are_given_once_and_in_order(database: Database) -> None:
    rig = Rig(database)
    answers = await asyncio.gather(*(rig.declares(f"outage {n}") for n in range(20)))
    names = {answered.answer["text"] for answered in answers}
    assert names == {f"INC-{n}" for n in range(1, 21)}


async def test_events_projections_and_what_is_owed_are_there_together(database: Database) -> None:
    await _declared(Rig(database))
    for table in (t.events, t.texts, t.incidents, t.outbox, t.lane, t.job):
        assert await database.read(_count(table)) > 0, table.name


async def test_a_refusal_writes_nothing(database: Database) -> None:
    rig = Rig(database)
    with pytest.raises(Refused):
        await rig.declares("   ")
    guest = Actor(user="U0DAN", guest=True)
    with pytest.raises(Refused):
        await rig.declares(actor=guest, identity="d1")
    for table in (t.events, t.streams, t.outbox, t.deliveries):
        assert await database.read(_count(table)) == 0, table.name


async def test_a_refused_number_is_not_lost(database: Database) -> None:
    rig = Rig(database)
    with pytest.raises(Refused):
        await rig.declares(command={"severity": "sev9"})
    assert (await rig.declares()).answer == {"text": "INC-1"}


async def test_a_duplicate_gets_the_stored_answer_and_causes_nothing(database: Database) -> None:
    rig = Rig(database)
    first = await rig.declares(identity="trigger:1")
    events = await database.read(_count(t.events))
    again = await rig.declares(identity="trigger:1")
    assert again.answer == first.answer
    assert again.done is None
    assert await database.read(_count(t.events)) == events


async def test_the_same_delivery_to_two_replicas_is_handled_once(database: Database) -> None:
    here, there = Rig(database), Rig(database)
    stream = await _declared(here)
    order = Order(
        workspace="T1",
        stream=stream,
        command=AddNote(text=Text("the same note")),
        actor=ANN,
        identity="trigger:2",
    )
    await asyncio.gather(*(r.dispatcher.deliver(order) for r in (here, there, here, there)))
    recorded = await database.read(lambda c: streams.read(c, stream))
    assert [type(r.event).__name__ for r in recorded].count("NoteAdded") == 1


async def test_two_replicas_write_one_stream_without_losing_a_version(database: Database) -> None:
    here, there = Rig(database), Rig(database)
    stream = await _declared(here)
    notes = [
        rig.asks(stream, AddNote(text=Text(f"note {n}")))
        for n in range(10)
        for rig in (here, there)
    ]
    await asyncio.gather(*notes)
    recorded = await database.read(lambda c: streams.read(c, stream))
    assert [r.version for r in recorded] == list(range(1, len(recorded) + 1))
    assert [type(r.event).__name__ for r in recorded].count("NoteAdded") == 20


async def test_two_people_taking_a_role_at_once_get_one_holder(database: Database) -> None:
    here, there = Rig(database), Rig(database)
    stream = await _declared(here)
    taken = await asyncio.gather(
        here.asks(stream, TakeRole(role="scribe"), ANN),
        there.asks(stream, TakeRole(role="scribe"), BOB),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in taken) == 1
    assert len((await Rig(database).state(stream)).holders("scribe")) == 1


async def test_a_stale_state_is_brought_up_to_date(database: Database) -> None:
    here, there = Rig(database), Rig(database)
    stream = await _declared(here)
    await there.asks(stream, SetSeverity(severity="sev1"))
    done = await here.asks(stream, AddNote(text=Text("seen")))
    assert done.incident.severity == "sev1"


async def test_somebody_else_s_command_on_nothing_is_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        await Rig(database).asks(str(uuid4()), AddNote(text=Text("hello")))


async def test_no_person_decides_on_top_of_an_event_that_is_not_understood(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    await database.write(lambda c: _written_by_a_newer_version(c, stream))
    with pytest.raises(Refused, match="newer version"):
        await Rig(database).asks(stream, AddNote(text=Text("hello")))


def _written_by_a_newer_version(connection: Connection, stream: str) -> None:
    head = streams.head(connection, stream)
    assert head is not None
    query = select(t.events).where(t.events.c.stream == stream)
    row = connection.execute(query).mappings().first()
    assert row is not None
    newer = {**row, "version": head.version + 1, "name": "MoodRecorded", "body": b"{}"}
    newer["previous"], newer["hash"] = head.hash, "whatever it was"
    newer.pop("position")
    connection.execute(insert(t.events), [newer])
    connection.execute(update(t.streams).values(version=head.version + 1, head="whatever it was"))


async def test_what_is_owed_besides_is_owed_once_per_delivery(database: Database) -> None:
    rig = Rig(database)
    stream = str(uuid4())
    order = Order(
        workspace="T1",
        stream=stream,
        command=Declare(title=Text("checkout is down")),
        actor=ANN,
        identity="trigger:3",
        also=(CreateRoom(stream=stream, suffix=7),),
    )
    await rig.dispatcher.deliver(order)
    await rig.dispatcher.deliver(order)

    def suffixes(connection: Connection) -> list[int]:
        rows = connection.execute(select(t.outbox.c.body).where(t.outbox.c.kind == "CreateRoom"))
        return [json.loads(body).get("suffix", 1) for body in rows.scalars()]

    assert sorted(await database.read(suffixes)) == [1, 7]


async def test_what_is_asked_in_one_breath_happens_together_or_not_at_all(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    fact, nothing = AddNote(text=Text("a fact")), AddNote(text=Text(""))
    order = Order(
        workspace="T1",
        stream=stream,
        command=fact,
        then=(nothing,),
        actor=ANN,
        identity="view:1",
        answer=lambda done: len(done.events),
    )
    before = (await rig.state(stream)).version
    with pytest.raises(Refused):
        await rig.dispatcher.deliver(order)
    assert (await rig.state(stream)).version == before
    mended = replace(order, then=(AddNote(text=Text("another fact")),))
    answers = [(await rig.dispatcher.deliver(mended)).answer for _ in range(2)]
    assert answers == [2, 2]
    assert (await rig.state(stream)).version == before + 2


async def test_each_event_is_chained_to_the_one_before(database: Database) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    await rig.asks(stream, AddNote(text=Text("a fact")))

    def rows(connection: Connection) -> list[Any]:
        query = select(t.events).where(t.events.c.stream == stream).order_by(t.events.c.version)
        return [dict(row) for row in connection.execute(query).mappings()]

    previous = streams.NOTHING
    for row in await database.read(rows):
        assert row["previous"] == previous
        assert row["hash"] == streams.event_hash(row)
        previous = row["hash"]


async def test_a_dispatcher_that_forgot_a_state_reads_it_again(database: Database) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    fresh = Dispatcher(database, rig.clock, lambda: rig.process)
    assert await fresh.current(stream) == await rig.dispatcher.current(stream)
