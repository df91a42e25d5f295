"""`muster.yaml` → the organisation's process; every problem says file, line, column and a way out.

load_file   reads a file of the disk, load_text its text
names_of    what a file names that has mistakes, for what else is held to its names
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.process import Process
from bot.process_file import building
from bot.process_file.building import build
from bot.process_file.second_pass import second_pass
from bot.process_file.shape import ProcessShape
from bot.yaml_files.files import (
    MOST_PROBLEMS,
    Problem,
    once_per_place,
    problem_of,
    shown,
    text_of,
)
from bot.yaml_files.marked import Found, Keys, Node, plain, read
from bot.yaml_files.shapes import found, model
from bot.yaml_files.wording import Form, in_words

__all__ = ["Problem", "load_file", "load_text", "names_of"]

_FORM = Form(top=ProcessShape)


def load_file(path: Path) -> tuple[Process | None, list[Problem]]:
    """Return the process of a file, or None and all that is wrong with it."""
    text = text_of(path)
    if isinstance(text, str):
        return load_text(text, file=shown(path))
    return None, [problem_of(shown(path), text)]


def load_text(text: str, *, file: str) -> tuple[Process | None, list[Problem]]:
    """Return the process of a file's text, or None and all that is wrong with it."""
    root, problems = read(text)
    process = None
    if root is None and not problems:
        return Process(), []  # a file of comments only says nothing, which is allowed
    if isinstance(root, Keys):
        data = {key: plain(value) for key, value in root.values.items()}
        problems = [*problems, *_check(root, data)]
        process = None if problems else build(data)
    elif root is not None:
        message = f"expected keys such as 'severities' and 'feed', found {found(plain(root))}"
        problems = problems or [(root.place, message)]
    return process, [problem_of(file, one) for one in once_per_place(problems)]


def names_of(path: Path) -> Process:
    """Return a process with all that a file names, however wrong what it says of it.

    What cannot be read at all is as it is by default.
    """
    text = text_of(path)
    root = read(text)[0] if isinstance(text, str) else None
    data = {key: plain(each) for key, each in root.values.items()} if isinstance(root, Keys) else {}
    sound: dict[str, Any] = {}
    sound.update((key, value) for key, value in data.items() if _is_sound(key, value))
    for section in ("severities", "statuses", "roles"):
        written = data.get(section)
        if section not in sound and isinstance(written, dict):
            sound[section] = {key: {} for key in written}
    return replace(
        Process(),
        severities=building.severities(sound),
        statuses=building.statuses(sound),
        roles=building.roles(sound),
        categories=tuple(sound.get("categories") or Process().categories),
        services=tuple(sound.get("services") or ()),
    )


def _is_sound(key: str, value: object) -> bool:
    try:
        _adapter().validate_python({key: value})
    except ValidationError:
        return False
    return True


def _check(root: Node, data: Mapping[str, Any]) -> list[Found]:
    problems: list[Found] = []
    sound = data
    try:
        _adapter().validate_python(data)
    except ValidationError as error:
        words = in_words(error.errors(include_url=False), root, data, _FORM)
        problems.extend(islice(words, MOST_PROBLEMS))
        sound = {key: value for key, value in data.items() if _is_sound(key, value)}
    untold = data.keys() - sound.keys()
    problems.extend(islice(second_pass(root, sound, untold), MOST_PROBLEMS))
    return problems


@cache
def _adapter() -> TypeAdapter[Any]:
    """Return the check of the whole file; made when the first one is read."""
    return TypeAdapter(model(ProcessShape))
