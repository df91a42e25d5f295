"""What does not belong into a payload, put there: real payloads are changed in real places."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

Path = tuple[str | int, ...]

TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",
    "\u202e",
    "\u2066\u200b",
    "x" * 4_000,
    "<!channel>",
    "<@U0BOB>",
    "<script>alert(1)</script>",
    "'; DROP TABLE incidents; --",
    "{{7*7}}",
    "%s%n",
    "../../etc/passwd",
    "nan",
    "-1",
    "1" * 40,
    "999999999999.999999",
    "2026-99-99",
    "٣",
    "null",
    "[]",
    '{"stream": {}}',
    '{"stream": "nowhere", "was": []}',
    '["x", "[\\"PersonEntered\\", {\\"user\\": \\"U0DAN\\"}]"]',
    "[" * 2_000,
    "INC-1",
    "inc-999999999999",
    "none",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    [],
    {},
    [[]],
    [None],
    {"id": None},
    {"": {"": {}}},
    *TEXTS,
)
GONE = object()
"""Marks a key that is taken away."""

FRESH = settings.default.max_examples if settings.default else 100


def examples(quick: int) -> settings:
    """As many examples as a test run has time for; `make fuzz` has time for all it is told."""
    return settings(max_examples=quick if FRESH <= 100 else FRESH)


def places(body: Any, at: Path = ()) -> Iterator[Path]:
    """Every place in a payload at which something can be put."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(body, dict):
        inner = list(body.items())
    elif isinstance(body, list):
        inner = list(enumerate(body))
    for key, value in inner:
        yield (*at, key)
        yield from places(value, (*at, key))


def changed(body: Any, at: Path, value: Any) -> Any:
    """The same payload with something else at one place."""
    made = copy.deepcopy(body)
    inner = made
    for key in at[:-1]:
        inner = inner[key]
    if value is GONE:
        del inner[at[-1]]
    else:
        inner[at[-1]] = value
    return made


@st.composite
def spoilt(draw: st.DrawFn, bodies: list[Any], most: int = 3) -> Any:
    """One of the payloads, with up to `most` places changed."""
    body = draw(st.sampled_from(bodies))
    for _ in range(draw(st.integers(1, most))):
        found = list(places(body))
        if not found:
            break
        value = draw(st.sampled_from((GONE, *VALUES)) | st.text(max_size=30))
        body = changed(body, draw(st.sampled_from(found)), value)
    return body
