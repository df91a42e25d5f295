"""The vocabulary of the scenarios: people in a workspace, an incident bot, and time that the test
owns.

    await world.ann.says("/incident declare checkout is down")
    room = await world.room(1)
    await room.shows("checkout is down")
    await world.passes(minutes=30)

Everything is real: the bot with its database, slack-bolt over a WebSocket, the pretend Slack. Time
stands still until the test moves it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.simulator import Simulator
from bot.simulator.people import Person, Reply
from bot.simulator.workspace import NotSeen, Workspace
from bot.storage import queries
from bot.storage.queries import Viewer
from tests.databases import migrated
from tests.settling import Settling

START = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
"""A Wednesday, in working hours."""


@dataclass
class World(Settling):
    """A workspace with Muster in it."""

    sim: Simulator
    clock: Clock
    database_url: str
    process: Process
    settings: Mapping[str, Any] = field(default_factory=dict)
    app: Application | None = None
    build: Callable[[Settings, Clock, Process], Application] = Application

    # The people

    @property
    def ann(self) -> "Responder":
        """An admin, in Berlin."""
        return self.person("ann")

    @property
    def bob(self) -> "Responder":
        """A member, in London."""
        return self.person("bob")

    @property
    def carol(self) -> "Responder":
        """A member, in New York."""
        return self.person("carol")

    @property
    def dan(self) -> "Responder":
        """A guest."""
        return self.person("dan")

    @property
    def finn(self) -> "Responder":
        """Of another organisation."""
        return self.person("finn")

    def person(self, name: str) -> "Responder":
        """Somebody by name."""
        return Responder(self, self.sim.person(name))

    # The bot

    async def starts(self) -> None:
        """Start the bot and wait until it is connected."""
        await self.launches()
        await self.connects()

    async def connects(self, sockets: int = 1) -> None:
        """Wait until so many sockets are open, the bot's among them, and the bot knows it."""
        await self.sim.wait_connected(sockets, within=90)
        while self.bot.socket is not None and not self.bot.socket.connected:
            with suppress(NotSeen):
                await self.sim.workspace.wait_for(lambda: None, within=0.01)

    async def launches(self) -> None:
        """Start the bot, without waiting for a socket."""
        settings = Settings.model_validate(
            {
                "SLACK_BOT_TOKEN": self.sim.bot_token,
                "SLACK_APP_TOKEN": self.sim.app_token,
                "SLACK_API_URL": self.sim.api_url,
                "DATABASE_URL": self.database_url,
                "MUSTER_HTTP": "127.0.0.1:0",
                "MUSTER_URL": "http://localhost",
                **self.settings,
            }
        )
        self.app = self.build(settings, self.clock, self.process)
        await self.app.start()

    async def stops(self) -> None:
        """Stop the bot cleanly."""
        app, self.app = self.bot, None
        await app.stop()

    async def crashes(self) -> None:
        """Drop the bot as a crash would."""
        app, self.app = self.bot, None
        await app.abandon()
        gone = "the end of the sockets"  # or what Slack sends next goes to nobody
        await self.sim.workspace.wait_for(lambda: not self.sim.sockets.connected, what=gone)
        self.sim.sockets.lose_patience()

    async def restarts(self) -> None:
        """Stop and start the bot."""
        await self.stops()
        await self.starts()

    # Time

    async def passes(self, **duration: float) -> None:
        """Let time pass, then wait until everything due has been carried."""
        self.clock.advance(timedelta(**duration))
        await self.settles()

    # Looking

    async def incident(self, number: int = 1) -> Incident:
        """The present state of an incident."""
        viewer = Viewer(workspace=self.sim.workspace.team.id, user="", everything=True)
        listed = await self.bot.database.read(lambda c: queries.by_number(c, viewer, number))
        assert listed is not None, f"there is no INC-{number}"
        incident = await self.bot.dispatcher.current(listed.stream)
        assert incident is not None
        return incident

    async def room(self, number: int = 1) -> "RoomView":
        """The room of an incident, once everything is in place."""
        await self.settles()
        incident = await self.incident(number)
        assert incident.room is not None, f"INC-{number} has no room"
        return RoomView(self, incident.room.channel)

    def channels(self, name: str) -> list[str]:
        """The names of all channels that begin with `name`, archived ones too."""
        return [c.name for c in self.sim.workspace.channels.values() if c.name.startswith(name)]

    def calls(self, method: str) -> list[Any]:
        """The calls of a method so far."""
        return [call for call in self.sim.calls if call.method == method]


class Responder:
    """A person who works with the bot; whatever Slack lets people do, they do through `hands`."""

    def __init__(self, world: World, hands: Person) -> None:
        self.world = world
        self.hands = hands

    @property
    def id(self) -> str:
        """Their user id."""
        return self.hands.id

    async def says(self, line: str, *, in_: str = "general") -> Reply:
        """Type a slash command, and wait until all that follows from it has happened."""
        reply = await self.hands.types(in_, line)
        await self.world.settles()
        return reply

    async def clicks(self, label: str, *, in_: str | None = None) -> None:
        """Press a button, and wait until all that follows from it has happened."""
        outcome = await self.hands.clicks(label, in_=in_)
        assert outcome.ok, outcome
        await self.world.settles()

    async def submits(self, values: Mapping[str, Any]) -> Any:
        """Fill in the open form and submit it."""
        await self.hands.sees_modal()
        submission = await self.hands.submits(values)
        await self.world.settles()
        return submission

    def sees(self, channel: str) -> str:
        """What a channel shows them."""
        return self.hands.sees(channel)


class RoomView:
    """An incident's room as the people in it see it."""

    def __init__(self, world: World, channel: str) -> None:
        self.world = world
        self.channel = channel

    @property
    def name(self) -> str:
        """Its name."""
        return self.world.sim.workspace.channels[self.channel].name

    @property
    def topic(self) -> str:
        """Its topic."""
        return str(self.world.sim.workspace.channels[self.channel].topic["value"])

    def text(self, seen_by: str = "ann") -> str:
        """All that stands in it."""
        return self.world.sim.person(seen_by).sees(self.channel)

    def shows(self, words: str, seen_by: str = "ann") -> None:
        """Assert that the words stand in it."""
        assert words in self.text(seen_by), self.text(seen_by)

    def hides(self, words: str, seen_by: str = "ann") -> None:
        """Assert that the words do not stand in it."""
        assert words not in self.text(seen_by), self.text(seen_by)


@asynccontextmanager
async def a_world(
    folder: Path,
    *,
    process: Process | None = None,
    database_url: str | None = None,
    started: bool = True,
    workspace: Workspace | None = None,
    now: datetime = START,
    **settings: Any,
) -> AsyncIterator[World]:
    """A workspace with the bot in it: a fresh one at ten in the morning, or a copy of another."""
    clock = Clock(stopped_at=now)
    sim = Simulator(clock=clock, workspace=workspace and workspace.copy(clock))
    await sim.start()
    if database_url is None:
        database_url = f"sqlite+aiosqlite:///{folder / 'muster.db'}"
        await migrated(database_url)
    world = World(
        sim=sim,
        clock=clock,
        database_url=database_url,
        process=process or Process(),
        settings=settings,
    )
    try:
        if started:
            await world.starts()
        yield world
    finally:
        if world.app is not None:
            await world.app.stop()
        await sim.stop()
