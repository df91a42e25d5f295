"""Whatever is changed in the record is found: any byte, row, order, beginning or end."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, func, insert, select, update

from bot.domain.commands import (
    AddFollowup,
    AddNote,
    Decline,
    Edit,
    PostUpdate,
    RecordDecision,
    SetSeverity,
)
from bot.domain.values import Text, at_the_terminal
from bot.engine.erasing import Erasing, Erasure
from bot.engine.keeper import Keeper
from bot.engine.message_log import MessageLog
from bot.storage import tables as t
from bot.storage import verifying
from bot.storage.database import Connection, Database, Overtaken
from bot.storage.messages import Said, SharedFile
from bot.storage.statements import one_moment
from bot.storage.streams import event_hash
from bot.storage.verifying import Report
from tests.engine.rig import Rig

DAY = timedelta(days=1)
ON_RECORD = (t.streams, t.events, t.texts, t.message_batches, t.messages)
MEANINGLESS = {("events", "position")}
"""What the database counts for itself."""


class Looked(Exception):
    """Carries what was found out of a transaction that leaves nothing behind."""


def verified(connection: Connection) -> Report:
    return verifying.verify(connection)


async def after(database: Database, *changes: Callable[[Connection], object]) -> Report:
    """What is found after somebody has changed something; the record stays as it is."""

    def work(connection: Connection) -> None:
        for change in changes:
            change(connection)
        raise Looked(verifying.verify(connection))

    with pytest.raises(Looked) as looked:
        await database.write(work)
    found: Report = looked.value.args[0]
    return found


def said(second: int, words: str = "It is down.", **more: Any) -> Said:
    ts = f"17726184{second:02}.000100"
    channel = more.pop("channel", "C1")
    return Said(workspace="T1", channel=channel, ts=ts, as_of=ts, user="U0ANN", text=words, **more)


async def plays(database: Database) -> None:
    """Two incidents, a room with threads, files, edits and deletions; all of it anchored."""
    rig = Rig(database)
    log = MessageLog(database)
    keeper = Keeper(database, rig.clock)
    keeper.each_turn(log.seal)
    first = await rig.declares()
    assert first.done is not None
    stream = first.done.incident.stream
    for command in (
        AddNote(text=Text("The pool is full")),
        SetSeverity(severity="sev2", reason=Text("many are affected")),
        PostUpdate(text=Text("We look into it")),
        AddFollowup(text=Text("Mend the pool"), owner="U0BOB", due=None),
    ):
        await rig.asks(stream, command)
    await log.keep(said(1), said(2, files=(SharedFile(name="graph.png"),)), said(3))
    await keeper.take()
    second = (await rig.declares("search is down")).done
    assert second is not None
    await rig.asks(second.incident.stream, Decline(reason=Text("a false alarm")))
    await rig.asks(stream, RecordDecision(text=Text("Roll back")))
    edited = "1772618430.000200"
    await log.keep(said(4, thread_ts=said(1).ts), said(5, channel="C2"))
    await log.keep(replace(said(3), text="It is slow.", as_of=edited, edited_ts=edited))
    await log.keep(replace(said(2), as_of=edited, deleted=True, user="", files=()))
    await asyncio.gather(*(log.keep(said(n)) for n in range(10, 14)))
    await keeper.take()
    await rig.asks(stream, Edit(summary=Text("The pool of connections was full")))


@pytest.fixture
async def record(database: Database) -> Database:
    """A database on which a story was played."""
    await plays(database)
    return database


async def test_a_record_that_nobody_touched_is_as_it_was_written(record: Database) -> None:
    report = await record.read(verified)
    assert (report.breaks, report.broken, report.unsealed) == ([], 0, 0)
    assert report.events > 12
    assert report.texts > 7
    assert report.messages == 9
    assert report.late == 1, "the last edit came after the last anchor"
    assert len(report.heads["T1"]) == 64


async def test_it_may_be_asked_of_one_moment_while_others_write(record: Database) -> None:
    def look(connection: Connection) -> Report:
        one_moment(connection)
        return verifying.verify(connection)

    assert (await record.read(look)).breaks == []


# ── Any single change ───────────────────────────────────────────────────────────────────────────


def cells(connection: Connection) -> list[tuple[Table, dict[str, Any], str, Any]]:
    """Every value on record: its table, the key of its row, its column, and itself."""
    found = []
    for table in ON_RECORD:
        keys = [column.name for column in table.primary_key]
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
            key = {name: row[name] for name in keys}
            found += [
                (table, key, name, value)
                for name, value in row.items()
                if (table.name, name) not in MEANINGLESS
            ]
    return found


def other_than(value: Any, draw: st.DataObject) -> Any:
    """Draw a value that a hand in the database might put there instead."""
    match value:
        case bool():
            return not value
        case int():
            return value + draw.draw(st.sampled_from([-1, 1, 1_000]))
        case bytes():
            at = draw.draw(st.integers(0, max(0, len(value) - 1)))
            flipped = bytes([value[at] ^ draw.draw(st.integers(1, 255))]) if value else b"x"
            return value[:at] + flipped + value[at + 1 :]
        case str():
            at = draw.draw(st.integers(0, len(value)))
            letters = st.sampled_from("0aZ é").filter(lambda c: value[at : at + 1] != c)
            return value[:at] + draw.draw(letters) + value[at + 1 :]
        case None:
            return draw.draw(st.sampled_from(["x", "1772618410.000100"]))
        case _:
            return value + draw.draw(st.timedeltas(-DAY, DAY).filter(bool))


def row_of(table: Table, key: dict[str, Any]) -> Any:
    return [table.c[name] == value for name, value in key.items()]


def changed(
    table: Table, key: dict[str, Any], name: str, value: Any
) -> Callable[[Connection], object]:
    statement = update(table).where(*row_of(table, key)).values({name: value})
    return lambda connection: connection.execute(statement)


async def is_found(record: Database, data: st.DataObject) -> None:
    """Draw a value on record, put another in its place, and expect that this is told."""
    table, key, name, value = data.draw(st.sampled_from(await record.read(cells)))
    mutant = other_than(value, data)
    try:
        report = await after(record, changed(table, key, name, mutant))
    except Overtaken:
        return  # there is such a row already, so the database does not take it
    assert report.broken, (table.name, key, name, value, mutant)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=250)
@given(data=st.data())
async def test_any_single_change_of_a_value_is_found(record: Database, data: st.DataObject) -> None:
    await is_found(record, data)


async def test_an_event_that_cannot_be_read_any_more_is_found(record: Database) -> None:
    """Whatever kind of event it is: the walk goes on, and tells of it."""
    rig = Rig(record)
    asked = Erasure(workspace="T1", user="U0ANN", by=at_the_terminal("olga"), cause="terminal:olga")
    await Erasing(record, rig.dispatcher).erase(asked, rig.clock.now())
    kinds = select(t.events.c.name, func.max(t.events.c.position)).group_by(t.events.c.name)
    for name, position in await record.read(lambda c: c.execute(kinds).all()):
        for body in (b"[]", b"{", b'{"texts":null,"heads":5}', b'{"texts":[{}],"heads":[5]}'):
            spoilt = update(t.events).where(t.events.c.position == position).values(body=body)
            assert (await after(record, does(spoilt))).broken, (name, body)


@pytest.mark.parametrize("key", ["heads", "stream", "version", "hash"])
async def test_an_anchor_that_cannot_be_read_any_more_is_found(record: Database, key: str) -> None:
    def spoils(connection: Connection) -> None:
        anchors = select(t.events).where(t.events.c.name == "HeadsAnchored")
        for row in connection.execute(anchors).all():
            spoilt = row.body.replace(f'"{key}"'.encode(), b'"other"')
            place = t.events.c.position == row.position
            connection.execute(update(t.events).where(place).values(body=spoilt))

    assert (await after(record, spoils)).broken


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@settings(max_examples=30)
@given(data=st.data())
async def test_and_on_postgresql(record: Database, data: st.DataObject) -> None:
    await is_found(record, data)


@pytest.mark.parametrize("table", ON_RECORD, ids=lambda table: table.name)
async def test_any_removed_row_is_found(record: Database, table: Table) -> None:
    def keys(connection: Connection) -> list[dict[str, Any]]:
        rows = connection.execute(select(*table.primary_key)).mappings()
        return [dict(row) for row in rows]

    for key in await record.read(keys):
        gone = delete(table).where(*row_of(table, key))
        report = await after(record, does(gone))
        assert report.broken, (table.name, key)


async def test_an_added_row_is_found(record: Database) -> None:
    def doubles(connection: Connection, table: Table, **other: Any) -> None:
        row = dict(connection.execute(select(table)).mappings().first() or {})
        connection.execute(insert(table), [{**row, **other}])

    for table, other in (
        (t.streams, {"id": "a-new-one"}),
        (t.events, {"position": 9_999, "stream": "a-new-one"}),
        (t.events, {"position": 9_999, "version": 9_999}),
        (t.texts, {"field": "another"}),
        (t.texts, {"version": 9_999}),
        (t.message_batches, {"version": 9_999}),
        (t.messages, {"ts": "1772618499.000100"}),
        (t.messages, {"channel": "C9"}),
    ):
        report = await after(record, partial(doubles, table=table, **other))
        assert report.broken, (table.name, other)


async def test_a_message_that_no_batch_holds_yet_is_counted_apart(record: Database) -> None:
    alone = {"ts": "1772618499.000100", "salt": None}

    def adds(connection: Connection) -> None:
        row = dict(connection.execute(select(t.messages)).mappings().first() or {})
        connection.execute(insert(t.messages), [{**row, **alone}])

    report = await after(record, adds)
    assert (report.broken, report.unsealed) == (0, 1)


async def test_a_newer_word_waits_for_its_batch_and_an_older_one_does_not(
    record: Database,
) -> None:
    await MessageLog(record).keep(replace(said(1), text="It is up.", as_of="1772618500.000100"))
    report = await record.read(verified)
    assert (report.breaks, report.unsealed) == ([], 1)
    back = update(t.messages).where(t.messages.c.ts == said(1).ts)
    report = await after(record, does(back.values(as_of="1772618401.000099")))
    assert "it is not the newest word of it that was told" in str(report.breaks[0])


async def test_what_is_changed_before_its_batch_is_written_is_told_apart(
    database: Database,
) -> None:
    rig = Rig(database)
    log = MessageLog(database)
    keeper = Keeper(database, rig.clock)
    keeper.each_turn(log.seal)
    await log.keep(said(1), said(2))
    changed = update(t.messages).where(t.messages.c.ts == said(1).ts).values(text="It is up.")
    await database.write(does(changed))
    await keeper.take()
    report = await database.read(verified)
    assert (report.breaks, report.unsealed, report.taken_over) == ([], 1, 0), (
        "nobody stands up for it"
    )
    await keeper.take()
    await keeper.take()
    report = await database.read(verified)
    assert (report.breaks, report.unsealed, report.taken_over) == ([], 0, 1)


async def test_a_body_that_was_changed_beyond_reading_is_a_break_like_others(
    record: Database,
) -> None:
    anchors = t.events.c.name == "HeadsAnchored"
    for body in (b'{"heads":[{}]}', b'{"heads":[{"hash":1,"stream":2,"version":"x"}]}', b"[]"):
        report = await after(record, does(update(t.events).where(anchors).values(body=body)))
        assert "was changed" in str(report.breaks[0])


# ── In words ────────────────────────────────────────────────────────────────────────────────────


async def the_incident(record: Database) -> str:
    query = select(t.incidents.c.stream).where(t.incidents.c.number == 1)
    found: str = await record.read(lambda c: c.execute(query).scalar_one())
    return found


def at(stream: str, version: int) -> list[Any]:
    return [t.events.c.stream == stream, t.events.c.version == version]


def does(statement: Any) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(statement)


async def test_a_changed_byte_is_named(record: Database) -> None:
    stream = await the_incident(record)
    report = await after(record, does(update(t.events).where(*at(stream, 3)).values(actor="U0EVE")))
    assert str(report.breaks[0]) == f"INC-1 ({stream}): event 3 was changed"
    assert report.broken == 1, "what stands behind it is as it was"


async def test_an_event_removed_from_the_middle_is_named(record: Database) -> None:
    stream = await the_incident(record)
    report = await after(record, does(delete(t.events).where(*at(stream, 3))))
    assert f"INC-1 ({stream}): event 3 is missing: removed from the middle" in map(
        str, report.breaks
    )


async def test_two_events_that_changed_places_are_named(record: Database) -> None:
    stream = await the_incident(record)

    def moves(version: int, to: int) -> Callable[[Connection], object]:
        return does(update(t.events).where(*at(stream, version)).values(version=to))

    report = await after(record, moves(3, 900), moves(4, 3), moves(900, 4))
    told = [str(each) for each in report.breaks]
    assert f"INC-1 ({stream}): event 3 was reordered: it was written as event 4" in told
    assert f"INC-1 ({stream}): event 4 was reordered: it was written as event 3" in told


async def cut_off(record: Database, stream: str, behind: int) -> Report:
    """Remove the end of a stream by somebody who knows how it hangs together."""

    def cuts(connection: Connection) -> None:
        for table in (t.events, t.texts):
            connection.execute(
                delete(table).where(table.c.stream == stream, table.c.version > behind)
            )
        last = connection.execute(select(t.events.c.hash).where(*at(stream, behind))).scalar()
        if last is None:
            connection.execute(delete(t.streams).where(t.streams.c.id == stream))
            return
        mine = update(t.streams).where(t.streams.c.id == stream)
        connection.execute(mine.values(version=behind, head=last, anchored=behind))

    return await after(record, cuts)


async def test_a_stream_that_was_cut_off_at_its_end_is_named(record: Database) -> None:
    stream = await the_incident(record)
    report = await cut_off(record, stream, 4)
    assert f"INC-1 ({stream}): it ends with event 4" in str(report.breaks[0])
    assert str(report.breaks[0]).endswith("were removed")


async def test_a_stream_that_was_removed_whole_is_named(record: Database) -> None:
    stream = await the_incident(record)
    report = await cut_off(record, stream, 0)
    assert "are gone: the workspace's chain has them" in str(report.breaks[0])


async def test_a_stream_that_was_written_anew_from_some_event_on_is_named(
    record: Database,
) -> None:
    stream = await the_incident(record)

    def forges(connection: Connection) -> None:
        query = select(t.events).where(t.events.c.stream == stream, t.events.c.version >= 3)
        previous = ""
        for row in connection.execute(query.order_by(t.events.c.version)).mappings().all():
            forged = {**row, "actor": "U0EVE", "previous": previous or row["previous"]}
            previous = forged["hash"] = event_hash(forged)
            changed = {name: forged[name] for name in ("actor", "previous", "hash")}
            connection.execute(update(t.events).where(*at(stream, row["version"])).values(changed))
        connection.execute(update(t.streams).where(t.streams.c.id == stream).values(head=previous))

    report = await after(record, forges)
    assert "is not the one that the workspace's chain has: rewritten" in str(report.breaks[0])


async def test_a_text_emptied_by_hand_is_named(record: Database) -> None:
    stream = await the_incident(record)
    text = update(t.texts).where(t.texts.c.stream == stream, t.texts.c.field == "reason")
    report = await after(record, does(text.values(body=None, salt="")))
    assert "was emptied without an erasure on record" in str(report.breaks[0])
    report = await after(record, does(text.values(body="nobody is affected")))
    assert "the text “reason” of event" in str(report.breaks[0])


async def test_what_was_done_to_messages_is_named(record: Database) -> None:
    first = said(1)
    mine = [t.messages.c.channel == first.channel, t.messages.c.ts == first.ts]
    where = f"the message {first.ts} in C1"
    report = await after(record, does(update(t.messages).where(*mine).values(text="It is up.")))
    assert [str(each) for each in report.breaks] == [f"{where}: it was changed"]
    report = await after(record, does(delete(t.messages).where(*mine)))
    assert [str(each) for each in report.breaks] == [f"{where}: it was removed from the log"]


async def test_a_message_put_back_to_what_it_was_before_its_edit_is_found(
    record: Database,
) -> None:
    third = said(3)
    mine = [t.messages.c.channel == "C1", t.messages.c.ts == third.ts]
    before = {"text": third.text, "as_of": third.as_of, "edited_ts": None}
    report = await after(record, does(update(t.messages).where(*mine).values(before)))
    assert "it is not the newest word of it that was told" in str(report.breaks[0])


@pytest.mark.parametrize("name", ["user", "thread_ts"])
async def test_what_only_older_words_of_a_deleted_message_tell_cannot_be_emptied(
    record: Database, name: str
) -> None:
    log, later = MessageLog(record), "1772618431.000200"
    reply = said(4, thread_ts=said(1).ts)
    await log.keep(replace(reply, as_of=later, deleted=True, user="", thread_ts=None))
    await log.seal()
    assert (await record.read(verified)).breaks == []
    emptied = update(t.messages).where(t.messages.c.ts == reply.ts)
    report = await after(
        record, lambda c: c.execute(emptied.values({name: "" if name == "user" else None}))
    )
    assert "who said it, or where, was changed" in str(report.breaks[0])


async def test_the_head_that_was_printed_once_is_still_in_the_record(record: Database) -> None:
    then = (await record.read(verified)).heads["T1"]
    rig = Rig(record)
    await rig.declares("disk is full")
    await Keeper(record, rig.clock).take()

    def asked(connection: Connection, head: str) -> Report:
        return verifying.verify(connection, since=[head])

    assert not (await record.read(partial(asked, head=then[:20]))).missing
    assert (await record.read(partial(asked, head="0" * 20))).missing == {"0" * 20}
