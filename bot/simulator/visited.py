"""Decides who may use the page and the control interface: programs, and the simulator's own page.

A page of another site names itself in `Origin`. Where its name was pointed at this machine
(rebinding) it calls itself and the simulator alike, so the name in `Host` must be one that nobody
else can have: an address, localhost, or what the simulator was told to listen on.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

REFUSED = (
    "This is for the simulator's own page and for programs; ask for it by its address, "
    "as in http://127.0.0.1:8100."
)


def is_welcome(request: web.Request, base_url: str) -> bool:
    """Whether a request to the simulator at `base_url` comes from no page of another site."""
    try:
        name = urlsplit(f"//{request.host}").hostname or ""
        origin = urlsplit(request.headers.get("Origin", f"//{request.host}")).netloc
    except ValueError:  # neither a name nor an address
        return False
    own = name in ("localhost", urlsplit(base_url).hostname) or _is_address(name)
    return own and origin == request.host


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
