"""Any story told by API calls leaves a workspace that a plain model of Slack foretold.

hypothesis draws the calls; each answer, and at the end everything that can be read back in pages of
any size, must be what the model says.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from tests.simulator.foretold import BOT, Room, Said
from tests.simulator.telling import STEPS, Teller

NOW = 1772443800
Step = tuple[str, int, int]
STORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 9)),
    min_size=20,  # in short ones little can happen: they would come most often
    max_size=40,
)


class Story(Teller):
    """What was told is read back, and is as the model foretold."""

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
        seen = [each.id for each in self.rooms if not each.to_see()]
        assert sorted(ids) == sorted(["C0GENERAL", "C0RANDOM", *seen])
        await self._read_files(limit)

    async def _read_files(self, limit: int) -> None:
        """They come in numbered pages, the newest first."""
        there = [file for file, is_there in reversed(self.files.items()) if is_there]
        listed: list[str] = []
        for page in range(1, len(there) // limit + 2):
            answer = await self.call("files.list", count=limit, page=page)
            assert answer["paging"]["total"] == len(there)
            listed += [each["id"] for each in answer["files"]]
        assert listed == there

    async def _read_room(self, room: Room, limit: int) -> None:
        if closed := room.to_enter():
            await self.call("conversations.history", channel=room.id, expect=closed)
        else:
            await self._read_messages(room, limit)
        if unseen := room.to_see():
            for method in ("conversations.members", "conversations.info", "pins.list"):
                await self.call(method, channel=room.id, expect=unseen)
            return
        members = await self.pages(
            "conversations.members", lambda answer: answer["members"], channel=room.id, limit=limit
        )
        assert [each for page in members for each in page] == room.members
        shape = (await self.call("conversations.info", channel=room.id))["channel"]
        assert (shape["is_archived"], shape["is_member"]) == (room.archived, BOT in room.members)
        pins = await self.call("pins.list", channel=room.id)
        assert {each["message"]["ts"] for each in pins["items"]} == room.pins

    async def _read_messages(self, room: Room, limit: int) -> None:
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
            teller = Story(client, simulator, clock)
            await teller.make("open", private=False)
            await teller.make("closed", private=True)
            for what, where, number in story:
                await teller.step(what, teller.rooms[where], number)
            simulator.habits.short_pages = short
            await teller.read_back(limit)
    finally:
        await simulator.stop()


@settings(max_examples=25)
@given(story=STORIES, limit=st.integers(1, 7), short=st.booleans())
def test_any_story_is_told_as_the_model_foretold(
    *, story: list[Step], limit: int, short: bool
) -> None:
    """§1.1 "fewer items than `limit` can come with a non-empty cursor": `short` pages too."""
    asyncio.run(told(story, limit, short=short))
