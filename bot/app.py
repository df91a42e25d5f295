"""The composition root: builds everything from settings, starts it in order, stops it in order."""

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial

import aiohttp
import structlog
from aiohttp import web

from bot.beginning import Beginning
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.domain.workspace import AppConnected
from bot.engine.clockwork import Alarm
from bot.engine.courier import Courier
from bot.engine.dispatcher import Dispatcher
from bot.engine.emptier import Emptier
from bot.engine.keeper import Keeper
from bot.engine.reach import Away, Reach
from bot.engine.tally import Shown, Tally
from bot.engine.workspaces import Workspaces
from bot.introduction import Introduction
from bot.links import Signer
from bot.needed import CannotStart, bot_token, check_pages, revealed, unusable_address
from bot.serving import Serving
from bot.slack import http, listener
from bot.slack.calls import SlackCalls, new_client
from bot.slack.catching_up import CatchUp
from bot.slack.connection import SocketConnection, TokenRefused
from bot.slack.desk import Desk
from bot.slack.errands import Errands
from bot.slack.identity import Identity, TokenNotTaken
from bot.slack.people import Directory
from bot.slack.performers import performers
from bot.slack.provisional.sweeping import Adoption
from bot.storage.awaited import AwaitedDatabase
from bot.storage.database import Database, DatabaseAway, Unfit
from bot.storage.opening import connect, database_file
from bot.storage.selves import Self
from bot.supervise import Loop
from bot.web.server import WebServer
from bot.web.site import Site

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks for what other processes wrote."""


class Application:
    """Muster, built from settings; `start` and `stop` are the only ways in and out."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        process: Process,
        *,
        database: Database | None = None,
        new_calls: Callable[..., SlackCalls] = SlackCalls,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.process = process
        self._new_calls = new_calls
        self.tally = Tally()
        self.alarm = Alarm(clock, look_every=LOOK_EVERY)
        behind = database or connect(settings.database_url)
        behind.took = lambda what, seconds: self.tally.took("database_seconds", seconds, what)
        self.database = AwaitedDatabase(behind, database_file(settings.database_url))
        self.dispatcher = Dispatcher(self.database, clock, lambda: self.process, self.tally)
        self.keeper = Keeper(self.database, clock)
        self.emptier = Emptier(self.database, clock, self.dispatcher)
        self.introduction: Introduction | None = None
        self.serving: Serving | None = None
        self.web: WebServer | None = None
        self.socket: SocketConnection | None = None
        self._signer = Signer(revealed(settings.pages_secret) or secrets.token_hex())
        self._loops: list[Loop] = []
        self._resources = AsyncExitStack()

    @property
    def busy(self) -> bool:
        """Whether anything is being handled or carried right now."""
        return self.serving is not None and self.serving.busy

    @property
    def desk(self) -> Desk | None:
        """What handlers are handed, once it is known who the bot is."""
        return self.serving.desk if self.serving is not None else None

    async def start(self) -> None:
        """Start in order: who the bot is, database, courier, deliveries.

        A database that is away is taken up as soon as it is there, and so is Slack: people are
        served as if it had gone away while the process ran. Where both are away, or Slack is at
        the very first start, it waits for either.

        Raises:
            CannotStart: with a sentence that says what is missing.
        """
        token = bot_token(self.settings)
        check_pages(self.settings)
        try:
            calls = await self._open_calls(token)
            identity = Identity(calls, self.database)
            me = await self._who_am_i(identity, calls.reach)
            desk = self._open_desk(calls, me)
            self.serving = serving = self._open(desk, identity)
            await self._begin(serving.beginning)
            self._loops.append(Loop("courier", serving.courier.run))
            self._loops.append(Loop("watch over Slack", lambda: self._watch(desk)))
            self._loops.append(Loop("listening for other replicas", self._hear))
            await self._listen(desk)
            self._loops.append(Loop("catch up", serving.catch_up.run))
            self._loops.append(Loop("adoption", serving.adoption.run))
            self._loops.append(Loop("message log", desk.message_log.run))
            self._loops.append(Loop("keeper", self.keeper.run))
            self._loops.append(Loop("emptier", self.emptier.run))
        except (Unfit, TokenNotTaken) as fault:
            raise CannotStart(str(fault)) from fault

    async def _who_am_i(self, identity: Identity, reach: Reach) -> Self:
        """Ask Slack or, while it is away, the record; wait for whichever is there first."""
        self.introduction = Introduction(identity, self.database, reach, self.settings)
        me = await self.introduction.made()
        if self.introduction.by_heart:
            confirm = partial(identity.confirm, me)
            self._loops.append(Loop("who the bot is", confirm, ends=True))
        return me

    async def _begin(self, beginning: Beginning) -> None:
        """Begin to work with the record, now or as soon as there is one."""
        await beginning.try_it()
        if not beginning.done.is_set():
            self._loops.append(Loop("way to the database", beginning.run, ends=True))

    async def _take_up(self, desk: Desk, identity: Identity) -> None:
        """Read what is kept in memory, and write down by whom this workspace is served."""
        me = desk.me
        await desk.people.load()
        await desk.workspaces.record(me.workspace, AppConnected(user=me.user, bot=me.bot))
        await identity.remember(me)

    async def _watch(self, desk: Desk) -> None:
        await desk.calls.reach.watch(desk.calls.look)

    async def _hear(self) -> None:
        await self.database.listen(self.alarm.ring)

    async def _open_calls(self, token: str) -> SlackCalls:
        session = await self._resources.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
        )
        calls = self._new_calls(new_client(token, self.settings.slack_api_url, session), self.clock)
        calls.tally = self.tally
        self._resources.callback(calls.reach.close)
        return calls

    def _open_desk(self, calls: SlackCalls, me: Self) -> Desk:
        errands = Errands()
        people = Directory(self.database, calls, self.clock, errands)
        self.keeper.each_turn(people.forget_erased)
        desk = Desk(
            me=me,
            clock=self.clock,
            database=self.database,
            dispatcher=self.dispatcher,
            calls=calls,
            people=people,
            errands=errands,
            workspaces=Workspaces(self.database, self.clock),
            tally=self.tally,
            word=self.settings.command,
            pages_url=self.settings.public_url,
            pages_open=self.settings.pages_secret is None,
            signer=self._signer,
        )
        self.keeper.each_turn(desk.message_log.seal)
        return desk

    def _open(self, desk: Desk, identity: Identity) -> Serving:
        courier = Courier(
            database=self.database,
            dispatcher=self.dispatcher,
            performers=performers(desk),
            alarm=self.alarm,
            tally=self.tally,
            reach=desk.calls.reach,
        )
        return Serving(
            desk=desk,
            courier=courier,
            beginning=Beginning(self.database, partial(self._take_up, desk, identity)),
            catch_up=CatchUp(desk, self._session),
            adoption=Adoption(desk),
        )

    def _session(self) -> object | None:
        """Return what deliveries come through: another object after each reconnection."""
        return self.socket.session if self.socket is not None else self.web

    async def _listen(self, desk: Desk) -> None:
        """Open the pages and, over socket or HTTP, the way in from Slack."""
        slack = listener.build(desk)
        app_token = revealed(self.settings.slack_app_token)
        signing = revealed(self.settings.slack_signing_secret)
        routes = [http.route(slack, signing)] if signing and not app_token else []
        await self._serve_pages(desk, routes)
        if app_token is not None:
            await self._connect(desk, slack, app_token)

    async def _connect(self, desk: Desk, slack: listener.App, app_token: str) -> None:
        """Open the socket; where Slack is away, as soon as it is back, and nobody waits for it."""
        self.socket = SocketConnection(slack, app_token, lambda: self.tally.count("socket_rebuilt"))
        desk.calls.reach.on_back(self.socket.hurry)
        try:
            if desk.calls.reach.away is None:
                await self.socket.open()
        except TokenRefused as fault:
            raise CannotStart(str(fault)) from fault
        self._loops.append(Loop("socket", self.socket.watch))

    async def _serve_pages(self, desk: Desk, more: list[web.RouteDef]) -> None:
        settings = self.settings
        site = Site(
            workspace=desk.me.workspace,
            archive=desk.me.url,
            clock=self.clock,
            database=self.database,
            dispatcher=self.dispatcher,
            tally=self.tally,
            signer=self._signer,
            name_of=lambda user: desk.people.name(desk.me.workspace, user),
            gone=lambda user: desk.people.gone(desk.me.workspace, user),
            zone_of=lambda user: desk.people.zone(desk.me.workspace, user),
            command=settings.command,
            open_to_all=settings.pages_secret is None,
            token=revealed(settings.metrics_token) or revealed(settings.pages_secret),
            secure=settings.public_url.startswith("https://"),
            unready=self.unready,
            shown=self.shown,
            carries=lambda: self.away is None,
        )
        self.web = WebServer(site, settings.http_host, settings.http_port, more)
        try:
            await self.web.start()
        except OSError as fault:
            raise unusable_address(settings, fault) from fault

    def unready(self) -> list[str]:
        """Return what keeps this process from taking and carrying deliveries, in words."""
        reasons = []
        if self.socket is not None and self.socket.trouble:
            reasons.append(self.socket.trouble)
        if self.away is not None:
            reasons.append(str(self.away))
        if self.introduction is not None and self.introduction.identity.trouble:
            reasons.append(self.introduction.identity.trouble)
        return reasons + [loop.trouble for loop in self._loops if loop.trouble]

    @property
    def away(self) -> Away | None:
        """What keeps Slack as a whole from being used, if anything does."""
        return self.desk.calls.reach.away if self.desk is not None else None

    def shown(self) -> list[Shown]:
        """Return the numbers that nobody else knows."""
        there = self.database.presence.trouble is None
        shown = [Shown(name="database_there", value=there)]
        away = self.clock.now() - self.away.since if self.away else timedelta()
        shown.append(Shown(name="slack_away_seconds", value=away.total_seconds()))
        if self.socket is not None:
            shown.append(Shown(name="socket_connected", value=self.socket.connected))
        return shown

    async def rested(self) -> None:
        """Return once nothing is being handled, carried, or due."""
        if self.serving is not None:
            await self.serving.rested()
        await self.emptier.rested()
        await self.keeper.rested()

    async def stop(self) -> None:
        """Stop in order: no more deliveries, finish what is held, let go."""
        if self.web is not None:
            await self.web.stop()  # over HTTP, Slack delivers there
        if self.socket is not None:
            await self.socket.disconnect()
        serving = self.serving
        if serving is not None:
            await serving.desk.errands.stop()
            await serving.courier.stop()
        if self.socket is not None:
            await self.socket.close()
        await self._end_loops()
        if serving is not None:
            with suppress(DatabaseAway):
                await serving.desk.message_log.seal()
                await serving.catch_up.note_heard()
        await self._let_go()

    async def abandon(self) -> None:
        """Drop everything at once, as a crash would: nothing is finished, nothing is said."""
        if self.socket is not None:
            await self.socket.abandon()
        if self.serving is not None:
            await self.serving.desk.errands.abandon()
            await self.serving.courier.abandon()
        await self._let_go()

    async def _end_loops(self) -> None:
        for loop in self._loops:
            await loop.end()

    async def _let_go(self) -> None:
        await self._end_loops()
        if self.web is not None:
            await self.web.stop()
        self.alarm.close()
        self.emptier.close()
        self.keeper.close()
        await self.database.close()
        await self._resources.aclose()
