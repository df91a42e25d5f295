"""Which database a URL names, and whether somebody serves it."""

import errno
import fcntl
import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.storage.database import Database, DatabaseAway, Unfit
from bot.storage.postgresql import PATIENCE, PostgresqlDatabase
from bot.storage.sqlite import SqliteDatabase
from bot.storage.sqlite_file import OWNER_ALONE
from bot.storage.sqlite_reading import SqliteForReading

_LAST_PORT = 65_535
_SQLITE = b"SQLite format 3\0"
"""How a file of SQLite begins; an empty one becomes one."""


def connect(url: str, *, patient: bool = False, only_reading: bool = False) -> Database:
    """Return the database that a URL names; nothing is opened yet.

    A `patient` one waits for a statement as long as it takes, and longer for a connection: for
    work that nobody waits for.
    Where `only_reading` is meant, the database itself sees to it.
    `sqlite+aiosqlite:///file` (the documented spelling) and `sqlite:///file` are embedded,
    `postgresql+asyncpg://…` is a server.

    Raises:
        ValueError: another kind of URL.
    """
    parsed = read_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "")
        return SqliteForReading(path) if only_reading else SqliteDatabase(path)
    return PostgresqlDatabase(
        parsed.set(drivername="postgresql+asyncpg"),
        patience=None if patient else PATIENCE,
        only_reading=only_reading,
    )


def database_file(url: str) -> Path | None:
    """Return the file of an embedded database, None for a server.

    Raises:
        ValueError: another kind of URL.
    """
    parsed = read_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def read_url(url: str) -> URL:
    """Return the parts of a URL; what is wrong with it is told without its password.

    Raises:
        ValueError: it names no database that Muster can use.
    """
    try:
        parsed = make_url(url)
        (parsed.host or "").encode("idna")  # what no name server could be asked for
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or not 0 <= (parsed.port or 0) <= _LAST_PORT:
        raise ValueError(
            "DATABASE_URL cannot be read; it needs sqlite+aiosqlite:///file or "
            "postgresql+asyncpg://user:password@host:port/database, with %40 for an @ and %2F for "
            "a / within the password"
        )
    match parsed.get_backend_name():
        case "sqlite" if not parsed.database or parsed.database == ":memory:":
            raise ValueError(
                "DATABASE_URL names no file; an incident's record cannot be kept there"
            )
        case "sqlite" if not _takes_place(f"{parsed.database}-journal"):
            raise ValueError("DATABASE_URL names a file whose path is longer than the system takes")
        case "postgresql" if "sslmode" in parsed.query:
            raise ValueError("DATABASE_URL says sslmode=…; this driver calls it ssl=…")
        case "postgresql" if find_spec("asyncpg") is None:
            raise ValueError(
                "DATABASE_URL names PostgreSQL, whose driver is not installed: run pip install "
                "asyncpg in the environment of Muster"
            )
        case "sqlite" | "postgresql":
            return parsed
        case _:
            raise ValueError(
                "DATABASE_URL names no database that Muster knows; it needs sqlite+aiosqlite:///… "
                "or postgresql+asyncpg://…"
            )


def _takes_place(path: str) -> bool:
    """Say whether the system takes a path of that length."""
    try:
        os.lstat(path)
    except OSError as fault:
        return fault.errno != errno.ENAMETOOLONG
    return True


def _begins_as_one(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_SQLITE)) in {b"", _SQLITE}
    except FileNotFoundError:
        return True


_NO_WAITING = (PermissionError, IsADirectoryError, NotADirectoryError)
"""Faults that waiting does not mend; a disk that is gone, full or read-only may soon be back."""


class Served(Unfit):
    """This process cannot have the database for itself; the sentence says why and what to do."""


def served(path: Path) -> bool | None:
    """Say whether a process serves this database; None where it cannot be told.

    The lock is taken as a shared one and released at once, so that nobody is kept out for long.
    """
    try:
        with _beside(path).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


_SERVED = (
    b"The record beside this was served. As long as this lies here, no other is begun for it.\n"
)


def remember(lock: IO[str]) -> None:
    """Note in the held lock that there is a record, so that a start without its file knows it."""
    with suppress(OSError):  # where the disk is full, other things are told
        os.pwrite(lock.fileno(), _SERVED, 0)


def lost(path: Path, *, empty: bool = False) -> str:
    """Say what to do where a record was served and its file is gone; empty where all is well.

    One that is `empty`, as whoever reads its schema finds it, was only opened and never filled.
    Ask before it is opened as well: SQLite removes what lies beside a file without a byte.
    """
    if not _size(_beside(path)) or (_size(path) and not empty):
        return ""
    return (
        f"the record of {path} is gone; stop Muster, put the file back with what lay beside it "
        "(or restore a backup), start it again; to begin a new record instead, remove "
        f"{_beside(path)} while it is stopped"
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def no_folder(path: Path) -> str:
    """Say what to do where the folder for a new file is missing."""
    folder = path.resolve().parent
    return f"the folder {folder} does not exist; make it, or name another file with DATABASE_URL"


def only_process(path: Path) -> IO[str]:
    """Hold the lock file of the only process that serves this database.

    Raises:
        Served: another one does, or the file is none of ours.
        DatabaseAway: it cannot be written at present.
    """
    beside = _beside(path)
    try:
        if not beside.exists() and not _begins_as_one(path):
            raise Served(f"DATABASE_URL names {path}, which is no database of Muster.")
        lock = os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY, OWNER_ALONE), "w")
    except FileNotFoundError as fault:  # a disk that is not mounted yet looks no different
        raise DatabaseAway(no_folder(path)) from fault
    except OSError as fault:
        told = f"DATABASE_URL names {path}, which cannot be written: {fault.strerror}."
        raise (Served if isinstance(fault, _NO_WAITING) else DatabaseAway)(told) from fault
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        lock.close()
        raise Served(
            f"Another Muster serves {path} already. Stop it first; for several replicas, use "
            "PostgreSQL."
        ) from fault
    return lock
