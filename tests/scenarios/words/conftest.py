"""Each word is tried in the room of an incident that ann has declared."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import World
from tests.scenarios.words.declared import a_declared_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace in which INC-1 is declared, with ann in its room."""
    async with a_declared_world(tmp_path) as opened:
        yield opened


@pytest.fixture
async def room(world: World) -> str:
    """The channel of INC-1."""
    return (await world.room(1)).channel
