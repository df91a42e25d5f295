"""How pages look: the templates, and the files that the browser fetches beside them."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web import markup
from bot.web.access import known_viewer
from bot.web.site import SITE

_HERE = Path(__file__).parent
THEME = "muster_theme"
"""The cookie that keeps what somebody chose instead of their system's light or dark."""
_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, kw_only=True)
class StaticFile:
    """A file that goes with the pages; `version` is part of its address."""

    body: bytes
    kind: str
    version: str


class Look:
    """Templates and static files, read once."""

    def __init__(self) -> None:
        self.files = {path.name: _read(path) for path in sorted((_HERE / "static").iterdir())}
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = self.address
        self._templates.filters.update(
            prose=markup.prose,
            seen=markup.seen,
            code=markup.code,
            moment=markup.moment,
            http=markup.http,
        )

    def address(self, name: str) -> str:
        """Return where a static file is; another content has another address."""
        return f"/static/{name}?v={self.files[name].version}"

    def render(self, request: web.Request, template: str, **values: object) -> str:
        """Return a page as HTML."""
        site = request.app[SITE]
        viewer = known_viewer(request)
        now = site.clock.now()
        theme = request.cookies.get(THEME, "")
        return self._templates.get_template(template).render(
            now=now,
            ago=partial(markup.relative, now=now),
            word=site.command,
            theme=theme if theme in {"light", "dark"} else "",
            reader=site.name_of(viewer.user) if viewer and viewer.user else "",
            **values,
        )


LOOK = web.AppKey("look", Look)


def page(
    request: web.Request, template: str, *, live: str = "", status: int = 200, **values: object
) -> web.Response:
    """Return a page, or its `live` part alone where the script asks for just that."""
    part = live and request.headers.get("Muster-Part") == "live"
    html = request.app[LOOK].render(request, live if part else template, **values)
    return web.Response(text=html, content_type="text/html", status=status)


async def static_file(request: web.Request) -> web.Response:
    """Return a static file; its address changes with its content, so it may be kept for long."""
    found = request.app[LOOK].files.get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    current = request.query.get("v") == found.version
    headers = {"Cache-Control": _A_YEAR if current else "no-cache"}
    return web.Response(body=found.body, headers=headers, content_type=found.kind, charset="utf-8")


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(body=body, kind=kind, version=hashlib.sha256(body).hexdigest()[:12])
