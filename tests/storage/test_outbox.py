"""What is owed: asking what is due costs by what is due, never by what waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from bot.domain.commands import UpdateFallsDue
from bot.domain.effects import Later, Never, ShowCard, ShowTopic
from bot.storage import claiming, outbox, settling, timers
from bot.storage import tables as t
from bot.storage.database import Connection, Database

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TERMS = {"workspace": "T1", "cause": "", "correlation": ""}


def _claim(connection: Connection, at: datetime = NOW, limit: int = 100) -> list[claiming.Claimed]:
    return claiming.claim(
        connection,
        owner="me",
        now=at,
        wall=at,
        lease=timedelta(seconds=20),
        limit=limit,
        kinds=frozenset({"ShowCard", "ShowTopic"}),
    )


async def test_a_lane_gives_out_one_effect_at_a_time(database: Database) -> None:
    def work(connection: Connection) -> list[list[int]]:
        for _ in range(3):
            outbox.owe(connection, [ShowTopic(stream="s")], now=NOW, **TERMS)
            connection.execute(t.outbox.update().values(once=None))
        first, second = _claim(connection), _claim(connection)
        return [[c.id for c in first], [c.id for c in second]]

    first, second = await database.write(work)
    assert len(first) == 1
    assert second == []


async def test_what_is_released_is_due_again(database: Database) -> None:
    def work(connection: Connection) -> tuple[bool, list[bool]]:
        outbox.owe(connection, [ShowTopic(stream="s")], now=NOW, **TERMS)
        claimed = _claim(connection)[0]
        ours = settling.holds(connection, claimed.lane, claimed.epoch, "me")
        settling.put_back(connection, claimed.id, NOW, maybe_sent=True)
        settling.release(connection, [claimed.lane])
        return ours, [c.doubt for c in _claim(connection)]

    assert await database.write(work) == (True, [True])


async def test_a_lease_that_was_taken_over_settles_nothing(database: Database) -> None:
    def work(connection: Connection) -> bool:
        outbox.owe(connection, [ShowTopic(stream="s")], now=NOW, **TERMS)
        held = _claim(connection)[0]
        later = NOW + timedelta(seconds=21)
        assert _claim(connection, later), "the lease has ended"
        return settling.holds(connection, held.lane, held.epoch, "me")

    assert await database.write(work) is False


async def test_a_lane_without_a_due_time_is_swept_up(database: Database) -> None:
    def work(connection: Connection) -> int:
        outbox.owe(connection, [ShowCard(stream="s")], now=NOW, **TERMS)
        connection.execute(t.lane.update().values(next_due=None))
        assert _claim(connection) == []
        settling.sweep(connection, NOW)
        return len(_claim(connection))

    assert await database.write(work) == 1


async def test_an_effect_of_a_newer_version_waits_and_holds_up_only_its_lane(
    database: Database,
) -> None:
    def work(connection: Connection) -> list[str]:
        effects = [ShowCard(stream="a"), ShowCard(stream="b")]
        outbox.owe(connection, effects, now=NOW, **TERMS)
        newer = t.outbox.update().where(t.outbox.c.stream == "a").values(kind="SingSong")
        connection.execute(newer)
        return [c.effect.stream for c in _claim(connection)]

    assert await database.write(work) == ["b"]


async def test_the_same_key_replaces_a_timer_and_never_clears_it(database: Database) -> None:
    def later(minutes: int) -> Later:
        at = NOW + timedelta(minutes=minutes)
        command = UpdateFallsDue(stage="due", due_at=at)
        return Later(key="update:s", stream="s", at=at, command=command)

    def work(connection: Connection) -> list[int]:
        timers.schedule(connection, [later(5)], **TERMS)
        timers.schedule(connection, [later(10)], **TERMS)
        early = timers.take_due(connection, NOW + timedelta(minutes=6), 10)
        late = timers.take_due(connection, NOW + timedelta(minutes=11), 10)
        timers.schedule(connection, [later(5)], **TERMS)
        timers.schedule(connection, [later(5), Never(key="update:s")], **TERMS)
        gone = timers.take_due(connection, NOW + timedelta(minutes=60), 10)
        return [len(early), len(late), len(gone)]

    assert await database.write(work) == [0, 1, 0]


def _crowd(connection: Connection) -> None:
    far = NOW + timedelta(days=1)
    connection.execute(
        insert(t.lane),
        [{"key": f"l{n}", "priority": 40, "next_due": far, "epoch": 0} for n in range(2_000)],
    )
    connection.execute(
        insert(t.job),
        [{"key": f"j{n}", "stream": "s", "due": far, "body": "[]", **TERMS} for n in range(2_000)],
    )


@pytest.mark.parametrize(
    "query",
    [
        (
            "SELECT key FROM lane WHERE next_due IS NOT NULL AND next_due <= 1 "
            "AND (lease_until IS NULL OR lease_until <= 1)"
        ),
        "SELECT key FROM job WHERE due <= 1 ORDER BY due LIMIT 100",
        "SELECT min(id) FROM outbox WHERE lane IN ('a', 'b') AND state = 'open' GROUP BY lane",
        "SELECT min(due) FROM job",
    ],
)
async def test_no_question_about_what_is_due_reads_everything(
    database: Database, query: str
) -> None:
    def work(connection: Connection) -> str:
        _crowd(connection)
        if connection.dialect.name == "sqlite":
            plan = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
            return "\n".join(str(row[-1]) for row in plan)
        connection.execute(text("ANALYZE"))
        return "\n".join(str(row[0]) for row in connection.execute(text(f"EXPLAIN {query}")))

    plan: Any = await database.write(work)
    small = "outbox" in query  # PostgreSQL reads an empty table whole, and is right to
    assert small or ("Seq Scan" not in plan and "SCAN job\n" not in f"{plan}\n"), plan
    assert "SCAN lane" not in plan, plan
