"""Statements that are built once: building one costs SQLAlchemy more than SQLite running it."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Table, insert, select, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import NullType

_ONE_MOMENT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def one_moment(connection: Connection) -> None:
    """Have all that follows read the database as it is now; nothing was asked before."""
    if connection.dialect.name == "postgresql":  # SQLite does so in any case
        connection.execute(_ONE_MOMENT)


ForDriver = tuple[str, tuple[tuple[str, Any], ...]]
"""A statement as the driver takes it, and for each of its values what makes it the driver's."""


def insert_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows the driver's way.

    SQLAlchemy's own way with the statement and the values of each row costs more than storing them.
    """
    statement, values = _inserting(connection.dialect, table, tuple(rows[0]))
    connection.exec_driver_sql(
        statement,
        [tuple(make(row[name]) if make else row[name] for name, make in values) for row in rows],
    )


@cache
def _inserting(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> ForDriver:
    statement = insert(table).inline()  # what the database makes of it is not asked back
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    values = tuple(
        (name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        for name in compiled.positiontup or ()
    )
    return str(compiled), values


def upsert_into(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return the insert that knows `ON CONFLICT`; both databases spell it alike."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def replace_rows(
    connection: Connection, table: Table, key: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    """Insert rows, or give those whose key is there already their new values."""
    if rows:
        columns = tuple(rows[0])
        connection.execute(_replacing(connection.dialect.name, table, key, columns), rows)


def add_missing(
    connection: Connection, table: Table, key: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    """Insert rows whose key is not there yet, and leave the others as they are."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table, key), rows)


@cache
def _replacing(
    dialect: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...]
) -> Insert:
    statement = upsert_into(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=changed)


@cache
def _adding(dialect: str, table: Table, key: tuple[str, ...]) -> Insert:
    return upsert_into(dialect, table).on_conflict_do_nothing(index_elements=list(key))


def raw(table: Table, *names: str) -> Select[*tuple[Any, ...]]:
    """Return the query for some columns as the database has them, whatever stands in them."""
    return select(*(type_coerce(table.c[name], NullType()).label(name) for name in names))
