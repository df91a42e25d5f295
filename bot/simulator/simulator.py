"""The pretend Slack as one object: start it, point a bot at it, and let people act."""

from aiohttp import web

from bot.simulator.cast import open_workspace
from bot.simulator.people import Person
from bot.simulator.record import Call, Delivery, Record
from bot.simulator.server import Server
from bot.simulator.workspace import Clock


class Simulator:
    """A Slack workspace with one app installed, served over HTTP and WebSocket."""

    def __init__(self, *, clock: Clock, manifest_scopes: set[str] | None = None) -> None:
        scopes = None if manifest_scopes is None else frozenset(manifest_scopes)
        self.clock = clock
        self.workspace = open_workspace(clock, scopes=scopes)
        self.record = Record(self.workspace)
        self.latency = 0.0
        self._server = Server(self)
        self._extra_routes: list[web.AbstractRouteDef] = []

    # -- running -------------------------------------------------------------------------

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        port = await self._server.start(host, port)
        self.workspace.base_url = f"http://{host}:{port}"

    async def stop(self) -> None:
        await self._server.stop()

    def mount(self, routes: list[web.AbstractRouteDef]) -> None:
        """Serve more routes beside Slack's own (the page does); call it before `start`."""
        self._extra_routes.extend(routes)

    def add_routes(self, app: web.Application) -> None:
        app.add_routes(self._extra_routes)

    # -- what a bot is configured with ---------------------------------------------------

    @property
    def url(self) -> str:
        return self.workspace.base_url

    @property
    def api_url(self) -> str:
        return f"{self.workspace.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.workspace.app.bot_token

    @property
    def app_token(self) -> str:
        return self.workspace.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.workspace.app.signing_secret

    @property
    def scope_header(self) -> str:
        return ",".join(sorted(self.workspace.app.scopes))

    # -- watching ------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        return Person(self, self.workspace.user_named(name))

    @property
    def calls(self) -> list[Call]:
        return list(self.record.calls)

    def clear_calls(self) -> None:
        self.record.calls.clear()

    @property
    def deliveries(self) -> list[Delivery]:
        return list(self.record.deliveries)
