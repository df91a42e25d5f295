"""What is counted for the metrics: each thing once, however often a round has to be run."""

from bot.storage.database import Connection, Database, Overtaken, T, Urgency, Work
from tests.engine.rig import Rig, running


class Unlucky(Database):
    """A real database in which each of the courier's rounds fails at its end before it succeeds."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self._failed = False
        self.failures = 0

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """Undo every other round."""
        self._failed = urgency is Urgency.OUTCOME and not self._failed
        if not self._failed:
            return await self._inner.write(work, urgency)

        def undone(connection: Connection) -> T:
            work(connection)
            raise Overtaken("a lane was taken over")

        self.failures += 1
        return await self._inner.write(undone, urgency)

    async def read(self, work: Work[T]) -> T:
        """Read."""
        return await self._inner.read(work)

    def changed_elsewhere(self) -> bool:
        """Ask the real one."""
        return self._inner.changed_elsewhere()

    async def close(self) -> None:
        """Close the real one."""
        await self._inner.close()


async def test_a_round_that_is_run_again_counts_once(database: Database) -> None:
    unlucky = Unlucky(database)
    async with running(Rig(unlucky)) as rig:
        await rig.declares()
        await rig.rests()
        assert unlucky.failures > 0
        assert rig.tally.value("effects", "CreateRoom", "done") == 1
        timed = 'muster_effect_seconds_count{effect="CreateRoom"} 1.0'
        assert timed in rig.tally.text().decode()
