"""The form of a backup: lines of JSON that any database can be filled from.

    {"muster": "backup", "form": 1, "schema": "0001", …}    what this is
    {"table": "events", "columns": [["position", "integer"], …]}
    [1, "T0…", …]                                            its rows, in any order
    …                                                        the other tables
    {"tables": {"events": {"rows": 1, "digest": "…"}, …}, "digest": "…"}

A table's digest is the sum of its rows' SHA-256, so that the order in which a database returns them
does not matter. The last digest is over every line before it, in order.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

FORM = 1
"""Moves when an older version could not read what this one writes."""

Kind = Literal["text", "integer", "boolean", "bytes"]
"""What a column holds, as far as all databases agree on it."""

_MODULUS = 1 << 256


class BackupFault(Exception):
    """A backup cannot be written or read; the sentence says why and what to do."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or type(self).__doc__ or "")


class NoBackup(BackupFault):
    """This is no backup of Muster."""


class Damaged(BackupFault):
    """It is not as it was written: it is damaged. Use another backup."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a backup says of itself."""

    form: int = FORM
    schema: str
    taken_at: str
    version: str

    @property
    def line(self) -> str:
        """The header as its line."""
        said = {"muster": "backup", "form": self.form, "schema": self.schema}
        return _dumps({**said, "taken_at": self.taken_at, "version": self.version})


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table."""

    name: str
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table whose rows follow."""

    name: str
    columns: tuple[Column, ...]

    @property
    def line(self) -> str:
        """The table's name and columns as their line."""
        columns = [[column.name, column.kind] for column in self.columns]
        return _dumps({"table": self.name, "columns": columns})

    def line_of(self, row: Sequence[Any]) -> str:
        """Return a row as its line."""
        values = [_plain(value, c.kind) for value, c in zip(row, self.columns, strict=True)]
        return _dumps(values)

    def row(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return a row that was read, by column.

        Raises:
            Damaged: it does not fit the columns.
        """
        if len(values) != len(self.columns):
            raise Damaged(self.name)
        return {
            c.name: _value(value, c.kind) for value, c in zip(values, self.columns, strict=True)
        }


@dataclass
class Sum:
    """The rows of a table counted, and their digest, whatever their order."""

    rows: int = 0
    total: int = 0

    def add(self, line: str) -> None:
        """Count a row."""
        self.rows += 1
        digest = hashlib.sha256(line.encode()).digest()
        self.total = (self.total + int.from_bytes(digest, "big")) % _MODULUS

    @property
    def digest(self) -> str:
        """The digest as text."""
        return f"{self.total:064x}"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a whole backup holds: the sum of each table, and the digest over every line."""

    tables: Mapping[str, Sum]
    digest: str

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(each.rows for each in self.tables.values())

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return self.tables[table].rows if table in self.tables else 0

    @property
    def line(self) -> str:
        """The manifest as its line."""
        tables = {
            name: {"rows": total.rows, "digest": total.digest}
            for name, total in self.tables.items()
        }
        return _dumps({"tables": tables, "digest": self.digest})


Part = Header | Table | list[Any] | Manifest
"""What a line says; a list is a row of the table before it."""


def header_of(raw: bytes) -> Header:
    """Return what the first line says.

    Raises:
        NoBackup: it is none of a backup.
    """
    try:
        said = json.loads(raw)
        if said["muster"] != "backup":
            raise NoBackup
        return Header(
            form=said["form"],
            schema=str(said["schema"]),
            taken_at=str(said["taken_at"]),
            version=str(said["version"]),
        )
    except (ValueError, TypeError, LookupError) as fault:
        raise NoBackup from fault


def part_of(raw: bytes) -> Part:
    """Return what any other line says.

    Raises:
        Damaged: nothing that a backup says.
    """
    try:
        said = json.loads(raw)
        if isinstance(said, list):
            return said
        if "table" in said:
            columns = tuple(Column(name=name, kind=_kind(kind)) for name, kind in said["columns"])
            return Table(name=said["table"], columns=columns)
        sums = {
            name: Sum(rows=each["rows"], total=int(each["digest"], 16))
            for name, each in said["tables"].items()
        }
        return Manifest(tables=sums, digest=said["digest"])
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        raise Damaged from fault


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _kind(said: str) -> Kind:
    if said not in get_args(Kind):
        raise ValueError(said)
    return said  # type: ignore[return-value]  # just looked at


def _plain(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind == "bytes":
        return b64encode(value).decode("ascii")
    return bool(value) if kind == "boolean" else value


def _value(said: Any, kind: Kind) -> Any:
    if said is None or kind != "bytes":
        return said
    try:
        return b64decode(said, validate=True)
    except (ValueError, TypeError) as fault:
        raise Damaged from fault
