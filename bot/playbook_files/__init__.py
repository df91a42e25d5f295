"""playbooks/*.yaml → playbooks of the domain; every problem says file, line, column and a way out.

load_folder   reads a library: what is sound, and all that is wrong with the rest
load_text     reads one file's text
editor_schema the JSON Schema that editors complete and check by
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.playbook import Playbook
from bot.domain.playbook.plain import from_plain
from bot.playbook_files.completing import complete
from bot.playbook_files.marked import Found, Keys, Node, Place, plain, read
from bot.playbook_files.schema import editor_schema
from bot.playbook_files.second_pass import second_pass
from bot.playbook_files.shapes import Names, adapter, found
from bot.playbook_files.wording import in_words, place_of

__all__ = ["Library", "Names", "Problem", "editor_schema", "load_folder", "load_text"]

LARGEST = 512 * 1024
"""Bytes of a file that are read; a longer one is refused."""

MOST_PROBLEMS = 100
"""Problems of one file that are told at once; a file with more is not a playbook yet."""

ENDINGS = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something wrong with a file, for the person who wrote it."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.message}"


@dataclass(frozen=True, kw_only=True)
class Library:
    """The sound playbooks by id, in the order of their files, and the problems of the others."""

    playbooks: Mapping[str, Playbook]
    problems: tuple[Problem, ...]


def load_folder(
    path: Path,
    *,
    roles: frozenset[str],
    severities: frozenset[str],
    statuses: frozenset[str],
    categories: frozenset[str],
    services: frozenset[str],
) -> Library:
    """Read every playbook of a folder; a file that cannot be read is a problem, never an error.

    The names are what the process knows, and playbooks may mention; an organisation that lists no
    services knows any.
    """
    names: Names = {
        "role": roles,
        "severity": severities,
        "status": statuses,
        "category": categories,
        "service": services,
    }
    playbooks: dict[str, Playbook] = {}
    problems: list[Problem] = []
    files: dict[str, str] = {}
    try:
        listed = sorted(entry for entry in path.iterdir() if _is_playbook(entry))
    except OSError as error:
        problem = Problem(file=_shown(path), line=1, column=1, message=_unreadable(error))
        return Library(playbooks={}, problems=(problem,))
    for file in listed:
        playbook, wrong, place = _load_file(file, names)
        problems.extend(wrong)
        if playbook is None:
            continue
        if playbook.id in playbooks:
            message = f"id '{playbook.id}' is already used by {files[playbook.id]}"
            problems.append(_problem(_shown(file), (place, message)))
            continue
        playbooks[playbook.id] = playbook
        files[playbook.id] = file.name
    return Library(playbooks=playbooks, problems=tuple(problems))


def load_text(text: str, *, file: str, names: Names) -> tuple[Playbook | None, list[Problem]]:
    """Return the playbook of a file's text, or None and all that is wrong with it."""
    playbook, problems, _ = _load(text, file, names)
    return playbook, problems


def _is_playbook(entry: Path) -> bool:
    return entry.suffix.casefold() in ENDINGS and not entry.name.startswith(".")


def _shown(path: Path) -> str:
    """Return the path as text that can be printed, whatever bytes its name is made of."""
    return str(path).encode("utf-8", "replace").decode()


def _unreadable(error: OSError) -> str:
    return f"cannot be read: {error.strerror or type(error).__name__}"


def _problem(file: str, problem: Found) -> Problem:
    place, message = problem
    one_line = " ".join(message.split())
    return Problem(file=file, line=place.line, column=place.column, message=one_line)


def _load_file(file: Path, names: Names) -> tuple[Playbook | None, list[Problem], Place]:
    start = Place(1, 1)
    try:
        content = _content(file)
    except OSError as error:
        return None, [_problem(_shown(file), (start, _unreadable(error)))], start
    if len(content) > LARGEST:
        message = f"too large: at most {LARGEST // 1024} KiB are read"
        return None, [_problem(_shown(file), (start, message))], start
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = "this file is not UTF-8; save it in that encoding"
        return None, [_problem(_shown(file), (Place(line, column), message))], start
    return _load(text, _shown(file), names)


def _content(file: Path) -> bytes:
    """Return the beginning of a regular file: a pipe would never end.

    Raises:
        OSError: it cannot be read.
    """
    if file.exists() and not file.is_file():
        raise OSError(0, "not a regular file")
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _load(text: str, file: str, names: Names) -> tuple[Playbook | None, list[Problem], Place]:
    root, problems = read(text)
    playbook = None
    if root is None:
        problems = problems or [(Place(1, 1), "the file is empty; it needs a name and steps")]
    elif not isinstance(root, Keys):
        message = f"expected keys such as 'name' and 'steps', found {found(plain(root))}"
        problems = problems or [(root.place, message)]
    else:
        data = complete(_plain_keys(root), Path(file).stem)
        problems = [*problems, *_check(root, data, names)]
        playbook = None if problems else from_plain(data)
    place = place_of(root, ("id",)) if root is not None else Place(1, 1)
    return playbook, [_problem(file, one) for one in _once_per_place(problems)], place


def _plain_keys(root: Keys) -> dict[str, object]:
    return {key: plain(value) for key, value in root.values.items()}


def _check(root: Node, data: Mapping[str, Any], names: Names) -> list[Found]:
    problems: list[Found] = []
    try:
        adapter().validate_python(data, context=names)
    except ValidationError as error:
        first = in_words(error.errors(include_url=False), root, data)
        problems.extend(islice(first, MOST_PROBLEMS))
    problems.extend(islice(second_pass(root, data), MOST_PROBLEMS))
    return problems


def _once_per_place(problems: list[Found]) -> list[Found]:
    """Return the problems in the order of the file; the first at a place explains the others."""
    first: dict[Place, Found] = {}
    for problem in problems:
        first.setdefault(problem[0], problem)
    return [first[place] for place in sorted(first)[:MOST_PROBLEMS]]
