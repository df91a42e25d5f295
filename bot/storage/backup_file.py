"""Backups as files: written whole or not at all, read with every line checked.

Digests are computed while the lines pass, so neither writing nor reading holds more than a line.
"""

import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.storage.backup_form import (
    FORM,
    BackupFault,
    Damaged,
    Header,
    Manifest,
    NoBackup,
    Part,
    Sum,
    Table,
    header_of,
    part_of,
)

_LONGEST_LINE = 256 * 1024 * 1024


@dataclass
class Writer:
    """Writes a backup line by line."""

    write: Callable[[bytes], object]
    sums: dict[str, Sum] = field(default_factory=dict)
    _all: Any = field(default_factory=hashlib.sha256)

    def begin(self, header: Header) -> None:
        """Write the header."""
        self._line(header.line)

    def table(self, table: Table, rows: Iterable[Sequence[Any]]) -> None:
        """Write a table with its rows."""
        self._line(table.line)
        total = self.sums[table.name] = Sum()
        for row in rows:
            line = table.line_of(row)
            total.add(line)
            self._line(line)

    def end(self) -> Manifest:
        """Write the manifest, and return it."""
        manifest = Manifest(tables=self.sums, digest=self._all.hexdigest())
        self._line(manifest.line)
        return manifest

    def _line(self, line: str) -> None:
        raw = line.encode() + b"\n"
        self._all.update(raw)
        try:
            self.write(raw)
        except OSError as fault:
            raise BackupFault(_not_written(fault)) from fault


@contextmanager
def new_file(path: Path) -> Iterator[Writer]:
    """Write a backup beside `path` and move it there once it is whole, readable by its owner alone.

    Raises:
        BackupFault: it exists already, or cannot be written; nothing is left behind.
    """
    _is_free(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".partial", dir=path.parent)
    except OSError as fault:
        raise BackupFault(f"{path} cannot be written: {fault.strerror}.") from fault
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
                yield Writer(write=packed.write)
            raw.flush()
            os.fsync(raw.fileno())
        _is_free(path)
        beside.rename(path)
        _sync_folder(path.parent)
    except OSError as fault:
        raise BackupFault(_not_written(fault)) from fault
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _is_free(path: Path) -> None:
    if path.is_dir():
        raise BackupFault(f"{path} is a folder. Name a file in it, as in {path / 'muster.backup'}.")
    if path.exists():
        raise BackupFault(f"{path} exists already, and a backup replaces nothing. Name a new file.")


def _sync_folder(folder: Path) -> None:
    """Sync the folder, so that the file's name survives a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_written(fault: OSError) -> str:
    return f"The backup could not be written: {fault.strerror}. Nothing was left behind."


def read(path: Path) -> Iterator[Part]:
    """Return the parts of a backup in order: what it is, tables each with its rows, the manifest.

    Raises:
        BackupFault: it is no backup, or not as it was written. What was returned before is then
            not to be trusted.
    """
    try:
        yield from _parts(path)
    except NoBackup as fault:
        raise BackupFault(f"{path} is no backup of Muster.") from fault
    except EOFError as fault:
        raise BackupFault(f"{path} is cut off: its end is missing. Use another backup.") from fault
    except (Damaged, zlib.error) as fault:
        raise BackupFault(
            f"{path} is damaged: it is not as it was written. Use another backup."
        ) from fault
    except OSError as fault:
        raise BackupFault(f"{path} cannot be read: {fault.strerror}.") from fault


def examine(path: Path) -> tuple[Header, Manifest]:
    """Read a backup to its end and return what it is and holds.

    Raises:
        BackupFault: it is no backup, or not as it was written.
    """
    header: Header | None = None
    for part in read(path):
        if isinstance(part, Header):
            header = part
        elif isinstance(part, Manifest) and header is not None:
            return header, part
    raise AssertionError  # reading ends with a manifest, or raises


def _parts(path: Path) -> Iterator[Part]:
    lines = _lines(path)
    first = next(lines, b"")
    header = header_of(first)
    if header.form != FORM:
        raise BackupFault(
            f"{path} was made by a newer version of Muster ({header.version}), in a form that this "
            "one does not know. Restore it with that version."
        )
    yield header
    digest, sums, total = hashlib.sha256(first), dict[str, Sum](), None
    for raw in lines:
        part = part_of(raw)
        if isinstance(part, Manifest):
            _agrees(part, Manifest(tables=sums, digest=digest.hexdigest()), lines)
            yield part
            return
        digest.update(raw)
        if isinstance(part, Table):
            total = sums[part.name] = Sum()
        elif total is None:
            raise Damaged
        else:
            total.add(raw.decode().removesuffix("\n"))
        yield part
    raise EOFError


def _agrees(said: Manifest, counted: Manifest, lines: Iterator[bytes]) -> None:
    """The manifest says what was there, and nothing follows it but the file's own checksum."""
    if said != counted or next(lines, None) is not None:
        raise Damaged


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw) as lines:
        try:
            while line := lines.readline(_LONGEST_LINE):
                yield line
        except gzip.BadGzipFile as fault:
            # Before the first line it is something else; behind it, a byte has changed.
            raise (NoBackup if lines.tell() == 0 else Damaged) from fault
