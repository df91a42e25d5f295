"""Slack's deliveries over HTTP: signed requests, read only once they are known to be Slack's.

bolt reads a body before it looks at the signature; here the bytes are checked first, and bolt is
handed nothing that a stranger could have written, not even a header.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.payloads import misshapen

log = structlog.get_logger(__name__)

PATH = "/slack/events"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_WINDOW = 300
"""Seconds by which Slack's clock and ours may differ, and for which a signature is good."""
_DIGITS = 12
_KEPT = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")


class Malformed(Exception):
    """Slack signed it, but it cannot be read."""


def route(app: AsyncApp, secret: str) -> web.RouteDef:
    """Return the one address for events, commands and interactions."""

    async def deliver(request: web.Request) -> web.Response:
        raw = await request.read()
        if not genuine(secret, request.headers, raw, time.time()):
            log.warning("delivery.not_signed", size=len(raw))
            raise web.HTTPUnauthorized
        if request.content_type not in {JSON, FORM}:
            raise web.HTTPUnsupportedMediaType
        try:
            text, body = read(raw, request.content_type)
        except Malformed as fault:
            log.warning("delivery.malformed", why=str(fault))
            raise web.HTTPBadRequest from fault
        wrong = misshapen(body)
        if wrong:
            log.warning("delivery.malformed", why=wrong)
            return web.Response()
        kept = {name: request.headers[name] for name in _KEPT if name in request.headers}
        given = AsyncBoltRequest(body=text, headers={"Content-Type": request.content_type, **kept})
        return await to_aiohttp_response(await app.async_dispatch(given))

    return web.post(PATH, deliver)


def genuine(secret: str, headers: Mapping[str, str], raw: bytes, now: float) -> bool:
    """Say whether Slack signed these bytes within the last five minutes."""
    stamp = headers.get("X-Slack-Request-Timestamp", "")
    shown = headers.get("X-Slack-Signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _DIGITS):
        return False
    if abs(now - int(stamp)) > _WINDOW:
        return False
    mark = hmac.new(secret.encode(), b"v0:%s:%s" % (stamp.encode(), raw), hashlib.sha256)
    return hmac.compare_digest(shown.encode("utf-8", "replace"), f"v0={mark.hexdigest()}".encode())


def read(raw: bytes, kind: str) -> tuple[str, Any]:
    """Return the text of a body, and what is in it, as bolt will find it.

    Raises:
        Malformed: it cannot be read.
    """
    try:
        text = raw.decode()
        return text, _object(text, kind)
    except (ValueError, RecursionError) as fault:
        raise Malformed(type(fault).__name__) from fault


def _object(text: str, kind: str) -> Any:
    if kind == JSON or text.startswith("{"):
        return json.loads(text)
    fields = parse_qs(text, keep_blank_values=True, max_num_fields=100)
    if "payload" in fields:
        return json.loads(fields["payload"][-1])
    return {name: values[-1] for name, values in fields.items()}
