"""A record of any size is saved and restored with the memory of a few rows."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.engine.restoring import restore
from bot.storage import tables as t
from bot.storage.backing_up import AT_ONCE, take
from bot.storage.backup_file import examine, new_file
from bot.storage.backup_form import Manifest
from bot.storage.database import Connection, Database
from bot.storage.opening import connect

ROWS = 14 * AT_ONCE + 1
LONG = "größer " * 300
MOST = 8_000_000
"""Bytes; the rows hold more than twice as much."""


@contextmanager
def frugal() -> Iterator[None]:
    """Hold what is done to a few rows at a time."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST


async def saved(database: Database, path: Path) -> Manifest:
    with new_file(path) as writer:
        at = "2026-03-04T10:00:00+00:00"
        return await database.read(partial(take, writer=writer, taken_at=at, version="1"))


@pytest.fixture
async def long_record(database: Database) -> Database:
    """A database of each kind with many long messages."""
    said: dict[str, Any] = {"workspace": "T1", "user": "U1", "text": LONG, "files": "[]"}
    row = {**said, "thread_ts": None, "edited_ts": None, "as_of": "1", "deleted": False}

    def work(connection: Connection) -> None:
        for first in range(0, ROWS, 1_000):
            numbers = range(first, min(first + 1_000, ROWS))
            keys = [{"channel": f"C{n % 7}", "ts": f"{n}.1"} for n in numbers]
            connection.execute(insert(t.messages), [row | key for key in keys])

    await database.write(work)
    return database


async def test_a_long_record_is_saved_and_restored_with_little_memory(
    long_record: Database, tmp_path: Path
) -> None:
    path = tmp_path / "long.backup"
    with frugal():
        first = await saved(long_record, path)
    assert first.count("messages") == ROWS
    assert examine(path)[1] == first
    other = connect(f"sqlite+aiosqlite:///{tmp_path / 'other.db'}")
    with frugal():
        restored = await restore(other, path)
    assert restored.manifest.tables == first.tables
    second = await saved(other, tmp_path / "again.backup")
    await other.close()
    assert second.tables == first.tables
