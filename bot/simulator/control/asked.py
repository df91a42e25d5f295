"""Reads and validates requests to the control interface."""

from typing import Any

from aiohttp import web

from bot.simulator import arguments
from bot.simulator.errors import SlackError, WrongOrder
from bot.simulator.model import Json

LARGEST = 64 * 1024


async def body_of(request: web.Request, *known: str) -> Json:
    """The JSON object in the body, with no other keys than the known ones.

    Raises:
        WrongOrder: it is none, or has keys that nothing would listen to.
    """
    if (request.content_length or 0) > LARGEST:
        raise WrongOrder(f"The body is longer than {LARGEST} bytes.")
    try:
        body = arguments.parse(await request.read() or b"{}")
    except SlackError:
        raise WrongOrder("The body must be JSON, and not nested without end.") from None
    except web.HTTPRequestEntityTooLarge:
        raise WrongOrder(f"The body is longer than {LARGEST} bytes.") from None
    if not isinstance(body, dict):
        raise WrongOrder("The body must be a JSON object.")
    unknown = [key for key in body if key not in known]
    if unknown:
        raise WrongOrder(f"{unknown[0][:40]!r} is not known here; known is: {', '.join(known)}.")
    return body


def flag(body: Json, name: str, default: bool) -> bool:  # noqa: FBT001 - what holds otherwise
    """True or false."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise WrongOrder(f"`{name}` must be true or false.")
    return value


def number(body: Json, name: str, default: float) -> float:
    """A number, whole or not."""
    value: Any = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise WrongOrder(f"`{name}` must be a number.")
    return value


def whole(body: Json, name: str, default: int) -> int:
    """A whole number."""
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongOrder(f"`{name}` must be a whole number.")
    return value


def text(body: Json, name: str, default: str = "") -> str:
    """A text."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise WrongOrder(f"`{name}` must be a text.")
    return value


def query_number(request: web.Request, name: str, default: int) -> int:
    """A whole number of the query."""
    given = request.query.get(name, str(default))
    if not given.isdigit() or len(given) > len(str(2**53)):
        raise WrongOrder(f"`{name}` must be a whole number, and this is {given[:40]!r}.")
    return int(given)
