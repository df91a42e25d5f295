"""Tells any story in calls of the app and deeds of Ann, each with the error that is foretold."""

from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import Simulator
from tests.simulator.foretold import ANN, BOT, Room, Said

PEOPLE = ("U0BOB", "U0CAROL", "U0DAN")
NAMES = ("alpha", "beta", "general")
DOORS = ("join", "leave", "archive", "unarchive", "fetch")
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
    "upload",
    "erase",
    *DOORS,
)
TOUCHES = {
    "react": "reactions.add",
    "unreact": "reactions.remove",
    "pin": "pins.add",
    "unpin": "pins.remove",
}


class Teller:
    """Tells the steps to the API and to the model at once."""

    def __init__(self, client: AsyncWebClient, simulator: Simulator, clock: Clock) -> None:
        self.client = client
        self.simulator = simulator
        self.clock = clock
        self.ann = simulator.person("ann")
        self.rooms: list[Room] = []
        self.taken = {"general", "random"}
        self.waiting: list[Room] = []
        self.files: dict[str, bool] = {}  # id → whether it was not deleted

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
            room = Room(id=made["channel"]["id"], name=name, private=private)
            self.rooms.append(room)
            await self._membership("invite", room, ANN)

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
                await self._schedule(room)
            case "wait":
                await self._wait()
            case "upload":
                await self._upload(room)
            case "erase":
                await self._erase(number)
            case _ if what in DOORS:
                await self._door(what, room)
            case _:
                said = room.which(number)
                if said is not None:
                    await self._touch(what, room, said)

    async def _post(self, room: Room, parent: str | None, *, broadcast: bool = False) -> None:
        args: dict[str, Any] = {"channel": room.id, "text": "words", "reply_broadcast": broadcast}
        if parent is not None:
            args["thread_ts"] = parent
        expect = room.to_speak()
        answer = await self.call("chat.postMessage", expect=expect, **args)
        if not expect:
            room.said.append(Said(ts=answer["ts"], parent=parent, broadcast=broadcast))

    async def _membership(self, what: str, room: Room, user: str) -> None:
        inside, closed = user in room.members, room.to_enter()
        if what == "invite":
            expect = closed or ("already_in_channel" if inside else "")
            await self.call("conversations.invite", channel=room.id, users=user, expect=expect)
        else:
            expect = closed or ("" if inside else "not_in_channel")
            await self.call("conversations.kick", channel=room.id, user=user, expect=expect)
        if not expect:
            (room.comes if what == "invite" else room.goes)(user)

    async def _door(self, what: str, room: Room) -> None:
        """The app comes and goes, the channel is closed and opened."""
        match what:
            case "join":
                expect = room.to_join()
                await self.call("conversations.join", channel=room.id, expect=expect)
                if not expect:
                    room.comes(BOT)
            case "leave":
                expect = room.to_see()
                answer = await self.call("conversations.leave", channel=room.id, expect=expect)
                assert expect or (BOT in room.members) is not answer.get("not_in_channel", False)
                room.goes(BOT)
            case "archive":
                expect = room.to_archive()
                await self.call("conversations.archive", channel=room.id, expect=expect)
                if not expect:
                    room.archived = True
                    room.goes(BOT)
            case "unarchive":
                expect = room.to_unarchive()
                await self.call("conversations.unarchive", channel=room.id, expect=expect)
                if room.archived:
                    await self.ann.unarchives(room.id)
                    room.archived = False
            case _:
                if not room.archived:
                    await self.ann.invites("@app", room.id)
                    room.comes(BOT)

    async def _rename(self, room: Room, name: str) -> None:
        expect = room.to_enter() or ("name_taken" if name in self.taken - {room.name} else "")
        await self.call("conversations.rename", channel=room.id, name=name, expect=expect)
        if not expect:
            self.taken = (self.taken - {room.name}) | {name}
            room.name = name

    async def _schedule(self, room: Room) -> None:
        at, expect = int(self.clock.now().timestamp()) + 60, room.to_speak()
        await self.call(
            "chat.scheduleMessage", channel=room.id, text="later", post_at=at, expect=expect
        )
        self.waiting += [] if expect else [room]

    async def _wait(self) -> None:
        """What waits is posted where the app can still post; Ann sees it."""
        workspace = self.simulator.workspace
        self.clock.advance(timedelta(seconds=61))
        await workspace.wait_for(lambda: not workspace.scheduled)
        for room in {each.id: each for each in self.waiting}.values():
            known = {each.ts for each in room.said}
            newest = [each.ts for each in self.ann.screen(room.id)
                      if each.text == "later" and each.ts not in known]  # fmt: skip
            due = sum(each.id == room.id for each in self.waiting)
            assert len(newest) == (0 if room.to_speak() else due)
            room.said += [Said(ts=ts) for ts in newest]
        self.waiting = []

    async def _upload(self, room: Room) -> None:
        """In three steps; it is shared after the answer."""
        began = await self.call("files.getUploadURLExternal", filename="notes.txt", length=5)
        session = self.client.session
        assert session is not None
        async with session.post(began["upload_url"], data=b"notes") as answer:
            assert await answer.text() == "OK - 5"
        file, expect = began["file_id"], room.to_share()
        await self.call(
            "files.completeUploadExternal", files=[{"id": file}], channel_id=room.id, expect=expect
        )
        if expect:
            return
        workspace = self.simulator.workspace
        await workspace.wait_for(lambda: workspace.files[file].shares)
        shares = (await self.call("files.info", file=file))["file"]["shares"]
        [shared] = shares["private" if room.private else "public"][room.id]
        room.said.append(Said(ts=shared["ts"]))
        self.files[file] = True

    async def _erase(self, number: int) -> None:
        if self.files:
            file = list(self.files)[number % len(self.files)]
            expect = "" if self.files[file] else "file_deleted"
            await self.call("files.delete", file=file, expect=expect)
            self.files[file] = False

    async def _touch(self, what: str, room: Room, said: Said) -> None:
        expect = room.to_touch(what, said)
        at = {"channel": room.id, "timestamp": said.ts, "name": "eyes"}
        match what:
            case "update":
                await self.call("chat.update", channel=room.id, ts=said.ts, text="x", expect=expect)
            case "delete":
                await self.call("chat.delete", channel=room.id, ts=said.ts, expect=expect)
            case _:
                await self.call(TOUCHES[what], **at, expect=expect)
        if not expect:
            room.touched(what, said)
