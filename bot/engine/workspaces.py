"""The workspaces' own streams: read often, so kept in memory; written seldom."""

import contextlib
from uuid import uuid4

from bot.domain.values import MUSTER
from bot.domain.workspace import NothingNew, Workspace, WorkspaceEvent
from bot.engine.dispatcher import Now
from bot.storage import workspaces
from bot.storage.database import Connection, Database
from bot.storage.streams import Stamp


class Workspaces:
    """What is known about each workspace."""

    def __init__(self, database: Database, clock: Now) -> None:
        self._database = database
        self._clock = clock

    async def current(self, workspace: str) -> Workspace:
        """Return the present state of a workspace."""
        return await self._database.read(lambda connection: workspaces.read(connection, workspace))

    async def record(self, workspace: str, event: WorkspaceEvent) -> None:
        """Write down what has become known about a workspace; what is known already is not."""
        now = self._clock.now()
        stamp = Stamp(
            happened_at=now,
            recorded_at=now,
            actor=MUSTER.user,
            cause="slack",
            correlation=uuid4().hex,
            rule="",
        )

        def work(connection: Connection) -> None:
            with contextlib.suppress(NothingNew):
                workspaces.record(connection, workspace, event, stamp)

        await self._database.write(work)
