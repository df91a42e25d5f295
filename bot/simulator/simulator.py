"""The pretend Slack as one object: start it, point a bot at it, and let people act."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from bot.simulator.backstage import set_up
from bot.simulator.cast import open_workspace
from bot.simulator.deeds import messages, staff
from bot.simulator.delivery import Answer
from bot.simulator.faults import Faults
from bot.simulator.limits import Limits
from bot.simulator.manifest import AppManifest
from bot.simulator.model import Message, User
from bot.simulator.people import Person
from bot.simulator.record import Call, Delivery
from bot.simulator.server import Server
from bot.simulator.socket_mode import SocketMode
from bot.simulator.workspace import PATIENCE, Clock, Workspace


class Simulator:
    """A Slack workspace with one app installed, served over HTTP and WebSocket.

    `manifest_scopes` are the scopes the app's token has; without them it has every bot scope. It
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
        self.clock = clock
        self.workspace = workspace or open_workspace(clock, scopes=scopes)
        if seed is not None:
            self.workspace.chance = random.Random(seed)
        self.backstage = set_up(self.workspace)
        self._server = Server(self.backstage)
        self._routes: list[web.AbstractRouteDef] = []

    def install(self, manifest: AppManifest) -> None:
        """Install the app as its manifest describes it; call it before `start`."""
        app = self.workspace.app
        app.name = manifest.name
        person = self.workspace.users[self.workspace.bot.user_id]
        person.real_name, person.name = manifest.name, manifest.handle
        app.scopes, app.events = manifest.scopes, manifest.events
        app.commands = dict(manifest.commands)
        app.home_tab, app.messages_tab = manifest.home_tab, manifest.messages_tab
        app.interactive = manifest.interactive
        app.unfurl_domains = manifest.unfurl_domains

    # -- running -------------------------------------------------------------------------

    def mount(self, routes: Iterable[web.AbstractRouteDef]) -> None:
        """Serve more routes beside Slack's own (the page does); call it before `start`."""
        self._routes.extend(routes)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one."""
        port = await self._server.start(host, port, self._routes)
        self.workspace.base_url = f"http://{host}:{port}"
        self.backstage.scheduler.start()

    async def stop(self) -> None:
        """Let go of everything that hangs, close the sockets, stop listening."""
        self.faults.clear()
        self.backstage.scheduler.stop()
        await self.backstage.deliveries.stop()
        await self.sockets.stop()
        await self.backstage.http.stop()
        await self._server.stop()

    # -- what a bot is configured with ---------------------------------------------------

    @property
    def url(self) -> str:
        """The workspace's own address."""
        return self.workspace.base_url

    @property
    def api_url(self) -> str:
        """What stands for https://slack.com/api/."""
        return f"{self.workspace.base_url}/api/"

    @property
    def bot_token(self) -> str:
        """The bot token, which begins with xoxb."""
        return self.workspace.bot.token

    @property
    def app_token(self) -> str:
        """The app-level token for Socket Mode, which begins with xapp."""
        return self.workspace.app.app_token

    @property
    def signing_secret(self) -> str:
        """The secret that signs HTTP deliveries."""
        return self.workspace.app.signing_secret

    def deliver_over_http(self, url: str) -> None:
        """Send events, commands and interactions to this address instead of a socket."""
        self.workspace.app.request_url = url
        self.backstage.deliveries.transport = self.backstage.http

    @property
    def listens(self) -> bool:
        """Whether an app is there to hear of what people do."""
        if self.workspace.app.request_url is not None:
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

    def person(self, name: str) -> Person:
        """The person of that name."""
        return Person(self.backstage, self.workspace.user_named(name))

    def hire(self, name: str, real_name: str, **about: str | bool) -> Person:
        """Somebody new; `about` gives zone, title, role as the fields of User do."""
        user = User(
            id=self.workspace.mint_id("U"),
            name=name,
            real_name=real_name,
            display_name=name,
            email=f"{name}@pretend.example",
            team_id=self.workspace.team.id,
        )
        user = replace(user, **about)  # type: ignore[arg-type]  # the caller's to get right
        return Person(self.backstage, staff.hire(self.workspace, user))

    def deactivate(self, name: str) -> None:
        """Take somebody's account away."""
        staff.deactivate(self.workspace, self.workspace.user_named(name))

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

    async def unfurls(self, message: Message, title: str) -> None:
        """Slack adds the preview of a link to a message."""
        room = self.workspace.channels[message.channel]
        messages.unfurl(self.workspace, room, message, {"title": title, "fallback": title})

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
        """Orders for what goes wrong."""
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
    def latency(self) -> float:
        """Seconds added to every API call."""
        return self.backstage.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self.backstage.latency = seconds
