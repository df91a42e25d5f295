"""A file of the disk → its text; and what is wrong with a file, for the person who wrote it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.yaml_files.marked import Found, Position

LARGEST = 512 * 1024
"""Bytes of a file that are read; a longer one is refused."""

MOST_PROBLEMS = 100
"""Problems of one file that are told at once; a file with more is far from ready."""

START = Position(1, 1)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something wrong with a file, for the person who wrote it."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.message}"


def problem_of(file: str, found: Found) -> Problem:
    """Return what was found as a problem of a file, on one line."""
    place, message = found
    one_line = " ".join(message.split())
    return Problem(file=file, line=place.line, column=place.column, message=one_line)


def shown(path: Path) -> str:
    """Return the path as text that can be printed, whatever bytes its name is made of."""
    return str(path).encode("utf-8", "replace").decode()


def unreadable(error: OSError) -> str:
    """Say that a file or folder cannot be read."""
    return f"cannot be read: {error.strerror or type(error).__name__}"


def text_of(path: Path) -> str | Found:
    """Return the text of a file, or why there is none."""
    try:
        content = _content(path)
    except OSError as error:
        return START, unreadable(error)
    if len(content) > LARGEST:
        return START, f"too large: at most {LARGEST // 1024} KiB are read"
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        return Position(line, column), "this file is not UTF-8; save it in that encoding"


def _content(file: Path) -> bytes:
    """Return the beginning of a regular file: a pipe would never end.

    Raises:
        OSError: it cannot be read.
    """
    if file.exists() and not file.is_file():
        raise OSError(0, "not a regular file")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def once_per_place(found: Iterable[Found]) -> list[Found]:
    """Return the problems in the order of the file; the first at a place explains the others."""
    first: dict[Position, Found] = {}
    for one in found:
        first.setdefault(one[0], one)
    return [first[place] for place in sorted(first)[:MOST_PROBLEMS]]
