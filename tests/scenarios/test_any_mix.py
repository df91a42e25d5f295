"""Whatever goes wrong in whatever mixture, a story ends as it would have ended without.

`MIXES=500 make reliability ARGS="-k any_mix"` tries that many, others each time, and makes what it
finds as short as it can.
"""

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.databases import Copies
from tests.reliability import Tried, tried
from tests.scenarios.mixing import Mix, Stage, mixes

__all__ = ["tried"]

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
