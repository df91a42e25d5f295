"""One example of everything that can be asked, made from the types: a new command is included."""

from datetime import UTC, datetime
from types import NoneType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.domain import commands as c
from bot.domain.values import MessageRef, Text

AT = datetime(2026, 1, 5, 11, 55, tzinfo=UTC)


def example(kind: type, **given: Any) -> Any:
    """A command of this kind with something in every field that needs something."""
    hints = get_type_hints(kind)
    values = {name: _value(name, hint) for name, hint in hints.items()}
    return kind(**{**values, **given})


def _value(name: str, hint: Any) -> Any:
    options = [one for one in get_args(hint) if one is not NoneType]
    if get_origin(hint) is Literal:
        return options[0]
    if hint is MessageRef or MessageRef in options:
        return None
    if NoneType in get_args(hint) or get_origin(hint) is Union:
        return None
    if get_origin(hint) is tuple:
        return ()
    if hint is datetime:
        return AT
    if hint in {bool, int}:
        return hint(1)
    if hint in {Text, str}:
        return {"to": "UBOB", "user": "UBOB", "ts": "1767614100.000100"}.get(name, "words")
    raise AssertionError(f"no example for {name}: {hint}")


ASKED = (c.Declare, *get_args(c.AskedOfIncident))
NEVER_ASKED = tuple(kind for union in (c.Timer, c.Outcome, c.Observed) for kind in get_args(union))
