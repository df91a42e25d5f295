"""What has changed is anchored in the workspace's chain, once, by whichever replica comes first."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.domain.anchoring import HeadsAnchored, MessagesKept, StreamHead, is_incident, of_record
from bot.domain.commands import AddNote, Decline
from bot.domain.values import Text
from bot.engine.keeper import Keeper
from bot.engine.message_log import MessageLog
from bot.engine.turns import EVERY
from bot.storage import anchors, batches, erasures, retention, streams, verifying
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from bot.storage.erasures import Begun
from bot.storage.messages import Said
from tests.engine.rig import START, Rig

RECORD = of_record("T1")


async def events_of(database: Database, stream: str) -> list[Any]:
    """The events of a stream that is no incident's."""
    return [one.event for one in await database.read(lambda c: streams.read(c, stream))]


async def anchored(database: Database) -> list[StreamHead]:
    """Every head that the workspace's chain holds, in order."""
    events = await events_of(database, RECORD)
    return [head for event in events if isinstance(event, HeadsAnchored) for head in event.heads]


async def head_of(database: Database, stream: str) -> StreamHead:
    head = await database.read(lambda c: streams.peek(c, stream))
    assert head is not None
    return StreamHead(stream=stream, version=head.version, hash=head.hash)


async def keeps(database: Database) -> None:
    """Have a keeper take a turn."""
    rig = Rig(database)
    await Keeper(database, rig.clock).take()


async def declared(rig: Rig, title: str = "checkout is down") -> str:
    done = (await rig.declares(title)).done
    assert done is not None
    return done.incident.stream


def said(number: int, channel: str = "C1") -> Said:
    ts = f"17726184{number:02}.000100"
    return Said(workspace="T1", channel=channel, ts=ts, as_of=ts, user="U0ANN", text="It is down.")


async def test_what_has_changed_is_anchored_and_nothing_twice(database: Database) -> None:
    rig = Rig(database)
    keeper = Keeper(database, rig.clock)
    first, second = await declared(rig), await declared(rig, "search is down")
    await keeper.take()
    await keeper.take()
    assert sorted(head.stream for head in await anchored(database)) == sorted([first, second])
    await rig.asks(first, AddNote(text=Text("The pool is full")))
    await keeper.take()
    assert (await anchored(database))[2:] == [await head_of(database, first)]


async def test_replicas_at_once_anchor_each_head_once(database: Database) -> None:
    rig = Rig(database)
    known = sorted([await declared(rig), await declared(rig, "search is down")])
    await asyncio.gather(*(Keeper(database, rig.clock).take() for _ in range(4)))
    assert sorted(head.stream for head in await anchored(database)) == known


async def test_an_incident_that_ends_is_anchored_in_the_same_breath(database: Database) -> None:
    rig = Rig(database)
    stream = await declared(rig)
    await rig.asks(stream, Decline(reason=Text("a false alarm")))
    assert await anchored(database) == [await head_of(database, stream)]
    assert await database.read(anchors.waiting) == []


async def test_the_message_logs_batches_are_anchored_too(database: Database) -> None:
    rig = Rig(database)
    log = MessageLog(database)
    keeper = Keeper(database, rig.clock)
    keeper.each_turn(log.seal)
    await log.keep(said(1), said(2))
    await keeper.take()
    await log.keep(said(3))
    await keeper.take()
    await keeper.take()
    (_, head) = await anchored(database)
    assert not is_incident(head.stream)
    assert head.version == 2
    first, second = await events_of(database, head.stream)
    assert isinstance(first, MessagesKept)
    assert (first.words, second.words) == (2, 1)


async def test_a_full_batch_is_written_at_once_so_that_little_is_remembered(
    database: Database,
) -> None:
    log = MessageLog(database)
    running = asyncio.create_task(log.run())
    few, enough = (
        [said(n) for n in range(20)],
        [said(n, f"D{c}") for c in range(5) for n in range(100)],
    )
    await log.keep(*few)
    assert await unsealed(database) == 20, "so few wait for more, or for the minute"
    await log.keep(*enough)
    async with asyncio.timeout(30):
        while await unsealed(database):
            pass
    running.cancel()
    rig = Rig(database)
    await Keeper(database, rig.clock).take()
    (head,) = await anchored(database)
    assert [one.words for one in await events_of(database, head.stream)] == [500, 20]


async def unsealed(database: Database) -> int:
    """How many messages are in no batch yet?"""
    return len(await database.read(lambda c: batches.unsealed(c, 1_000)))


async def taken_as_found(database: Database) -> list[int]:
    """How many messages each batch holds as they were found."""
    heads = [head.stream for head in await anchored(database)]
    events = [event for stream in heads for event in await events_of(database, stream)]
    return [event.words for event in events if event.why == "found"]


async def test_what_a_process_that_died_had_not_held_is_taken_as_it_is_found(
    database: Database,
) -> None:
    await MessageLog(database).keep(*(said(n) for n in range(3)))
    rig = Rig(database)
    survivor = Keeper(database, rig.clock)
    await survivor.take()
    await survivor.take()
    assert await taken_as_found(database) == [], "whoever wrote them may be about to"
    await survivor.take()
    assert await taken_as_found(database) == [3]
    await survivor.take()
    assert await taken_as_found(database) == [3]


async def test_many_are_held_in_several_batches(database: Database) -> None:
    log = MessageLog(database)
    await log.keep(*(said(1, channel=f"C{n}") for n in range(1_100)))
    await asyncio.gather(log.seal(), log.seal())
    assert await database.read(lambda c: batches.unsealed(c, 10)) == []
    rig = Rig(database)
    await Keeper(database, rig.clock).take()
    (head,) = await anchored(database)
    assert [one.words for one in await events_of(database, head.stream)] == [500, 500, 100]


@pytest.mark.parametrize("first", ["one", "other"])
async def test_a_change_without_a_time_of_its_own_is_held_as_it_came_last(
    database: Database, first: str
) -> None:
    """Slack gives none where another app changes its message; two replicas heard of one each."""
    logs = {"one": MessageLog(database), "other": MessageLog(database)}
    was, now = said(1), replace(said(1), text="It is up again.")
    await logs["one"].keep(was)
    await logs["other"].keep(now)
    await logs.pop(first).seal()
    for log in logs.values():
        await log.seal()
    report = await database.read(verifying.verify)
    assert (report.breaks, report.messages, report.unsealed) == ([], 1, 0)


async def test_a_change_while_the_first_words_are_being_held_is_no_break(
    database: Database,
) -> None:
    log = MessageLog(database)
    was, now = said(1), replace(said(1), text="It is up again.")
    await log.keep(was)
    await asyncio.gather(log.seal(), log.keep(now))
    report = await database.read(verifying.verify)
    assert (report.breaks, report.messages) == ([], 1), "whichever came first"
    await log.seal()
    report = await database.read(verifying.verify)
    assert (report.breaks, report.messages, report.unsealed) == ([], 1, 0)


async def test_the_same_words_again_are_still_held(database: Database) -> None:
    """By the same process and by another, before their batch and after it."""
    one, other = MessageLog(database), MessageLog(database)
    rig = Rig(database)
    keeper = Keeper(database, rig.clock)
    keeper.each_turn(one.seal)
    keeper.each_turn(other.seal)
    for log in (one, one, other):
        await log.keep(said(1))
    await keeper.take()
    for log in (one, other):
        await log.keep(said(1))
    assert await database.read(lambda c: batches.unsealed(c, 10)) == []
    await keeper.take()
    report = await database.read(verifying.verify)
    assert (report.breaks, report.messages, report.unsealed) == ([], 1, 0)


async def test_many_are_anchored_in_several_events(database: Database) -> None:
    def many(connection: Connection) -> None:
        rows = [
            {"id": f"s{n:04}", "workspace": "T1", "version": 1, "head": "x"} for n in range(2_600)
        ]
        connection.execute(t.streams.insert(), rows)

    await database.write(many)
    await keeps(database)
    assert len({head.stream for head in await anchored(database)}) == 2_600
    at = await database.read(lambda c: streams.peek(c, RECORD))
    assert at is not None
    assert at.version == 6


async def test_a_minute_after_the_start_it_is_done_by_itself(database: Database) -> None:
    rig = Rig(database)
    stream = await declared(rig)
    keeper = Keeper(database, rig.clock)
    running = asyncio.create_task(keeper.run())
    while not await anchored(database):
        rig.clock.advance(EVERY)  # again, as it may not have looked at the clock before
        assert not running.done()
    assert await anchored(database) == [await head_of(database, stream)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    keeper.close()


async def test_looking_for_what_is_not_anchored_reads_no_more_than_that(
    database: Database,
) -> None:
    def plan(connection: Connection) -> str:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN "
        else:
            explain = "EXPLAIN QUERY PLAN "
        asked = "SELECT id FROM streams WHERE workspace = 'T1' AND anchored < version ORDER BY id"
        return " ".join(str(row) for row in connection.execute(text(explain + asked)))

    assert "ix_streams_unanchored" in await database.read(plan)


async def test_erasures_and_rules_are_found_without_going_over_the_chain(
    database: Database,
) -> None:
    """Each minute one asks for them, within transactions too, and a chain grows for years."""

    def plans(connection: Connection) -> list[str]:
        postgresql = connection.dialect.name == "postgresql"
        if postgresql:
            connection.execute(text("SET LOCAL enable_seqscan = off"))

        def explained(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:
            if statement.startswith("SELECT"):
                cursor.execute(
                    f"EXPLAIN {'' if postgresql else 'QUERY PLAN '}{statement}", parameters
                )
                found.append(" ".join(str(row) for row in cursor.fetchall()))

        found: list[str] = []
        event.listen(connection, "before_cursor_execute", explained)
        begun = Begun(workspace="T1", user="U0BOB", by="U0ANN", since=START)
        erasures.unfinished(connection)
        erasures.of(connection, "T1", "U0BOB")
        erasures.emptied_since(connection, begun)
        retention.ruling(connection, "T1")
        event.remove(connection, "before_cursor_execute", explained)
        return found

    found = await database.read(plans)
    assert len(found) == 4
    assert all("ix_events_rare" in plan for plan in found), found
