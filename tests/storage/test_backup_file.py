"""A backup as a file: whole or not there, and never read as something that it is not."""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.backup_file import examine, new_file, read
from bot.storage.backup_form import BackupFault, Column, Header, Manifest, Sum, Table

HEADER = Header(schema="0001", taken_at="2026-03-04T10:00:00+00:00", version="1")
EVENTS = Table(
    name="events",
    columns=(
        Column(name="position", kind="integer"),
        Column(name="body", kind="bytes"),
        Column(name="text", kind="text"),
        Column(name="gone", kind="boolean"),
    ),
)
A_ROW = (1, b"\x00\xff", "“Größe”\n[]{}\u2028", True)

rows = st.lists(
    st.tuples(
        st.integers(min_value=-(2**63), max_value=2**63 - 1),
        st.none() | st.binary(max_size=20),
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.none() | st.booleans(),
    ),
    max_size=8,
)


def write(path: Path, some: Iterable[tuple[Any, ...]]) -> Manifest:
    with new_file(path) as writer:
        writer.begin(HEADER)
        writer.table(EVENTS, some)
        return writer.end()


def refused(path: Path) -> str:
    with pytest.raises(BackupFault) as fault:
        examine(path)
    assert str(path) in str(fault.value)
    return str(fault.value)


@given(rows)
def test_what_is_written_is_read(some: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.backup")
        manifest = write(path, some)
        header, table, *found, last = read(path)
    assert (header, table, last) == (HEADER, EVENTS, manifest)
    assert manifest.tables["events"].rows == len(some)
    read_back = [tuple(EVENTS.row(row).values()) for row in found if isinstance(row, list)]
    assert read_back == some


@given(rows, st.randoms())
def test_the_digest_of_a_table_does_not_mind_the_order(
    some: list[tuple[Any, ...]], random: Any
) -> None:
    first, second = Sum(), Sum()
    for row in some:
        first.add(EVENTS.line_of(row))
    for row in random.sample(some, len(some)):
        second.add(EVENTS.line_of(row))
    assert first == second


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_changes_what_is_read(at: int, by: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.backup")
        manifest = write(path, [A_ROW] * 3)
        raw = bytearray(path.read_bytes())
        raw[at % len(raw)] ^= by
        path.write_bytes(raw)
        with suppress(BackupFault):  # unless it says nothing, like the time in gzip's own header
            assert examine(path) == (HEADER, manifest)


@given(st.integers(min_value=0))
def test_no_part_of_a_backup_is_taken_for_the_whole(length: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.backup")
        write(path, [A_ROW] * 3)
        raw = path.read_bytes()
        path.write_bytes(raw[: length % len(raw)])
        told = refused(path)
    assert "cut off" in told or "is no backup" in told


def test_a_row_changed_and_packed_anew_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    write(path, [A_ROW])
    bent = gzip.decompress(path.read_bytes()).replace("Größe".encode(), "Grösse".encode())
    path.write_bytes(gzip.compress(bent))
    assert "is damaged" in refused(path)


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_line_left_out_is_found(tmp_path: Path, line: int) -> None:
    path = tmp_path / "a.backup"
    write(path, [A_ROW])
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:line] + lines[line + 1 :])))
    assert refused(path)


def test_what_stands_behind_the_end_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    write(path, [A_ROW])
    path.write_bytes(path.read_bytes() + gzip.compress(b"[1]\n"))
    assert "is damaged" in refused(path)


@pytest.mark.parametrize(
    "lines", ["", "hello\n", "[]\n", '{"muster": "export"}\n', '{"muster": "backup", "form": 1}\n']
)
def test_another_compressed_file_is_no_backup(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "a.backup"
    path.write_bytes(gzip.compress(lines.encode()))
    assert "is no backup of Muster" in refused(path)


@pytest.mark.parametrize("content", ["", "SQLite format 3\0", "hello"])
def test_another_file_is_no_backup(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.backup"
    path.write_text(content)
    assert "is no backup of Muster" in refused(path)


def test_a_backup_of_a_newer_form_is_left_to_that_version(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    said = {"muster": "backup", "form": 2, "schema": "0009", "taken_at": "", "version": "9.1"}
    path.write_bytes(gzip.compress(json.dumps(said).encode() + b"\n"))
    assert "newer version of Muster (9.1)" in refused(path)


def test_a_file_that_is_not_there_or_a_folder_cannot_be_read(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "nowhere")
    assert "Is a directory" in refused(tmp_path)


def test_bytes_that_are_none_are_damage() -> None:
    assert EVENTS.row([1, b64encode(b"x").decode(), "", None])["body"] == b"x"
    for nonsense in ("§", 7, "abc"):
        with pytest.raises(BackupFault):
            EVENTS.row([1, nonsense, "", None])
    with pytest.raises(BackupFault):
        EVENTS.row([1])


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    write(path, [A_ROW])
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    path.write_text("dear")
    with pytest.raises(BackupFault, match="exists already"):
        write(path, [])
    with pytest.raises(BackupFault, match="is a folder"):
        write(tmp_path, [])
    with pytest.raises(BackupFault, match="No such file"):
        write(tmp_path / "nowhere" / "a.backup", [])
    assert path.read_text() == "dear"


def test_nothing_is_written_over_that_appears_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"

    def meanwhile() -> Iterator[tuple[Any, ...]]:
        path.write_text("dear")
        yield A_ROW

    with pytest.raises(BackupFault, match="exists already"):
        write(path, meanwhile())
    assert path.read_text() == "dear"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write(tmp_path / "a.backup", ((1 // 0, None, None, None) for _ in "x"))
    assert list(tmp_path.iterdir()) == []
