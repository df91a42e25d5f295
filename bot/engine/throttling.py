"""Methods that Slack rate-limits at present, shared by all replicas.

The courier obeys the brakes in the database when it claims. Readers, who belong to no lane, ask
here before they call, and report here when they are throttled.
"""

from datetime import datetime

from bot.storage import brakes
from bot.storage.brakes import Braked
from bot.storage.database import Database


class Throttling:
    """The brakes, for callers that carry no effect."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def until(self, workspace: str, method: str) -> datetime | None:
        """Return until when a method is held back, as far as any replica knows.

        Raises:
            DatabaseAway: the database does not answer.
        """
        return await self._database.read(lambda c: brakes.until(c, workspace, method))

    async def tell(self, workspace: str, method: str, until: datetime) -> None:
        """Have all replicas hold a method back.

        Raises:
            DatabaseAway: the database does not answer.
        """
        braked = Braked(workspace=workspace, method=method, until=until)
        await self._database.write(lambda connection: brakes.brake(connection, [braked]))
