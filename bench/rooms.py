"""Open incidents whose rooms the pretend Slack has as well: made by real commands, at once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from bench.crowd import WORKSPACE, settle_all
from bot.clock import Clock
from bot.domain.commands import (
    AnnouncementShown,
    CardShown,
    Command,
    Declare,
    PersonEntered,
    RoomMade,
)
from bot.domain.process import Process
from bot.domain.values import MUSTER, Actor, Text
from bot.domain.workspace import FeedFound
from bot.engine.dispatcher import Dispatcher
from bot.engine.orders import Order
from bot.engine.workspaces import Workspaces
from bot.simulator import Simulator
from bot.simulator.model import Channel, Message
from bot.storage.database import Database

AGE = timedelta(minutes=25)
"""How long ago the first was declared; their timers come due one after the other."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """An incident and its room."""

    stream: str
    channel: str


async def furnished(
    database: Database, sim: Simulator, number: int, process: Process | None = None
) -> list[Room]:
    """Make so many open incidents with room, card and announcement, and nothing owed."""
    clock = Clock(stopped_at=sim.clock.now() - AGE)
    law = process or Process()
    dispatcher = Dispatcher(database, clock, lambda: law)
    feed = _channel(sim, law.feed.removeprefix("#"))
    await Workspaces(database, clock).record(WORKSPACE, FeedFound(channel=feed.id, drill=False))
    made = []
    for each in range(number):
        made.append(await _furnish(dispatcher, sim, feed, each))
        clock.advance(AGE / number)
    await database.write(lambda connection: settle_all(connection, timers=False))
    return made


async def _furnish(dispatcher: Dispatcher, sim: Simulator, feed: Channel, number: int) -> Room:
    stream = str(uuid4())
    title = f"long known trouble {number}"
    channel = _channel(sim, f"inc-{number + 1}-{title.replace(' ', '-')}")
    bob = Actor(user=sim.workspace.user_named("bob").id)
    for command, actor in (
        (Declare(title=Text(title), severity="sev1"), bob),
        (RoomMade(channel=channel.id, name=channel.name), MUSTER),
        (PersonEntered(user=bob.user), bob),
        (CardShown(channel=channel.id, ts=_said(sim, channel)), MUSTER),
        (AnnouncementShown(channel=feed.id, ts=_said(sim, feed)), MUSTER),
    ):
        await _done(dispatcher, stream, command, actor)
    return Room(stream=stream, channel=channel.id)


async def _done(dispatcher: Dispatcher, stream: str, command: Command, actor: Actor) -> None:
    order = Order(workspace=WORKSPACE, stream=stream, command=command, actor=actor)
    await dispatcher.deliver(order)


def _channel(sim: Simulator, name: str) -> Channel:
    """Put a channel into the workspace in which the bot and Bob are, without telling anybody."""
    workspace = sim.workspace
    channel = Channel(
        id=workspace.mint_id("C"),
        name=name,
        creator=workspace.bot.user_id,
        created=workspace.seconds(),
        members={workspace.bot.user_id: None, workspace.user_named("bob").id: None},
    )
    workspace.channels[channel.id] = channel
    return channel


def _said(sim: Simulator, channel: Channel) -> str:
    """Put a message of the bot there, without telling anybody; return its ts."""
    ts = sim.workspace.mint_ts(channel)
    user = sim.workspace.bot.user_id
    channel.store(Message(channel=channel.id, ts=ts, user=user, text="…", by_app=True))
    return ts
