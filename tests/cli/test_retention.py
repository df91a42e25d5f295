"""`muster retention` says what will be emptied when, and the doctor that it is about to be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import examining_record
from bot.cli.process import read_process
from bot.config import Settings
from bot.domain.process import Process
from bot.engine.retaining import Retaining
from tests.cli.terminal import Screen
from tests.cli.test_verify import world
from tests.people import World

__all__ = ["world"]


@pytest.fixture
async def over(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An incident that was declined, and a terminal where muster.yaml can be written."""
    room = await world.room()
    await world.ann.says("/incident decline a test", in_=room.name)
    monkeypatch.chdir(tmp_path)
    return world


def rules(folder: Path, retention: str) -> None:
    (folder / "muster.yaml").write_text(f"retention: {retention}\n")


def names_day(told: str, days: int, before: str = "") -> bool:
    """Whether it names the day so many days after the test did what counts, at most an hour ago."""
    did = (datetime.now(UTC) - ago for ago in (timedelta(hours=1), timedelta()))
    return any(f"{before}{at + timedelta(days=days):%Y-%m-%d}" in told for at in did)


async def doctor(folder: Path) -> str:
    """What the doctor finds in the record."""
    settings = Settings.model_validate({"DATABASE_URL": f"sqlite:///{folder / 'muster.db'}"})
    process = read_process(settings)
    return "\n".join(map(str, await examining_record.record(settings, process)))


@pytest.mark.usefixtures("over")
async def test_without_a_rule_all_is_kept(screen: Screen, tmp_path: Path) -> None:
    assert "All words are kept for ever" in await screen.shows("retention")
    assert await doctor(tmp_path) == ""


@pytest.mark.usefixtures("over")
async def test_what_will_be_emptied_is_listed_before_a_bot_knows_the_rule(
    screen: Screen, tmp_path: Path
) -> None:
    rules(tmp_path, "{texts: 20d, messages: 100d}")
    told = await screen.shows("retention")
    assert "What was written of an incident is kept for 20 days after its end,\n" in told
    assert "what was said in its rooms for 100 days.\n" in told
    assert "first bot that runs with it puts it on record, and empties nothing for 7 days." in told
    row = next(line for line in told.splitlines() if line.startswith("INC-1"))
    assert " texts " in row
    assert row.endswith(" UTC")
    assert names_day(row, 20)
    assert "message" not in row, "that is later"
    assert told.endswith("Nothing was changed.\n")
    assert "1 message " in await screen.shows("retention", "--days", "101")
    assert "Nothing is emptied within 3 days." in await screen.shows("retention", "--days", "3")
    assert "is no number of days" in await screen.shows("retention", "--days", "x", status=2)
    assert await doctor(tmp_path) == ""


async def test_what_is_due_at_once_has_a_grace_and_the_doctor_says_so(
    over: World, screen: Screen, tmp_path: Path
) -> None:
    rules(tmp_path, "{texts: 1d, grace: 3d}")
    told = await doctor(tmp_path)
    assert "words of 1 incident are emptied within 7 days (retention)" in told
    assert names_day(told, 3, "first those of INC-1 from ")
    process = replace(Process(), keep_texts=timedelta(days=1), keep_grace=timedelta(days=3))
    await Retaining(over.bot.database, over.bot.dispatcher).retain(process, datetime.now(UTC))
    assert names_day(await screen.shows("retention"), 3, "Nothing is emptied before ")
