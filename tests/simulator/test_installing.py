"""Contract §7.2, §1.5: the app is installed, its token revoked, the app taken out."""

from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.installing import CODE_LIFE, Installs
from bot.simulator.manifest import read
from tests.simulator.words import Bot, error_of

# the SDK still sends client id and secret in aiohttp's old way
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

BACK = "https://bot.example.com/slack/oauth_redirect"
WANTED = {"scope": "chat:write,commands", "state": "s7", "redirect_uri": BACK}


async def answered(
    sim: Simulator, session: aiohttp.ClientSession, answer: str, **asked: str
) -> dict[str, str]:
    """What the browser brings back to the app."""
    page = f"{sim.url}/oauth/v2/authorize"
    form = {**WANTED, "client_id": sim.workspace.app.client_id, "answer": answer, **asked}
    async with session.post(page, data=form, allow_redirects=False) as response:
        assert response.status == 302
        back = urlsplit(response.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    return {name: values[0] for name, values in parse_qs(back.query).items()}


async def test_an_installation_ends_with_the_token(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§7.2, steps 1 to 3; a code is good once."""
    app = sim.workspace.app
    page = f"{sim.url}/oauth/v2/authorize"
    async with session.get(page, params={**WANTED, "client_id": app.client_id}) as asked:
        assert asked.status == 200
        assert "<li>commands</li>" in await asked.text()
    back = await answered(sim, session, "allow")
    assert back["state"] == "s7"

    client = AsyncWebClient(base_url=sim.api_url, session=session)
    secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
    given = await client.oauth_v2_access(**secrets, code=back["code"], redirect_uri=BACK)

    assert given["access_token"] == sim.bot_token
    assert given["token_type"] == "bot"
    assert given["bot_user_id"] == "U0BOT"
    assert "bot_id" not in given.data
    assert given["authed_user"] == {"id": "U0ANN"}
    again = client.oauth_v2_access(**secrets, code=back["code"], redirect_uri=BACK)
    assert await error_of(again) == "invalid_code"


async def test_the_token_may_do_what_was_allowed_and_no_more(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§7.2 step 1 and "Scopes are additive across installs": a forgotten scope is missed."""
    beta = sim.open_workspace("Beta", installed=False)
    client = AsyncWebClient(base_url=sim.api_url, session=session, retry_handlers=[])
    app = sim.workspace.app

    async def allowed(scope: str) -> str:
        back = await answered(sim, session, "allow", scope=scope, team=beta.team_id)
        given = await client.oauth_v2_access(
            client_id=app.client_id,
            client_secret=app.client_secret,
            code=back["code"],
            redirect_uri=BACK,
        )
        return str(given["scope"])

    assert await allowed("chat:write") == "chat:write"
    told = await client.auth_test(token=beta.bot_token)
    assert told.headers["x-oauth-scopes"] == "chat:write"
    with pytest.raises(SlackApiError) as refused:
        await client.users_list(token=beta.bot_token)
    assert refused.value.response["needed"] == "users:read"
    assert refused.value.response["provided"] == "chat:write"
    ann = beta.person("ann")
    assert (await ann.types("general", "/incident")).error == "invalid_command"
    await ann.posts("general", "hello @incident_bot")
    assert not sim.deliveries, "what it has no scope for, it does not hear"

    assert await allowed("users:read,team:read") == "chat:write,team:read,users:read"
    await client.users_list(token=beta.bot_token)
    await client.auth_revoke(token=beta.bot_token)
    assert await allowed("team:read") == "team:read", "what was taken back stays so"
    assert sim.workspace.scopes == app.scopes, "the other workspace keeps all it allowed"


@pytest.mark.parametrize(
    ("back", "good"),
    [
        (BACK, True),
        (f"{BACK}/eu?region=1", True),
        ("", True),
        (f"{BACK}s", False),
        ("http://bot.example.com/slack/oauth_redirect", False),
        ("https://bot.example.com:444/slack/oauth_redirect", False),
        (f"{BACK}/../../else", False),
    ],
)
async def test_a_code_goes_where_the_manifest_says(
    sim: Simulator, session: aiohttp.ClientSession, back: str, *, good: bool
) -> None:
    """§7.1 redirect_urls, §7.2: bad_redirect_uri; the page and its form refuse alike."""
    app, page = sim.workspace.app, f"{sim.url}/oauth/v2/authorize"
    listed = {"redirect_urls": [BACK], "scopes": {"bot": ["chat:write"]}}
    sim.install(read({"oauth_config": listed}))
    wanted = {"client_id": app.client_id, "scope": "chat:write", "redirect_uri": back}
    async with session.get(page, params=wanted) as asked:
        assert asked.status == (200 if good else 400)
        assert ("bad_redirect_uri" in await asked.text()) is not good
    form = {**wanted, "answer": "allow"}
    async with session.post(page, data=form, allow_redirects=False) as told:
        assert told.status == (302 if good else 400)
        if good:
            assert told.headers["Location"].startswith(back or BACK)


async def test_what_ends_an_installation_early(
    sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """§7.2 errors."""
    assert await answered(sim, session, "cancel") == {"error": "access_denied", "state": "s7"}
    app = sim.workspace.app
    client = AsyncWebClient(base_url=sim.api_url, session=session)

    async def error(**given: str) -> str:
        code = sim.backstage.installs.allow(BACK)
        secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
        wanted = {**secrets, "code": code, "redirect_uri": BACK, **given}
        return await error_of(client.oauth_v2_access(**wanted))

    assert await error(client_id="1.2") == "invalid_client_id"
    assert await error(client_secret="wrong") == "bad_client_secret"
    assert await error(redirect_uri="https://else.example") == "bad_redirect_uri"
    assert await error(code="made up") == "invalid_code"
    assert await error(grant_type="refresh_token") == "invalid_refresh_token"
    assert await error(grant_type="password") == "invalid_grant_type"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": ""}, "no_scopes"),
        ({"redirect_uri": "javascript:alert(1)"}, "bad_redirect_uri"),
    ],
)
async def test_the_page_says_what_is_wrong_with_the_address(
    sim: Simulator, session: aiohttp.ClientSession, given: dict[str, str], said: str
) -> None:
    """§7.2, step 1."""
    wanted = {**WANTED, "client_id": sim.workspace.app.client_id, **given}
    async with session.get(f"{sim.url}/oauth/v2/authorize", params=wanted) as asked:
        assert asked.status == 400
        assert said in await asked.text()


def test_a_code_is_good_for_ten_minutes(sim: Simulator) -> None:
    """§7.2 "Code lives 10 minutes"."""
    now = [0.0]
    installs = Installs(sim.ground, wall=lambda: now[0])
    kept, old = installs.allow(BACK), installs.allow(BACK)
    now[0] = CODE_LIFE
    assert installs.redeem(kept, BACK).user == "U0ANN"
    now[0] += 1
    with pytest.raises(Exception, match="invalid_code"):
        installs.redeem(old, BACK)


async def test_a_revoked_token_is_dead_until_the_app_is_installed_again(
    sim: Simulator, bot: Bot, client: AsyncWebClient
) -> None:
    """§1.5 auth.revoke; §5.3 tokens_revoked, app_uninstalled."""
    assert (await client.auth_revoke(test=True))["revoked"] is False
    await client.auth_test()

    assert (await client.auth_revoke())["revoked"] is True

    event = await bot.hears("tokens_revoked")
    assert event["tokens"] == {"oauth": [], "bot": ["U0BOT"]}
    await bot.hears("app_uninstalled")
    assert await error_of(client.auth_test()) == "token_revoked"
    heard = len(sim.deliveries)
    sim.hire("zoe", "Zoe Zimmer")
    assert len(sim.deliveries) == heard, "an app that is not there hears nothing"
    sim.backstage.installs.redeem(sim.backstage.installs.allow(BACK), BACK)
    await client.auth_test()


async def test_the_app_is_taken_out_by_who_knows_its_secret(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§1.5 apps.uninstall."""
    app = sim.workspace.app
    wrong = client.apps_uninstall(client_id=app.client_id, client_secret="x")
    assert await error_of(wrong) == "bad_client_secret"

    await client.apps_uninstall(client_id=app.client_id, client_secret=app.client_secret)

    assert await error_of(client.auth_test()) == "token_revoked"


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_page_of_another_site_allows_nothing(
    sim: Simulator, session: aiohttp.ClientSession, origin: str
) -> None:
    """§7.2, step 1."""
    page = f"{sim.url}/oauth/v2/authorize"
    form = {**WANTED, "client_id": sim.workspace.app.client_id, "answer": "allow"}

    async def status(origin: str, host: str) -> int:
        headers = {"Origin": origin, "Host": host}
        async with session.post(page, data=form, headers=headers, allow_redirects=False) as answer:
            return answer.status

    own = urlsplit(sim.url).netloc
    assert await status(origin, own) == 403
    assert await status("http://evil.example", "evil.example") == 403, "its name points here"
    assert await status(sim.url, own) == 302, "the page's own form"
