"""Taking a backup: every table, as it is at one moment, while the bot goes on."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Text,
    column,
    inspect,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from bot.storage import schema
from bot.storage.backup_file import Writer
from bot.storage.backup_form import BackupFault, Column, Header, Kind, Manifest, Sum, Table
from bot.storage.statements import one_moment

AT_ONCE = 500
"""How many rows are held in memory."""

TYPES: dict[Kind, TypeEngine[Any]] = {
    "text": Text(),
    "integer": BigInteger(),
    "boolean": Boolean(),
    "bytes": LargeBinary(),
}

Progress = Callable[[str, int], None]
"""Is told of a table and how many of its rows have passed."""


def no_progress(_table: str, _rows: int) -> None:
    """Tell nobody."""


def take(
    connection: Connection,
    writer: Writer,
    *,
    taken_at: str,
    version: str,
    progress: Progress = no_progress,
) -> Manifest:
    """Write all that a database holds; the transaction must be a fresh one.

    Raises:
        BackupFault: it cannot be written, or there is nothing to be saved.
    """
    one_moment(connection)
    revision = schema.revision_of(connection)
    if revision is None:
        raise BackupFault("The database is empty: there is nothing to be saved.")
    writer.begin(Header(schema=revision, taken_at=taken_at, version=version))
    for one in tables_in(connection):
        writer.table(one, _counted(rows_of(connection, one), one.name, progress))
    return writer.end()


def tables_in(connection: Connection) -> list[Table]:
    """Return the tables that a database has, whatever its schema, except Alembic's."""
    inspector = inspect(connection)
    return [
        Table(
            name=name,
            columns=tuple(
                Column(name=str(each["name"]), kind=_kind(each["type"], f"{name}.{each['name']}"))
                for each in inspector.get_columns(name)
            ),
        )
        for name in sorted(inspector.get_table_names())
        if name != schema.TABLE
    ]


def rows_of(connection: Connection, one: Table) -> Iterator[Sequence[Any]]:
    """Return the rows of a table in any order, a few at a time."""
    columns: list[ColumnElement[Any]] = [column(each.name) for each in one.columns]
    query = select(*columns).select_from(table(one.name))
    if connection.dialect.name == "postgresql":
        yield from _fetched(connection, str(query.compile(dialect=connection.dialect)), one.name)
        return
    found = connection.execute(query.execution_options(yield_per=AT_ONCE))
    for some in found.partitions():
        yield from some


def _fetched(connection: Connection, query: str, name: str) -> Iterator[Sequence[Any]]:
    """Read through a cursor that is closed at the end.

    The driver's own stays open until the transaction ends, and blocks the migration of the table.
    """
    cursor = f'"rows of {name}"'
    connection.exec_driver_sql(f"DECLARE {cursor} NO SCROLL CURSOR FOR {query}")
    while some := connection.exec_driver_sql(f"FETCH FORWARD {AT_ONCE} FROM {cursor}").all():
        yield from some
    connection.exec_driver_sql(f"CLOSE {cursor}")


def sum_of(connection: Connection, one: Table) -> Sum:
    """Return what a table holds, counted."""
    total = Sum()
    for row in rows_of(connection, one):
        total.add(one.line_of(row))
    return total


def _counted(
    rows: Iterator[Sequence[Any]], name: str, progress: Progress
) -> Iterator[Sequence[Any]]:
    done = 0
    for row in rows:
        yield row
        done += 1
        if done % AT_ONCE == 0:
            progress(name, done)
    progress(name, done)


def _kind(type_: TypeEngine[Any], where: str) -> Kind:
    match type_:
        case Boolean():
            return "boolean"
        case Integer():
            return "integer"
        case Text():
            return "text"
        case LargeBinary():
            return "bytes"
        case _:
            raise BackupFault(f"{where} is of a type that a backup cannot hold: {type_}.")
