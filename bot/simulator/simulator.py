"""The pretend Slack as one object: start it, point a bot at it, and let people act."""

import random
from collections.abc import Iterable
from datetime import datetime

from aiohttp import web

from bot.simulator.backstage import Directory
from bot.simulator.cast import new_app, open_workspace
from bot.simulator.errors import WrongOrder
from bot.simulator.faults import Faults
from bot.simulator.ground import Habits
from bot.simulator.limits import Limits
from bot.simulator.manifest import AppManifest
from bot.simulator.record import Call, Delivery
from bot.simulator.rotation import Rotation
from bot.simulator.server import Server
from bot.simulator.socket_mode import SocketMode
from bot.simulator.space import Space
from bot.simulator.transport import Answer
from bot.simulator.workspace import PATIENCE, Clock, Ground, Workspace


class Simulator(Space):
    """Slack with one app, served over HTTP and WebSocket: its first workspace, and those beside it.

    `manifest_scopes` are the scopes the app's tokens have; without them it has every bot scope. It
    goes on from a `workspace` that is given; otherwise a fresh one opens. With a `seed`, every id,
    token and timestamp is the same in each run, as far as the clock and the order of things are.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        manifest_scopes: Iterable[str] | None = None,
        workspace: Workspace | None = None,
        seed: int | None = None,
    ) -> None:
        scopes = None if manifest_scopes is None else frozenset(manifest_scopes)
        if workspace is None:
            workspace = open_workspace(Ground(clock=clock, app=new_app(scopes=scopes)))
        if seed is not None:
            workspace.ground.chance = random.Random(seed)
        self.clock = clock
        self._directory = Directory()
        super().__init__(self._directory.open(workspace))
        self.spaces: list[Space] = [self]
        self._server = Server(self._directory)
        self._routes: list[web.AbstractRouteDef] = []
        self._runs = False

    def open_workspace(self, name: str, *, installed: bool = True) -> Space:
        """One more workspace, with people of its own; unless `installed`, without the app.

        Raises:
            WrongOrder: it has no name, or another's; or there are too many.
        """
        space = Space(self._directory.open(open_workspace(self.ground, name, installed=installed)))
        self.spaces.append(space)
        if self._runs:
            space.backstage.scheduler.start()
        self.ground.changed("app")
        return space

    def space(self, name: str) -> Space:
        """The workspace of that name, domain or team id.

        Raises:
            WrongOrder: there is none.
        """
        for each in self.spaces:
            team = each.workspace.team
            if name in (team.id, team.name, team.domain):
                return each
        known = ", ".join(each.workspace.team.name for each in self.spaces)
        raise WrongOrder(f"There is no workspace {name[:60]!r}; there is: {known}.")

    def install(self, manifest: AppManifest) -> None:
        """Install the app as its manifest describes it; call it before `start`."""
        app = self.ground.app
        app.name, app.handle = manifest.name, manifest.handle
        for each in self.ground.workspaces.values():
            if each.bot.user_id in each.users:
                person = each.users[each.bot.user_id]
                person.real_name, person.name = app.name, app.handle
        app.scopes, app.events = manifest.scopes, manifest.events
        app.commands = dict(manifest.commands)
        app.home_tab, app.messages_tab = manifest.home_tab, manifest.messages_tab
        app.interactive = manifest.interactive
        app.unfurl_domains, app.rotates = manifest.unfurl_domains, manifest.rotates
        app.redirect_urls = manifest.redirect_urls

    # -- running -------------------------------------------------------------------------

    def mount(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Serve more routes beside Slack's own (the page does); call it before `start`."""
        self._routes.extend(routes)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        port = await self._server.start(host, port, self._routes)
        self.ground.base_url = f"http://{host}:{port}"
        self._runs = True
        for each in self.spaces:
            each.backstage.scheduler.start()

    async def stop(self) -> None:
        """Release what hangs, close the sockets, stop listening."""
        self.faults.clear()
        self._runs = False
        for each in self.spaces:
            each.backstage.scheduler.stop()
        await self.backstage.deliveries.stop()
        await self.sockets.stop()
        await self.backstage.http.stop()
        await self._server.stop()

    # -- what a bot is configured with ---------------------------------------------------

    @property
    def url(self) -> str:
        """Where it is reached."""
        return self.ground.base_url

    @property
    def api_url(self) -> str:
        """What stands for https://slack.com/api/."""
        return f"{self.ground.base_url}/api/"

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode, which begins with xapp."""
        return self.ground.app.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that signs HTTP deliveries."""
        return self.ground.app.signing_secret

    def deliver_over_http(self, url: str) -> None:
        """Send events, commands and interactions to this address instead of a socket."""
        self.ground.app.request_url = url
        self.backstage.deliveries.transport = self.backstage.http

    @property
    def listens(self) -> bool:
        """Whether the app can be reached."""
        if self.ground.app.request_url is not None:
            return self.silent_since is None
        return self.sockets.connected > 0

    @property
    def silent_since(self) -> datetime | None:
        """Since when the app's address cannot be reached, by the workspace's clock."""
        return self.backstage.http.silent_since

    async def verifies_url(self) -> bool:
        """Whether the app answers the challenge at its request URL."""
        return await self.backstage.http.verify()

    # -- acting and watching -------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """The API calls since the start, or since they were cleared."""
        return list(self.backstage.record.calls)

    def clear_calls(self) -> None:
        """Forget the calls so far."""
        self.backstage.record.clear_calls()

    @property
    def deliveries(self) -> list[Delivery]:
        """What was sent to the app."""
        return list(self.backstage.record.deliveries)

    async def redeliver(self, delivery: Delivery) -> Answer:
        """Send the same payload once more."""
        return await self.backstage.deliveries.again(delivery)

    async def all_acknowledged(self, *, within: float = PATIENCE) -> None:
        """Return once the app has acknowledged everything that was sent to it so far."""
        await self.workspace.wait_for(
            lambda: all(each.acknowledged_after is not None for each in self.deliveries),
            within=within,
            what="an acknowledgement of everything",
        )

    async def wait_connected(self, number: int = 1, *, within: float = PATIENCE) -> None:
        """Return once so many sockets are open."""
        await self.workspace.wait_for(
            lambda: self.sockets.connected >= number, within=within, what=f"{number} sockets"
        )

    @property
    def ack_deadline(self) -> float:
        """Seconds the app has for an acknowledgement: Slack's three, unless a test shortens it."""
        return self.backstage.deliveries.deadline

    @ack_deadline.setter
    def ack_deadline(self, seconds: float) -> None:
        self.backstage.deliveries.deadline = seconds

    # -- trouble on order ----------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """The faults that are ordered."""
        return self.backstage.faults

    @property
    def limits(self) -> Limits:
        """Rate limits, off until switched on."""
        return self.backstage.limits

    @property
    def sockets(self) -> SocketMode:
        """The app's sockets: how many, cut them, disconnect them."""
        return self.backstage.sockets

    @property
    def habits(self) -> Habits:
        """What Slack does occasionally."""
        return self.ground.habits

    @property
    def rotation(self) -> Rotation:
        """Token rotation: how long tokens last; expire them."""
        return self.backstage.rotation

    @property
    def latency(self) -> float:
        """Seconds added to every API call."""
        return self.habits.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.habits.latency = seconds
