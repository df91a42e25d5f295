"""Broken YAML in words: where the mistake began, not where the parser gave up."""

from typing import Protocol

import yaml
from yaml.reader import ReaderError

SPECIAL = "found character"
IN_QUOTES = "put the text in quotes"


class Mark(Protocol):
    """Where PyYAML stands in a text; both count from 0."""

    line: int
    column: int


def explain(error: yaml.YAMLError, last: yaml.Event | None, text: str) -> tuple[int, int, str]:
    """Return line, column (from 1) and a sentence. `last`: the event before the error."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        line = before.count("\n") + 1
        return line, error.position - before.rfind("\n"), "this character is not allowed"
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1, 1, "this is not readable as YAML"
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 1, 1, "this is not readable as YAML"
    context, problem = error.context or "", error.problem or ""
    if "quoted scalar" in context and "end of stream" in problem and error.context_mark:
        return _at(error.context_mark, "this quote is never closed")
    if "quoted scalar" in context and "document separator" in problem and error.context_mark:
        return _at(error.context_mark, "this quote is never closed")
    if quote := _quote_closed_elsewhere(last, mark):
        return quote
    if "unknown escape" in problem:
        message = "a backslash in double quotes starts an escape; write \\\\ or use single quotes"
        return mark.line + 1, mark.column, message  # the mark is behind the backslash
    return _at(mark, _sentence(context, problem))


def _at(mark: Mark, message: str) -> tuple[int, int, str]:
    return mark.line + 1, mark.column + 1, message


def _quote_closed_elsewhere(last: yaml.Event | None, mark: Mark) -> tuple[int, int, str] | None:
    """A quoted text that ends right before the error closed where its author did not mean it to."""
    if not isinstance(last, yaml.ScalarEvent) or last.style not in ("'", '"'):
        return None
    start, end = last.start_mark, last.end_mark
    if start is None or end is None or end.line != mark.line or end.column > mark.column:
        return None
    if start.line != end.line:
        return _at(start, "this quote is not closed on its line")
    twice = "''" if last.style == "'" else '\\"'
    return _at(start, f"this quoted text ends early; write {twice} for a quote within it")


def _sentence(context: str, problem: str) -> str:
    if "'\\t'" in problem:
        return "indent with spaces, not with tabs"
    if problem.startswith(SPECIAL):
        character = problem.removeprefix(SPECIAL).strip().partition("'")[2].partition("'")[0]
        return f"a text cannot begin with '{character}'; {IN_QUOTES}"
    if "mapping values are not allowed" in problem:
        return f"': ' is not allowed here; if it belongs to a text, {IN_QUOTES}"
    if "could not find expected ':'" in problem:
        return "expected a key followed by ': '"
    if "flow" in context:
        return f"expected ',' or a closing bracket; if a text begins with [ or {{, {IN_QUOTES}"
    if "block mapping" in context:
        return "expected the next key in line with the one above"
    if "block collection" in context or "block sequence" in context:
        return "expected the next '- ' in line with the one above"
    return f"this is not readable as YAML: {problem}"
