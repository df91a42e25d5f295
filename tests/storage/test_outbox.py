"""What is owed: asking what is due costs by what is due, never by what waits."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from bot.domain.commands import UpdateFallsDue
from bot.domain.effects import Effect, Later, Never, ShowAnnouncement, ShowCard, ShowTopic
from bot.domain.values import Origin
from bot.storage import brakes, claiming, outbox, settling, sweeping_up, timers
from bot.storage import tables as t
from bot.storage.brakes import Braked
from bot.storage.database import Connection, Database
from bot.storage.settling import PutBack

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
ORIGIN = Origin(workspace="T1", cause="", correlation="")
JOB = {"stream": "s", "kind": "UpdateFallsDue", "body": "[]", **vars(ORIGIN)}


def _claim(connection: Connection, at: datetime = NOW, limit: int = 100) -> list[claiming.Claimed]:
    return claiming.claim(
        connection,
        owner="me",
        now=at,
        wall=at,
        lease=timedelta(seconds=20),
        limit=limit,
        kinds=frozenset({"ShowCard", "ShowTopic", "ShowAnnouncement"}),
    ).taken


def _owe(connection: Connection, *effects: Effect) -> None:
    outbox.owe(connection, outbox.owing(effects, ORIGIN, NOW), NOW)


def _due(connection: Connection, at: datetime) -> list[timers.Due]:
    return timers.take(connection, list(timers.due(connection, at, 10)), at)


async def test_a_lane_gives_out_one_effect_at_a_time(database: Database) -> None:
    def work(connection: Connection) -> list[list[int]]:
        for _ in range(3):
            _owe(connection, ShowTopic(stream="s"))
            connection.execute(t.outbox.update().values(once=None))
        first, second = _claim(connection), _claim(connection)
        return [[c.id for c in first], [c.id for c in second]]

    first, second = await database.write(work)
    assert len(first) == 1
    assert second == []


async def test_what_is_released_is_due_again(database: Database) -> None:
    def work(connection: Connection) -> tuple[bool, list[bool]]:
        _owe(connection, ShowTopic(stream="s"))
        claimed = _claim(connection)[0]
        claims = {(claimed.lane, claimed.epoch)}
        ours = settling.still_held(connection, claims, "me") == claims
        settling.put_back(connection, [PutBack(id=claimed.id, due=NOW, doubt=True)])
        settling.release(connection, [claimed.lane])
        return ours, [c.doubt for c in _claim(connection)]

    assert await database.write(work) == (True, [True])


async def test_a_lease_that_was_taken_over_settles_nothing(database: Database) -> None:
    def work(connection: Connection) -> set[tuple[str, int]]:
        _owe(connection, ShowTopic(stream="s"))
        held = _claim(connection)[0]
        later = NOW + timedelta(seconds=21)
        assert _claim(connection, later), "the lease has ended"
        return settling.still_held(connection, {(held.lane, held.epoch)}, "me")

    assert await database.write(work) == set()


async def test_a_lane_without_a_due_time_is_swept_up(database: Database) -> None:
    def work(connection: Connection) -> int:
        _owe(connection, ShowCard(stream="s"))
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
        _owe(connection, *effects)
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
        timers.schedule(connection, [later(5)], ORIGIN)
        timers.schedule(connection, [later(10)], ORIGIN)
        early = _due(connection, NOW + timedelta(minutes=6))
        late = _due(connection, NOW + timedelta(minutes=11))
        timers.schedule(connection, [later(5)], ORIGIN)
        timers.schedule(connection, [later(5), Never(key="update:s")], ORIGIN)
        gone = _due(connection, NOW + timedelta(minutes=60))
        return [len(early), len(late), len(gone)]

    assert await database.write(work) == [0, 1, 0]


async def test_a_timer_of_a_newer_version_is_left_to_it(database: Database) -> None:
    def work(connection: Connection) -> tuple[list[str], datetime | None]:
        rows = [{"key": "new", **JOB, "kind": "SingSong"}, {"key": "known", **JOB}]
        connection.execute(insert(t.job), [{**row, "due": NOW} for row in rows])
        return [one.key for one in _due(connection, NOW)], timers.next_due(connection)

    assert await database.write(work) == (["known"], None)


async def test_an_effect_that_a_newer_version_has_changed_waits_for_it(database: Database) -> None:
    def work(connection: Connection) -> list[claiming.Claimed]:
        _owe(connection, ShowCard(stream="s"))
        connection.execute(t.outbox.update().values(body="{}"))
        return _claim(connection)

    assert await database.write(work) == []


async def test_two_couriers_at_once_share_a_channel_s_allowance(database: Database) -> None:
    announcements = [ShowAnnouncement(stream=f"s{n}", workspace="T1") for n in range(12)]
    await database.write(lambda c: _owe(c, *announcements))
    both = await asyncio.gather(*(database.write(lambda c: _claim(c, limit=6)) for _ in range(2)))
    assert len([one for claimed in both for one in claimed]) == brakes.BURST


async def test_lanes_that_have_served_are_swept_away(database: Database) -> None:
    def work(connection: Connection) -> list[str]:
        _owe(connection, ShowCard(stream="done"), ShowCard(stream="open"), ShowTopic(stream="held"))
        connection.execute(
            t.outbox.update().where(t.outbox.c.stream == "done").values(state="done")
        )
        held = [one.lane for one in _claim(connection) if one.effect.stream != "held"]
        settling.release(connection, held)
        sweeping_up.sweep(connection, NOW)
        return sorted(connection.execute(select(t.lane.c.key)).scalars())

    assert await database.write(work) == ["ShowCard:open", "ShowTopic:held"]


async def test_brakes_that_hold_nothing_back_are_swept_away(database: Database) -> None:
    later = NOW + timedelta(seconds=30)

    def work(connection: Connection) -> list[list[str]]:
        braked = [
            Braked(workspace="T1", method="chat.update", until=NOW + timedelta(seconds=10)),
            Braked(workspace="T1", method="pins.add", until=later + timedelta(seconds=1)),
        ]
        brakes.brake(connection, braked)
        _owe(connection, ShowCard(stream="s"))
        connection.execute(t.brakes.insert().values(key="room:s", tokens=1, counted_at=NOW))
        left = []
        for at in (NOW, later):
            sweeping_up.sweep(connection, at)
            left.append(sorted(connection.execute(select(t.brakes.c.key)).scalars()))
        return left

    everything = ["T1:chat.update", "T1:pins.add", "room:s"]
    assert await database.write(work) == [everything, ["T1:pins.add"]]


def _crowd(connection: Connection) -> None:
    far = NOW + timedelta(days=1)
    connection.execute(
        insert(t.lane),
        [{"key": f"l{n}", "priority": 40, "next_due": far, "epoch": 0} for n in range(2_000)],
    )
    connection.execute(
        insert(t.job),
        [{"key": f"j{n}", **JOB, "due": far} for n in range(2_000)],
    )


@pytest.mark.parametrize(
    "query",
    [
        (
            "SELECT key FROM lane WHERE next_due IS NOT NULL AND next_due <= 1 "
            "AND (lease_until IS NULL OR lease_until <= 1)"
        ),
        (
            "SELECT key FROM job WHERE due <= 1 AND kind IN ('TaskFallsDue', 'UpdateFallsDue') "
            "ORDER BY due LIMIT 100"
        ),
        "SELECT min(id) FROM outbox WHERE lane IN ('a', 'b') AND state = 'open' GROUP BY lane",
        "SELECT min(due) FROM job WHERE kind IN ('TaskFallsDue', 'UpdateFallsDue')",
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
