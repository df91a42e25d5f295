"""Filling an empty database from a backup, and what is different after it.

Each of these works inside the one transaction of a restore: one that is interrupted leaves nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_never

from sqlalchemy import (
    Connection,
    MetaData,
    column,
    exists,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)

from bot.storage import schema, settling
from bot.storage import tables as t
from bot.storage.backing_up import AT_ONCE, TYPES, Progress, sum_of, tables_in
from bot.storage.backup_file import read
from bot.storage.backup_form import BackupFault, Header, Manifest, Table

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7006)")
_NEXT_ID = text(
    "SELECT setval(pg_get_serial_sequence(:name, :key), :last) "
    "WHERE pg_get_serial_sequence(:name, :key) IS NOT NULL"
)


class NotEmpty(BackupFault):
    """The database holds something already; a backup is restored into an empty one only."""


def clear(connection: Connection) -> None:
    """Make sure that nothing is there; tables that were made and never used are taken away.

    Raises:
        NotEmpty: something is there.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_AT_A_TIME)
    names = inspect(connection).get_table_names()
    ours = schema.TABLE in names
    for name in names:
        used = connection.execute(select(exists().select_from(table(name)))).scalar_one()
        if not ours or (used and name != schema.TABLE):
            raise NotEmpty(
                f"The database is not empty: its table {name} is in use. A backup is restored into "
                "an empty database only: make a new one and name it in DATABASE_URL."
            )
    found = MetaData()
    found.reflect(connection)
    found.drop_all(connection)


def fill(connection: Connection, path: Path, progress: Progress) -> tuple[Header, Manifest]:
    """Make the schema of the backup, put its rows in, and see that they are what it says.

    Raises:
        BackupFault: it is no backup, is damaged, or is of a newer version.
    """
    header: Header | None = None
    filled: list[Table] = []
    done = 0
    for part in _in_batches(path):
        match part:
            case Header():
                header = part
                _make(connection, path, header)
            case Table():
                _has_table(connection, path, part)
                filled.append(part)
            case list():
                _insert(connection, filled[-1], part)
                done += len(part)
                progress(filled[-1].name, done)
            case Manifest():
                _agrees(connection, filled, part)
                if header is not None:
                    return header, part
            case _:
                assert_never(part)
    raise AssertionError  # reading ends with a manifest, or raises


def _in_batches(path: Path) -> Iterator[Header | Table | list[list[Any]] | Manifest]:
    """Return the parts of a backup, some rows of a table together."""
    rows: list[list[Any]] = []
    for part in read(path):
        if isinstance(part, list):
            rows.append(part)
        if rows and (len(rows) == AT_ONCE or not isinstance(part, list)):
            yield rows
            rows = []
        if not isinstance(part, list):
            yield part


def _make(connection: Connection, path: Path, header: Header) -> None:
    if not schema.is_known(header.schema):
        raise BackupFault(
            f"{path} was made by a newer version of Muster ({header.version}): it has schema "
            f"{header.schema}, and this version knows schemas up to {schema.HEAD}. Restore it with "
            "that version."
        )
    schema.upgrade(connection, header.schema)


def _has_table(connection: Connection, path: Path, wanted: Table) -> None:
    there = {one.name: set(one.columns) for one in tables_in(connection)}
    if there.get(wanted.name) != set(wanted.columns):
        raise BackupFault(
            f"{path} has a table {wanted.name} that its schema has not, or not so. It was made by "
            "another version or changed by hand; use another backup."
        )


def _insert(connection: Connection, into: Table, rows: list[list[Any]]) -> None:
    columns = (column(each.name, TYPES[each.kind]) for each in into.columns)
    values = [into.row(row) for row in rows]
    connection.execute(insert(table(into.name, *columns)), values)


def _agrees(connection: Connection, filled: list[Table], manifest: Manifest) -> None:
    """What the database returns is what the backup says, byte for byte."""
    for one in filled:
        if sum_of(connection, one) != manifest.tables[one.name]:
            raise BackupFault(
                f"The database does not return what was put into its table {one.name}; nothing was "
                "restored. Look after the database and its disk first."
            )


# ── What is different in a restored database ────────────────────────────────────────────────────


def go_on_numbering(connection: Connection) -> None:
    """Move PostgreSQL's sequences past the row ids that came with the backup.

    A backup of an older version does not have all of today's tables.
    """
    if connection.dialect.name != "postgresql":
        return
    there = set(inspect(connection).get_table_names())
    for one in t.metadata.sorted_tables:
        key = one.autoincrement_column
        if key is None or one.name not in there:
            continue
        last = connection.execute(select(func.max(key))).scalar_one()
        if last is not None:
            connection.execute(_NEXT_ID, {"name": one.name, "key": key.name, "last": last})


def doubt(connection: Connection) -> int:
    """Put all that is owed in doubt, so that it is looked up before it is carried; return how much.

    The bot went on after the backup was taken: any of it may have been carried since, and no
    earlier than it was owed.
    """
    settling.void_leases(connection)
    changed = connection.execute(
        update(t.outbox)
        .where(t.outbox.c.state == "open")
        .values(
            maybe_sent=True,
            first_attempt_at=func.coalesce(t.outbox.c.first_attempt_at, t.outbox.c.owed_at),
        )
    )
    return int(changed.rowcount)


def number_from(connection: Connection, number: int) -> None:
    """Leave out the incident numbers below this one: they were given out after the backup.

    Raises:
        BackupFault: the backup holds incidents of these numbers.
    """
    first = connection.execute(select(func.max(t.workspaces.c.next_number))).scalar_one() or 1
    if number and number < first:
        raise BackupFault(
            f"The backup holds numbers up to INC-{first - 1}: --next must be INC-{first} or "
            "higher. Nothing was restored."
        )
    low = t.workspaces.c.next_number < number
    connection.execute(update(t.workspaces).where(low).values(next_number=number))


def count_timers(connection: Connection) -> int:
    """How many timers go on?"""
    return int(connection.execute(select(func.count()).select_from(t.job)).scalar_one())
