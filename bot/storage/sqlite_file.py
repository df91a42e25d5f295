"""The file of an embedded record: made once, and then no other in its place.

A file that is moved or removed while it is open can be written as before, and nobody finds again
what was written. So it is looked at each time whether it still lies where it is looked for.
"""

import os
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from bot.storage.database import driver_of

OWNER_ALONE = 0o600
"""Who may read the record's file; what SQLite lays beside it is like it."""
BUSY_MS = 1_500
"""How long SQLite waits for another process; shorter than the 2.5 s a person is answered within."""
PAGES_KB = 500
"""How much of the file each connection keeps in memory; the system's own cache is behind it, and
more would only make the process grow for its first hour."""


class SqliteFile:
    """One file, from its first opening on: it may go away and come back, and is never replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: tuple[int, int] | None = None

    def engine(self, *, begin: str, busy_ms: int = BUSY_MS) -> Engine:
        """Return an engine that begins its transactions with `begin`, as SQLite needs it."""
        engine = create_engine(
            "sqlite://",
            poolclass=NullPool,
            hide_parameters=True,  # what people wrote belongs into no error
            creator=partial(self._open, busy_ms),
        )

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
                driver_of(connection).execute(begin)  # by SQLAlchemy it costs more than the rest

        return engine

    def look(self) -> None:
        """See that what was opened still lies at its path; before that, anything may.

        Raises:
            sqlite3.OperationalError: it is gone, or another lies there.
        """
        if self._held is not None and self._lies_here() != self._held:
            raise sqlite3.OperationalError(
                f"{self._path} is another file than the one that was opened; put that back, or "
                "restart Muster to use this one"
            )

    def _lies_here(self) -> tuple[int, int]:
        """Return what tells the file from any other; an empty one may have the number of another.

        Raises:
            sqlite3.OperationalError: there is none.
        """
        try:
            found = self._path.stat()
        except OSError as fault:
            raise sqlite3.OperationalError(
                f"the file {self._path} is gone; put it back with what lay beside it"
            ) from fault
        return found.st_dev, found.st_ino if found.st_size else 0

    def _open(self, busy_ms: int) -> sqlite3.Connection:
        """Open the file; only the first time it is made where there is none."""
        self.look()
        if self._held is None:
            with suppress(OSError):  # it is there; or it cannot be made, which SQLite says itself
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ALONE))
        opened = connected(f"{self._path.absolute().as_uri()}?mode=rw", busy_ms)
        try:
            _prepare(opened)
        except sqlite3.Error:
            opened.close()
            raise
        if self._held is None:
            self._held = self._lies_here()
        return opened


def connected(uri: str, busy_ms: int = BUSY_MS) -> sqlite3.Connection:
    """Open a file: any thread may use it, and the driver begins no transaction by itself."""
    return sqlite3.connect(
        uri, uri=True, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False
    )


def _prepare(opened: sqlite3.Connection) -> None:
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=FULL")
    opened.execute("PRAGMA secure_delete=ON")  # what was erased is not left in free pages
    opened.execute(f"PRAGMA cache_size=-{PAGES_KB}")
