"""The pretend Slack's web server: the Web API, and the addresses Slack hands out."""

import html
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from bot.simulator.backstage import Backstage, Directory
from bot.simulator.deeds import files
from bot.simulator.errors import SlackError
from bot.simulator.response_calls import ResponseCalls
from bot.simulator.web_api import WebApi
from bot.simulator.workspace import Workspace

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_BODY = 16 * 2**20
FULL = (
    f"The files of this workspace hold {files.MOST_HELD // 2**20} MB, and more does not go in: "
    "delete some (files.delete), or start the simulator anew."
)


class Server:
    """Answers HTTP for one simulator."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int, more: Iterable[web.AbstractRouteDef] = ()) -> int:
        """Listen, and return the port that was given. `more` routes are served beside Slack's."""
        self._runner = web.AppRunner(self._application(more), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening and drop what is open."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def _workspaces(self) -> Iterable[Workspace]:
        return self._directory.first.workspace.ground.workspaces.values()

    def _application(self, more: Iterable[web.AbstractRouteDef]) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        api, answers = WebApi(self._directory), ResponseCalls(self._directory)
        first = self._directory.first
        app.add_routes(
            [
                web.route("*", "/api/{method}", api.answer),
                web.get("/link/", first.sockets.connect),
                web.post("/{kind:commands|actions|app}/{rest:.+}", answers.answer),
                web.post("/upload/v1/{file}", self._upload),
                web.get("/files-pri/{file}/{rest:.+}", self._download),
                web.get("/avatars/{name}", self._avatar),
                web.get("/oauth/v2/authorize", first.installs.ask),
                web.post("/oauth/v2/authorize", first.installs.answer),
                *more,
            ]
        )
        return app

    async def _upload(self, request: web.Request) -> web.Response:
        """Step two of an upload: bytes, raw or in a form, without a token (contract §1.11)."""
        file_id, _, secret = request.match_info["file"].partition("-")
        workspace = next((each for each in self._workspaces if file_id in each.files), None)
        kept = workspace.files[file_id] if workspace else None
        if workspace is None or kept is None or kept.secret != secret or kept.completed:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            form = await request.post()
            part = next((each for each in form.values() if isinstance(each, web.FileField)), None)
            content = part.file.read() if part is not None else b""
        else:
            content = await request.read()
        if not files.has_room(workspace, kept, len(content)):
            self._directory.first.record.note("api", FULL, workspace.team.id)
            return web.Response(status=507, text="storage_limit_reached")
        files.receive(workspace, kept, content)
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """A file's bytes, for the workspace's token only; others see a page to sign in on."""
        team, _, file_id = request.match_info["file"].partition("-")
        backstage = self._directory.by_team.get(team)
        kept = backstage.workspace.files.get(file_id) if backstage else None
        if backstage is None or kept is None or kept.deleted:
            return web.Response(status=404, text="not found")
        seen = files.is_seen(backstage.workspace, kept, backstage.workspace.bot.user_id)
        if not (seen and self._may_read(request, backstage)):
            page = "<!doctype html><title>Sign in | Slack</title><h1>Sign in</h1>"
            return web.Response(text=page, content_type="text/html")
        return web.Response(body=kept.content, content_type=kept.mimetype)

    def _may_read(self, request: web.Request, backstage: Backstage) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or self._directory.meant(token) is not backstage:
            return False
        try:
            backstage.rotation.check(backstage.workspace.bot, token)
        except SlackError:
            return False
        return True

    async def _avatar(self, request: web.Request) -> web.Response:
        """An avatar: the first letter of the name on the person's colour."""
        user_id = request.match_info["name"].removesuffix(".svg")
        known = (each.users.get(user_id) for each in self._workspaces)
        user = next((each for each in known if each is not None), None)
        letter = html.escape(user.real_name[:1]) if user else "·"
        color = user.color if user else "666666"
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72">'
            f'<rect width="72" height="72" rx="14" fill="#{color}"/>'
            '<text x="36" y="48" font-family="sans-serif" font-size="36" font-weight="600" '
            f'fill="#fff" text-anchor="middle">{letter}</text></svg>'
        )
        headers = {"Cache-Control": "max-age=3600"}
        return web.Response(text=picture, content_type="image/svg+xml", headers=headers)
