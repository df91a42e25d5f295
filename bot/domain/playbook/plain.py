"""Playbooks as plain values (what YAML and JSON hold) and back; their revision.

The same reading serves a checked file and the copy that a run is pinned to, so that a run reads
tomorrow what the file meant today. What equals its default is left out: a key that a later version
adds changes no revision.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.domain.playbook.definition import Playbook
from bot.domain.shapes import Principal, duration, in_words

hints = cache(get_type_hints)


def to_plain(value: object) -> object:
    """Return the value as texts, numbers, lists and dicts."""
    if is_dataclass(value) and not isinstance(value, (type, Principal)):
        return {
            field.name: to_plain(getattr(value, field.name))
            for field in fields(value)
            if field.name == "type" or not _is_default(getattr(value, field.name), field.default)
        }
    match value:
        case tuple():
            return [to_plain(part) for part in value]
        case timedelta():
            return in_words(value)
        case date() | Principal():
            return str(value)
        case _:
            return value


def _is_default(value: object, default: object) -> bool:
    return default is not MISSING and type(value) is type(default) and value == default


def from_plain(plain: Mapping[str, Any]) -> Playbook:
    """Build the playbook from plain values that have been checked: a wrong one is a bug here."""
    playbook: Playbook = _read(Playbook, plain)
    return playbook


def _read(hint: Any, plain: Any) -> Any:  # noqa: ANN401 - reads whatever the type hint says
    origin = get_origin(hint)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], part) for part in plain)
    if origin in (Union, UnionType):
        return None if plain is None else _read(_member(get_args(hint), plain), plain)
    if is_dataclass(hint) and hint is not Principal and isinstance(hint, type):
        known = hints(hint)
        return hint(**{key: _read(known[key], value) for key, value in plain.items()})
    match hint:
        case _ if hint is timedelta:
            return duration(plain)
        case _ if hint is date:
            return date.fromisoformat(plain)
        case _ if hint is Principal:
            return Principal.parse(plain)
        case _:
            return plain


def _member(members: tuple[Any, ...], plain: object) -> object:
    """Return the member of a union that the plain value belongs to: by `type`, or the only one."""
    if isinstance(plain, Mapping) and "type" in plain:
        types = {kind: m for m in members for kind in get_args(hints(m)["type"])}
        return types[plain["type"]]
    return next(member for member in members if member is not type(None))


def canonical(playbook: Playbook) -> str:
    """Return the one JSON text of a playbook: sorted, tight, the same on every machine."""
    return json.dumps(to_plain(playbook), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class NewerPlaybook(Exception):
    """It holds steps or keys that only a newer version knows."""


@lru_cache(maxsize=256)
def from_canonical(text: str) -> Playbook:
    """Read back what `canonical` wrote; runs of the same words share one value.

    Raises:
        NewerPlaybook: a newer version wrote it.
    """
    try:
        return from_plain(json.loads(text))
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        raise NewerPlaybook from fault


def revision(playbook: Playbook) -> str:
    """Return the SHA-256 of the canonical JSON, in hexadecimal: the name of these very words."""
    return sha256(canonical(playbook).encode()).hexdigest()
