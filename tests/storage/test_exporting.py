"""An export shows by itself what was said in its rooms, as the workspace's chain holds it."""

import copy
import json
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from bot.clock import Clock
from bot.engine.message_log import MessageLog
from bot.storage import anchors
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from bot.storage.export_check import NoExport, anchored_messages, anchored_to, faults_of
from bot.storage.exporting import exported
from tests.forging import changed, forges, leaves
from tests.safety.nasty import examples, spoilt
from tests.storage.test_verifying import plays, said


def first(connection: Connection) -> str:
    query = select(t.incidents.c.stream).where(t.incidents.c.number == 1)
    return str(connection.execute(query).scalar_one())


def exports(connection: Connection) -> Any:
    return json.loads(json.dumps(exported(connection, first(connection), 1)))


@pytest.fixture
async def record(database: Database) -> Database:
    """Two incidents; C1 is the room of the first, and others speak in C2 in the same moments."""
    await plays(database)

    def work(connection: Connection) -> None:
        room = {"channel": "C1", "workspace": "T1", "stream": first(connection), "seen_to": ""}
        connection.execute(insert(t.rooms), [room])

    await database.write(work)
    return database


@pytest.fixture
async def export(record: Database) -> Any:
    return await record.read(exports)


async def test_all_messages_are_anchored_and_nothing_of_other_rooms_is_in_it(export: Any) -> None:
    assert faults_of(export) == []
    assert len(export["messages"]) == 8
    assert anchored_messages(export) == 8
    assert len(export["anchors"]) == 2, "one for each time at which something of it was anchored"
    assert "C2" not in json.dumps(export)
    assert any("digest" in word for batch in export["batches"] for word in batch["words"])


@settings(max_examples=150)
@given(data=st.data())
async def test_a_single_changed_byte_of_any_message_is_found(
    export: Any, data: st.DataObject
) -> None:
    other = copy.deepcopy(export)
    message = data.draw(st.sampled_from(other["messages"]))
    name = data.draw(st.sampled_from([key for key in message if isinstance(message[key], str)]))
    was = message[name].encode()
    at = data.draw(st.integers(0, max(0, len(was) - 1)))
    byte = data.draw(st.integers(0x20, 0x7E).filter(lambda each: was[at : at + 1] != bytes([each])))
    message[name] = (was[:at] + bytes([byte]) + was[at + 1 :]).decode(errors="replace")
    if name == "salt" and message[name].lower() == was.decode():
        return  # the same byte, written in another way
    assert faults_of(other), (name, message[name])


@settings(max_examples=150)
@given(data=st.data())
async def test_any_change_of_what_holds_them_is_found(export: Any, data: st.DataObject) -> None:
    parts = ("messages", "batches", "kept", "anchors", "rooms")
    place = data.draw(st.sampled_from([p for p in leaves(export) if p[0] in parts]))
    assert faults_of(changed(export, place)), place


@pytest.mark.parametrize(
    ("upto", "told"),
    [
        ("batches", "the words of event"),
        ("kept", "is not the one that was anchored"),
    ],
)
async def test_who_forges_a_message_has_to_forge_the_workspaces_chain(
    export: Any, upto: Literal["batches", "kept"], told: str
) -> None:
    forges(export, "It is slow.", "It is fine.", upto=upto)
    assert any(told in fault for fault in faults_of(export)), faults_of(export)


@pytest.mark.parametrize("part", ["messages", "batches", "kept"])
async def test_what_is_taken_out_is_missed(export: Any, part: str) -> None:
    for number in range(len(export[part])):
        other = copy.deepcopy(export)
        del other[part][number]
        assert faults_of(other) or anchored_messages(other) < 8, (part, number)


async def test_without_anchors_nothing_is_said_to_be_anchored(export: Any) -> None:
    export["anchors"] = []
    assert faults_of(export) == []
    assert (anchored_to(export), anchored_messages(export)) == (0, 0)


async def test_what_was_said_a_moment_ago_is_anchored_for_the_export(record: Database) -> None:
    log = MessageLog(record)
    await log.keep(said(50, "Just now."))
    unsealed = await record.read(exports)
    assert faults_of(unsealed) == []
    assert (len(unsealed["messages"]), anchored_messages(unsealed)) == (9, 8)
    await log.seal()
    late = await record.read(exports)
    assert faults_of(late) == []
    assert (len(late["messages"]), anchored_messages(late)) == (9, 8)

    def anchor(connection: Connection) -> None:
        anchors.anchor_for_export(connection, "T1", late["stream"], Clock().now())

    await record.write(anchor)
    now = await record.read(exports)
    assert anchored_messages(now) == 9
    assert anchored_to(now) == len(now["events"])
    count = select(t.events.c.version).where(t.events.c.stream == "record:T1")
    before = await record.read(lambda c: len(c.execute(count).all()))
    await record.write(anchor)
    assert await record.read(lambda c: len(c.execute(count).all())) == before, "anchored once"


@examples(150)
@given(data=st.data())
async def test_no_export_of_another_shape_is_a_fault_of_the_check(
    export: Any, data: st.DataObject
) -> None:
    """Whoever was handed a file reads what is wrong with it, or it shows nothing but what is so."""
    other = data.draw(spoilt([export]))
    try:
        assert faults_of(other) or as_much(other, export) == export
    except NoExport:
        assert other.get("form") != export["form"]


def as_much(other: Any, export: Any) -> Any:
    """The same with what it may lack, and then says by itself that it proves less.

    An anchor proves nothing that is not there, so it may be missing: what no other one holds does
    not count as anchored. Nor does a message without a salt, which waits for its batch.
    """
    lacks = copy.deepcopy(other)
    assert [each for each in export["anchors"] if each in other["anchors"]] == other["anchors"]
    assert anchored_messages(other) <= anchored_messages(export)
    lacks["anchors"] = export["anchors"]
    for number, message in enumerate(export["messages"]):
        if other["messages"][number]["salt"] is None:
            lacks["messages"][number] = message
        for name in ("thread_ts", "edited_ts"):  # nothing may be written as an empty text
            lacks["messages"][number][name] = lacks["messages"][number][name] or message[name]
    return lacks


async def test_without_an_anchor_only_what_others_hold_is_anchored(export: Any) -> None:
    first, last = export["anchors"]
    assert faults_of(without_first := {**export, "anchors": [last]}) == []
    assert anchored_messages(without_first) == 8, "the later one holds all that was before it"
    assert faults_of(without_last := {**export, "anchors": [first]}) == []
    assert (anchored_to(without_last), anchored_messages(without_last)) == (6, 1)


@pytest.mark.parametrize(("name", "no_text"), [("thread_ts", 0), ("edited_ts", []), ("files", [])])
async def test_what_is_no_text_is_not_taken_for_an_empty_one(
    export: Any, name: str, no_text: object
) -> None:
    export["messages"][0][name] = no_text
    assert any("not in the form" in fault for fault in faults_of(export)), faults_of(export)


async def test_who_said_what_is_deleted_cannot_be_left_out(export: Any) -> None:
    gone = next(each for each in export["messages"] if each["deleted"] and each["user"])
    gone["user"] = ""
    assert any("was changed or added" in fault for fault in faults_of(export))


@pytest.mark.parametrize("part", ["events", "anchors", "kept"])
def test_a_depth_that_nobody_reads_is_a_change(export: Any, part: str) -> None:
    other = copy.deepcopy(export)
    other[part][0]["body"] = "[" * 2_000
    assert any("was changed" in fault for fault in faults_of(other)), faults_of(other)
