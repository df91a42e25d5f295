"""Old and new side by side: what a newer version has to decide waits for it, and is not lost."""

import pytest
from sqlalchemy import func, insert, select, update

from bot.domain import effects as f
from bot.domain.commands import AddNote, Command, RoomMade, SetSeverity
from bot.domain.playbook.events import RunStarted
from bot.domain.refusals import Refused
from bot.domain.values import Text
from bot.engine.carrying import Carrying
from bot.storage import streams
from bot.storage import tables as t
from bot.storage.codec import Packed, pack_event
from bot.storage.database import Connection, Database
from tests.engine.rig import Rig, makes_room, running, shows_card

NEWER = Packed(name="MoodRecorded", body=b"{}", texts=())
"""An event that this version does not know."""


def newer_event(
    connection: Connection,
    stream: str,
    event: Packed = NEWER,
) -> None:
    """Have a newer version write an event behind the last one."""
    head = streams.head(connection, stream)
    assert head is not None
    query = select(t.events).where(t.events.c.stream == stream)
    row = connection.execute(query).mappings().first()
    assert row is not None
    newer = {**row, "version": head.version + 1, "hash": "h"}
    newer |= {"name": event.name, "body": event.body}
    newer.pop("position")
    connection.execute(insert(t.events), [newer])
    moved = update(t.streams).where(t.streams.c.id == stream)
    connection.execute(moved.values(version=head.version + 1, head="h"))


def forget_newer(connection: Connection, stream: str) -> None:
    """Stand in for a version that understands it: what is there is what this one understands."""
    newer = update(t.events).where(t.events.c.stream == stream, t.events.c.name == NEWER.name)
    connection.execute(newer.values(name="EffectRecovered", body=b'{"effect":"ShowMood"}'))


async def _declared(rig: Rig) -> str:
    answered = await rig.declares()
    assert answered.done is not None
    return answered.done.incident.stream


def _names(connection: Connection, stream: str) -> list[str]:
    query = select(t.events.c.name).where(t.events.c.stream == stream)
    return list(connection.execute(query.order_by(t.events.c.version)).scalars())


def _work(connection: Connection, stream: str, *kinds: str) -> list[object]:
    """What is open, as it stands in the outbox, with the times of its lane."""
    query = (
        select(t.outbox, t.lane.c.next_due)
        .join(t.lane, t.lane.c.key == t.outbox.c.lane)
        .where(t.outbox.c.stream == stream, t.outbox.c.state == "open")
        .order_by(t.outbox.c.id)
    )
    rows = connection.execute(query).mappings()
    kept = [row for row in rows if not kinds or row["kind"] in kinds]
    return [tuple(v for k, v in row.items() if k != "once") for row in kept]


def _jobs(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(t.job.c.kind)).scalars())


async def test_a_timer_waits_for_the_version_that_understands_the_stream(
    database: Database,
) -> None:
    async with running(Rig(database)) as rig:
        rig.on(f.CreateRoom, makes_room)
        rig.on(f.ShowCard, shows_card)
        stream = await _declared(rig)
        await rig.rests()
        await database.write(lambda c: newer_event(c, stream))
        before = await database.read(lambda c: _names(c, stream))
        await rig.passes(hours=2)
        assert await database.read(lambda c: _names(c, stream)) == before
        assert await database.read(_jobs) == ["UpdateFallsDue"], "it is put off, not lost"


async def test_an_outcome_settles_its_row_and_is_kept_for_the_newer_version(
    database: Database,
) -> None:
    async def makes_it_meanwhile(effect: f.CreateRoom, carrying: Carrying) -> Command | None:
        await database.write(lambda c: newer_event(c, effect.stream))
        return await makes_room(effect, carrying)

    async with running(Rig(database)) as old:
        old.on(f.CreateRoom, makes_it_meanwhile)
        stream = await _declared(old)
        await old.rests()
        assert old.named() == ["CreateRoom"]
        await old.passes(minutes=1)
        assert old.named() == ["CreateRoom"], "its row is settled"
        assert RoomMade.__name__ in await database.read(_jobs)
        assert "RoomOpened" not in await database.read(lambda c: _names(c, stream))
    await database.write(lambda c: forget_newer(c, stream))
    async with running(Rig(database, clock=old.clock)) as new:
        await new.passes(minutes=1)
        kept = (await new.state(stream)).room
        assert kept is not None
        assert RoomMade.__name__ not in await database.read(_jobs)
        assert "InviteDeclarer" in new.named()


async def test_a_declaration_that_only_a_newer_version_reads_loses_no_effect(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    await database.write(
        lambda c: c.execute(update(t.events).where(t.events.c.version == 1).values(body=b"{}"))
    )
    async with running(Rig(database, clock=rig.clock)) as old:
        for _ in range(10):
            await old.passes(minutes=1)
    owed = select(func.count()).where(t.outbox.c.stream == stream, t.outbox.c.state == "open")
    assert await database.read(lambda c: c.execute(owed).scalar_one()) == 1
    assert old.named() == []
    with pytest.raises(Refused, match="newer version"):
        await old.asks(stream, AddNote(text=Text("hello")))


async def test_what_only_a_newer_version_can_carry_is_left_as_it_is(database: Database) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    newer = update(t.outbox).where(t.outbox.c.stream == stream).values(kind="ShowMood")
    await database.write(lambda c: c.execute(newer))
    before = await database.read(lambda c: _work(c, stream))
    async with running(Rig(database, clock=rig.clock)) as old:
        for _ in range(3):
            await old.passes(seconds=6)
    assert await database.read(lambda c: _work(c, stream)) == before


async def test_a_card_of_what_only_a_newer_version_understands_is_left_to_it(
    database: Database,
) -> None:
    async with running(Rig(database)) as first:
        first.on(f.CreateRoom, makes_room)
        first.on(f.ShowCard, shows_card)
        stream = await _declared(first)
        await first.rests()
    rig = Rig(database, clock=first.clock)
    await rig.asks(stream, SetSeverity(severity="sev1"))
    await database.write(lambda c: newer_event(c, stream))
    before = await database.read(lambda c: _work(c, stream, "ShowCard", "ShowTopic"))
    assert len(before) == 2
    async with running(Rig(database, clock=rig.clock)) as old:
        await old.passes(minutes=1)
        assert "PostToRoom" in old.named(), "what it can do goes on"
    assert await database.read(lambda c: _work(c, stream, "ShowCard", "ShowTopic")) == before


async def test_a_run_with_a_newer_step_is_for_the_version_that_knows_it(
    database: Database,
) -> None:
    rig = Rig(database)
    stream = await _declared(rig)
    snapshot = '{"id":"p","name":"p","steps":[{"id":"s","type":"mood"}],"version":"1.0.0"}'
    started = RunStarted(
        run="r1", at=rig.clock.now(), playbook="p", name="p", version="1", revision="r",
        snapshot=snapshot, by="U1",
    )  # fmt: skip
    await database.write(lambda c: newer_event(c, stream, pack_event(started)))
    with pytest.raises(Refused, match="newer version"):
        await rig.asks(stream, AddNote(text=Text("hello")))
    assert (await rig.state(stream)).holds_unknown
