"""Whatever goes wrong in whatever mixture, a story ends as it would have ended without.

`MIXES=500 make reliability ARGS="-k any_mix"` tries that many, others each time, and makes what it
finds as short as it can.
"""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import func, select

from bot.storage import tables
from tests.databases import Copies
from tests.people import World
from tests.reliability import Tried, tried
from tests.scenarios.deeds import DEEDS, SECRET, Deed, Line, Marked, Presses
from tests.scenarios.mixing import Mix, Stage, mixes

__all__ = ["tried"]

FIRST: tuple[Deed, ...] = (Presses("Start"),)
LAST: tuple[Deed, ...] = (
    Line("resolve rolled the deploy back"),
    Line("close nobody has time"),
    Line("reopen it is back"),
    Line("private --yes"),
)
"""What comes before the others, and what they would find no fitting state after."""
NONE: tuple[Deed, ...] = (
    Line("playbook start restore"),
    Line(f"decline {SECRET} is harmless", about=2),
    Marked("it began with the moon", kept=False),
)
"""What leaves nothing behind here: the button has started it, it is resolved, it is taken back."""
FEW = {"SQLite": 7, "PostgreSQL": 3}
"""How many are tried each time the tests run, always the same ones."""


@pytest.mark.faults
def test_any_mix_of_faults_ends_as_if_there_had_been_none(
    copies: Copies, tmp_path: Path, tried: Tried
) -> None:
    stage = Stage(copies=copies, folder=tmp_path)
    many = int(os.environ.get("MIXES", "0"))

    @settings(
        max_examples=many or FEW[copies.kind],
        derandomize=not many,
        phases=[Phase.generate, Phase.shrink] if many else [Phase.generate],
        suppress_health_check=[*HealthCheck],
        database=None,
    )
    @given(mix=mixes())
    def ends_well(mix: Mix) -> None:
        wrong = asyncio.run(stage.wrong(mix))
        assert not wrong, "\n".join(wrong)

    ends_well()
    tried("several of these at random in a story drawn at random", copies.kind, times=stage.struck)


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
async def test_each_deed_changes_something_where_it_fits(copies: Copies, tmp_path: Path) -> None:
    """A line that nobody can type would only be refused in each mix, and show nothing."""
    idle = []
    async with Stage(copies=copies, folder=tmp_path).world() as world:
        await world.starts()
        for deed in sorted(DEEDS, key=_place):
            before = await _written(world)
            for who in ("ann", "bob"):
                await deed.by(world, who)
                await world.settles()
                if await _written(world) > before:
                    break
            else:
                idle.append(deed)
    assert set(idle) <= set(NONE)


def _place(deed: Deed) -> int:
    return -1 if deed in FIRST else LAST.index(deed) + 1 if deed in LAST else 0


async def _written(world: World) -> int:
    """How many events there are."""
    count = select(func.count()).select_from(tables.events)
    return await world.bot.database.read(lambda c: int(c.execute(count).scalar_one()))
