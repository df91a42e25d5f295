"""Each scenario has a workspace of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.people import World, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A workspace with the bot in it."""
    async with a_world(tmp_path) as opened:
        yield opened
