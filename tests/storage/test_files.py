"""The record's file is its owner's alone, and nothing is laid beside what is no record."""

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage import schema
from bot.storage.opening import Served, connect, only_process


@pytest.fixture(autouse=True)
def _generous() -> Iterator[None]:
    """Let everybody read new files, as on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def _modes_of_a_new_record(path: Path) -> dict[str, int]:
    database = connect(f"sqlite:///{path}")
    await schema.migrate(database)
    modes = await asyncio.to_thread(_modes, path.parent)
    await database.close()
    return modes


def _modes(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


def test_nobody_but_its_owner_reads_a_new_record(tmp_path: Path) -> None:
    path = tmp_path / "muster.db"
    with only_process(path):
        modes = asyncio.run(_modes_of_a_new_record(path))
    assert set(modes) == {"muster.db", "muster.db-wal", "muster.db-shm", "muster.db.lock"}
    assert set(modes.values()) == {0o600}


def test_nothing_is_laid_beside_a_file_that_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "passwd"
    path.write_text("root:x:0:0:root:/root:/bin/bash\n")
    with pytest.raises(Served, match="is no database of Muster"):
        only_process(path)
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_file_may_become_a_record(tmp_path: Path) -> None:
    (tmp_path / "muster.db").touch()
    with only_process(tmp_path / "muster.db") as lock:
        assert not lock.closed
