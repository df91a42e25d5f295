"""Replicas share a PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import fresh_postgresql


@pytest.fixture
async def url(postgresql: str) -> AsyncIterator[str]:
    """A fresh database that replicas share."""
    async for fresh in fresh_postgresql(postgresql):
        yield fresh
