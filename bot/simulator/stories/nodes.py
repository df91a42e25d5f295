"""Reads values from YAML nodes, and collects problems with their line and column."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from bot.simulator.yaml_loader import Loader

LARGEST = 256 * 1024
DEEPEST = 12
CORE = "tag:yaml.org,2002:"
PLAIN = frozenset(f"{CORE}{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp"))
DATE = r"\d{4}-\d\d-\d\d"
HOUR = r"[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?(?:Z|[-+]\d\d:\d\d))?"
UNQUOTED = (  # what is no text, though it has no quotes, and with what it may begin
    ("bool", r"true|True|false|False", (*"tTfF",)),
    ("null", r"~|null|Null|", (*"~nN", "")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", (*"-+0123456789",)),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+", (*"-+0123456789",)),
    ("timestamp", rf"{DATE}(?:{HOUR})?", (*"0123456789",)),
)


RESOLVERS = {
    first: [
        (f"{CORE}{kind}", re.compile(rf"(?:{pattern})\Z"))
        for kind, pattern, begins in UNQUOTED
        if first in begins
    ]
    for _, _, firsts in UNQUOTED
    for first in firsts
}


class _Loader(Loader):
    """Reads 10:30 as a text, not as 630; and yes, 007, 1_000 as well, as people type them."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.yaml_implicit_resolvers = RESOLVERS


@dataclass(kw_only=True)
class Nodes:
    """The nodes of one file, and what was wrong with them."""

    name: str = ""
    """The file; what comes over HTTP has none, and its problems no place."""
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, text: str) -> "tuple[Nodes, yaml.Node | None]":
        """Parse a text; without a root there is a problem instead."""
        nodes = cls(name=name)
        if len(text) > LARGEST:
            nodes.problems.append(f"{name}: it is longer than {LARGEST // 1024} kB.")
            return nodes, None
        try:
            root = yaml.compose(text, _Loader) if nodes._is_plain(text) else None
        except yaml.reader.ReaderError as fault:
            before = text[: fault.position]
            where = f"{name}:{before.count(chr(10)) + 1}:{fault.position - before.rfind(chr(10))}"
            nodes.problems.append(f"{where}: this character cannot stand in a text; take it out.")
            return nodes, None
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
            problem = getattr(fault, "problem", None) or "it is not YAML"
            nodes.problems.append(f"{where}: {problem}.")
            return nodes, None
        if root is None and not nodes.problems:
            nodes.problems.append(f"{name}: it is empty; a story has a title and steps.")
        return nodes, root

    def _is_plain(self, text: str) -> bool:
        """Whether it can be taken apart: nothing refers to anything, nothing is nested deeply."""
        depth = 0
        for event in yaml.parse(text, _Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent):
                self.problems.append(
                    f"{self.name}: write out what * refers to; anchors are not read."
                )
                return False
            if depth > DEEPEST:
                self.bad(event, f"this is nested deeper than {DEEPEST} levels.")
                return False
        return True

    def at(self, node: yaml.Node | yaml.Event) -> str:
        """Where a node stands, as editors jump to it."""
        mark = node.start_mark
        return f"{self.name}:{mark.line + 1}:{mark.column + 1}" if mark else self.name

    def bad(self, node: yaml.Node | yaml.Event, sentence: str) -> None:
        where = self.at(node)
        self.problems.append(f"{where}: {sentence}" if where else sentence)

    def mapping(
        self, node: yaml.Node, what: str, known: Collection[str] = ()
    ) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """A mapping's keys, each with its own node and its value's."""
        if not isinstance(node, yaml.MappingNode):
            self.bad(node, f"{what} must be a mapping, as in `who: ann`.")
            return {}
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key_node, value in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if not isinstance(key_node, yaml.ScalarNode):
                self.bad(key_node, "a key is a word, and this is a list or a mapping.")
            elif key in found:
                self.bad(key_node, f"`{key}` stands here twice.")
            elif known and key not in known:
                self.bad(key_node, f"`{key[:40]}` is not known here{_nearest(key, known)}")
            else:
                found[key] = (key_node, value)
        return found

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """A list's items."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.bad(node, f"{what} must be a list: each item begins with `- `.")
        return []

    def text(self, node: yaml.Node, what: str) -> str:
        """A text, as it was written."""
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return str(node.value)
        self.bad(node, f"`{what}` needs a text.")
        return ""

    def value(self, node: yaml.Node) -> Any:  # noqa: ANN401 - any YAML
        """Whatever stands there: a text, a number, a date, a list or a mapping of these."""
        if isinstance(node, yaml.MappingNode):
            told = self.mapping(node, "this")
            return {key: self.value(value) for key, (_, value) in told.items()}
        if isinstance(node, yaml.SequenceNode):
            return [self.value(each) for each in node.value]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:  # noqa: ANN401 - any scalar of YAML
        if node.tag not in PLAIN:
            self.bad(node, "this kind of value is not known here; write it as a text in quotes.")
            return None
        try:
            return _Loader("").construct_document(node)
        except (
            ValueError,
            LookupError,
            AttributeError,
            OverflowError,
        ):  # as its tag's reader fails
            kind = node.tag.rpartition(":")[2]
            self.bad(node, f"`{str(node.value)[:40]}` is no {kind}; a text stands in quotes.")
            return None


def _nearest(key: str, known: Collection[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else f". Known are: {', '.join(known)}."
