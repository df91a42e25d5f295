"""Broken YAML in words: where the mistake began, not where the parser gave up."""

from typing import Protocol

import yaml
from yaml.reader import ReaderError

SPECIAL = "found character"
IN_QUOTES = "put the text in quotes"

Answer = tuple[int, int, str]
"""Line, column (both from 1) and a sentence."""


class Mark(Protocol):
    """Where PyYAML stands in a text; both count from 0."""

    line: int
    column: int


def explain(error: yaml.YAMLError, last: yaml.Event | None, text: str) -> Answer:
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
    return (
        _where_it_opens(error)
        or _quote_closed_elsewhere(last, mark)
        or _indented_too_far(text, error, mark)
        or _at(mark, _sentence(error.context or "", error.problem or ""))
    )


def _where_it_opens(error: yaml.MarkedYAMLError) -> Answer | None:
    """Some mistakes are noticed at their end, and lie at their beginning."""
    context, problem, start = error.context or "", error.problem or "", error.context_mark
    if start is None:
        return None
    if "quoted scalar" in context and "unexpected" in problem:
        return _at(start, "this quote is never closed")
    if "unknown escape" in problem and error.problem_mark:
        message = "a backslash in double quotes starts an escape; write \\\\ or use single quotes"
        return error.problem_mark.line + 1, error.problem_mark.column, message
    if "simple key" in context:
        return _at(start, "expected a key followed by ': '")
    if "an alias" in context or "an anchor" in context:
        sign = "*" if "alias" in context else "&"
        return _at(start, f"a text cannot begin with '{sign}'; {IN_QUOTES}")
    return None


def _indented_too_far(text: str, error: yaml.MarkedYAMLError, mark: Mark) -> Answer | None:
    """A key that is alone before its colon was taken for more of the text above it."""
    if "mapping values are not allowed" not in (error.problem or ""):
        return None
    before = text.splitlines()[mark.line][: mark.column]
    if not before.strip().replace("_", "").isalnum():
        return None
    column = len(before) - len(before.lstrip()) + 1
    return mark.line + 1, column, "this key is indented further than the one above"


def _at(mark: Mark, message: str) -> Answer:
    return mark.line + 1, mark.column + 1, message


def _quote_closed_elsewhere(last: yaml.Event | None, mark: Mark) -> Answer | None:
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
    if "sequence entries are not allowed" in problem:
        return "a list begins on the line below its key"
    if "chomping or indentation" in problem:
        return "after | or > the text begins on the line below"
    if "flow" in context:
        return f"expected ',' or a closing bracket; if a text begins with [ or {{, {IN_QUOTES}"
    if "block mapping" in context:
        return "expected the next key in line with the one above"
    if "block collection" in context or "block sequence" in context:
        return "expected the next '- ' in line with the one above"
    return f"this is not readable as YAML: {problem}"
