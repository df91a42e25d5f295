"""Parses a request's arguments from any of the encodings Slack accepts (contract §1.1)."""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any, NoReturn

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.simulator.errors import SlackError
from bot.simulator.model import Json

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
JSON = "application/json"
NAME = re.compile(r"[A-Za-z0-9_.\-]+")
SECRETS = frozenset({"token", "access_token", "client_secret", "refresh_token"})
DEEPEST = 60


async def read(request: web.Request) -> tuple[Json, list[str]]:
    """The arguments of query and body, and the warnings about them."""
    args: Json = {}
    _take(args, request.query.items())
    if request.method == "GET" or not request.can_read_body:
        return args, []
    try:
        return await _read_body(request, args)
    except web.HTTPRequestEntityTooLarge:  # Slack stops reading as well
        raise SlackError("request_timeout") from None


async def _read_body(request: web.Request, args: Json) -> tuple[Json, list[str]]:
    warnings = []
    if request.content_type == JSON:
        body = parse(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        body.pop("token", None)  # with JSON it belongs in the header
        args.update(body)
        if request.charset is None:
            warnings.append("missing_charset")
    elif request.content_type in FORMS:
        _take(args, await _form(request))
    elif await request.read() and "Content-Type" not in request.headers:
        raise SlackError("missing_post_type")
    elif request.content_type != "text/plain":
        raise SlackError("invalid_post_type")
    return args, warnings


async def _form(request: web.Request) -> list[tuple[str, Any]]:
    try:
        fields = await request.post()
    except LookupError:
        raise SlackError("invalid_charset") from None
    except (ValueError, HttpProcessingError):
        raise SlackError("invalid_form_data") from None
    return [(name, value) for name, value in fields.items() if isinstance(value, str)]


def _take(args: Json, pairs: Iterable[tuple[str, Any]]) -> None:
    for name, value in pairs:
        if name.endswith("]"):
            raise SlackError("invalid_array_arg")
        if not NAME.fullmatch(name):
            raise SlackError("invalid_arg_name")
        args[name] = value


def parse(text: str | bytes, error: str = "invalid_json") -> Any:  # noqa: ANN401 - unchecked
    """JSON as Slack accepts it: no NaN, and a limited depth."""
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError):
        raise SlackError(error) from None
    if is_too_deep(value):
        raise SlackError(error)
    return value


def _number(text: str) -> float:
    value = float(text)
    return value if isfinite(value) else _no_number(text)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def is_too_deep(value: object) -> bool:
    """Whether lists and objects are nested deeper than the limit."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def client(request: web.Request) -> Json:
    """Client id and secret from HTTP Basic, which takes precedence over the body."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        name, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, ValueError):
        return {}
    return {"client_id": name, "client_secret": secret}


def kept(args: Json) -> Json:
    """Arguments, or an answer, for the record: without secrets."""
    return {name: value for name, value in args.items() if name not in SECRETS}
