"""An incident with two people in its room."""

import pytest

from tests.people import World
from tests.scenarios.timeline.room import Room, an_incident


@pytest.fixture
async def room(world: World) -> Room:
    """The room of an incident that Ann declared and Bob joined."""
    return await an_incident(world)
