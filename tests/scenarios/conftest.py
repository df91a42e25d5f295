"""Each scenario has a workspace of its own."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.process import Process
from tests.people import World, a_world
from tests.scenarios.runbook import runbook
from tests.scenarios.watching import Cast, Watched


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace with the bot in it."""
    async with a_world(tmp_path) as opened:
        yield opened


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    """Three people and a playbook that fits what will happen to them."""
    playbook = runbook()
    process = replace(Process(), playbooks={playbook.id: playbook})
    async with a_world(tmp_path, process=process) as opened:
        yield Cast(
            world=opened,
            ann=Watched(opened.ann),
            bob=Watched(opened.bob),
            carol=Watched(opened.carol),
        )
