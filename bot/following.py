"""One id through all that follows from a delivery: in the log, in the record, and in traces.

A delivery gets it; the order, the events and the effects that come of it carry it; and whoever
works on one of these says so with `step`, so that every line of the log below has it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from uuid import uuid4

import structlog

Spans = Callable[[str, str, Mapping[str, str]], AbstractContextManager[object]]
"""Makes a span: its name, the id that it belongs to, and facts about it."""

_TRACED: list[Spans] = []


def trace_with(spans: Spans | None) -> None:
    """Have every step told to a collector of traces, or to none: for the process, like logging."""
    _TRACED[:] = [spans] if spans else []


def correlation() -> str:
    """Return the id of what is being done, or a fresh one where something begins."""
    found = structlog.contextvars.get_contextvars().get("correlation")
    return str(found) if found else uuid4().hex


def about(incident: str) -> None:
    """Have every further line of this task's log name the incident that it is about."""
    structlog.contextvars.bind_contextvars(incident=incident)


@contextmanager
def step(name: str, of: str = "", **facts: str) -> Iterator[None]:
    """Do something under an id: that of `of`, or of what is being done already."""
    same = of or correlation()
    span = _TRACED[0](name, same, facts) if _TRACED else nullcontext()
    with structlog.contextvars.bound_contextvars(correlation=same), span:
        yield
