"""Until when was everything heard? Whoever notes it last, the latest counts."""

from datetime import UTC, datetime, timedelta

from bot.storage import hearing
from bot.storage.database import Database

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_the_latest_moment_counts_whichever_replica_notes_it(database: Database) -> None:
    async def heard(workspace: str) -> datetime | None:
        return await database.read(lambda c: hearing.last(c, workspace))

    assert await heard("T1") is None
    for late in (5, 9, 7):
        at = NOON + timedelta(minutes=late)
        await database.write(lambda c, at=at: hearing.note(c, "T1", at))  # type: ignore[misc]
    assert await heard("T1") == NOON + timedelta(minutes=9)
    assert await heard("T2") is None
