"""Any story told by API calls leaves a workspace that a plain model of Slack foretold.

hypothesis draws the calls; each answer, and at the end everything that can be read back in pages of
any size, must be what the model says.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator

NOW = 1772443800
PEOPLE = ("U0ANN", "U0BOB", "U0CAROL", "U0DAN")
NAMES = ("alpha", "beta", "general")
STEPS = (
    "post",
    "post",
    "post",
    "reply",
    "reply",
    "broadcast",
    "update",
    "delete",
    "react",
    "unreact",
    "pin",
    "unpin",
    "invite",
    "kick",
    "rename",
    "create",
    "schedule",
    "wait",
)
Step = tuple[str, int, int]
STORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 9)), max_size=30
)


@dataclass
class Said:
    """What the model knows of a message."""

    ts: str
    parent: str | None = None
    broadcast: bool = False
    deleted: bool = False
    reactions: set[str] = field(default_factory=set)


@dataclass
class Room:
    """What the model knows of a channel."""

    id: str
    name: str
    said: list[Said] = field(default_factory=list)
    pins: set[str] = field(default_factory=set)
    members: list[str] = field(default_factory=lambda: ["U0BOT"])

    def which(self, number: int) -> Said | None:
        return self.said[number % len(self.said)] if self.said else None

    def replies(self, ts: str) -> list[Said]:
        return [each for each in self.said if each.parent == ts and not each.deleted]

    def shown(self) -> list[str]:
        """What history shows, the newest first: a deleted parent with replies is a tombstone."""
        found = [
            each.ts
            for each in self.said
            if (each.parent is None or each.broadcast)
            and (not each.deleted or self.replies(each.ts))
        ]
        return sorted(found, reverse=True)


class Story:
    """Tells the steps to the API and to the model at once."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.rooms: list[Room] = []
        self.taken = {"general", "random"}
        self.waiting: list[Room] = []

    async def call(self, method: str, *, expect: str = "", **args: Any) -> dict[str, Any]:
        """Make a call whose error, or success, the model has foretold."""
        try:
            answer = await self.client.api_call(method, json=args)
            error, body = "", dict(answer.data) if isinstance(answer.data, dict) else {}
        except SlackApiError as refused:
            error, body = refused.response["error"], {}
        assert error == expect, (method, args)
        return body

    async def make(self, name: str, *, private: bool) -> None:
        expect = "name_taken" if name in self.taken else ""
        made = await self.call("conversations.create", name=name, is_private=private, expect=expect)
        if not expect:
            self.taken.add(name)
            self.rooms.append(Room(id=made["channel"]["id"], name=name))

    # -- steps ---------------------------------------------------------------------------

    async def step(self, what: str, room: Room, number: int) -> None:
        match what:
            case "post":
                await self._post(room, None)
            case "reply" | "broadcast":
                said = room.which(number)
                if said is not None and said.parent is None and not said.deleted:
                    await self._post(room, said.ts, broadcast=what == "broadcast")
            case "invite" | "kick":
                await self._membership(what, room, PEOPLE[number % len(PEOPLE)])
            case "create":
                await self.make(NAMES[number % len(NAMES)], private=number % 2 == 0)
            case "rename":
                await self._rename(room, NAMES[number % len(NAMES)])
            case "schedule":
                at = int(self.clock.now().timestamp()) + 60
                await self.call("chat.scheduleMessage", channel=room.id, text="later", post_at=at)
                self.waiting.append(room)
            case "wait":
                await self._wait()
            case _:
                said = room.which(number)
                if said is not None:
                    await self._touch(what, room, said)

    async def _post(self, room: Room, parent: str | None, *, broadcast: bool = False) -> None:
        more: dict[str, Any] = {} if parent is None else {"thread_ts": parent}
        answer = await self.call(
            "chat.postMessage", channel=room.id, text="words", reply_broadcast=broadcast, **more
        )
        room.said.append(Said(ts=answer["ts"], parent=parent, broadcast=broadcast))

    async def _membership(self, what: str, room: Room, user: str) -> None:
        inside = user in room.members
        if what == "invite":
            expect = "already_in_channel" if inside else ""
            await self.call("conversations.invite", channel=room.id, users=user, expect=expect)
            room.members += [] if inside else [user]
        else:
            expect = "" if inside else "not_in_channel"
            await self.call("conversations.kick", channel=room.id, user=user, expect=expect)
            room.members = [each for each in room.members if each != user]

    async def _rename(self, room: Room, name: str) -> None:
        expect = "name_taken" if name in self.taken - {room.name} else ""
        await self.call("conversations.rename", channel=room.id, name=name, expect=expect)
        if not expect:
            self.taken = (self.taken - {room.name}) | {name}
            room.name = name

    async def _wait(self) -> None:
        self.clock.advance(timedelta(seconds=61))
        for room in {each.id: each for each in self.waiting}.values():
            number = sum(each.id == room.id for each in self.waiting)
            answer = await self.call("conversations.history", channel=room.id, limit=number)
            newest = [each["ts"] for each in reversed(answer["messages"])]
            assert all(each["text"] == "later" for each in answer["messages"])
            room.said += [Said(ts=ts) for ts in newest]
        self.waiting = []

    async def _touch(self, what: str, room: Room, said: Said) -> None:
        gone = "message_not_found" if said.deleted else ""
        at = {"channel": room.id, "timestamp": said.ts, "name": "eyes"}
        match what:
            case "update":
                await self.call("chat.update", channel=room.id, ts=said.ts, text="x", expect=gone)
            case "delete":
                await self.call("chat.delete", channel=room.id, ts=said.ts, expect=gone)
                said.deleted = True
                room.pins.discard(said.ts)
            case "react":
                known = "already_reacted" if "eyes" in said.reactions else ""
                await self.call("reactions.add", **at, expect=gone or known)
                said.reactions |= set() if gone else {"eyes"}
            case "unreact":
                none = "" if "eyes" in said.reactions else "no_reaction"
                await self.call("reactions.remove", **at, expect=gone or none)
                said.reactions -= set() if gone else {"eyes"}
            case "pin":
                known = "already_pinned" if said.ts in room.pins else ""
                await self.call("pins.add", **at, expect=gone or known)
                room.pins |= set() if gone else {said.ts}
            case "unpin":
                none = "" if said.ts in room.pins else "no_pin"
                await self.call("pins.remove", **at, expect=gone or none)
                room.pins.discard(said.ts)
            case _:
                raise AssertionError(what)

    # -- reading back --------------------------------------------------------------------

    async def pages(
        self, method: str, found: Callable[[dict[str, Any]], list[Any]], **args: Any
    ) -> list[list[Any]]:
        """Every page that cursors lead to."""
        pages: list[list[Any]] = []
        cursor = ""
        while not pages or cursor:
            answer = await self.call(method, cursor=cursor, **args)
            pages.append(found(answer))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            assert len(pages) < 100, "paging has an end"
        return pages

    async def read_back(self, limit: int) -> None:
        for room in self.rooms:
            await self._read_room(room, limit)
        listed = await self.pages(
            "conversations.list",
            lambda answer: [each["id"] for each in answer["channels"]],
            limit=limit,
            types="public_channel,private_channel",
        )
        ids = [each for page in listed for each in page]
        assert sorted(ids) == sorted(["C0GENERAL", "C0RANDOM", *(each.id for each in self.rooms)])

    async def _read_room(self, room: Room, limit: int) -> None:
        pages = await self.pages(
            "conversations.history",
            lambda answer: answer["messages"],
            channel=room.id,
            limit=limit,
        )
        assert all(len(page) <= limit for page in pages)
        everything = [each["ts"] for page in pages for each in page]
        assert everything == sorted(everything, reverse=True)
        assert len(everything) == len(set(everything))
        own = {each.ts for each in room.said}
        assert [ts for ts in everything if ts in own] == room.shown()
        for said in room.said:
            if said.parent is None and not said.deleted and room.replies(said.ts):
                await self._read_thread(room, said, limit)
        members = await self.pages(
            "conversations.members", lambda answer: answer["members"], channel=room.id, limit=limit
        )
        assert [each for page in members for each in page] == room.members
        pins = await self.call("pins.list", channel=room.id)
        assert {each["message"]["ts"] for each in pins["items"]} == room.pins

    async def _read_thread(self, room: Room, parent: Said, limit: int) -> None:
        pages = await self.pages(
            "conversations.replies",
            lambda answer: [each["ts"] for each in answer["messages"]],
            channel=room.id,
            ts=parent.ts,
            limit=limit,
        )
        assert all(page[0] == parent.ts for page in pages)
        replies = [ts for page in pages for ts in page[1:]]
        assert replies == [each.ts for each in room.replies(parent.ts)]


async def told(story: list[Step], limit: int, *, short: bool) -> None:
    clock = Clock(stopped_at=datetime.fromtimestamp(NOW, UTC))
    simulator = Simulator(clock=clock)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(
                token=simulator.bot_token,
                base_url=simulator.api_url,
                session=session,
                retry_handlers=[],
            )
            teller = Story(client, clock)
            await teller.make("open", private=False)
            await teller.make("closed", private=True)
            for what, where, number in story:
                await teller.step(what, teller.rooms[where], number)
            simulator.habits.short_pages = short
            await teller.read_back(limit)
    finally:
        await simulator.stop()


@settings(max_examples=50)
@given(story=STORIES, limit=st.integers(1, 7), short=st.booleans())
def test_any_story_is_told_as_the_model_foretold(
    *, story: list[Step], limit: int, short: bool
) -> None:
    """§1.1 "fewer items than `limit` can come with a non-empty cursor": `short` pages too."""
    asyncio.run(told(story, limit, short=short))
