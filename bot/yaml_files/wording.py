"""What pydantic found wrong, in words that say what to write instead, at the right place."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic_core import ErrorDetails

from bot.domain.nearest import did_you_mean, nearest
from bot.yaml_files.marked import Found, Items, Keys, Node, Position
from bot.yaml_files.shapes import found

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a kind of file holds: the dataclass of the whole, and what its messages need besides."""

    top: type
    later_types: frozenset[str] = frozenset()
    """Values of `type` that are not built yet."""
    empty: str = "expected at least one"
    """What is said of an empty list where something is needed."""


@dataclass(kw_only=True)
class Wrong:
    """The keys of one mapping that are missing, and those that nobody knows."""

    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def place_of(root: Node, path: Path) -> Position:
    """Return where the value at a path begins, or the nearest thing around it that exists."""
    return _node_at(root, path).place


def key_place(root: Node, path: Path, key: str) -> Position:
    """Return where a key itself begins."""
    node = _node_at(root, path)
    return node.places.get(key, node.place) if isinstance(node, Keys) else node.place


def _node_at(root: Node, path: Path) -> Node:
    """Follow a path as far as the file goes: what the loader filled in has no place of its own."""
    node = root
    for part in path:
        if isinstance(node, Keys) and isinstance(part, str) and part in node.values:
            node = node.values[part]
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            break
    return node


def in_words(
    errors: Sequence[ErrorDetails], root: Node, data: object, form: Form
) -> Iterator[Found]:
    """Yield each mistake once, where it is."""
    wrong: dict[Path, Wrong] = defaultdict(Wrong)
    for error in errors:
        path = _without_tags(error["loc"], data)
        match error["type"]:
            case "missing":
                wrong[path[:-1]].missing.append(str(path[-1]))
            case "union_tag_not_found":
                wrong[path].missing.append("type")
                wrong[path].unknown.extend(_meant_as_type(error["input"]))
            case "extra_forbidden":
                wrong[path[:-1]].unknown.append(str(path[-1]))
            case _:
                yield _value_place(error, root, path), _sentence(error, path, form)
    for path, keys in wrong.items():
        yield from _keys(path, keys, root, data, form)


def _meant_as_type(step: object) -> list[str]:
    """A step without a type is not looked at further, so a misspelt `type` is looked for here."""
    keys = step if isinstance(step, Mapping) else {}
    return [key for key in keys if nearest(key, ["type"])][:1]


def _value_place(error: ErrorDetails, root: Node, path: Path) -> Position:
    if error["type"] == "union_tag_invalid":
        return place_of(root, (*path, "type"))
    return place_of(root, path)


def _without_tags(loc: Path, data: object) -> Path:
    """Return pydantic's path without the step types that it inserts behind a step's index."""
    path: list[str | int] = []
    here = data
    for part in loc:
        is_tag = path and isinstance(path[-1], int) and isinstance(here, Mapping)
        if is_tag and isinstance(here, Mapping) and here.get("type") == part:
            continue
        path.append(part)
        here = _below(here, part)
    return tuple(path)


def _below(here: object, part: str | int) -> object:
    if isinstance(here, Mapping):
        return here.get(part)
    if isinstance(here, list) and isinstance(part, int):
        return here[part]
    return None


def _sentence(error: ErrorDetails, path: Path, form: Form) -> str:
    value = error["input"]
    key = next((part for part in reversed(path) if isinstance(part, str)), "the file")
    match error["type"]:
        case "shape":
            return error["msg"]
        case "later":
            return f"{key} {error['msg']}"
        case "union_tag_invalid":
            return _type(str(error["ctx"]["tag"]), str(error["ctx"]["expected_tags"]), form)
        case "too_short":
            return form.empty
        case "list_type":
            if isinstance(value, str):
                return f"expected a list, found {found(value)}; write [{value[:60]}]"
            return f"expected a list of lines that begin with '- ', found {found(value)}"
        case "bool_type":
            return f"expected true or false, found {found(value)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"expected keys below '{key}', found {found(value)}"
        case _:
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}"


def _type(tag: str, expected: str, form: Form) -> str:
    if tag in form.later_types:
        return f"step type '{tag}' is not supported yet"
    known = [name.strip(" '") for name in expected.split(",")]
    hint = did_you_mean(tag, [*known, *form.later_types]) or f"; there are {', '.join(known)}"
    return f"unknown step type '{tag[:60]}'{hint}"


def _keys(path: Path, keys: Wrong, root: Node, data: object, form: Form) -> Iterator[Found]:
    """Yield the unknown keys, and the missing ones unless an unknown one explains them."""
    cls = _class_at(path, data, form)
    known = {key.name for key in fields(cls)} if cls else {"type"}
    later: frozenset[str] = getattr(cls, "LATER", frozenset())
    missing = list(keys.missing)
    for key in keys.unknown:
        place = key_place(root, path, key)
        if key in later:
            yield place, f"key '{key}' is not supported yet"
            continue
        meant = nearest(key, missing)
        if meant is not None:
            missing.remove(meant)
            yield place, f"unknown key '{key}'; did you mean '{meant}'?"
            continue
        also = f"; missing {_quoted(missing)}" if missing else ""
        missing.clear()
        yield place, f"unknown key '{key[:60]}'{also or did_you_mean(key, known | later)}"
    if missing:
        yield place_of(root, path), f"missing {_quoted(missing)}"


def _quoted(keys: list[str]) -> str:
    return ("keys " if len(keys) > 1 else "key ") + " and ".join(f"'{key}'" for key in keys)


def _bare(hint: Any) -> Any:  # noqa: ANN401 - a type hint, as the standard library has them
    """Return the hint without its annotations, and without the None of a key that may be absent."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    members = [one for one in get_args(hint) if one is not NoneType]
    absent = get_origin(hint) in (Union, UnionType) and len(members) < len(get_args(hint))
    return _bare(members[0]) if absent and len(members) == 1 else hint


def _class_at(path: Path, data: object, form: Form) -> type | None:
    """Return the dataclass whose keys stand at a path."""
    hint: Any = form.top
    here = data
    for part in path:
        here = _below(here, part)
        if get_origin(hint) is Mapping:
            hint = get_args(hint)[1]
        elif isinstance(part, int):
            hint = get_args(hint)[0]
        else:
            hint = get_type_hints(hint, include_extras=True)[part]
        hint = _bare(hint)
        if get_origin(hint) in (Union, UnionType) and isinstance(here, Mapping):
            members = [one for one in get_args(hint) if is_dataclass(one)]
            tag = here.get("type")
            hint = next((m for m in members if tag in get_args(get_type_hints(m)["type"])), None)
            if hint is None:
                return None
    return hint if isinstance(hint, type) else None
