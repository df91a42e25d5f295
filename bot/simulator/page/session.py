"""One open page: tracks where its visitor looks, and sends what changes there."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bot.simulator.page import eyes, reading
from bot.simulator.page.menu import Menu
from bot.simulator.page.seats import Seats, Unreads
from bot.simulator.page.unread import Unread
from bot.simulator.page.window import Step, Window
from bot.simulator.space import Space
from bot.simulator.workspace import Change, Channel, Json, Workspace

BREATH = 0.015  # seconds in which changes gather before they are sent together
HEARTBEAT = 1.0  # seconds between looks at the clock
SLACK_CLOCK = 0.4  # seconds by which the page's clock may be wrong
SHARE = 3  # a page that costs much to draw is drawn seldom: it takes a third of the time at most
UNSEEN = frozenset({"call", "delivery"})  # kinds of change that no page shows


async def send(socket: web.WebSocketResponse, frame: Json) -> None:
    """Send a frame, unless the page was closed meanwhile."""
    with suppress(ConnectionResetError):
        await socket.send_str(json.dumps(frame))


@dataclass(kw_only=True)
class Outlook:
    """Through whose eyes, and at what, a page looks."""

    user: str
    at: str
    thread: str | None = None
    canvas: str | None = None
    window: Window = field(default_factory=Window)
    replies: Window = field(default_factory=Window)
    read_to: str = ""  # how far the person had read when they came in


@dataclass(kw_only=True)
class Session:
    """What one page was sent so far, so that only differences follow."""

    space: Space
    menu: Menu
    unreads: Unreads
    seats: Seats
    listening: Callable[[], bool]
    silent_since: Callable[[], datetime | None]
    place: Outlook | None = None
    _sent: dict[str, str] = field(default_factory=dict)
    _sent_messages: dict[str, dict[str, str]] = field(default_factory=dict)
    _clock_lead: float | None = None
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    # -- looking -------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        return self.space.workspace

    @property
    def unread(self) -> Unread:
        return self.unreads.of(self.workspace)

    def enter(self, space: Space) -> None:
        """Look at another workspace; what was sent of the one before is nothing there."""
        if space is not self.space:
            self.space, self.place = space, None
            self._sent = {name: self._sent[name] for name in ("nobody",) if name in self._sent}
            self._sent_messages.clear()

    def look(
        self, *, user: str | None, at: str | None, thread: str | None, message: str | None = None
    ) -> Json:
        """Look from somewhere else; what cannot be seen from there gives way to what can."""
        workspace = self.workspace
        seer = user if user and eyes.may_be(workspace, user) else self.seats.usual(workspace)
        self.seats.take(workspace, seer)
        room = self._seen_place(seer, at)
        kept = room.messages.get(thread or "") if room else None
        target = room.id if room else "home"
        stays = self.place is not None and (self.place.user, self.place.at) == (seer, target)
        if self.place is None or not stays:
            read_to = room.last_read.get(seer, "") if room else ""
            self.place = Outlook(user=seer, at=target, read_to=read_to)
        if self.place.thread != (kept.ts if kept else None):
            self.place.thread = kept.ts if kept else None
            self.place.replies = Window()
        if room is not None and message:
            self._find(self.place, room, message)
        for name in ("room", "home", "views"):  # the page puts these away when it moves
            self._sent.pop(name, None)
        self._sent_messages.clear()
        self.stir()
        return self._settled(self.place)

    def open_canvas(self, canvas_id: str | None) -> None:
        """Show a canvas beside the room, as far as the person may read it; None puts it away."""
        if self.place is not None:
            known = reading.may_read(self.workspace, canvas_id or "", self.place.user)
            self.place.canvas = canvas_id if known else None
            self.stir()

    def _settled(self, place: Outlook) -> Json:
        where = {"as": place.user, "at": place.at, "thread": place.thread, "canvas": place.canvas}
        return {"team": self.workspace.team.id, **where}

    def _seen_place(self, user: str, at: str | None) -> Channel | None:
        """The room asked for; else the general one, else any; None is the App Home."""
        room = self.workspace.channels.get(at or "")
        if at == "home" and eyes.has_home(self.workspace):
            return None
        if room is not None and eyes.can_see(room, user):
            return room
        mine = [each for each in self.workspace.channels.values() if each.is_member(user)]
        return min(mine, key=lambda each: not each.is_general, default=None)

    def _find(self, place: Outlook, room: Channel, ts: str) -> None:
        """Show the stretch of the channel, and of the thread, in which a message stands."""
        said = room.messages.get(ts)
        if said is None:
            return
        parent = room.messages.get(place.thread or "")
        if parent is not None and ts in parent.replies:
            place.replies.show(parent.replies, ts)
        place.window.show(room.top, (said.thread_ts if not said.broadcast else None) or ts)

    def step(self, way: Step, *, in_thread: bool) -> None:
        """Move the stretch that is shown."""
        if (held := self._list(in_thread=in_thread)) is not None:
            window, all_ts = held
            window.step(all_ts, way)
            self.stir()

    def hold(self, *, on: bool, in_thread: bool) -> None:
        """Somebody reads further up, or is back at the end."""
        if (held := self._list(in_thread=in_thread)) is not None:
            held[0].held = on

    def _list(self, *, in_thread: bool) -> tuple[Window, list[str]] | None:
        place = self.place
        room = self.workspace.channels.get(place.at) if place else None
        if place is None or room is None:
            return None
        if not in_thread:
            return place.window, room.top
        parent = room.messages.get(place.thread or "")
        return (place.replies, parent.replies) if parent else None

    # -- sending -------------------------------------------------------------------------

    def changed(self, change: Change) -> None:
        """Something in the workspace is different; look again soon."""
        if change.kind not in UNSEEN:
            self._stirred.set()

    def stir(self) -> None:
        self._stirred.set()

    async def send_changes(self, socket: web.WebSocketResponse) -> None:
        """Send what is different, for as long as the page is open."""
        while not socket.closed:
            began = time.perf_counter()
            patch = self.patch()
            if patch:
                await send(socket, {"patch": patch})
            took = time.perf_counter() - began
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await self._stirred.wait()
                await asyncio.sleep(max(BREATH, (SHARE - 1) * took))
            self._stirred.clear()

    def patch(self) -> Json:
        """What the page does not know yet."""
        patch: Json = {}
        if self._clock_moved():
            patch["now"] = self.workspace.clock.now().timestamp()
        nobody = not self.seats.usual(self.workspace)
        if nobody and (there := self.seats.peopled(self.space)) is not self.space:
            self.enter(there)
            self.look(user=None, at=None, thread=None)
            nobody = False
        if nobody:
            self.place = None
        if nobody != (self._sent.get("nobody") == "true"):
            self._sent["nobody"] = json.dumps(nobody)
            patch["nobody"] = nobody
        if self.place is None:
            return patch
        self._leave_what_vanished(self.place)
        for name, value in self._values(self.place).items():
            text = json.dumps(value)
            if self._sent.get(name) != text:
                self._sent[name] = text
                patch[name] = value
        self._put_messages(self.place, patch)
        return patch

    def _clock_moved(self) -> bool:
        lead = self.workspace.clock.now().timestamp() - time.time()
        if self._clock_lead is not None and abs(lead - self._clock_lead) < SLACK_CLOCK:
            return False
        self._clock_lead = lead
        return True

    def _leave_what_vanished(self, place: Outlook) -> None:
        """A person put out of a private channel, or deactivated, looks at something else."""
        gone = place.at != "home" and not eyes.can_see(
            self.workspace.channels.get(place.at), place.user
        )
        if gone or not eyes.may_be(self.workspace, place.user):
            self.look(user=place.user, at=None, thread=None)
        elif place.canvas and not reading.may_read(self.workspace, place.canvas, place.user):
            place.canvas = None

    def _values(self, place: Outlook) -> Json:
        workspace = self.workspace
        room = workspace.channels.get(place.at)
        place = self.place or place
        values: Json = {
            "team": eyes.team(workspace),
            "spaces": self.seats.shown(),
            "app": eyes.app(
                workspace,
                self.menu,
                listening=self.listening(),
                silent_since=self.silent_since(),
            ),
            "people": eyes.people(workspace),
            "groups": eyes.groups(workspace),
            "personas": eyes.personas(workspace, self.unread),
            "me": place.user,
            "place": self._settled(place),
            "canvases": reading.canvases(workspace, place.user),
            "canvas": reading.canvas(workspace, place.canvas) if place.canvas else None,
            "rooms": eyes.rooms(workspace, place.user, self.unread),
            "views": reading.modals(workspace, place.user),
            "room": None,
        }
        if place.at == "home":
            values["home"] = reading.home(workspace, place.user)
        elif room is not None:
            values["room"] = eyes.room(
                workspace, room, place.user, self.unread, read_to=place.read_to
            )
            start, end = place.window.of(room.top)
            values["room"] |= {"earlier": start > 0, "later": end < len(room.top)}
        return values

    def _put_messages(self, place: Outlook, patch: Json) -> None:
        place = self.place or place
        room = self.workspace.channels.get(place.at)
        if room is None:
            return
        shown = reading.messages(self.workspace, room, place.user, place.window.of(room.top))
        difference = self._difference("messages", shown)
        if difference:
            patch["messages"] = difference
        if place.thread is not None:
            self._put_thread(place, room, patch)

    def _put_thread(self, place: Outlook, room: Channel, patch: Json) -> None:
        parent = room.messages.get(place.thread or "")
        span, replies = (0, 0), list[Json]()
        if parent is not None:
            span = place.replies.of(parent.replies)
            replies = reading.thread(self.workspace, room, parent, place.user, span)
        difference = self._difference("thread", replies)
        if difference:
            later = parent is not None and span[1] < len(parent.replies)
            about = {"ts": place.thread, "earlier": span[0], "later": later}
            patch["thread"] = {**about, "merge": difference}

    def _difference(self, name: str, wanted: list[Json]) -> Json | None:
        """Messages that are new or different, and the keys of those that are gone."""
        texts = {each["key"]: json.dumps(each) for each in wanted}
        sent = self._sent_messages.get(name)
        self._sent_messages[name] = texts
        if sent is None:
            return {"reset": True, "put": wanted}
        put = [each for each in wanted if sent.get(each["key"]) != texts[each["key"]]]
        gone = [key for key in sent if key not in texts]
        return {"put": put, "gone": gone} if put or gone else None
