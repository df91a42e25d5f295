"""The HTTP server: pages, health, metrics and, in HTTP mode, Slack's deliveries."""

from collections.abc import Iterable

from aiohttp import web

from bot.web import access, health, pages
from bot.web.history import HISTORIES, Histories
from bot.web.look import LOOK, Look
from bot.web.pages import errors
from bot.web.site import SITE, Site

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Pages load nothing from elsewhere and run no script that is not a file of ours."""

DRAIN = 3.0
"""Seconds that requests in hand get when stopping: Slack waits no longer for an answer."""


class WebServer:
    """Serves until it is stopped."""

    def __init__(
        self, site: Site, host: str, port: int, more: Iterable[web.AbstractRouteDef] = ()
    ) -> None:
        self._host, self._port = host, port
        app = web.Application(
            middlewares=[guarded, errors.told, access.passes], client_max_size=1 << 20
        )
        app[SITE], app[LOOK], app[HISTORIES] = site, Look(), Histories()
        app.add_routes(
            [
                web.get("/healthz", health.healthz),
                web.get("/readyz", health.readyz),
                web.get("/metrics", health.metrics),
                *pages.routes(),
                *more,
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAIN)

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: the address is taken or is not ours.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    @property
    def paths(self) -> list[str]:
        """Every address that it answers, with `{…}` for what differs."""
        found = self._runner.app.router.resources() if self._runner.app else ()
        return sorted({resource.canonical for resource in found})

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Finish what is being answered, and stop listening."""
        await self._runner.cleanup()


@web.middleware
async def guarded(request: web.Request, handler: access.Handler) -> web.StreamResponse:
    """Send every answer with the headers that keep it from being framed, sniffed or scripted."""
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        _guard(answer)
        raise
    _guard(response)
    return response


def _guard(response: web.StreamResponse) -> None:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
