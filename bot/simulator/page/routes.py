"""Where the page lives: the page itself at `/`, its files, and its WebSocket."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.simulator import arguments
from bot.simulator.errors import SlackError
from bot.simulator.page import hands, reading, uploads
from bot.simulator.page.menu import Menu
from bot.simulator.page.seats import Seats, Unreads
from bot.simulator.page.session import Session, send
from bot.simulator.visited import REFUSED, is_welcome
from bot.simulator.workspace import Json

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
LONGEST_FRAME = 2 * 2**20
MOST_AT_ONCE = 100  # deeds of one page under way; no person does so many
UNREAD = "The page sent something that cannot be read; reload it."
CROWDED = f"{MOST_AT_ONCE} things are under way; wait until some of them are done."
BROKEN = "The simulator could not do that, which is a mistake in it; the inspector says where."
MISTAKES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What our own mistakes look like when something odd is asked for."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def routes(
    simulator: "Simulator", *, manifest: Mapping[str, Any] | None = None
) -> list[web.AbstractRouteDef]:
    """The page's routes; the app's manifest says which commands and shortcuts it offers."""
    page = Page(simulator, Menu.of(manifest))
    return [
        web.get("/", page.index),
        web.get("/archives/{channel}", page.permalink),
        web.get("/archives/{channel}/{message}", page.permalink),
        web.get("/docs/{team}/{canvas}", page.canvas),
        web.get("/page/static/{name}", page.static),
        web.get("/page/files/{id}/{name}", page.file),
        web.post("/page/files/{name}", page.upload),
        web.get("/page/socket", page.socket),
    ]


class Page:
    """Serves the page of one simulator."""

    def __init__(self, simulator: "Simulator", menu: Menu) -> None:
        self._simulator = simulator
        self._menu = menu
        self._unreads = Unreads()

    async def index(self, _request: web.Request) -> web.Response:
        return _file("index.html")

    async def static(self, request: web.Request) -> web.Response:
        return _file(request.match_info["name"])

    async def permalink(self, request: web.Request) -> web.Response:
        """A link to a message opens the page there."""
        place = f"at={request.match_info['channel']}"
        message = request.match_info.get("message", "")
        digits = message.removeprefix("p")
        if digits.isdigit():
            place += f"&message={digits[:-6]}.{digits[-6:]}"
        thread = request.query.get("thread_ts", "")
        if thread.replace(".", "").isdigit():
            place += f"&thread={thread}"
        raise web.HTTPFound(f"/#{place}")

    async def canvas(self, request: web.Request) -> web.Response:
        """A link to a canvas opens the page with it, in its own channel where it has one."""
        team, wanted = request.match_info["team"], request.match_info["canvas"]
        workspace = self._simulator.ground.workspaces.get(team)
        kept = workspace.canvases.get(wanted) if workspace else None
        if kept is None or kept.deleted:
            raise web.HTTPNotFound(text="There is no such canvas.")
        place = f"team={team}&at={kept.channel or ''}&"
        raise web.HTTPFound(f"/#{place}canvas={kept.id}")

    async def file(self, request: web.Request) -> web.Response:
        """A file that was shared; never shown as a page of this host."""
        self._is_welcome(request)
        wanted = request.match_info["id"]
        known = (each.files.get(wanted) for each in self._simulator.ground.workspaces.values())
        kept = next((each for each in known if each is not None), None)
        if kept is None or kept.deleted or not kept.uploaded:
            raise web.HTTPNotFound(text="There is no such file.")
        kind = "text/plain" if reading.is_text(kept) else reading.picture_kind(kept)
        return web.Response(
            body=kept.content,
            content_type=kind or "application/octet-stream",
            charset="utf-8" if kind == "text/plain" else None,
            headers={**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"},
        )

    def _is_welcome(self, request: web.Request) -> None:
        if not is_welcome(request, self._simulator.url):
            raise web.HTTPForbidden(text=REFUSED)

    async def upload(self, request: web.Request) -> web.Response:
        self._is_welcome(request)
        return await uploads.receive(self._simulator, request)

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        """One page's line: patches go out, what its visitor does comes in."""
        self._is_welcome(request)
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=LONGEST_FRAME)
        await socket.prepare(request)
        simulator = self._simulator
        session = Session(
            space=simulator,
            menu=self._menu,
            unreads=self._unreads,
            seats=Seats(simulator, self._unreads),
            listening=lambda: simulator.listens,
            silent_since=lambda: simulator.silent_since,
        )
        unlisten = simulator.ground.changes.listen(session.changed)
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(session.send_changes(socket))
                doing: set[asyncio.Task[None]] = set()
                async for frame in socket:
                    if len(doing) >= MOST_AT_ONCE:
                        await send(socket, {"answer": None, "ok": False, "trouble": CROWDED})
                        continue
                    data = frame.data if frame.type is WSMsgType.TEXT else ""
                    task = tasks.create_task(self._do(data, session, socket))
                    doing.add(task)
                    task.add_done_callback(doing.discard)
                for task in (sending, *doing):
                    task.cancel()
        finally:
            unlisten()
        return socket

    async def _do(self, data: str, session: Session, socket: web.WebSocketResponse) -> None:
        """Do what the page asks and answer it, whatever comes of it."""
        asked = _parsed(data)
        if asked is None:
            await send(socket, {"answer": None, "ok": False, "trouble": UNREAD})
            return
        try:
            answer = await hands.do(session, asked)
        except MISTAKES as fault:  # one deed's does not take the page away
            what = f"{type(fault).__name__} at {str(asked.get('do'))[:40]!r}"
            self._simulator.backstage.record.note("page", f"The simulator broke: {what}.")
            answer = {"ok": False, "trouble": BROKEN}
        await send(socket, {"answer": asked["ask"], **answer})


def _parsed(data: str) -> Json | None:
    """What is asked; None where it is no question, or holds half a character."""
    try:
        asked = arguments.parse(data)
        json.dumps(asked, ensure_ascii=False).encode()
    except (SlackError, UnicodeEncodeError):
        return None
    if isinstance(asked, dict) and isinstance(asked.get("ask"), int):
        return asked
    return None


def _file(name: str) -> web.Response:
    path = STATIC / name
    if path.parent != STATIC or path.suffix not in KINDS or not path.is_file():
        raise web.HTTPNotFound(text="There is no such page.")
    return web.Response(
        body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8", headers=HEADERS
    )
