"""Who may look: a signed link from Slack, then a cookie; bearer tokens for machines."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.config import is_loopback
from bot.links import LIFETIME, Pass
from bot.storage.queries import Viewer
from bot.web.site import SITE, Site

COOKIE = "muster_pass"
ONLY_HERE = (
    "Without MUSTER_PAGES_SECRET this is for the machine that Muster runs on; ask for it there by "
    "its address, as in http://127.0.0.1:8080."
)
_VIEWER = web.RequestKey("viewer", Viewer)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NoPass(web.HTTPForbidden):
    """Nobody knows who is looking."""


class OtherName(web.HTTPMisdirectedRequest):
    """What is open to this machine was asked for by a name that leads elsewhere too."""

    def __init__(self) -> None:
        super().__init__(text=f"{ONLY_HERE}\n")


@web.middleware
async def passes(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a signed link into a cookie, and a cookie into a viewer."""
    site = request.app[SITE]
    signed = request.query.get("pass")
    if signed is not None and request.method == "GET":
        return _admit(site, request, signed)
    found = _read(site, request.cookies.get(COOKIE, ""))
    if found is not None:
        request[_VIEWER] = Viewer(workspace=found.workspace, user=found.user)
    elif site.open_to_all and asked_here(request):
        request[_VIEWER] = Viewer(workspace=site.workspace, user="")
    return await handler(request)


def asked_here(request: web.Request) -> bool:
    """Whether the Host header names this machine alone.

    A page of another site whose name was pointed at this machine (DNS rebinding) could else read
    what is open here; its browser still sends that name.
    """
    return is_loopback(f"//{request.host}")


def _admit(site: Site, request: web.Request, signed: str) -> web.Response:
    """Keep the pass in a cookie, and the address clean of it.

    An address that begins with two slashes would lead to another host.
    """
    address = str(request.rel_url.without_query_params("pass"))
    response = web.Response(status=303, headers={"Location": "/" + address.lstrip("/\\")})
    if _read(site, signed) is not None:
        response.set_cookie(
            COOKIE,
            signed,
            max_age=int(LIFETIME.total_seconds()),
            httponly=True,
            secure=site.secure,
            samesite="Lax",
        )
    return response


def _read(site: Site, signed: str) -> Pass | None:
    """Return the pass that was signed; None if it is forged, or its account was deactivated."""
    found = site.signer.read(signed, site.clock.now()) if signed.isascii() else None
    return None if found is None or site.gone(found.user) else found


def known_viewer(request: web.Request) -> Viewer | None:
    """Return who is looking, if anybody knows."""
    viewer: Viewer | None = request.get(_VIEWER)
    return viewer


def viewer_of(request: web.Request) -> Viewer:
    """Return who is looking.

    Raises:
        NoPass: they came without a link from Slack, or with one that is over.
        OtherName: they need none on this machine, and came by another name.
    """
    viewer = known_viewer(request)
    if viewer is None:
        raise OtherName if request.app[SITE].open_to_all else NoPass
    return viewer


def machine(request: web.Request) -> None:
    """Let a machine through that shows the bearer token.

    Raises:
        web.HTTPUnauthorized: it does not, and there is one to show.
        OtherName: there is none, and it was asked for by a name that leads elsewhere too.
    """
    token = request.app[SITE].token
    if token is None:
        if not asked_here(request):
            raise OtherName
        return
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode(), token.encode()):
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
