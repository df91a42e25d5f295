"""A database that need not be there when the process starts: shut until it was found fit.

While it is shut, every read and write fails at once, as if the database were away: nobody uses a
record whose schema has not been checked.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import structlog
from sqlalchemy import Connection

from bot.storage import schema, settling
from bot.storage.database import Database, DatabaseAway, T, Unfit, Urgency, Work
from bot.storage.opening import lost, only_process, remember
from bot.storage.trying import write_the_same

log = structlog.get_logger(__name__)


class WrongSchema(Unfit):
    """Somebody has to run `muster migrate`."""


class Lost(DatabaseAway):
    """The record that was served here is gone; only another start looks again."""


class AwaitedDatabase(Database):
    """Shut until `look` has found it fit; from then on the database behind it.

    One with a `file` is this process's alone, which holds its lock and brings its schema up to
    date; a server's is left to `muster migrate`. Where a record was served and is gone it stays
    shut: an empty one would pass for the whole one, and of one that comes back while it looks the
    last commits may still be on their way.
    """

    def __init__(self, behind: Database, file: Path | None) -> None:
        self.behind = behind
        self.presence = behind.presence
        self._file = file
        self._held = ExitStack()
        self._lock: IO[str] | None = None
        self.shut: DatabaseAway | None = DatabaseAway("nobody has looked yet")

    async def look(self) -> None:
        """Open, if the database is there, can be written, and has a schema to work with.

        Raises:
            Unfit: waiting changes nothing; somebody has to do what the sentence says.
            DatabaseAway: not yet.
        """
        if self.shut is None:
            return
        if isinstance(self.shut, Lost):
            raise Lost(str(self.shut))
        try:
            await self._found_fit()
        except DatabaseAway as fault:
            self.presence.away(str(fault))
            self.shut = fault
            raise
        self.shut = None

    async def _found_fit(self) -> None:
        if self._file is not None:
            self._lock = self._lock or self._held.enter_context(only_process(self._file))
            if gone := lost(self._file):
                raise Lost(gone)
        revision = await schema.revision(self.behind)
        if self._file is not None and (gone := lost(self._file, empty=revision is None)):
            await self.behind.close()  # whoever puts another file there has it for themselves
            raise Lost(gone)
        if revision is None or revision < schema.HEAD:  # a newer one only adds to what is known
            await self._migrated(revision)
        await self.behind.write(_void_leases if self._file else write_the_same)
        if self._lock is not None:
            remember(self._lock)

    async def _migrated(self, revision: str | None) -> None:
        if self._file is None:
            raise WrongSchema(
                f"The database has schema {revision or 'none'}, this version needs {schema.HEAD}: "
                "run `muster migrate` first."
            )
        await schema.migrate(self.behind)
        if revision is None:
            log.info("record.made", file=str(self._file))

    def _ask(self) -> None:
        """Refuse while shut; nothing was tried, so nobody need doubt whether it was recorded.

        Raises:
            Unfit: somebody has to do what the sentence says.
            DatabaseAway: not yet.
        """
        if self.shut is not None:
            kind = type(self.shut) if isinstance(self.shut, Unfit) else DatabaseAway
            raise kind(str(self.shut))

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:
        """See the base class."""
        self._ask()
        return await self.behind.write(work, urgency)

    async def read(self, work: Work[T]) -> T:
        """See the base class."""
        self._ask()
        return await self.behind.read(work)

    def changed_elsewhere(self) -> bool:
        """See the base class."""
        return self.shut is not None or self.behind.changed_elsewhere()

    async def listen(self, heard: Callable[[], None]) -> None:
        """See the base class."""
        await self.behind.listen(heard)

    async def close(self) -> None:
        """See the base class."""
        await self.behind.close()
        self._held.close()


def _void_leases(connection: Connection) -> None:
    """Release all lanes of a database that this process has for itself.

    It writes in any case, so that a database which can only be read is noticed here.
    """
    write_the_same(connection)
    settling.void_leases(connection)
