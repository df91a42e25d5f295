"""One app in several workspaces: a token means one of them, and nothing of another is seen."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import CannotDo, Simulator
from bot.simulator.cast import LONGEST_NAME, MOST_WORKSPACES
from bot.simulator.errors import WrongOrder
from bot.simulator.methods import METHODS
from bot.simulator.space import Space
from tests.simulator.test_http_delivery import listen
from tests.simulator.words import (
    GENERAL,
    PING,
    Bot,
    Connect,
    actions,
    button,
    error_of,
    refused,
    section,
)

# the SDK still sends client id and secret in aiohttp's old way
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
ENDS = {"auth.revoke", "apps.uninstall", "apps.connections.open", "oauth.v2.access"}
VIEW: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "x"},
    "blocks": [],
}
WORDS: dict[str, Any] = {
    **dict.fromkeys(("text", "title", "handle", "topic", "purpose"), "x"),
    "name": "eyes",
    "query": "secret",
    "view": VIEW,
    "link": "https://secret.example",
    "unfurls": {},
    "document_content": {"type": "markdown", "markdown": "x"},
    "changes": [{"operation": "delete", "section_id": "temp:C:1"}],
    "criteria": {"contains_text": "secret"},
    "access_level": "write",
}
BACK = "https://bot.example.com/slack/oauth_redirect"


@pytest.fixture
async def beta(sim: Simulator) -> Space:
    return sim.open_workspace("Beta")


@pytest.fixture
def of_beta(sim: Simulator, beta: Space, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(
        token=beta.bot_token, base_url=sim.api_url, session=session, retry_handlers=[]
    )


async def plainly(client: AsyncWebClient, method: str, given: dict[str, Any]) -> object:
    """The answer, good or not."""
    try:
        return (await client.api_call(method, json=given)).data
    except SlackApiError as refused:
        return refused.response.data


async def ids_in(space: Space, client: AsyncWebClient) -> dict[str, Any]:
    """Arguments that mean something of each kind in this workspace, and are good there."""
    ann, triggers = space.person("ann"), space.backstage.triggers
    room = await ann.makes("secret-plans")
    await ann.invites("@app", room.id)
    said = await ann.posts(room.id, "a secret", files=[("a.txt", b"secret")])
    canvas = await client.canvases_create(title="secret")
    mark = await client.bookmarks_add(
        channel_id=room.id, title="secret", type="link", link="https://secret.example"
    )
    opened = await client.views_open(trigger_id=triggers.mint(ann.id).id, view=VIEW)
    at = space.workspace.seconds() + 7200
    later = await client.chat_scheduleMessage(channel=room.id, text="secret", post_at=at)
    return {
        **dict.fromkeys(("channel", "channel_id", "channels", "channel_ids"), room.id),
        **dict.fromkeys(("user", "users", "user_id", "user_ids"), ann.id),
        **dict.fromkeys(("ts", "timestamp", "message_ts", "thread_ts"), said.ts),
        **dict.fromkeys(("file", "files"), said.files[0]),
        "usergroup": next(iter(space.workspace.usergroups)),
        "canvas_id": canvas["canvas_id"],
        "bookmark_id": mark["bookmark"]["id"],
        "view_id": opened["view"]["id"],
        "trigger_id": triggers.mint(ann.id).id,
        "scheduled_message_id": later["scheduled_message_id"],
        "post_at": at,
        "bot": space.workspace.bot.id,
        "team": space.team_id,
        "email": ann.user.email,
    }


def known_of(space: Space) -> str:
    """All that a workspace holds, as text; what other things count up is left out."""
    state = space.workspace
    held = (state.users, state.channels, state.usergroups, state.files, state.canvases)
    return repr((held, state.modals, state.homes, state.scheduled, state.ephemerals, state.bot))


def secrets_of(space: Space) -> list[str]:
    """What no answer to another workspace may hold: its words, and the names of its own."""
    users = (each.email for each in space.workspace.users.values() if each.email)
    return ["a secret", "secret-plans", "secret.example/", space.workspace.team.name, *users]


def greeter(sim: Simulator, session: aiohttp.ClientSession) -> AsyncApp:
    """A real Bolt app that finds its token by the team, as a distributed app does."""

    async def authorize(team_id: str) -> AuthorizeResult:
        bot = sim.ground.workspaces[team_id].bot
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=bot.token,
            bot_id=bot.id,
            bot_user_id=bot.user_id,
        )

    client = AsyncWebClient(base_url=sim.api_url, session=session, retry_handlers=[])
    app = AsyncApp(client=client, authorize=authorize, signing_secret=sim.signing_secret)

    @app.command("/greet")
    async def greet(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack(f"acknowledged in {body['team_domain']}")
        words = f"posted in {(await client.auth_test())['team']}"
        await client.chat_postMessage(
            channel=body["channel_id"],
            text=words,
            blocks=[section(words), actions(button("Wave"))],
        )
        await respond(f"responded in {body['team_domain']}")

    @app.action("wave")
    async def wave(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = {
            "type": "modal",
            "callback_id": "waved",
            "title": {"type": "plain_text", "text": body["team"]["domain"]},
            "blocks": [],
        }
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.event("message")
    async def hear(event: dict[str, Any], client: AsyncWebClient) -> None:
        if event.get("text") == "hello":
            await client.chat_postMessage(channel=event["channel"], text="hello you")

    return app


@pytest.fixture(params=["socket", "http"])
async def greeting(
    request: pytest.FixtureRequest, sim: Simulator, session: aiohttp.ClientSession
) -> AsyncIterator[None]:
    """The app at work, over each way to it."""
    app = greeter(sim, session)
    if request.param == "http":
        runner, url = await listen(app.web_app(path="/slack/events"))
        sim.deliver_over_http(url)
        yield
        await runner.cleanup()
        return
    handler = AsyncSocketModeHandler(app, app_token=sim.app_token, ping_interval=PING)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await sim.wait_connected()
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("greeting")
async def test_what_is_done_in_each_workspace_is_answered_there(
    sim: Simulator, beta: Space
) -> None:
    for space, domain in ((sim, "pretend"), (beta, "beta")):
        ann, other = space.person("ann"), (beta if space is sim else sim).person("ann")
        await ann.invites("@app", "general")

        reply = await ann.types("general", "/greet")

        assert reply.text == f"acknowledged in {domain}"
        await ann.waits_to_see(f"posted in {space.workspace.team.name}", in_="general")
        await ann.waits_to_see(f"responded in {domain}", in_="general")
        await ann.clicks("Wave", in_="general")
        assert (await ann.sees_modal("waved")).title == domain
        await ann.posts("general", "hello")
        await ann.waits_to_see("hello you", in_="general")
        assert f"in {space.workspace.team.name}" not in other.sees("general")
    assert sim.person("ann").sees("general").count("hello you") == 1
    assert beta.person("ann").sees("general").count("hello you") == 1


async def test_an_event_names_its_workspace_and_who_is_authorized_there(
    sim: Simulator, beta: Space, connect: Connect
) -> None:
    """§4.3: over the same socket."""
    line = await connect()
    assert (await line.hears())["type"] == "hello"
    for space in (sim, beta):
        space.hire("zoe", "Zoe Zimmer")
        envelope = await line.hears()
        await line.acknowledges(envelope)
        body, team = envelope["payload"], space.team_id
        assert (body["team_id"], body["context_team_id"]) == (team, team)
        assert [each["team_id"] for each in body["authorizations"]] == [team]
        assert body["authorizations"][0]["user_id"] == space.workspace.bot.user_id
        assert body["event"]["user"]["team_id"] == team
    first, second = sim.deliveries
    assert first.payload["event_id"] != second.payload["event_id"]
    assert (first.team, second.team) == (sim.team_id, beta.team_id)


async def test_ids_differ_between_workspaces(sim: Simulator, beta: Space) -> None:
    for each in (sim, beta):
        await each.person("ann").makes("war-room")
        each.hire("zoe", "Zoe Zimmer")
    here, there = sim.workspace, beta.workspace
    assert here.users.keys() & there.users.keys() == {"USLACKBOT"}
    assert not here.channels.keys() & there.channels.keys()
    assert not here.usergroups.keys() & there.usergroups.keys()
    assert here.team.id != there.team.id
    assert here.bot.id != there.bot.id


async def test_a_token_sees_nothing_of_another_workspace(
    sim: Simulator, beta: Space, client: AsyncWebClient, of_beta: AsyncWebClient
) -> None:
    ann = beta.person("ann")
    room = beta.workspace.channel_named("general").id
    await ann.invites("@app", "general")
    said = await ann.posts("general", "of beta", files=[("a.txt", b"secret")])
    at: dict[str, Any] = {"channel": room, "timestamp": said.ts}
    assert (await of_beta.conversations_history(channel=room))["messages"][0]["text"] == "of beta"

    for call in (
        client.conversations_info(channel=room),
        client.conversations_history(channel=room),
        client.chat_postMessage(channel=room, text="x"),
        client.chat_update(channel=room, ts=said.ts, text="x"),
        client.chat_getPermalink(channel=room, message_ts=said.ts),
        client.conversations_invite(channel=room, users="U0BOB"),
        client.reactions_add(name="eyes", **at),
        client.pins_add(**at),
    ):
        assert await error_of(call) == "channel_not_found"
    assert await error_of(client.users_info(user=ann.id)) == "user_not_found"
    assert await error_of(client.conversations_open(users=ann.id)) == "user_not_found"
    assert await error_of(client.files_info(file=said.files[0])) == "file_not_found"
    ids = {each["id"] for each in (await client.users_list())["members"]}
    assert ids == set(sim.workspace.users)
    rooms = {each["id"] for each in (await client.conversations_list())["channels"]}
    assert rooms == set(sim.workspace.channels)
    assert (await of_beta.auth_test())["team_id"] == beta.team_id
    assert (await of_beta.team_info())["team"]["domain"] == "beta"


async def test_no_method_reaches_into_another_workspace(
    beta: Space, client: AsyncWebClient, of_beta: AsyncWebClient
) -> None:
    """Every method, with the ids of the other wherever an id can stand."""
    given = {**WORDS, **await ids_in(beta, of_beta)}
    before = known_of(beta)

    for method in set(METHODS) - ENDS - {"api.test"}:  # which repeats what it is told
        answer = await plainly(client, method, given)
        told = json.dumps(answer)
        assert not [each for each in secrets_of(beta) if each in told], (method, answer)

    assert known_of(beta) == before


async def test_a_trigger_a_view_and_a_file_are_good_in_their_own_workspace_only(
    sim: Simulator,
    beta: Space,
    client: AsyncWebClient,
    of_beta: AsyncWebClient,
    session: aiohttp.ClientSession,
) -> None:
    trigger = beta.backstage.triggers.mint(beta.person("ann").id)
    wrong = client.views_open(trigger_id=trigger.id, view=VIEW)
    assert await error_of(wrong) == "invalid_trigger_id"
    opened = await of_beta.views_open(trigger_id=trigger.id, view=VIEW)
    wrong = client.views_update(view_id=opened["view"]["id"], view=VIEW)
    assert await error_of(wrong) == "not_found"

    given = await of_beta.files_getUploadURLExternal(filename="a.txt", length=6)
    await session.post(given["upload_url"], data=b"secret")
    wrong = client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
    assert await error_of(wrong) == "file_not_found"
    kept = (await of_beta.files_completeUploadExternal(files=[{"id": given["file_id"]}]))["files"]
    for token, is_given in ((beta.bot_token, True), (sim.bot_token, False)):
        head = {"Authorization": f"Bearer {token}"}
        async with session.get(kept[0]["url_private"], headers=head) as answer:
            assert ((await answer.read()) == b"secret") is is_given


async def test_an_app_revoked_in_one_workspace_stays_in_the_others(
    sim: Simulator, beta: Space, bot: Bot, of_beta: AsyncWebClient
) -> None:
    """§1.5 auth.revoke; §5.3 tokens_revoked, app_uninstalled: of that team only."""
    await of_beta.auth_revoke()

    event = await bot.hears("tokens_revoked")
    assert event["tokens"]["bot"] == [beta.workspace.bot.user_id]
    await bot.hears("app_uninstalled")
    assert {each["team_id"] for each in bot.bodies} == {beta.team_id}
    assert await error_of(of_beta.auth_test()) == "token_revoked"
    await bot.client.auth_test()
    beta.hire("zoe", "Zoe Zimmer")
    sim.hire("zed", "Zed Zimmer")
    assert (await bot.hears("team_join"))["user"]["name"] == "zed"
    reply = await beta.person("ann").types("general", "/greet")
    assert reply.text == "`/greet` is not a valid command."

    beta.install_app()

    assert (await of_beta.auth_test())["ok"]


async def test_people_can_talk_where_no_app_is_until_it_is_installed(
    sim: Simulator, bot: Bot, session: aiohttp.ClientSession
) -> None:
    """§7.2: whoever allows the app chooses the workspace."""
    gamma = sim.open_workspace("Gamma & Sons", installed=False)
    ann, app = gamma.person("ann"), sim.workspace.app
    await ann.posts("general", "nobody listens")
    client = AsyncWebClient(base_url=sim.api_url, session=session, retry_handlers=[])
    assert await error_of(client.auth_test(token=gamma.bot_token)) == "invalid_auth"
    with pytest.raises(CannotDo):
        ann.room("@app")
    with pytest.raises(CannotDo):
        await ann.opens_home()
    with pytest.raises(LookupError):
        await ann.invites("@incident_bot", "general")
    assert (await ann.types("general", "/greet")).error == "invalid_command"
    assert not (await ann.uses_shortcut("anything")).ok
    assert [each.name for each in sim.deliveries] == ["shortcut"]
    assert not bot.heard

    page = f"{sim.url}/oauth/v2/authorize"
    scopes = ",".join(sorted(app.scopes))
    asked = {"client_id": app.client_id, "scope": scopes, "redirect_uri": BACK}
    async with session.get(page, params={**asked, "team": "T1"}) as wrong:
        assert (wrong.status, "team_not_found" in await wrong.text()) == (400, True)
    async with session.get(page, params={**asked, "team": gamma.team_id}) as shown:
        text = await shown.text()
    chosen = re.search(r'value="(\w+)" selected>Gamma &amp; Sons<', text)
    assert chosen is not None
    form = {**asked, "state": "s", "answer": "allow", "team": chosen[1]}
    async with session.post(page, data={**form, "team": "T1"}, allow_redirects=False) as wrong:
        assert wrong.status == 400
    async with session.post(page, data=form, allow_redirects=False) as answer:
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
    given = await client.oauth_v2_access(
        client_id=app.client_id,
        client_secret=app.client_secret,
        code=back["code"][0],
        redirect_uri=BACK,
    )

    assert given["team"] == {"id": gamma.team_id, "name": "Gamma & Sons"}
    assert given["authed_user"]["id"] == ann.id
    assert given["bot_user_id"] == gamma.workspace.bot.user_id
    assert (await client.auth_test(token=given["access_token"]))["team"] == "Gamma & Sons"
    await ann.invites("@app", "general")
    assert (await bot.hears("member_joined_channel"))["team"] == gamma.team_id
    assert given["access_token"] != sim.bot_token


async def test_each_workspace_has_limits_of_its_own(
    sim: Simulator, client: AsyncWebClient, of_beta: AsyncWebClient
) -> None:
    """§1.2: per method, workspace and app."""
    sim.limits.tiers = True
    for _ in range(10):
        await client.users_list()
    assert (await refused(client.users_list())).status_code == 429
    assert (await of_beta.users_list())["ok"]


async def test_what_is_scheduled_and_found_stays_in_its_workspace(
    sim: Simulator, beta: Space, clock: Clock, of_beta: AsyncWebClient, client: AsyncWebClient
) -> None:
    room = beta.workspace.channel_named("general").id
    at = int((clock.now() + timedelta(hours=1)).timestamp())
    await of_beta.chat_scheduleMessage(channel=room, text="a zebra", post_at=at)
    ann = beta.person("ann")

    clock.advance(timedelta(hours=2))

    await ann.waits_to_see("a zebra", in_="general")
    assert "zebra" not in sim.person("ann").sees("general")

    async def found(client: AsyncWebClient) -> int:
        answer = await client.api_call(
            "assistant.search.context", json={"query": "zebra", "include_bots": True}
        )
        results: dict[str, list[object]] = answer["results"]
        return len(results["messages"])

    assert await found(of_beta) == 1
    assert await found(client) == 0


async def test_a_call_and_an_answer_are_noted_with_their_workspace(
    sim: Simulator, beta: Space, of_beta: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    ann = beta.person("ann")
    room = beta.workspace.channel_named("general")
    url = beta.backstage.response_urls.mint("commands", ann.user, room)
    await of_beta.chat_postMessage(channel=room.id, text="x")
    await session.post(url, json={"text": "later"})
    await session.post(url.replace(beta.team_id, sim.team_id), json={"text": "later"})

    assert [(each.method, each.team, each.status) for each in sim.calls] == [
        ("chat.postMessage", beta.team_id, 200),
        ("response_url", beta.team_id, 200),
        ("response_url", sim.team_id, 404),
    ]
    assert "later" in ann.sees("general")


async def test_a_workspace_needs_a_name_that_no_other_has(sim: Simulator, beta: Space) -> None:
    for name in ("", "  ", "x" * (LONGEST_NAME + 1), "BETA", "Pretend Inc"):
        with pytest.raises(WrongOrder):
            sim.open_workspace(name)
    assert sim.open_workspace("beta!").workspace.team.domain == "beta-3"
    assert sim.open_workspace("日本").workspace.team.domain == "workspace"
    assert sim.space("Beta") is sim.space(beta.team_id) is sim.space("beta") is beta
    with pytest.raises(WrongOrder, match=r"there is: Pretend Inc, Beta, beta!, 日本\."):
        sim.space("gone")
    for number in range(len(sim.spaces), MOST_WORKSPACES):
        sim.open_workspace(f"no {number}")
    with pytest.raises(WrongOrder, match="the most"):
        sim.open_workspace("one more")


async def test_a_channel_of_the_first_is_where_it_always_was(sim: Simulator, beta: Space) -> None:
    """What was written for one workspace goes on meaning it."""
    assert GENERAL in sim.workspace.channels
    assert sim.person("ann").id == "U0ANN"
    assert sim.bot_token != beta.bot_token
