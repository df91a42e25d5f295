"""A database that is only looked at is not written, and needs nothing that writing needs."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.storage import tables as t
from bot.storage.database import Connection, Database, DatabaseAway
from bot.storage.opening import connect
from tests.databases import migrated
from tests.outages import mounted_read_only


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(t.workspaces)).scalar_one()


def add(connection: Connection) -> None:
    connection.execute(insert(t.workspaces), [{"id": "T9", "next_number": 1}])


async def test_whoever_only_reads_cannot_write(database_url: str) -> None:
    database = connect(database_url, only_reading=True)
    assert await database.read(count) == 0
    for attempt in (database.read(add), database.write(add)):
        with pytest.raises(DatabaseAway, match=r"read.?only|looked at"):
            await attempt
    assert await database.read(count) == 0
    await database.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "volume" / "mü ster #1.db"  # a name that a URI has to spell in another way
    path.parent.mkdir()
    asyncio.run(migrated(f"sqlite:///{path}"))
    return path


def looked_at(path: Path) -> Database:
    return connect(f"sqlite:///{path}", only_reading=True)


def test_nothing_is_laid_beside_a_file_that_nobody_uses(file: Path) -> None:
    async def look() -> list[str]:
        database = looked_at(file)
        assert await database.read(count) == 0
        beside = await asyncio.to_thread(lambda: [each.name for each in file.parent.iterdir()])
        await database.close()
        return beside

    before = file.read_bytes()
    file.chmod(0o400)
    file.parent.chmod(0o500)
    assert asyncio.run(look()) == [file.name]
    file.parent.chmod(0o700)
    assert file.read_bytes() == before
    assert [each.name for each in file.parent.iterdir()] == [file.name]


async def test_what_a_running_bot_has_not_written_back_yet_is_seen(file: Path) -> None:
    running = connect(f"sqlite:///{file}")
    await running.write(add)
    database = looked_at(file)
    assert await database.read(count) == 1
    await database.close()
    await running.close()
    assert [each.name for each in file.parent.iterdir()] == [file.name]


async def test_a_file_that_changes_while_it_is_read_alone_is_not_taken_at_its_word(
    file: Path,
) -> None:
    """Somebody starts a bot just then, which writes back what it had in its log, and stops."""
    database = looked_at(file)

    def overtaken(connection: Connection) -> int:
        found = count(connection)
        with sqlite3.connect(file) as other:
            other.execute("INSERT INTO workspaces (id, next_number) VALUES ('T9', 1)")
        other.close()
        return found

    with pytest.raises(DatabaseAway, match="Ask again"):
        await database.read(overtaken)
    assert await database.read(count) == 1
    await database.close()


async def test_a_volume_that_cannot_be_written_is_read(file: Path) -> None:
    with mounted_read_only(file.parent):
        database = looked_at(file)
        assert await database.read(count) == 0
        await database.close()


async def test_what_a_killed_bot_left_on_such_a_volume_is_told_with_what_to_do(file: Path) -> None:
    running = connect(f"sqlite:///{file}")
    await running.write(add)
    left = file.parent.with_name("left")
    left.mkdir()
    for name in (file.name, f"{file.name}-wal"):
        shutil.copyfile(file.parent / name, left / name)
    await running.close()
    with mounted_read_only(left):
        database = looked_at(left / file.name)
        with pytest.raises(DatabaseAway, match="Copy both"):
            await database.read(count)
        await database.close()
    database = looked_at(left / file.name)
    assert await database.read(count) == 1
    await database.close()
