"""How a workspace and its record look, without what differs between two runs of the same story.

Ids, message keys and times are left out, and how often the bot said what it says at most once.
"""

import re
from collections import Counter
from typing import Any

from sqlalchemy import Table, select

from bot.engine.rebuilding import rebuild
from bot.simulator.model import Channel, Message
from bot.storage import tables as t
from bot.storage.database import Connection
from tests.people import World

Portrait = dict[str, Any]

_DIFFERS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<stream>"),
    (re.compile(r"\b[0-9a-f]{32,64}\b"), "<digest>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "<slack>"),
    (re.compile(r"/p\d{16}"), "/<message>"),
    (re.compile(r"\b\d{10}\.\d{6}\b"), "<ts>"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[0-9:.]+(\+00:00|Z)?"), "<moment>"),
    (re.compile(r"\b\d{1,2}:\d\d(:\d\d)?( [AP]M)?"), "<time>"),
    (re.compile(r"just now|\b\d+ (min|minutes|seconds|s)( ago)?\b"), "<span>"),
    (re.compile(r"\b\d{16}\b"), "<micros>"),
)

_AS_THEY_CAME = ("MessagesKept", "HeadsAnchored", "MessageMarked", "MessageUnmarked")
"""Events that depend on what happened to come first; which marks stand in the end does not."""

_QUIETLY = ("AnswerMeanwhile", "AnswerWithRoom", "ClearTwins", "ShowCard")
"""Given up without a word: the first two are said at most once, where somebody asked, at an address
that ends with the workspace it was a copy of; the others concern nobody in a room that is archived,
and what they bring about elsewhere is looked at itself."""


def plain(text: str) -> str:
    """Return a text without what differs."""
    for pattern, instead in _DIFFERS:
        text = pattern.sub(instead, text)
    return text


async def portrait(world: World) -> Portrait:
    """Return how everything stands: what people see, what is recorded, what is still owed."""
    workspace = world.sim.workspace
    channels = {
        _name(world, channel): _channel(world, channel) for channel in workspace.channels.values()
    }
    assert len(channels) == len(workspace.channels), "two channels of one name"
    record = await world.bot.database.read(_record)
    _, differing = await rebuild(world.bot.database, write=False, progress=lambda *_: None)
    marks = {"marks": await _marks(world, record["incidents"])}
    return {"channels": channels, **record, **marks, "projections that differ": differing}


async def _marks(world: World, incidents: list[str]) -> list[str]:
    """Return what stands on the timelines because somebody marked it, and who did."""
    channels = world.sim.workspace.channels
    states = [await world.incident(number) for number in range(1, len(incidents) + 1)]
    return sorted(
        f"{state.name} {channels[ref.channel].messages[ref.ts].text} {sorted(mark.by)}"
        for state in states
        for ref, mark in state.marks.items()
    )


def _name(world: World, channel: Channel) -> str:
    direct = channel.kind in {"im", "mpim"}
    return f"messages to {_names(world, channel.members)}" if direct else channel.name


def _channel(world: World, channel: Channel) -> Portrait:
    said = sorted(channel.messages.values(), key=lambda each: each.ts)
    own = [each for each in said if each.by_app and each.subtype is None]
    return {
        "kind": (channel.kind, channel.is_private, channel.is_archived),
        "topic": channel.topic["value"],
        "members": _names(world, channel.members),
        "pins": sorted(_words(world, channel.messages[ts])[:80] for ts in channel.pins),
        "bookmarks": sorted((each.title, each.link) for each in channel.bookmarks.values()),
        "posts": [_words(world, each) for each in own if not each.is_reply],
        "replies": [_reply(world, channel, each) for each in own if each.is_reply],
        "topics": sorted({_words(world, each) for each in said if each.subtype == "channel_topic"}),
        "others": sorted(
            _words(world, each)
            for each in said
            if each not in own and each.subtype != "channel_topic"
        ),
    }


def _reply(world: World, channel: Channel, message: Message) -> str:
    parent = channel.messages[message.thread_ts or ""]
    return f"{_words(world, parent)[:60]} ↳ {_words(world, message)}"


def _words(world: World, message: Message) -> str:
    marks = sorted(f":{mark}:{len(by)}" for mark, by in message.reactions.items())
    author = world.sim.workspace.users[message.user].name
    words = plain(world.person("ann").hands.words_of(message))
    return " ".join([f"{author} {message.subtype or ''}:", words, *marks])


def _names(world: World, users: Any) -> list[str]:
    return sorted(world.sim.workspace.users[user].name for user in users)


def whispers(world: World) -> Counter[str]:
    """Return what was said to one person alone, where nothing can be looked up afterwards."""
    return Counter(
        plain(f"{call.args['user']}: {call.args.get('text')}")
        for call in world.calls("chat.postEphemeral")
        if call.answer.get("ok")
    )


def seen_by(world: World, name: str) -> str:
    """All that one person can see in Slack: channels, direct messages, whispers, home, forms."""
    person = world.sim.person(name)
    known = [room for room in world.sim.workspace.channels.values() if person.knows(room)]
    seen = [f"{room.name} {room.topic['value']}" for room in known]
    for room in known:
        screen = person.screen(room.id)
        seen += [f"{person.reads(each)} {each.text} {each.blocks}" for each in screen]
    modals = world.sim.workspace.modals.get(person.id, [])
    seen += [str(view.body) for view in modals]
    if person.home is not None:
        seen.append(str(person.home.body))
    return "\n".join(seen)


# ── The record ──────────────────────────────────────────────────────────────────────────────────


def _record(connection: Connection) -> Portrait:
    return {
        "events": [
            each
            for each in _sorted(connection, t.events, "name", "actor", "rule", "body")
            if not each.startswith(_AS_THEY_CAME)
        ],
        "incidents": _sorted(connection, t.incidents, "number", "title", "status", "severity"),
        "people": _sorted(connection, t.incident_people, "user", "in_room", "roles"),
        "timers": _sorted(connection, t.job, "key", "kind"),
        "still owed": _sorted(connection, t.outbox, "kind", state="open"),
        "given up": [
            each
            for each in _sorted(connection, t.outbox, "kind", state="failed")
            if each not in _QUIETLY
        ],
        "still held": _sorted(connection, t.lane, "key", held=True),
        "messages": _sorted(connection, t.messages, "user", "text", "deleted"),
    }


def _sorted(
    connection: Connection, table: Table, *columns: str, state: str = "", held: bool = False
) -> list[str]:
    query = select(*(table.c[name] for name in columns))
    if state:
        query = query.where(table.c.state == state)
    if held:
        query = query.where(table.c.owner.is_not(None))
    return sorted(plain(" | ".join(map(_plainly, row))) for row in connection.execute(query))


def _plainly(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
