"""Which database a URL names, and whether somebody serves it."""

import fcntl
from pathlib import Path
from typing import IO

from sqlalchemy.engine import make_url

from bot.storage.database import Database
from bot.storage.embedded import EmbeddedDatabase
from bot.storage.server import PATIENCE, ServerDatabase


def connect(url: str, *, patient: bool = False) -> Database:
    """Return the database that a URL names; nothing is opened yet.

    A `patient` one waits for a statement as long as it takes: for work that nobody waits for.
    `sqlite+aiosqlite:///file` (the documented spelling) and `sqlite:///file` are embedded,
    `postgresql+asyncpg://…` is a server.

    Raises:
        ValueError: another kind of URL.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError(
                "DATABASE_URL names no file; an incident's record cannot be kept there"
            )
        return EmbeddedDatabase(Path(parsed.database))
    if parsed.get_backend_name() == "postgresql":
        return ServerDatabase(
            parsed.set(drivername="postgresql+asyncpg"), patience=None if patient else PATIENCE
        )
    raise ValueError(
        f"DATABASE_URL says {parsed.drivername}; Muster keeps its record in "
        "sqlite+aiosqlite:///… or postgresql+asyncpg://…"
    )


def database_file(url: str) -> Path | None:
    """Return the file of an embedded database, None for a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


class Served(Exception):
    """This process cannot have the database for itself; the sentence says why and what to do."""


def only_process(path: Path) -> IO[str]:
    """Hold the file that says: this is the only process that serves this database.

    Raises:
        Served: another one does, or the file cannot be written.
    """
    try:
        lock = path.with_name(path.name + ".lock").open("w")
    except OSError as fault:
        raise Served(
            f"DATABASE_URL names {path}, which cannot be written: {fault.strerror}."
        ) from fault
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        lock.close()
        raise Served(
            f"Another Muster serves {path} already. Stop it first; for several replicas, use "
            "PostgreSQL."
        ) from fault
    return lock
