"""The document as JSON, and from JSON again: the same shape, key by key, with times in ISO 8601."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.domain.review.document import Block, Document

BLOCKS: Mapping[str, type] = {get_args(get_type_hints(b)["type"])[0]: b for b in get_args(Block)}


def to_json(document: Document) -> dict[str, Any]:
    """Return the document as plain values, for `json.dumps` and for templates."""
    return {"name": document.name, **_members(document)}


def dumps(document: Document) -> str:
    """Return the document as canonical JSON: the same document is always the same bytes."""
    return _encode(to_json(document))


def from_json(plain: Mapping[str, Any]) -> Document:
    """Return the document again; keys that this version does not know are left out.

    Raises:
        KeyError: a newer version wrote a kind of block that this one does not know.
    """
    document: Document = _reader(Document)(plain)
    return document


def loads(text: str) -> Document:
    """Return the document from its JSON.

    Raises:
        KeyError: as `from_json`.
    """
    return from_json(json.loads(text))


# ── Out ─────────────────────────────────────────────────────────────────────────────────────────


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return _members(value)


def _members(value: object) -> dict[str, object]:
    return {name: _plain(member) for name, member in vars(value).items()}


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


# ── In ──────────────────────────────────────────────────────────────────────────────────────────


@cache
def _reader(kind: object) -> Callable[[Any], Any]:
    """Return what makes a value of type `kind` from plain values."""
    origin, inside = get_origin(kind), get_args(kind)
    if kind == Block:
        return lambda raw: _reader(BLOCKS[raw["type"]])(raw)
    if kind in {str, int, bool} or origin is Literal:
        return lambda raw: raw
    if kind is datetime:
        return datetime.fromisoformat
    if origin is tuple:
        item = _reader(inside[0])
        return lambda raw: tuple(item(value) for value in raw)
    if origin in {Union, UnionType}:
        present = _reader(inside[0])
        return lambda raw: None if raw is None else present(raw)
    if not isinstance(kind, type):
        raise TypeError(kind)
    hints = get_type_hints(kind)
    known = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    return lambda raw: kind(**{name: known[name](raw[name]) for name in raw if name in known})
