"""The control interface: the record, replays, faults, the clock and limits over HTTP."""

import asyncio
import inspect
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator, record
from bot.simulator.control.faults import FAULT_WORDS
from bot.simulator.control.showing import LONGEST_BODY
from bot.simulator.fault_kinds import KINDS
from bot.simulator.faults import Faults
from tests.simulator.words import GENERAL, RANDOM, Ask, Bot, error_of


async def names(ask: Ask, query: str = "") -> list[str]:
    _, answer = await ask(f"GET /control/record{query}")
    return [each["name"] for each in answer["entries"]]


# -- the record ----------------------------------------------------------------------------------


async def test_each_call_is_kept_with_both_bodies(
    ask: Ask, sim: Simulator, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=GENERAL, text="hello")
    await error_of(client.conversations_info(channel="C9"))

    _, answer = await ask("GET /control/record")

    posted, refused = answer["entries"]
    assert (posted["kind"], posted["name"], posted["channel"]) == (
        "call", "chat.postMessage", GENERAL,
    )  # fmt: skip
    assert (posted["status"], posted["error"], posted["fault"]) == (200, "", "")
    assert posted["request"]["text"] == "hello"
    assert posted["response"]["message"]["text"] == "hello"
    assert posted["at"] == sim.clock.now().isoformat()
    assert posted["ms"] > 0
    assert (refused["status"], refused["error"]) == (200, "channel_not_found")
    assert "token" not in json.dumps(posted)


async def test_a_delivery_is_kept_with_its_attempts(ask: Ask, sim: Simulator, bot: Bot) -> None:
    await sim.person("ann").posts("general", "hi", thread=None)
    await sim.person("ann").makes("new")
    await bot.hears("channel_created")
    await bot.has_heard_all()

    _, answer = await ask("GET /control/record?kind=delivery")

    entry = answer["entries"][-1]
    assert (entry["name"], entry["type"]) == ("channel_created", "events_api")
    assert entry["status"] == "acknowledged"
    assert [each["outcome"] for each in entry["attempts"]] == ["acknowledged"]
    assert entry["request"]["event"]["channel"]["name"] == "new"
    assert entry["channel"] == sim.workspace.channel_named("new").id


async def test_the_record_is_asked_for_by_channel_kind_and_name(
    ask: Ask, client: AsyncWebClient
) -> None:
    await client.auth_test()
    await client.chat_postMessage(channel=GENERAL, text="a")
    await client.chat_postMessage(channel=RANDOM, text="b")

    assert await names(ask, f"?channel={RANDOM}") == ["chat.postMessage"]
    assert await names(ask, "?name=auth.*") == ["auth.test"]
    assert await names(ask, "?kind=delivery") == []
    assert await names(ask, "?limit=1") == ["chat.postMessage"]


async def test_a_cursor_reads_on_where_it_was(ask: Ask, client: AsyncWebClient) -> None:
    await client.auth_test()
    _, first = await ask("GET /control/record")
    for _ in range(3):
        await client.team_info()

    _, second = await ask(f"GET /control/record?since={first['next']}&limit=2")
    _, third = await ask(f"GET /control/record?since={second['next']}&limit=2")
    _, done = await ask(f"GET /control/record?since={third['next']}")
    _, restarted = await ask("GET /control/record?since=999999")

    assert [len(each["entries"]) for each in (second, third, done)] == [2, 1, 0]
    assert (second["more"], third["more"]) == (True, False)
    assert len(restarted["entries"]) == 4


async def test_a_change_shows_an_entry_again(ask: Ask, sim: Simulator, bot: Bot) -> None:
    await sim.person("ann").makes("new")
    await bot.has_heard_all()
    _, before = await ask("GET /control/record?kind=delivery")

    await ask("POST /control/replay", {"id": before["entries"][0]["id"]})
    _, after = await ask(f"GET /control/record?since={before['next']}&kind=delivery")

    assert [each["id"] for each in after["entries"]] == [before["entries"][0]["id"]]
    assert [each["number"] for each in after["entries"][0]["attempts"]] == [0, 1]


async def test_long_bodies_are_cut_in_lists_and_whole_by_id(
    ask: Ask, client: AsyncWebClient
) -> None:
    await client.chat_postMessage(channel=GENERAL, text="x" * 39_000)

    _, answer = await ask("GET /control/record")
    _, whole = await ask(f"GET /control/record/{answer['entries'][0]['id']}")

    assert answer["entries"][0]["request"]["cut"]
    assert len(answer["entries"][0]["request"]["begins"]) == LONGEST_BODY
    assert len(whole["entry"]["request"]["text"]) == 39_000


async def test_the_record_is_bounded(
    ask: Ask, sim: Simulator, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "KEPT", 3)
    for _ in range(5):
        await client.auth_test()
    assert len(await names(ask)) == len(sim.calls) == 3

    monkeypatch.setattr(record, "MOST_BYTES", 10_000)
    await client.chat_postMessage(channel=GENERAL, text="x" * 12_000)
    assert await names(ask) == ["chat.postMessage"]
    sim.clear_calls()
    assert await names(ask) == []


async def test_the_apps_answers_count_as_well(
    sim: Simulator, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "MOST_BYTES", 20_000)

    @bot.app.command("/long")
    async def long(ack: AsyncAck) -> None:
        await ack(text="x" * 15_000)

    await sim.person("ann").types("general", "/long one")
    await sim.person("ann").types("general", "/long two")

    commands = [each for each in sim.deliveries if each.kind == "slash_commands"]
    assert [each.payload["text"] for each in commands] == ["two"]


async def test_the_feed_tells_what_happens(
    sim: Simulator, session: aiohttp.ClientSession, client: AsyncWebClient
) -> None:
    async with session.ws_connect(f"{sim.url}/control/feed") as line, asyncio.timeout(30):
        first = await line.receive_json()
        await client.auth_test()
        entries: list[dict[str, Any]] = []
        while not entries or not entries[-1]["status"]:
            entries += (await line.receive_json()).get("entries", [])
        sim.limits.posts = True
        sim.workspace.changed("limits")
        changed = await line.receive_json()
        while "state" not in changed:
            changed = await line.receive_json()

    assert first["state"]["limits"]["posts"] is False
    assert entries[-1]["name"] == "auth.test"
    assert changed["state"]["limits"]["posts"] is True


# -- replays -------------------------------------------------------------------------------------


async def test_a_delivery_is_sent_again(ask: Ask, sim: Simulator, bot: Bot) -> None:
    """§4.3 "De-duplicate on `event_id`"."""
    await sim.person("ann").makes("new")
    await bot.has_heard_all()

    status, answer = await ask("POST /control/replay", {"id": sim.deliveries[0].id})

    assert (status, answer["outcome"]) == (200, "acknowledged")
    assert [body["event_id"] for body in bot.bodies] == [bot.bodies[0]["event_id"]] * 2


async def test_only_a_delivery_can_be_sent_again(
    ask: Ask, sim: Simulator, client: AsyncWebClient
) -> None:
    await client.auth_test()

    _, unknown = await ask("POST /control/replay", {"id": "Dl9"})
    status, call = await ask("POST /control/replay", {"id": sim.calls[0].id})

    assert "no entry 'Dl9'" in unknown["error"]
    assert status == 400
    assert "sent to the app" in call["error"]


# -- faults --------------------------------------------------------------------------------------


async def test_faults_are_ordered_and_taken_back(ask: Ask, client: AsyncWebClient) -> None:
    _, ordered = await ask(
        "POST /control/faults", {"target": "auth.*", "kind": "error", "error": "fatal_error"}
    )
    assert await error_of(client.auth_test()) == "fatal_error"
    await ask("POST /control/faults", {"target": "*", "kind": "http", "times": None})
    _, listed = await ask("GET /control/faults")
    _, entries = await ask("GET /control/record")
    await ask("DELETE /control/faults/" + listed["faults"][1]["id"])
    await client.auth_test()
    _, cleared = await ask("DELETE /control/faults")

    assert ordered["fault"]["struck"] == 0
    assert [(each["kind"], each["struck"]) for each in listed["faults"]] == [
        ("error", 1), ("http", 0),
    ]  # fmt: skip
    assert entries["entries"][0]["fault"] == "error"
    assert cleared["faults"] == []


async def test_what_hangs_is_released(ask: Ask, sim: Simulator, client: AsyncWebClient) -> None:
    _, ordered = await ask("POST /control/faults", {"target": "auth.test", "kind": "held"})
    calling = asyncio.create_task(client.auth_test())
    await sim.workspace.wait_for(lambda: any(each.struck for each in sim.faults))

    await ask(f"POST /control/faults/{ordered['fault']['id']}/release")

    assert (await calling)["ok"]


def test_http_knows_every_word_that_python_knows() -> None:
    """A fault over HTTP is told with the parameters of `Faults.add`, no more and no fewer."""
    assert ["self", *FAULT_WORDS] == list(inspect.signature(Faults.add).parameters)
    assert {word for each in KINDS.values() for word in each.takes} <= set(FAULT_WORDS)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"target": "*", "kind": "explode"}, "There is no fault 'explode'; there is: rate_limited"),
        ({"kind": "error"}, "Say in `target` which method"),
        ({"target": "chat.postMesage", "kind": "error"}, "did you mean `chat.postMessage`?"),
        ({"target": "message", "kind": "hang"}, "delivered to the app, and `hang` strikes calls"),
        ({"target": "auth.test", "kind": "lost"}, "strikes deliveries: choose one of rate_limited"),
        ({"target": "*", "kind": "error", "nth": 0}, "counts from 1"),
        ({"target": "*", "kind": "error", "times": "many"}, "`times` must be a whole number"),
        ({"target": "*", "kind": "error", "share": 2}, "a part of all"),
        ({"target": "*", "kind": "http", "status": 200}, "between 400 and 599"),
        ({"target": "*", "kind": "late", "seconds": 1e9}, "between 0 and 3600"),
        ({"target": "*", "kind": "rate_limited", "retry_after": -1}, "`retry_after`"),
        ({"target": "*", "kind": "hang", "effect": "no"}, "must be true or false"),
        ({"target": 5, "kind": "hang"}, "`target` must be a text"),
        ({"target": "*", "kind": "late", "wait": 5}, "'wait' is not known here; known is: target"),
        (["late"], "must be a JSON object"),
        ({"target": "x" * 70_000, "kind": "late"}, "longer than"),
    ],
)
async def test_an_order_that_makes_no_sense_is_explained(
    ask: Ask, sim: Simulator, body: object, says: str
) -> None:
    status, answer = await ask("POST /control/faults", body)

    assert (status, answer["ok"]) == (400, False)
    assert says in answer["error"]
    assert not list(sim.faults)


# -- the clock, limits, pace, sockets ------------------------------------------------------------


async def test_the_clock_is_moved(ask: Ask, sim: Simulator) -> None:
    _, now = await ask("GET /control/clock")
    await ask("POST /control/clock", {"seconds": 90})
    status, moved = await ask("POST /control/clock", {"to": "2026-03-02T10:00:00+00:00"})

    assert now["now"] == "2026-03-02T09:30:00+00:00"
    assert (status, moved["now"]) == (200, "2026-03-02T10:00:00+00:00")
    said = await sim.person("ann").posts("general", "later")
    assert said.ts.startswith(str(int(moved["seconds"])))


@pytest.mark.parametrize(
    "body",
    [
        {}, {"seconds": -1}, {"seconds": 1e12}, {"seconds": "5"}, {"to": "soon"},
        {"to": "2026-03-02T10:00:00"}, {"to": "2020-01-01T00:00:00+00:00"},
        {"seconds": 1, "to": "2027-01-01T00:00:00+00:00"},
    ],
)  # fmt: skip
async def test_the_clock_is_not_moved_anywhere_else(
    ask: Ask, sim: Simulator, body: dict[str, object]
) -> None:
    before = sim.clock.now()

    status, answer = await ask("POST /control/clock", body)

    assert status == 400
    assert answer["error"].endswith(".")
    assert sim.clock.now() == before


async def test_limits_are_switched(ask: Ask, sim: Simulator, client: AsyncWebClient) -> None:
    """§1.2: one post a second and channel, after a burst."""
    await ask("POST /control/limits", {"posts": True})
    sim.limits.wall = lambda: 0.0
    for _ in range(5):
        await client.chat_postMessage(channel=GENERAL, text="x")

    assert await error_of(client.chat_postMessage(channel=GENERAL, text="x")) == "ratelimited"
    _, answer = await ask("GET /control")
    assert (answer["limits"]["posts"], answer["limits"]["tiers"]) == (True, False)


async def test_the_pace_is_set(ask: Ask, sim: Simulator) -> None:
    await ask("POST /control/pace", {"latency": 0.5, "ack_deadline": 1})
    status, _ = await ask("POST /control/pace", {"latency": -1})

    assert status == 400
    assert (sim.latency, sim.ack_deadline) == (0.5, 1)


async def test_sockets_are_cut_and_disconnected(ask: Ask, sim: Simulator, bot: Bot) -> None:
    """§3.1 disconnect."""
    await ask("POST /control/sockets", {"do": "cut"})
    await sim.wait_connected()
    await ask("POST /control/sockets", {"do": "disconnect", "reason": "warning"})
    await sim.workspace.wait_for(lambda: sim.sockets.opened == 3)
    status, answer = await ask("POST /control/sockets", {"do": "disconnect", "reason": "tea"})

    assert (status, answer["error"].split()[0]) == (400, "`reason`")
    await sim.person("ann").makes("after")
    await bot.hears("channel_created")


async def test_pages_of_other_sites_steer_nothing(ask: Ask, sim: Simulator) -> None:
    status, _ = await ask(
        "POST /control/faults", {"target": "*", "kind": "lost"}, Origin="https://evil.example"
    )

    assert status == 403
    assert not list(sim.faults)


async def test_slacks_habits_are_ordered(ask: Ask, sim: Simulator, client: AsyncWebClient) -> None:
    """§1.3 "not atomic on name"; §1.1 "fewer items than `limit`"; §1.11 "asynchronous"."""
    wanted = {"twins": True, "short_pages": True, "tells_counters": True, "share_after": 0.5}
    status, answer = await ask("POST /control/habits", wanted)
    assert (status, {key: answer[key] for key in wanted}) == (200, wanted)
    assert (await ask("GET /control"))[1]["habits"] == {**wanted, "delayed_events": False}

    for _ in range(2):
        await client.conversations_create(name="twin")
    page = await client.users_list(limit=4)
    assert (len(page["members"]), bool(page["response_metadata"]["next_cursor"])) == (2, True)
    status, answer = await ask("POST /control/habits", {"twins": False, "share_after": 61})
    assert (status, answer["error"]) == (400, "`share_after` is in seconds, up to 60.")
    assert sim.habits.twins is True


# -- answers at a response_url ---------------------------------------------------------------------


async def test_what_goes_to_a_response_url_is_a_call_of_that_name(
    ask: Ask, sim: Simulator, session: aiohttp.ClientSession
) -> None:
    """In its channel, with its body, its status, what was answered, and the fault that struck."""
    ann = sim.person("ann")
    url = sim.backstage.response_urls.mint("commands", ann.user, ann.room("general"))

    async def send(data: str) -> None:
        async with session.post(url, data=data):
            pass

    await send('{"text": "Tea is up"}')
    await send("{")
    sim.faults.add("response_url", "http", status=503)
    await send('{"text": "again"}')

    _, answer = await ask(f"GET /control/record?kind=call&name=response_url&channel={GENERAL}")
    first, broken, struck = answer["entries"]
    assert (first["status"], first["error"], first["request"]) == (200, "", {"text": "Tea is up"})
    assert first["response"] == {"text": "ok"}
    assert (broken["status"], broken["error"]) == (400, "invalid_payload")
    assert (struck["status"], struck["fault"], struck["error"]) == (503, "http", "http 503")


async def test_every_entry_tells_the_machines_time_while_the_clock_stands(
    ask: Ask, sim: Simulator, client: AsyncWebClient
) -> None:
    before = datetime.now(UTC)
    await client.auth_test()

    _, answer = await ask("GET /control/record")

    [entry] = answer["entries"]
    moment = datetime.fromisoformat(entry["machine"])
    assert entry["at"] == sim.clock.now().isoformat()
    assert before - timedelta(seconds=1) <= moment <= datetime.now(UTC)
    assert len(entry["machine"].partition(".")[2]) == len("123+00:00")


async def test_a_spent_fault_says_so(ask: Ask, client: AsyncWebClient) -> None:
    await ask("POST /control/faults", {"target": "auth.*", "kind": "error"})
    _, before = await ask("GET /control/faults")
    await error_of(client.auth_test())
    _, after = await ask("GET /control/faults")

    assert [each["faults"][0]["spent"] for each in (before, after)] == [False, True]


@pytest.mark.parametrize(
    ("line", "status", "sentence"),
    [
        ("GET /control/nope", 404, "There is no /control/nope"),
        ("PUT /control/limits", 405, "/control/limits takes GET and POST, not PUT."),
        ("DELETE /control/record", 405, "/control/record takes GET, not DELETE."),
    ],
)
async def test_what_is_not_there_is_said_in_json(
    ask: Ask, line: str, status: int, sentence: str
) -> None:
    got, answer = await ask(line)

    assert (got, answer["ok"]) == (status, False)
    assert answer["error"].startswith(sentence)


async def test_a_note_says_why_the_app_hears_nothing_in_a_channel(ask: Ask, sim: Simulator) -> None:
    """Once for each channel, until the app comes in and goes out again."""
    ann = sim.person("ann")
    await ann.makes("hungry")
    await ann.posts("hungry", "lunch?")
    await ann.posts("hungry", "anybody?")

    _, answer = await ask("GET /control/record?kind=note")

    [note] = [each["text"] for each in answer["entries"] if "#hungry" in each["text"]]
    assert "is not in #hungry and hears nothing" in note
    assert "/invite @" in note


# -- workspaces ----------------------------------------------------------------------------------


async def test_workspaces_are_opened_listed_and_chosen_by_name_domain_or_id(
    ask: Ask, sim: Simulator
) -> None:
    status, answer = await ask("POST /control/workspaces", {"name": "Beta Corp"})
    opened = answer["workspace"]
    assert (status, opened["domain"], opened["app"]) == (200, "beta-corp", "installed")
    assert opened["bot_token"] == sim.space("Beta Corp").bot_token
    _, answer = await ask("POST /control/workspaces", {"name": "Gamma", "installed": False})
    assert (answer["workspace"]["app"], answer["workspace"]["bot_token"]) == ("absent", None)

    _, listed = await ask("GET /control/workspaces")

    assert [each["name"] for each in listed["workspaces"]] == ["Pretend Inc", "Beta Corp", "Gamma"]
    assert listed["workspaces"] == (await ask("GET /control"))[1]["workspaces"]
    for name in ("Beta%20Corp", "beta-corp", opened["id"]):
        assert (await ask(f"GET /control/workspaces/{name}"))[1]["workspace"] == opened
    for line, body, said in (
        ("POST /control/workspaces", {"name": "gamma"}, "There is a workspace gamma already"),
        ("POST /control/workspaces", {}, "A workspace needs a name"),
        ("POST /control/workspaces", {"name": "x", "installed": 1}, "`installed` must be true"),
        ("GET /control/workspaces/delta", None, "There is no workspace 'delta'; there is: Pretend"),
        ("GET /control/record?workspace=delta", None, "There is no workspace 'delta'"),
        ("POST /control/workspaces/gamma", {"do": "x"}, "`do` is one of install_app, uninstall"),
    ):
        status, answer = await ask(line, body)
        assert (status, answer["error"][: len(said)]) == (400, said)


async def test_the_app_is_brought_into_a_workspace_and_taken_out(
    ask: Ask, sim: Simulator, bot: Bot
) -> None:
    await ask("POST /control/workspaces", {"name": "Gamma", "installed": False})
    token = sim.space("Gamma").bot_token
    assert await error_of(bot.client.auth_test(token=token)) == "invalid_auth"

    _, answer = await ask("POST /control/workspaces/Gamma", {"do": "install_app"})
    assert (answer["workspace"]["app"], answer["workspace"]["bot_token"]) == ("installed", token)
    assert (await bot.client.auth_test(token=token))["team"] == "Gamma"

    _, answer = await ask("POST /control/workspaces/Gamma", {"do": "uninstall_app"})
    assert answer["workspace"]["app"] == "removed"
    await bot.hears("app_uninstalled")
    assert await error_of(bot.client.auth_test(token=token)) == "token_revoked"


async def test_the_record_is_read_for_one_workspace(
    ask: Ask, sim: Simulator, client: AsyncWebClient
) -> None:
    beta = sim.open_workspace("Beta")
    await client.auth_test()
    await client.team_info(token=beta.bot_token)
    beta.hire("zoe", "Zoe Zimmer")

    assert await names(ask) == ["auth.test", "team.info", "team_join"]
    assert await names(ask, "?workspace=Beta") == ["team.info", "team_join"]
    assert await names(ask, "?workspace=Pretend%20Inc") == ["auth.test"]
    _, answer = await ask("GET /control/record")
    teams = [sim.team_id, beta.team_id, beta.team_id]
    assert [each["workspace"] for each in answer["entries"]] == teams
    await beta.person("bob").posts("random", "who hears this?")
    assert await names(ask, "?workspace=Beta&kind=note") == ["delivery"]


async def test_a_fault_may_strike_one_workspace_only(
    ask: Ask, sim: Simulator, client: AsyncWebClient, bot: Bot
) -> None:
    beta = sim.open_workspace("Beta")
    order = {"kind": "error", "error": "fatal_error", "workspace": "Beta", "times": None}
    _, answer = await ask("POST /control/faults", {**order, "target": "*"})
    assert answer["fault"]["workspace"] == beta.team_id
    lost = {"target": "team_join", "kind": "lost", "workspace": "beta", "times": None}
    await ask("POST /control/faults", lost)

    assert await error_of(client.team_info(token=beta.bot_token)) == "fatal_error"
    await client.auth_test()
    beta.hire("zoe", "Zoe Zimmer")
    sim.hire("zed", "Zed Zimmer")
    assert (await bot.hears("team_join"))["user"]["name"] == "zed"
    status, answer = await ask("POST /control/faults", {**lost, "workspace": "gone"})
    assert (status, answer["error"][:30]) == (400, "There is no workspace 'gone'; ")
