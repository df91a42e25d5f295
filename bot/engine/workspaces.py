"""The workspaces' own streams: read often, so kept in memory; written seldom."""

from uuid import uuid4

from bot.domain.values import MUSTER
from bot.domain.workspace import NothingNew, Workspace, WorkspaceEvent
from bot.engine.dispatcher import Now
from bot.storage import workspaces
from bot.storage.database import Connection, Database, Overtaken
from bot.storage.streams import Stamp


class Workspaces:
    """What is known about each workspace."""

    def __init__(self, database: Database, clock: Now) -> None:
        self._database = database
        self._clock = clock

    async def current(self, workspace: str) -> Workspace:
        """Return the present state of a workspace."""
        return await self._database.read(lambda connection: workspaces.read(connection, workspace))

    async def record(self, workspace: str, event: WorkspaceEvent) -> Workspace:
        """Write down what has become known about a workspace, and return what is known now.

        What is known already is not written again: where two found out at once, the first is right.
        """
        now = self._clock.now()
        stamp = Stamp(
            happened_at=now,
            recorded_at=now,
            actor=MUSTER.user,
            cause="slack",
            correlation=uuid4().hex,
            rule="",
        )

        def work(connection: Connection) -> Workspace:
            try:
                return workspaces.record(connection, workspace, event, stamp)
            except NothingNew:
                return workspaces.read(connection, workspace)

        try:
            return await self._database.write(work)
        except Overtaken:
            return await self._database.write(work)  # the stream's first event was another's
