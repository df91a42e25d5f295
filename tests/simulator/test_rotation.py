"""Contract §7.3: tokens that end, are renewed once, and are at most two at a time."""

import asyncio
import logging
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncInstallationStoreAuthorize
from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot as Installed
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.oauth.token_rotation import TokenRotator
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.manifest import read
from bot.simulator.rotation import LIFE, Rotation
from tests.simulator.words import Ask, Bot, error_of

# the SDK still sends client id and secret in aiohttp's old way
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

BACK = "https://bot.example.com/slack/oauth_redirect"
AT_ONCE = 60 * 24  # minutes before a token's end; it has twelve hours


@pytest.fixture
def secrets(sim: Simulator) -> dict[str, str]:
    hears = {"bot_events": ["team_join", "tokens_revoked"]}
    settings = {"token_rotation_enabled": True, "event_subscriptions": hears}
    sim.install(read({"settings": settings, "oauth_config": {"scopes": {"bot": ["users:read"]}}}))
    app = sim.workspace.app
    return {"client_id": app.client_id, "client_secret": app.client_secret}


async def installed(sim: Simulator, client: AsyncWebClient, secrets: dict[str, str]) -> Any:
    code = sim.backstage.installs.allow(BACK)
    return (await client.oauth_v2_access(**secrets, code=code, redirect_uri=BACK)).data


def as_installed(given: dict[str, Any]) -> Installed:
    return Installed(
        team_id="T0PRETEND",
        bot_token=given["access_token"],
        bot_id="B0BOT",
        bot_user_id="U0BOT",
        bot_refresh_token=given["refresh_token"],
        bot_token_expires_in=given["expires_in"],
        installed_at=time.time(),
    )


async def test_the_librarys_rotator_keeps_an_app_going(
    sim: Simulator, client: AsyncWebClient, secrets: dict[str, str]
) -> None:
    """§7.3 "refresh", by both forms of the SDK."""
    given = await installed(sim, client, secrets)
    assert given["access_token"].startswith("xoxe.xoxb-1-")
    assert given["refresh_token"].startswith("xoxe-1-")
    assert (given["expires_in"], given["token_type"]) == (43_200, "bot")
    assert given["authed_user"] == {"id": "U0ANN"}
    first = as_installed(given)
    rotator = AsyncTokenRotator(**secrets, client=client)
    assert await rotator.perform_bot_token_rotation(bot=first) is None  # it lasts long enough

    sim.rotation.expire()
    assert await error_of(client.auth_test(token=first.bot_token)) == "token_expired"
    second = await rotator.perform_bot_token_rotation(bot=first, minutes_before_expiration=AT_ONCE)

    assert second is not None
    assert second.bot_token != first.bot_token
    assert (await client.auth_test(token=second.bot_token))["bot_id"] == "B0BOT"
    with pytest.raises(SlackTokenRotationError) as caught:  # a refresh token is good once
        await rotator.perform_bot_token_rotation(bot=first, minutes_before_expiration=AT_ONCE)
    assert "invalid_refresh_token" in str(caught.value.api_error)
    told = Installation(
        user_id="U0ANN",
        bot_token=second.bot_token,
        bot_refresh_token=second.bot_refresh_token,
        bot_token_expires_at=second.bot_token_expires_at,
    )
    sync = TokenRotator(**secrets, client=WebClient(base_url=sim.api_url))
    third = await asyncio.to_thread(
        sync.perform_token_rotation, installation=told, minutes_before_expiration=AT_ONCE
    )
    assert third is not None
    for token in (second.bot_token, third.bot_token):  # renewing ends no token
        await client.auth_test(token=token)
    seen = str([(call.args, call.answer) for call in sim.calls])
    assert str(third.bot_token) not in seen
    assert str(third.bot_refresh_token) not in seen


async def test_of_three_good_tokens_the_oldest_is_revoked(
    sim: Simulator, client: AsyncWebClient, secrets: dict[str, str]
) -> None:
    """§7.3 "≤2 live tokens"."""
    first = await installed(sim, client, secrets)
    given, tokens = first, [first["access_token"]]
    for _ in range(2):
        given = await client.oauth_v2_access(
            **secrets, grant_type="refresh_token", refresh_token=given["refresh_token"]
        )
        tokens.append(given["access_token"])

    assert await error_of(client.auth_test(token=tokens[0])) == "token_revoked"
    for token in tokens[1:]:
        await client.auth_test(token=token)


async def test_the_token_without_an_end_is_exchanged_once(
    sim: Simulator,
    client: AsyncWebClient,
    secrets: dict[str, str],
    session: aiohttp.ClientSession,
) -> None:
    """§7.3 "existing long tokens are converted once"."""
    old = sim.bot_token
    wrong = {**secrets, "client_secret": "wrong"}
    assert await error_of(client.oauth_v2_exchange(token=old, **wrong)) == "bad_client_secret"
    assert await error_of(client.oauth_v2_exchange(token="xoxb-1", **secrets)) == "invalid_token"
    given = await client.oauth_v2_exchange(token=old, **secrets)

    await client.auth_test(token=given["access_token"])
    await client.auth_test(token=old)  # until the new one is renewed
    form = {**secrets, "token": old}  # as Slack's guide has it; the SDK sends a header
    async with session.post(f"{sim.api_url}oauth.v2.exchange", data=form) as again:
        assert (await again.json())["error"] == "token_already_exchanged"
    await client.oauth_v2_access(
        **secrets, grant_type="refresh_token", refresh_token=given["refresh_token"]
    )
    assert await error_of(client.auth_test(token=old)) == "token_expired"


async def test_what_was_uninstalled_is_not_exchanged(
    sim: Simulator, client: AsyncWebClient, secrets: dict[str, str]
) -> None:
    """§7.3; the name of the error is assumed."""
    sim.uninstall_app()

    refused = client.oauth_v2_exchange(token=sim.bot_token, **secrets)
    assert await error_of(refused) == "authorization_not_found"


async def test_without_rotation_nothing_is_exchanged(
    sim: Simulator, client: AsyncWebClient
) -> None:
    """§7.3 "opt-in"."""
    app = sim.workspace.app
    secrets = {"client_id": app.client_id, "client_secret": app.client_secret}
    refused = client.oauth_v2_exchange(token=sim.bot_token, **secrets)
    assert await error_of(refused) == "token_rotation_not_enabled"
    assert "expires_in" not in await installed(sim, client, secrets)


async def test_revoking_ends_one_token_and_uninstalling_all(
    sim: Simulator, bot: Bot, client: AsyncWebClient, secrets: dict[str, str]
) -> None:
    """§7.3, §1.5 auth.revoke: the app stays when one of its tokens that rotate is revoked."""
    one = await installed(sim, client, secrets)
    two = await client.oauth_v2_exchange(token=sim.bot_token, **secrets)
    await client.auth_revoke(token=one["access_token"])

    assert await error_of(client.auth_test(token=one["access_token"])) == "token_revoked"
    await client.auth_test(token=two["access_token"])
    sim.hire("zoe", "Zoe Zimmer")
    await bot.hears("team_join")
    wrong = client.auth_test(token=one["refresh_token"])
    assert await error_of(wrong) == "invalid_auth"
    app_wide = client.apps_connections_open(app_token=two["access_token"])
    assert await error_of(app_wide) == "not_allowed_token_type"

    await client.apps_uninstall(token=two["access_token"], **secrets)
    refresh = {"grant_type": "refresh_token", "refresh_token": two["refresh_token"]}
    assert await error_of(client.oauth_v2_access(**secrets, **refresh)) == "invalid_refresh_token"
    new = await installed(sim, client, secrets)
    await client.auth_test(token=new["access_token"])
    for token in (sim.bot_token, two["access_token"]):
        assert await error_of(client.auth_test(token=token)) == "token_revoked"


async def test_tokens_end_on_the_machines_time(sim: Simulator) -> None:
    """§7.3 `expires_in`: on the machine's time, as the SDK has it, wherever the workspace's is."""
    now = [1000.0]
    rotation = Rotation(sim.ground, wall=lambda: now[0])
    given = rotation.give(sim.workspace)
    now[0] += LIFE - 1
    rotation.check(sim.workspace.bot, given.text)
    now[0] += 1
    with pytest.raises(Exception, match="token_expired"):
        rotation.check(sim.workspace.bot, given.text)


async def test_tokens_end_on_order(
    ask: Ask,
    sim: Simulator,
    client: AsyncWebClient,
    secrets: dict[str, str],
) -> None:
    """§7.3 "Expired"."""
    assert (await ask("GET /control"))[1]["tokens"] == {"rotates": True, "life": LIFE, "good": 0}
    await ask("POST /control/tokens", {"life": 600})
    given = await installed(sim, client, secrets)
    assert given["expires_in"] == 600
    assert (await ask("GET /control/tokens"))[1]["good"] == 1
    assert (await ask("POST /control/tokens", {"do": "expire"}))[1]["good"] == 0
    assert await error_of(client.auth_test(token=given["access_token"])) == "token_expired"
    for wrong, says in (({"life": 0}, "`life` is in seconds"), ({"do": "renew"}, "`do` is exp")):
        status, answer = await ask("POST /control/tokens", wrong)
        assert (status, answer["error"][: len(says)]) == (400, says)


async def test_a_renewed_token_belongs_to_its_workspace(
    sim: Simulator, client: AsyncWebClient, secrets: dict[str, str]
) -> None:
    """§7.3, §7.2 `team`."""
    there = sim.open_workspace("There", installed=False)
    team = there.workspace.team.id
    code = sim.backstage.installs.allow(BACK, team)
    given = await client.oauth_v2_access(**secrets, code=code, redirect_uri=BACK)
    refresh = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    renewed = await client.oauth_v2_access(**secrets, **refresh)

    assert given["team"]["id"] == renewed["team"]["id"] == team
    assert (await client.auth_test(token=renewed["access_token"]))["team_id"] == team
    never_given = client.auth_test(token=there.workspace.bot.token)
    assert await error_of(never_given) == "invalid_auth"


async def test_a_file_is_given_for_a_token_that_is_good(
    sim: Simulator,
    client: AsyncWebClient,
    secrets: dict[str, str],
    session: aiohttp.ClientSession,
) -> None:
    """§1.11: bytes with the bot token, whichever it is; else a page to sign in on."""
    token = (await installed(sim, client, secrets))["access_token"]
    said = await sim.person("ann").posts("general", "", files=[("a.txt", b"secret")])
    url = f"{sim.url}/files-pri/{sim.team_id}-{said.files[0]}/a.txt"

    async def body() -> bytes:
        async with session.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
            return await answer.read()

    assert await body() == b"secret"
    sim.rotation.expire()
    assert b"Sign in" in await body()


async def test_bolt_renews_a_token_that_ends_when_something_happens(
    sim: Simulator, client: AsyncWebClient, secrets: dict[str, str], tmp_path: Path
) -> None:
    """§8.5 "Bolt refreshes when under `token_rotation_expiration_minutes` remain"."""
    given = await installed(sim, client, secrets)
    store = FileInstallationStore(base_dir=str(tmp_path), client_id=secrets["client_id"])
    first = as_installed(given)
    await store.async_save_bot(first)
    anonymous = AsyncWebClient(base_url=sim.api_url)
    authorize = AsyncInstallationStoreAuthorize(
        logger=logging.getLogger("authorize"),
        installation_store=store,
        bot_only=True,
        client_id=secrets["client_id"],
        client_secret=secrets["client_secret"],
        token_rotation_expiration_minutes=AT_ONCE,
        client=anonymous,  # else it would renew at slack.com
    )
    app = AsyncApp(
        client=anonymous,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes it, and says otherwise
        process_before_response=True,
    )
    used: list[str] = []

    @app.event("team_join")
    async def greet(client: AsyncWebClient) -> None:
        await client.auth_test()
        used.append(str(client.token))

    handler = AsyncSocketModeHandler(app, app_token=sim.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await sim.wait_connected()
    sim.rotation.expire()
    sim.hire("zoe", "Zoe Zimmer")
    await sim.all_acknowledged()
    await handler.close_async()  # type: ignore[no-untyped-call]

    kept = await store.async_find_bot(enterprise_id=None, team_id="T0PRETEND")
    assert kept is not None
    assert used == [kept.bot_token] != [first.bot_token]
