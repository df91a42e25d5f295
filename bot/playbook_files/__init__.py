"""playbooks/*.yaml → playbooks of the domain; every problem says file, line, column and a way out.

load_folder   reads a library: what is sound, and all that is wrong with the rest
load_files    reads just these files
load_text     reads one file's text
editor_schema the JSON Schema that editors complete and check by
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.domain.playbook import Playbook
from bot.domain.playbook.plain import from_plain
from bot.domain.process import Process
from bot.domain.steps import LATER_TYPES
from bot.playbook_files.completing import complete
from bot.playbook_files.schema import editor_schema
from bot.playbook_files.second_pass import second_pass
from bot.playbook_files.shapes import adapter
from bot.yaml_files.files import (
    MOST_PROBLEMS,
    START,
    Problem,
    once_per_place,
    problem_of,
    shown,
    text_of,
    unreadable,
)
from bot.yaml_files.marked import Found, Keys, Node, Position, plain, read
from bot.yaml_files.shapes import Names, found
from bot.yaml_files.wording import Form, in_words, place_of

__all__ = [
    "Library",
    "Names",
    "Problem",
    "editor_schema",
    "load_files",
    "load_folder",
    "load_text",
]

ENDINGS = frozenset({".yaml", ".yml"})
FORM = Form(top=Playbook, later_types=LATER_TYPES, empty="a playbook needs at least one step")


@dataclass(frozen=True, kw_only=True)
class Library:
    """The sound playbooks by id, in the order of their files, and the problems of the others."""

    playbooks: Mapping[str, Playbook]
    problems: tuple[Problem, ...]


def load_folder(path: Path, process: Process) -> Library:
    """Read every playbook of a folder; they may mention what the process names."""
    try:
        listed = sorted(entry for entry in path.iterdir() if _is_playbook(entry))
    except OSError as error:
        problem = problem_of(shown(path), (START, unreadable(error)))
        return Library(playbooks={}, problems=(problem,))
    return load_files(listed, process)


def load_files(listed: Iterable[Path], process: Process) -> Library:
    """Read these playbooks; a file that cannot be read is a problem, never an error."""
    names = _known_to(process)
    playbooks: dict[str, Playbook] = {}
    problems: list[Problem] = []
    files: dict[str, str] = {}
    for file in listed:
        playbook, wrong, place = _load_file(file, names)
        problems.extend(wrong)
        if playbook is None:
            continue
        if playbook.id in playbooks:
            message = f"id '{playbook.id}' is already used by {files[playbook.id]}"
            problems.append(problem_of(shown(file), (place, message)))
            continue
        playbooks[playbook.id] = playbook
        files[playbook.id] = file.name
    return Library(playbooks=playbooks, problems=tuple(problems))


def _known_to(process: Process) -> Names:
    """Return what playbooks may mention; who lists no services knows any."""
    return {
        "role": frozenset(role.key for role in process.roles),
        "severity": frozenset(level.key for level in process.severities),
        "status": frozenset(status.key for status in process.statuses),
        "category": frozenset(process.categories),
        "service": frozenset(process.services),
    }


def load_text(text: str, *, file: str, names: Names) -> tuple[Playbook | None, list[Problem]]:
    """Return the playbook of a file's text, or None and all that is wrong with it."""
    playbook, problems, _ = _load(text, file, names)
    return playbook, problems


def _is_playbook(entry: Path) -> bool:
    return entry.suffix.casefold() in ENDINGS and not entry.name.startswith(".")


def _load_file(file: Path, names: Names) -> tuple[Playbook | None, list[Problem], Position]:
    text = text_of(file)
    if isinstance(text, str):
        return _load(text, shown(file), names)
    return None, [problem_of(shown(file), text)], START


def _load(text: str, file: str, names: Names) -> tuple[Playbook | None, list[Problem], Position]:
    root, problems = read(text)
    playbook = None
    if root is None:
        problems = problems or [(Position(1, 1), "the file is empty; it needs a name and steps")]
    elif not isinstance(root, Keys):
        message = f"expected keys such as 'name' and 'steps', found {found(plain(root))}"
        problems = problems or [(root.place, message)]
    else:
        data = complete(_plain_keys(root), Path(file).stem)
        problems = [*problems, *_check(root, data, names)]
        playbook = None if problems else from_plain(data)
    place = place_of(root, ("id",)) if root is not None else Position(1, 1)
    return playbook, [problem_of(file, one) for one in once_per_place(problems)], place


def _plain_keys(root: Keys) -> dict[str, object]:
    return {key: plain(value) for key, value in root.values.items()}


def _check(root: Node, data: Mapping[str, Any], names: Names) -> list[Found]:
    problems: list[Found] = []
    try:
        adapter().validate_python(data, context=names)
    except ValidationError as error:
        first = in_words(error.errors(include_url=False), root, data, FORM)
        problems.extend(islice(first, MOST_PROBLEMS))
    problems.extend(islice(second_pass(root, data), MOST_PROBLEMS))
    return problems
