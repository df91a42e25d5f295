"""Dataclasses as pydantic models, so that the keys of a file are written down once.

A model only checks; whoever asked for it builds values from what it let pass.
See docs/decisions/0003.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, timedelta
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from bot.domain.nearest import did_you_mean
from bot.domain.shapes import Kind, Known, Later, Principal, Shape, duration

Names = Mapping[Kind, frozenset[str]]
"""What the organisation's process names, by kind."""

FEW = 5
MOST_NAMED = 12
"""How many known names a message lists: all when they are few, some when none is close."""
STRICT = ConfigDict(extra="forbid", strict=True)
TEXT = Shape(wanted="text of at most 200 characters", limit=200)
DERIVED = frozenset({"id"})
"""Keys that the loader fills in when the author leaves them out."""


@cache
def model(cls: type) -> type[BaseModel]:
    """Return the model of a dataclass: the same keys, none beside them."""
    hints = get_type_hints(cls, include_extras=True)
    made: dict[str, Any] = {}
    for key in fields(cls):
        tag = key.name == "type"  # tells the types of steps apart, so pydantic reads it itself
        hint = hints[key.name] if tag else translated(hints[key.name])
        needed = key.default is MISSING and key.name not in DERIVED
        default = ... if needed or tag else None
        made[f"{key.name}_"] = (hint, Field(default, alias=key.name))
    doc = (cls.__doc__ or "").strip()
    return create_model(cls.__name__, __config__=STRICT, __doc__=doc, **made)


def translated(hint: Any) -> Any:  # noqa: ANN401 - a type hint, as the standard library has them
    """Return the hint that pydantic checks by, for a hint of the domain."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return leaf(parts[0], parts[1:])
    if origin is tuple:
        return _list(parts[0])
    if origin in (Union, UnionType):
        members = [part for part in parts if part is not type(None)]
        if len(members) == 1:
            return translated(members[0]) | None
        return leaf(hint, ())
    if is_dataclass(hint) and isinstance(hint, type) and hint is not Principal:
        return model(hint)
    if origin is Mapping:
        return dict[str, translated(parts[1])]  # type: ignore[misc]  # made at run time
    if hint is bool:
        return bool
    return leaf(hint, ())


def _list(part: Any) -> Any:  # noqa: ANN401 - as above
    steps = [model(cls) for cls in get_args(part) if is_dataclass(cls) and isinstance(cls, type)]
    if not steps:
        each: Any = translated(part)
        return list[each]
    union: Any = reduce(or_, steps)
    either: Any = Annotated[union, Field(discriminator="type_")]
    return Annotated[list[either], Field(min_length=1)]


def leaf(base: Any, marks: tuple[object, ...]) -> Any:  # noqa: ANN401 - as above
    """Return the check of a single value, which says in words what it expects."""
    shape = next((mark for mark in marks if isinstance(mark, Shape)), None)
    later = next((mark.values for mark in marks if isinstance(mark, Later)), frozenset())
    known = next((mark.kind for mark in marks if isinstance(mark, Known)), None)
    options = () if shape else get_args(base) if get_origin(base) is Literal else ()

    def check(value: object, info: ValidationInfo) -> object:
        if isinstance(value, str):
            _refuse_later(value, later)
        if options:
            return _option(value, options)
        text = _text(value, shape or _shape_of(base), numbers=int in get_args(base))
        _parse(text, base, shape)
        names: Names = info.context or {}
        if known is not None:
            _check_known(text, known, names)
        if base is Principal and text.startswith("role:"):
            _check_known(text.removeprefix("role:"), "role", names)
        return value

    schema = _json_schema(options, shape or _shape_of(base))
    return Annotated[Any, PlainValidator(check), WithJsonSchema(schema)]


def _shape_of(base: object) -> Shape:
    if base is Principal:
        return Shape(wanted="role:<role> or user:<Slack id of a person>", limit=100)
    return TEXT


def _refuse_later(value: str, later: frozenset[str]) -> None:
    prefix = value.partition(":")[0] + ":"
    if value in later or (prefix in later and value != prefix):
        raise PydanticCustomError("later", "'{value}' is not supported yet", {"value": value[:60]})


def _option(value: object, options: tuple[object, ...]) -> object:
    if any(value == option and type(value) is type(option) for option in options):
        return value
    choices = [str(option) for option in options]
    hint = did_you_mean(value, choices) if isinstance(value, str) else ""
    one_of = "one of " if len(choices) > 1 else ""
    raise _wrong(f"expected {one_of}{', '.join(choices)}", value, hint)


def _text(value: object, shape: Shape, *, numbers: bool) -> str:
    """Return the text form of a value, or say what was expected instead."""
    if numbers and type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        scalar = isinstance(value, (bool, int, float))
        if scalar and shape.pattern is None:
            raise _wrong("expected text", value, "; put it in quotes")
        raise _wrong(f"expected {shape.wanted}", value)
    if not value.strip():
        raise PydanticCustomError("shape", "{message}", {"message": f"expected {shape.wanted}"})
    if len(value) > shape.limit:
        message = f"too long: {len(value)} characters, at most {shape.limit} are allowed"
        raise PydanticCustomError("shape", "{message}", {"message": message})
    if shape.pattern is not None and not re.fullmatch(shape.pattern, value, re.ASCII):
        raise _wrong(f"expected {shape.wanted}", value)
    return value


def _parse(text: str, base: object, shape: Shape | None) -> None:
    """Refuse what has the right pattern and still is no day, duration or principal."""
    try:
        if base is timedelta:
            duration(text)
        elif base is date:
            date.fromisoformat(text)
    except ValueError:
        raise _wrong(f"expected {shape.wanted if shape else 'a value'}", text) from None
    if base is Principal:
        try:
            Principal.parse(text)
        except ValueError as error:
            raise PydanticCustomError("shape", "{message}", {"message": str(error)}) from None


def _check_known(name: str, kind: Kind, names: Names) -> None:
    """Refuse a name that the process does not have; one without services knows any service."""
    known = names.get(kind, frozenset())
    if name in known or (kind == "service" and not known):
        return
    hint = did_you_mean(name, known) if len(known) > FEW else ""
    if not hint and known:
        hint = f"; there are {', '.join(sorted(known)[:MOST_NAMED])}"
    message = f"unknown {kind} '{name[:60]}'{hint}"
    raise PydanticCustomError("shape", "{message}", {"message": message})


def _wrong(expected: str, value: object, hint: str = "") -> PydanticCustomError:
    message = f"{expected}, found {found(value)}{hint}"
    return PydanticCustomError("shape", "{message}", {"message": message})


def found(value: object) -> str:
    """Describe what stands in the file in the place of something else."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"'{value[:60]}'"
        case list():
            return "a list"
        case _:
            return "keys"


def _json_schema(options: tuple[object, ...], shape: Shape) -> dict[str, Any]:
    if options:
        return {"enum": list(options)}
    schema: dict[str, Any] = {"type": "string", "description": shape.wanted.capitalize()}
    schema |= {"minLength": 1, "maxLength": shape.limit}
    if shape.pattern is not None:
        schema["pattern"] = f"^({shape.pattern})$"
    return schema
