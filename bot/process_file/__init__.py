"""`muster.yaml` → the organisation's process; every problem says file, line, column and a way out.

load_file reads a file of the disk, load_text its text
"""

from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.domain.process import Process
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

__all__ = ["Problem", "load_file", "load_text"]

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


def _check(root: Node, data: Mapping[str, Any]) -> list[Found]:
    try:
        _adapter().validate_python(data)
    except ValidationError as error:
        words = in_words(error.errors(include_url=False), root, data, _FORM)
        return list(islice(words, MOST_PROBLEMS))
    return list(islice(second_pass(root, data), MOST_PROBLEMS))


@cache
def _adapter() -> TypeAdapter[Any]:
    """Return the check of the whole file; made when the first one is read."""
    return TypeAdapter(model(ProcessShape))
