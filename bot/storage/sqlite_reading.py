"""SQLite, opened for reading only.

It needs no permission to write, and nothing is laid beside it.
"""

import asyncio
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.storage.database import Database, DatabaseAway, T, Urgency, Work, timed
from bot.storage.sqlite_file import PAGES_KB, connected


class SqliteForReading(Database):
    """SQLite, opened so that it cannot be written.

    Where a bot is at work its write-ahead log lies beside the file, and is read with it. Without
    one the file alone is read, as it lies there: that it did not change meanwhile is seen to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._engine = create_engine("sqlite://", poolclass=NullPool, creator=self._open)

        @event.listens_for(self._engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    def _open(self) -> sqlite3.Connection:
        alone = "" if self._has_log() else "&immutable=1"
        opened = connected(f"{self._path.resolve().as_uri()}?mode=ro{alone}")
        opened.execute("PRAGMA query_only=ON")
        opened.execute(f"PRAGMA cache_size=-{PAGES_KB}")
        return opened

    @timed("read")
    async def read(self, work: Work[T]) -> T:
        """See the base class."""
        return await asyncio.to_thread(self._read, work)

    def _read(self, work: Work[T]) -> T:
        try:
            before = self._as_it_lies()
            with self._engine.connect() as connection, connection.begin():
                result = work(connection)
            changed = self._as_it_lies() != before
        except (DBAPIError, sqlite3.Error, OSError) as fault:
            raise DatabaseAway(self._why(fault)) from fault
        if changed:
            raise DatabaseAway(f"{self._path} was written to while it was read. Ask again.")
        return result

    def _has_log(self) -> bool:
        """Say whether a log lies beside the file; a path that is none is told by opening it."""
        try:
            return self._log.exists()
        except OSError:
            return False

    def _as_it_lies(self) -> tuple[int, int] | None:
        """Return what tells a file from a later one; beside a log SQLite itself sees to it."""
        if self._has_log():
            return None
        found = self._path.stat()
        return found.st_mtime_ns, found.st_size

    def _why(self, fault: Exception) -> str:
        first = getattr(fault, "orig", None) or fault
        name = getattr(first, "sqlite_errorname", "")
        if self._has_log() and name.startswith("SQLITE_CANTOPEN"):
            return (
                f"{self._log.name} lies beside it, as whoever was killed leaves it, and to read "
                "both takes a folder that can be written. Copy both into one."
            )
        return str(first)

    async def write(self, work: Work[T], urgency: Urgency = Urgency.DELIVERY) -> T:  # noqa: ARG002 - refused
        """Refuse.

        Raises:
            DatabaseAway: it is only looked at.
        """
        raise DatabaseAway("it was opened to be looked at, and not to be written")

    def changed_elsewhere(self) -> bool:
        """See the base class."""
        return True

    async def close(self) -> None:
        """See the base class."""
        self._engine.dispose()
