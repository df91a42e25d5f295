"""Each test has a server of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.pages import Pages, serving


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Pages]:
    """Pages that ask for a pass, on a fresh database."""
    async with serving(tmp_path) as opened:
        yield opened
