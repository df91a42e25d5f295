"""What people see when there is no page for them: why, and what to do; never a traceback."""

from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.storage.database import DatabaseAway
from bot.web.access import ONLY_HERE, Handler
from bot.web.look import page

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said instead of a page; `hint` names a command to type, where that helps."""

    title: str
    text: str
    hint: bool = False


_FORBIDDEN = Told(
    title="Open it from Slack",
    text="This page opens with a link from Slack that is signed for you, and works for 12 hours.",
    hint=True,
)
_MISSING = Told(
    title="There is nothing here",
    text="The address is not right, or what it names is not yours to see.",
)
_ELSEWHERE = Told(title="Only on Muster's own machine", text=ONLY_HERE)
_BUSY = Told(title="One moment", text="Too many requests at once. Try again in a minute.")
_AWAY = Told(
    title="The record cannot be reached",
    text="The database does not answer at the moment. Nothing is lost; try again soon.",
)
_BROKEN = Told(
    title="Something went wrong",
    text="That is Muster's fault, and it has been logged. Try again; what is in Slack goes on.",
)
_TOLD = {403: _FORBIDDEN, 404: _MISSING, 405: _MISSING, 421: _ELSEWHERE, 429: _BUSY, 503: _AWAY}
_MACHINES = ("/healthz", "/readyz", "/metrics", "/hooks", "/slack")
"""Addresses that no person reads: their answers are left as they are."""


@web.middleware
async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into a page."""
    if request.path.startswith(_MACHINES):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status < 400:  # noqa: PLR2004 - from here on an answer is a failure
            raise
        return _page(request, answer.status)
    except DatabaseAway:
        return _page(request, 503)
    except Exception:
        log.exception("page.failed", path=request.path)
        return _page(request, 500)


def _page(request: web.Request, status: int) -> web.Response:
    return page(
        request,
        "error.html",
        status=status,
        code=status,
        told=_TOLD.get(status, _BROKEN),
        number=request.match_info.get("number", ""),
    )
