"""An address that says why nobody can be served yet, until the server itself takes it over."""

from collections.abc import Callable

from aiohttp import web

from bot.web.health import healthz
from bot.web.server import guarded


class Door:
    """Alive and not ready; everything else is asked to come again."""

    def __init__(self, host: str, port: int, unready: Callable[[], list[str]]) -> None:
        self._host, self._port = host, port
        self._unready = unready
        app = web.Application(middlewares=[guarded], client_max_size=1 << 20)
        app.add_routes(
            [
                web.get("/healthz", healthz),
                web.get("/readyz", self._readyz),
                web.route("*", "/{anything:.*}", self._shut),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def open(self) -> None:
        """Listen.

        Raises:
            OSError: the address is taken or is not ours.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Leave the address to whoever comes next."""
        await self._runner.cleanup()

    async def _readyz(self, _request: web.Request) -> web.Response:
        return web.json_response({"ready": False, "because": self._unready()}, status=503)

    async def _shut(self, _request: web.Request) -> web.Response:
        return web.Response(
            status=503,
            headers={"Retry-After": "15"},
            text="Muster waits for Slack and cannot show anything yet; /readyz says why.\n",
        )
