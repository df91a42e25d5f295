"""Contract §4: signed delivery over HTTP, its retries, and a real Bolt app behind it."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.http_delivery import LONGEST_SAID, sign
from bot.simulator.record import Delivery

VECTOR = (
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
    "&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
    "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
    "%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)


def test_signatures_are_those_of_slack() -> None:
    """§4.4 test vector."""
    signature = sign("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", VECTOR.encode())

    assert signature == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


class Desk:
    """A web server at the app's request URL that answers as it is told and keeps all requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b""
        self.before_answer: Callable[[], None] = lambda: None

    async def answer(self, request: web.Request) -> web.Response:
        self.requests.append((dict(request.headers), await request.text()))
        self.before_answer()
        return web.Response(status=self.status, headers=self.headers, body=self.body)


async def listen(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    return runner, f"http://{host}:{port}/slack/events"


@pytest.fixture
async def desk(sim: Simulator) -> AsyncIterator[Desk]:
    desk = Desk()
    app = web.Application()
    app.router.add_post("/slack/events", desk.answer)
    runner, url = await listen(app)
    sim.deliver_over_http(url)
    sim.backstage.http.retries = (0.0, 0.01, 0.01)
    yield desk
    await runner.cleanup()


@pytest.fixture
async def bolt(sim: Simulator, client: AsyncWebClient) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=client, signing_secret=sim.signing_secret)
    runner, url = await listen(app.web_app(path="/slack/events"))
    sim.deliver_over_http(url)
    yield app
    await runner.cleanup()


async def test_bolt_accepts_what_is_signed(sim: Simulator, bolt: AsyncApp) -> None:
    """§4.1, §4.4."""

    @bolt.command("/go")
    async def go(ack: AsyncAck, body: dict[str, str]) -> None:
        await ack(f"{body['user_name']}: {body['text']}")

    assert (await sim.person("ann").types("general", "/go now")).text == "ann: now"
    assert await sim.verifies_url()


@pytest.mark.usefixtures("bolt")
async def test_bolt_refuses_another_secret(sim: Simulator) -> None:
    """§8.1 "bad/old signature 401"; §4.1 `dispatch_failed`."""
    sim.workspace.app.signing_secret = "another"

    reply = await sim.person("ann").types("general", "/go")

    assert reply.error == "dispatch_failed"
    assert not await sim.verifies_url()


async def test_an_event_is_tried_four_times(sim: Simulator, desk: Desk) -> None:
    """§4.3 retries and their headers."""
    desk.status = 500
    await sim.person("ann").makes("new")

    await sim.workspace.wait_for(lambda: len(desk.requests) == 4)

    numbers = [headers.get("X-Slack-Retry-Num") for headers, _ in desk.requests]
    reasons = [headers.get("X-Slack-Retry-Reason") for headers, _ in desk.requests]
    assert numbers == [None, "1", "2", "3"]
    assert reasons == [None, *["http_error"] * 3]
    assert len({body for _, body in desk.requests}) == 1
    assert desk.requests[0][0]["User-Agent"] == "Slackbot 1.0 (+https://api.slack.com/robots)"


async def test_the_app_can_ask_not_to_be_tried_again(sim: Simulator, desk: Desk) -> None:
    """§4.3 `x-slack-no-retry`."""
    desk.status, desk.headers = 500, {"x-slack-no-retry": "1"}
    ann = sim.person("ann")
    await ann.makes("new")
    first = sim.deliveries[0]
    await sim.workspace.wait_for(lambda: first.attempts and first.attempts[0].outcome)

    desk.status = 200
    await ann.makes("newer")
    await sim.workspace.wait_for(lambda: sim.deliveries[-1].acknowledged_after is not None)

    assert len(first.attempts) == 1


def _ended(delivery: Delivery) -> bool:
    """Whether the last of its four attempts has come to its end."""
    return len(delivery.attempts) == 4 and delivery.attempts[-1].outcome != ""


async def test_an_app_that_was_taken_out_is_not_tried_again(sim: Simulator, desk: Desk) -> None:
    """§4.3, §7.3: it goes while an event waits; of its own end it still hears."""
    desk.status, desk.before_answer = 500, sim.uninstall_app
    await sim.person("ann").makes("new")
    await sim.workspace.wait_for(
        lambda: len(sim.deliveries) == 3 and all(map(_ended, sim.deliveries[1:]))
    )

    assert [each.name for each in sim.deliveries[1:]] == ["tokens_revoked", "app_uninstalled"]
    assert len(sim.deliveries[0].attempts) == 1
    assert "The app is not installed in that workspace." in [
        each.text for each in sim.backstage.record.notes
    ]


async def test_interactions_come_as_a_form_with_one_field(sim: Simulator, desk: Desk) -> None:
    """§4.2."""
    outcome = await sim.person("ann").uses_shortcut("declare")

    headers, body = desk.requests[0]
    assert outcome.ok
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert body.startswith("payload=%7B")


async def test_a_retry_says_why(sim: Simulator, desk: Desk) -> None:
    """§4.3 `x-slack-retry-reason`: http_timeout, connection_failed, too_many_redirects."""
    sim.faults.add("channel_created", "cut")
    await sim.person("ann").makes("cut")
    await sim.workspace.wait_for(lambda: len(desk.requests) == 2)

    desk.status, desk.headers = 307, {"Location": "/slack/events"}
    await sim.person("ann").makes("circles")
    await sim.workspace.wait_for(lambda: _ended(sim.deliveries[-1]))
    assert len(desk.requests) == 2 + 4 * 3  # two redirects are followed

    desk.status, sim.ack_deadline = 200, 0.0
    await sim.person("ann").makes("late")
    await sim.workspace.wait_for(lambda: _ended(sim.deliveries[-1]))

    reasons = [each.attempts[1].reason for each in sim.deliveries]
    assert reasons == ["connection_failed", "too_many_redirects", "http_timeout"]
    assert desk.requests[1][0]["X-Slack-Retry-Reason"] == "connection_failed"


async def test_an_answer_without_end_is_cut(sim: Simulator, desk: Desk) -> None:
    """§4.3: an app that answers with megabytes."""
    desk.body = b"x" * 3 * 2**20
    outcome = await sim.person("ann").uses_shortcut("declare")

    assert outcome.ok
    answer = sim.deliveries[0].attempts[0].answer
    assert answer is not None
    assert len(answer["text"]) == 2**20


async def test_a_wrong_answer_is_kept_with_its_status_and_first_bytes(
    sim: Simulator, desk: Desk, session: aiohttp.ClientSession
) -> None:
    """§4.3: what is no 2xx."""
    desk.status, desk.body = 401, b'{"error": "invalid request"}' + b"x" * 2000

    await sim.person("ann").types("general", "/go")

    async with session.get(f"{sim.url}/control/record?kind=delivery") as answer:
        [entry] = (await answer.json())["entries"]
    [attempt] = entry["attempts"]
    assert (entry["status"], attempt["http"]) == ("failed", 401)
    assert attempt["said"].startswith('{"error": "invalid request"}')
    assert len(attempt["said"]) == LONGEST_SAID


@pytest.mark.usefixtures("desk")
async def test_an_app_that_was_stopped_is_not_said_to_listen(sim: Simulator) -> None:
    """§4.3 `connection_failed`."""
    url = sim.workspace.app.request_url or ""
    ann = sim.person("ann")
    await ann.types("general", "/go")
    assert sim.listens

    sim.workspace.app.request_url = "http://127.0.0.1:9/gone"
    await ann.types("general", "/go")
    assert (sim.listens, sim.silent_since) == (False, sim.clock.now())

    sim.workspace.app.request_url = url
    await ann.types("general", "/go")
    assert sim.listens


@pytest.mark.parametrize(
    ("answer", "proves"),
    [
        ("{}", True),
        ("challenge={}", True),
        ('{{"challenge": "{}"}}', True),
        ("challenge=wrong", False),
        ("", False),
    ],
    ids=["plain", "form", "json", "wrong", "nothing"],
)
async def test_the_challenge_is_answered_in_one_of_three_ways(
    sim: Simulator, answer: str, *, proves: bool
) -> None:
    """§4.3 url_verification: "plain text, form or JSON"."""

    async def prove(request: web.Request) -> web.Response:
        return web.Response(text=answer.format((await request.json())["challenge"]))

    app = web.Application()
    app.router.add_post("/slack/events", prove)
    runner, url = await listen(app)
    sim.deliver_over_http(url)

    assert await sim.backstage.http.verify() is proves
    await runner.cleanup()
