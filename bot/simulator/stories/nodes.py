"""YAML with places: what a script says is taken from it value by value, each with a complaint."""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

LARGEST = 256 * 1024


@dataclass(kw_only=True)
class Nodes:
    """The nodes of one file, and what was wrong with them."""

    name: str
    loader: yaml.SafeLoader
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, text: str) -> "tuple[Nodes, yaml.Node | None]":
        """Take a text apart; without a root there is a problem instead."""
        nodes = cls(name=name, loader=yaml.SafeLoader(text if len(text) <= LARGEST else ""))
        if len(text) > LARGEST:
            nodes.problems.append(f"{name}: it is longer than {LARGEST // 1024} kB.")
            return nodes, None
        try:
            if any(isinstance(each, yaml.AliasEvent) for each in yaml.parse(text)):
                nodes.problems.append(f"{name}: write out what * refers to; anchors are not read.")
                return nodes, None
            root = nodes.loader.get_single_node()
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
            problem = getattr(fault, "problem", None) or "it is not YAML"
            nodes.problems.append(f"{where}: {problem}.")
            return nodes, None
        if root is None:
            nodes.problems.append(f"{name}: it is empty; a story has a title and steps.")
        return nodes, root

    def at(self, node: yaml.Node) -> str:
        """Where a node stands, as editors jump to it."""
        return f"{self.name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"

    def bad(self, node: yaml.Node, sentence: str) -> None:
        self.problems.append(f"{self.at(node)}: {sentence}")

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
            if key in found:
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
        """Whatever stands there."""
        return self.loader.construct_document(node)


def _nearest(key: str, known: Collection[str]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else f". Known are: {', '.join(known)}."
