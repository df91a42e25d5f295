"""Domain values ⇄ JSON, by the fields and types of their classes.

Events are found by name; a name that this version does not know becomes `Unknown`, carried through
as it is. Free text (`Text`) of an event is taken out and replaced by a salted digest.
"""

import hashlib
import json
import secrets
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.domain import commands, effects, events
from bot.domain.anchoring import RecordEvent
from bot.domain.events import Event, Unknown
from bot.domain.values import Text
from bot.domain.workspace import WorkspaceEvent

AnyEvent = Event | WorkspaceEvent | RecordEvent
"""What may stand in a stream of whatever kind."""

Json = Any
"""What `json` reads and writes."""

_Convert = Callable[[Any], Any]


def _names(union: Any) -> dict[str, type]:
    found: dict[str, type] = {}
    for member in get_args(union):
        found |= _names(member) if get_args(member) else {member.__name__: member}
    return found


INCIDENT_EVENTS: Mapping[str, type] = _names(events.Event)
WORKSPACE_EVENTS: Mapping[str, type] = _names(WorkspaceEvent)
RECORD_EVENTS: Mapping[str, type] = _names(RecordEvent)
EVENTS: Mapping[str, type] = {**INCIDENT_EVENTS, **WORKSPACE_EVENTS, **RECORD_EVENTS}
COMMANDS: Mapping[str, type] = _names(commands.Command)
EFFECTS: Mapping[str, type] = _names(effects.Effect)


# ── Any value ───────────────────────────────────────────────────────────────────────────────────


def to_json(value: Any) -> Json:
    """Return plain JSON values for a domain value."""
    if value is None or (
        isinstance(value, str | int | float | bool) and not isinstance(value, Enum)
    ):
        return value
    kind: type = type(value)
    return _writer(kind)(value)


@cache
def _writer(kind: type) -> _Convert:
    if is_dataclass(kind):
        names = tuple(f.name for f in fields(kind))
        return lambda value: {name: to_json(getattr(value, name)) for name in names}
    if issubclass(kind, datetime):
        return lambda value: value.astimezone(UTC).isoformat()
    if issubclass(kind, date | time):
        return lambda value: value.isoformat()
    if issubclass(kind, timedelta):
        return lambda value: value.total_seconds()
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, Mapping):
        return lambda value: [[to_json(k), to_json(v)] for k, v in value.items()]
    if issubclass(kind, frozenset | set):
        return lambda value: sorted(to_json(item) for item in value)
    if issubclass(kind, tuple | list):
        return lambda value: [to_json(item) for item in value]
    raise TypeError(kind)


@cache
def reader(kind: Any) -> _Convert:
    """Return what makes a value of type `kind` from its JSON form."""
    origin, inside = get_origin(kind), get_args(kind)
    if isinstance(kind, typing.NewType):
        return reader(kind.__supertype__)
    if kind in {str, int, float, bool, Any, type(None)} or origin is Literal:
        return _same
    if origin in {Union, types.UnionType}:
        return _union_reader(inside)
    if origin is tuple:
        item = reader(inside[0]) if inside[-1] is Ellipsis else None
        if item is None:
            each = tuple(reader(part) for part in inside)
            return lambda raw: tuple(read(value) for read, value in zip(each, raw, strict=True))
        return lambda raw: tuple(item(value) for value in raw)
    if origin is frozenset:
        member = reader(inside[0])
        return lambda raw: frozenset(member(value) for value in raw)
    if origin is not None and issubclass(origin, Mapping):
        key, value = reader(inside[0]), reader(inside[1])
        return lambda raw: {key(k): value(v) for k, v in raw}
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if issubclass(kind, datetime | date | time):
        parse: _Convert = kind.fromisoformat
        return parse
    if issubclass(kind, timedelta):
        return lambda raw: timedelta(seconds=raw)
    if issubclass(kind, Enum):
        choose: _Convert = kind
        return choose
    raise TypeError(kind)


def _same(raw: Any) -> Any:
    return raw


def _union_reader(inside: tuple[Any, ...]) -> _Convert:
    """Read an optional value, or dataclasses that are told apart by their `type` field."""
    members = [part for part in inside if part is not type(None)]
    if len(members) == 1:
        read = reader(members[0])
        return lambda raw: None if raw is None else read(raw)
    tagged = {get_args(get_type_hints(m)["type"])[0]: reader(m) for m in members if _is_tagged(m)}
    if len(tagged) == len(members):
        return lambda raw: None if raw is None else tagged[raw["type"]](raw)
    return _same


def _is_tagged(kind: Any) -> bool:
    return is_dataclass(kind) and "type" in {f.name for f in fields(kind)}


def _dataclass_reader(kind: Any) -> _Convert:
    """Ignore unknown keys, and let missing ones take their defaults: two versions may meet here."""
    hints = get_type_hints(kind)
    known = {f.name: reader(hints[f.name]) for f in fields(kind)}
    return lambda raw: kind(**{k: known[k](v) for k, v in raw.items() if k in known})


def dumps(value: Json) -> str:
    """Return canonical JSON: the same value is always the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class NotReadable(Exception):
    """A newer version wrote it, in a form that this one does not know."""


MISREAD = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What a reader raises over a form that it does not know."""


# ── Commands and effects, which wait in the database or in a button ─────────────────────────────


def pack_command(command: commands.Command) -> str:
    """Return the command as JSON under its name, without what is at its default."""
    return dumps([type(command).__name__, _sparse(command)])


def unpack_command(packed: str) -> commands.Command:
    """Return the command that was packed.

    Raises:
        NotReadable: a newer version wrote it.
    """
    try:
        name, body = json.loads(packed)
        command: commands.Command = reader(COMMANDS[name])(body)
    except MISREAD as fault:
        raise NotReadable(packed[:80]) from fault
    return command


def _sparse(value: Any) -> dict[str, Json]:
    return {
        f.name: to_json(getattr(value, f.name))
        for f in fields(value)
        if f.default is MISSING or getattr(value, f.name) != f.default
    }


def pack_effect(effect: effects.Effect) -> str:
    """Return the effect as JSON; its kind stands in a column of its own."""
    return dumps(_sparse(effect))


def unpack_effect(kind: str, packed: str) -> effects.Effect:
    """Return the effect that was packed.

    Raises:
        NotReadable: a newer version wrote it.
    """
    try:
        effect: effects.Effect = reader(EFFECTS[kind])(json.loads(packed))
    except MISREAD as fault:
        raise NotReadable(kind) from fault
    return effect


def is_effect(kind: str, packed: str) -> bool:
    """Say whether this version can read an effect."""
    try:
        unpack_effect(kind, packed)
    except NotReadable:
        return False
    return True


# ── Events ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class KeptText:
    """Free text taken out of an event: where it belongs, and the salt of its digest."""

    field: str
    salt: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Packed:
    """An event ready to be stored."""

    name: str
    body: bytes
    texts: tuple[KeptText, ...]


@cache
def text_fields(kind: type) -> frozenset[str]:
    """Return the fields of an event or a command that hold what people wrote."""
    hints = get_type_hints(kind)
    return frozenset(n for n, hint in hints.items() if hint is Text or Text in get_args(hint))


def digest(salt: str, body: str) -> str:
    """Return what stands in the event in place of a text."""
    return hashlib.sha256(f"{salt}:{body}".encode()).hexdigest()


def pack_event(event: AnyEvent) -> Packed:
    """Take the free text out of the event and return both."""
    if isinstance(event, Unknown):
        return Packed(name=event.name, body=event.body.encode(), texts=())
    kind: type = type(event)
    body = to_json(event)
    texts = []
    for name in text_fields(kind):
        if body[name]:
            text = KeptText(field=name, salt=secrets.token_hex(8), body=body[name])
            body[name] = {"digest": digest(text.salt, text.body)}
            texts.append(text)
    return Packed(name=kind.__name__, body=dumps(body).encode(), texts=tuple(texts))


ERASED = "[erased]"
"""What stands where a person's text was erased."""


def unpack_event(name: str, body: bytes, texts: Mapping[str, str | None]) -> Event:
    """Put an event together again; one of a newer version comes back as `Unknown`."""
    kind = EVENTS.get(name)
    if kind is None or kind is Unknown:
        return Unknown(name=name, body=body.decode())
    try:
        raw = json.loads(body)
        for field in text_fields(kind):
            if isinstance(raw.get(field), dict):
                raw[field] = texts.get(field) or ERASED
        event: Event = reader(kind)(raw)
    except MISREAD:
        return Unknown(name=name, body=body.decode())
    return event
