"""Installs the app by OAuth: somebody allows it, and a code is exchanged for the token (§7.2)."""

import html
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.simulator.deeds import staff
from bot.simulator.errors import SlackError
from bot.simulator.visited import REFUSED, is_welcome
from bot.simulator.workspace import Ground, Workspace

CODE_LIFE = 10 * 60.0
REMEMBERED = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A code that completes an installation, once, within ten minutes."""

    workspace: Workspace
    user: str
    scopes: frozenset[str] | None
    """What was asked for; None is everything the app lists."""
    redirect_uri: str
    born: float


class Installs:
    """Asks whether the app may be installed, and gives codes to those who allow it."""

    def __init__(self, ground: Ground, wall: Callable[[], float] = time.monotonic) -> None:
        self._ground = ground
        self._wall = wall
        self._codes: dict[str, Code] = {}

    # -- the page that asks ----------------------------------------------------------------

    async def ask(self, request: web.Request) -> web.Response:
        """`/oauth/v2/authorize`: what the app wants, with Allow and Cancel."""
        wanted = request.query
        if problem := self._problem(wanted):
            return _refusal(problem)
        kept = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(wanted.get(name, ""))}">'
            for name in ("client_id", "scope", "redirect_uri", "state")
        )
        asked = sorted(_scopes(wanted))
        scopes = "".join(f"<li>{html.escape(each)}</li>" for each in asked)
        name = html.escape(self._ground.app.name)
        where = self._choice(wanted.get("team", ""))
        return _page(
            f'<form method="post"><h1>{name} asks for permission to access {where}</h1>'
            f"<ul>{scopes}</ul>{kept}"
            '<button name="answer" value="cancel">Cancel</button>'
            '<button name="answer" value="allow">Allow</button></form>'
        )

    def _choice(self, wanted: str) -> str:
        """The workspace's name; of several, one is chosen."""
        teams = [each.team for each in self._ground.workspaces.values()]
        if len(teams) == 1:
            return html.escape(teams[0].name)
        options = "".join(
            f'<option value="{each.id}"{" selected" if each.id == wanted else ""}>'
            f"{html.escape(each.name)}</option>"
            for each in teams
        )
        return f'<select name="team" aria-label="Workspace">{options}</select>'

    def _problem(self, wanted: Mapping[str, str]) -> str:
        """Why nothing can be allowed, in words that begin with Slack's; the form is asked too."""
        app, team = self._ground.app, wanted.get("team", "")
        if wanted.get("client_id") != app.client_id:
            return "invalid_client_id: the app here has another one"
        if unknown := sorted(_scopes(wanted) - app.scopes):
            return f"invalid_scope: the app's manifest does not hold {', '.join(unknown)}"
        if not _scopes(wanted):
            return "no_scopes: say in scope what the app needs"
        if team and team not in self._ground.workspaces:
            return "team_not_found: leave team out, or give the id of a workspace that is here"
        back = wanted.get("redirect_uri", "")
        if not back and app.redirect_urls:
            return ""
        if not back.startswith(("http://", "https://")):
            return "bad_redirect_uri: give the address that is to get the code"
        if app.redirect_urls is None or any(_covers(each, back) for each in app.redirect_urls):
            return ""
        return f"bad_redirect_uri: oauth_config.redirect_urls in the manifest lacks {back}"

    async def answer(self, request: web.Request) -> web.Response:
        """Lead back to the app, with a code or with a refusal; no other site may allow it."""
        if not is_welcome(request, self._ground.base_url):
            return _refusal(REFUSED, status=403)
        form = {name: str(value) for name, value in (await request.post()).items()}
        if problem := self._problem(form):
            return _refusal(problem)
        given, state = form.get("redirect_uri", ""), form.get("state", "")
        if form.get("answer") != "allow":
            result = {"error": "access_denied", "state": state}
        else:
            code = self.allow(given, form.get("team", ""), scopes=_scopes(form))
            result = {"code": code, "state": state}
        back = given or next(iter(self._ground.app.redirect_urls or ()))
        raise web.HTTPFound(f"{back}{'&' if '?' in back else '?'}{urlencode(result)}")

    def allow(
        self, redirect_uri: str, team: str = "", *, scopes: frozenset[str] | None = None
    ) -> str:
        """An admin of that workspace, or else the first, allows the installation: the code."""
        workspaces = self._ground.workspaces
        workspace = workspaces[team] if team else next(iter(workspaces.values()))
        people = workspace.users.values()
        user = next((each.id for each in people if each.is_admin), workspace.bot.user_id)
        code = f"{workspace.team.id}.{workspace.mint_secret(16)}"
        self._codes[code] = Code(
            workspace=workspace,
            user=user,
            scopes=scopes,
            redirect_uri=redirect_uri,
            born=self._wall(),
        )
        while len(self._codes) > REMEMBERED:
            del self._codes[next(iter(self._codes))]
        return code

    # -- oauth.v2.access ---------------------------------------------------------------------

    def check_client(self, client_id: str, client_secret: str) -> None:
        """Refuse a client id or secret that is not this app's."""
        app = self._ground.app
        if client_id != app.client_id:
            raise SlackError("invalid_client_id")
        if client_secret != app.client_secret:
            raise SlackError("bad_client_secret")

    def redeem(self, code: str, redirect_uri: str) -> Code:
        """Redeem a code: installs the app in the workspace that it is for."""
        known = self._codes.pop(code, None)
        if known is None or self._wall() - known.born > CODE_LIFE:
            raise SlackError("invalid_code")
        if redirect_uri != known.redirect_uri:
            raise SlackError("bad_redirect_uri")
        staff.install(known.workspace, known.scopes)
        return known


def _scopes(wanted: Mapping[str, str]) -> frozenset[str]:
    return frozenset(wanted.get("scope", "").replace(",", " ").split())


def _covers(listed: str, wanted: str) -> bool:
    """Whether an address is one that the manifest lists, or lies below it."""
    known, asked = urlsplit(listed), urlsplit(wanted)
    below = f"{asked.path}/".startswith(f"{known.path.rstrip('/')}/") and ".." not in asked.path
    return (known.scheme, known.netloc) == (asked.scheme, asked.netloc) and below


def _refusal(why: str, *, status: int = 400) -> web.Response:
    return _page(f"<h1>Something went wrong</h1><p>{html.escape(why)}</p>", status=status)


def _page(body: str, *, status: int = 200) -> web.Response:
    text = f"<!doctype html><meta charset=utf-8><title>Slack</title>{body}"
    return web.Response(text=text, status=status, content_type="text/html")
