"""Does the workspace hold what the record says, once each? What is wrong, in words."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import func, select

from bench.soak.people import Crowd
from bot.simulator import Simulator
from bot.simulator.model import Channel, Message
from bot.storage import tables as t
from bot.storage.database import Connection, Database


async def open_effects(database: Database, kinds: Collection[str] = ()) -> int:
    """How many effects are owed and not settled? Of all kinds, or of these."""
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.state == "open")
    if kinds:
        query = query.where(t.outbox.c.kind.in_(kinds))
    return await database.read(lambda connection: connection.execute(query).scalar_one())


async def kept(database: Database) -> set[tuple[str, str]]:
    """Which messages are in the log? By channel and ts."""

    def work(connection: Connection) -> set[tuple[str, str]]:
        rows = connection.execute(select(t.messages.c.channel, t.messages.c.ts))
        return {(row.channel, row.ts) for row in rows}

    return await database.read(work)


async def wrong(database: Database, sim: Simulator, crowds: Iterable[Crowd]) -> list[str]:
    """Return what was lost and what is there twice; nothing, if all is well."""
    found = [*_twins(sim), *await _given_up(database)]
    numbers = await database.read(_numbers)
    in_log = await kept(database)
    feed = _feed(sim)
    for crowd in crowds:
        for title in crowd.declared:
            found += _incident(sim, feed, title, numbers.get(title, []))
        found += _updates(sim, crowd)
        lost = crowd.said - in_log
        if lost:
            found.append(f"{len(lost)} messages of {len(crowd.said)} are not in the log")
    return found


def _twins(sim: Simulator) -> list[str]:
    """Posts of the bot carry the id of their effect: none may stand twice."""
    seen: Counter[str] = Counter()
    for channel in sim.workspace.channels.values():
        seen.update(filter(None, map(_effect, channel.messages.values())))
    return [f"the post of effect {one} is there {n} times" for one, n in seen.items() if n > 1]


def _effect(said: Message) -> str:
    metadata: dict[str, Any] = said.metadata or {}
    return str((metadata.get("event_payload") or {}).get("effect") or "")


async def _given_up(database: Database) -> list[str]:
    query = select(t.outbox.c.kind, func.count()).where(t.outbox.c.state == "failed")

    def work(connection: Connection) -> list[str]:
        rows = connection.execute(query.group_by(t.outbox.c.kind))
        return [f"{count} × {kind} given up" for kind, count in rows]

    return await database.read(work)


def _numbers(connection: Connection) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for title, number in connection.execute(select(t.incidents.c.title, t.incidents.c.number)):
        found.setdefault(title, []).append(number)
    return found


def _feed(sim: Simulator) -> Counter[str]:
    """How often is each incident announced? By its name."""
    feed = sim.workspace.channel_named("incidents")
    return Counter(
        word.strip("*:|")
        for said in feed.messages.values()
        if said.by_app and not said.is_reply
        for word in said.text.split()[:3]
        if word.strip("*:|").startswith("INC-")
    )


def _incident(sim: Simulator, feed: Counter[str], title: str, numbers: list[int]) -> Iterator[str]:
    """What is wrong with an incident whose declaring was acknowledged?"""
    if len(numbers) != 1:
        yield f"{title!r} was acknowledged and is recorded {len(numbers)} times"
        return
    name = f"INC-{numbers[0]}"
    rooms = [room for room in _rooms(sim) if room.name.startswith(f"{name.lower()}-")]
    if len(rooms) != 1:
        yield f"{name} has {len(rooms)} rooms"
        return
    (room,) = rooms
    counts = {
        "the declarer is in the room": int(room.is_member(sim.workspace.user_named("bob").id)),
        "the card is pinned": len(room.pins),
        "the page is bookmarked": len(room.bookmarks),
        "the topic is set": int(bool(room.topic["value"])),
        "it is announced": feed[name],
    }
    yield from (f"{name}: {what} {n} times" for what, n in counts.items() if n != 1)


def _rooms(sim: Simulator) -> Iterator[Channel]:
    for channel in sim.workspace.channels.values():
        if channel.name.startswith("inc-") and not channel.is_archived:
            yield channel


def _updates(sim: Simulator, crowd: Crowd) -> Iterator[str]:
    """Each update stands in its room once, in a post of its own."""
    posts = [
        str(said.blocks or "") + said.text
        for room in _rooms(sim)
        for said in room.messages.values()
        if _effect(said)
    ]
    for update in crowd.updates:
        count = sum(update in post for post in posts)
        if count != 1:
            yield f"the update {update!r} is told {count} times"
