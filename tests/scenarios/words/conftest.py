"""Each word is tried in the room of an incident that ann has declared."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.process import Process
from tests.people import World, a_world
from tests.scenarios.runbook import runbook


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace in which INC-1 is declared, with ann in its room."""
    playbook = runbook()
    process = replace(Process(), playbooks={playbook.id: playbook})
    async with a_world(tmp_path, process=process) as opened:
        await opened.ann.says("/incident declare checkout is down --sev 2 --category availability")
        await opened.settles()
        yield opened


@pytest.fixture
async def room(world: World) -> str:
    """The channel of INC-1."""
    return (await world.room(1)).channel
