"""YAML text → values that know their line and column; what YAML allows and our files do not.

Built from PyYAML's parsing events rather than its finished nodes: limits then hold while reading,
nothing recurses, and several problems of a file are found at once.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, field

import yaml

from bot.yaml_files.loader import Loader
from bot.yaml_files.yaml_errors import Mark, explain

DEEPEST = 64
MOST_NODES = 20_000
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
RADIX = re.compile(r"0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}


@dataclass(frozen=True, order=True)
class Position:
    """Where something begins in a file; both count from 1, as editors do."""

    line: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Scalar:
    """One value; `text` is how it was written."""

    place: Position
    value: str | float | bool | None
    text: str


@dataclass(frozen=True, kw_only=True)
class Items:
    """A list."""

    place: Position
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Keys:
    """A mapping; a key has a place of its own."""

    place: Position
    values: dict[str, "Node"] = field(default_factory=dict)
    places: dict[str, Position] = field(default_factory=dict)


Node = Scalar | Items | Keys
Found = tuple[Position, str]
"""A problem, and where it is."""


@dataclass(kw_only=True)
class Reading:
    """What has been read of a document so far."""

    problems: list[Found] = field(default_factory=list)
    root: Node | None = None
    nodes: int = 0
    open: list[Items | Keys] = field(default_factory=list)
    pending: list[tuple[str, Position] | None] = field(default_factory=list)
    """For each open mapping, the key that waits for its value."""


class Stop(Exception):
    """Nothing after this place can be read sensibly."""

    def __init__(self, place: Position, message: str) -> None:
        super().__init__(message)
        self.found: Found = (place, message)


def read(text: str) -> tuple[Node | None, list[Found]]:
    """Return the document of a file and the problems of its YAML; no document if it is empty."""
    reading = Reading()
    last: yaml.Event | None = None
    loader: Loader | None = None
    try:
        loader = Loader(text)
        while loader.check_event():
            last = loader.get_event()  # type: ignore[no-untyped-call]  # the stubs' gap
            _take(reading, last)
    except Stop as stop:
        return None, [*reading.problems, stop.found]
    except yaml.YAMLError as error:
        line, column, message = explain(error, last, text)
        return None, [*reading.problems, (Position(line, column), message)]
    except (OverflowError, ValueError):
        # PyYAML lets `"\UFFFFFFFF"` and `%YAML 1.<5,000 digits>` through to Python's own errors.
        place = _place(loader.get_mark() if loader else None)
        return None, [*reading.problems, (place, "this number names nothing that YAML knows")]
    return reading.root, reading.problems


def plain(node: Node) -> object:
    """Return the value without its marks."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [plain(item) for item in node.items]
        case Keys():
            return {key: plain(value) for key, value in node.values.items()}


def _place(mark: Mark | None) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)


def _take(reading: Reading, event: yaml.Event) -> None:
    """Add one event to what has been read."""
    place = _place(event.start_mark)
    match event:
        case yaml.DocumentStartEvent() if reading.root is not None:
            raise Stop(place, "one file holds one document; a second one starts here")
        case yaml.AliasEvent():
            message = f"aliases are not allowed; if '*{event.anchor}' is text, put it in quotes"
            reading.problems.append((place, message))
            _add(reading, Scalar(place=place, value=None, text=f"*{event.anchor}"))
        case yaml.ScalarEvent():
            _refuse_extras(reading, event, place)
            _add(reading, _scalar(reading, event, place))
        case yaml.SequenceStartEvent():
            _refuse_extras(reading, event, place)
            _open(reading, Items(place=place))
        case yaml.MappingStartEvent():
            _refuse_extras(reading, event, place)
            _open(reading, Keys(place=place))
        case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
            reading.open.pop()
            reading.pending.pop()
        case _:
            pass  # the beginning and the end of stream and document carry nothing


def _refuse_extras(reading: Reading, event: yaml.NodeEvent, place: Position) -> None:
    """Anchors and tags are refused; an unquoted text that begins with & or ! looks like one."""
    tag = getattr(event, "tag", None)
    if event.anchor is not None:
        message = f"anchors are not allowed; if '&{event.anchor}' is text, put it in quotes"
        reading.problems.append((place, message))
    if tag is not None:
        written = str(tag).replace("tag:yaml.org,2002:", "!!")[:60]
        message = f"tags are not allowed; if '{written}' is text, put it in quotes"
        reading.problems.append((place, message))


def _open(reading: Reading, node: Items | Keys) -> None:
    _add(reading, node)
    reading.open.append(node)
    reading.pending.append(None)
    if len(reading.open) > DEEPEST:
        raise Stop(node.place, f"nested more than {DEEPEST} deep")


def _add(reading: Reading, node: Node) -> None:
    reading.nodes += 1
    if reading.nodes > MOST_NODES:
        raise Stop(node.place, f"more than {MOST_NODES} values in one file")
    if not reading.open:
        reading.root = node
        return
    parent = reading.open[-1]
    if isinstance(parent, Items):
        parent.items.append(node)
        return
    waiting = reading.pending[-1]
    if waiting is None:
        reading.pending[-1] = (_key(node), node.place)
        return
    reading.pending[-1] = None
    key, place = waiting
    if key in parent.values:
        first = parent.places[key].line
        reading.problems.append((place, f"key '{key[:60]}' is here twice; see line {first}"))
        return
    parent.values[key] = node
    parent.places[key] = place


def _key(node: Node) -> str:
    if not isinstance(node, Scalar):
        raise Stop(node.place, "a key is plain text; put it in quotes if it begins with [ or {")
    return node.text


def _scalar(reading: Reading, event: yaml.ScalarEvent, place: Position) -> Scalar:
    text = str(event.value)
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        reading.problems.append((place, "control characters are not allowed in text"))
        text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))
    unquoted = event.style is None
    return Scalar(place=place, value=_value(text) if unquoted else text, text=text)


def _value(text: str) -> str | float | bool | None:
    """Return what an unquoted scalar means in YAML 1.2: `yes`, `12:30` and dates are text."""
    if text in WORDS:
        return WORDS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if RADIX.fullmatch(text):
        return int(text, 0)
    if FLOAT.fullmatch(text):
        return float(text)
    return text
