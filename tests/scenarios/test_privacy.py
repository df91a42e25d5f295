"""A private incident does not exist for others: a marker is planted in all that is said of it.

Carol, who was never in the room, then looks everywhere: in Slack, in its forms, on the pages. She
searches for the words beside the marker.
"""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.simulator.errors import CannotDo
from bot.slack.commands import WORDS
from bot.storage.exporting import exported
from tests.databases import fresh_postgresql
from tests.people import World, a_world
from tests.scenarios.portraits import seen_by
from tests.scenarios.runbook import runbook
from tests.traces import spans, told

__all__ = ["spans"]
pytestmark = pytest.mark.faults("strangers look everywhere for a private incident")

MARKER = "xyzzy"
SECRET = "a long random text of 32 letters or more"
LOOKS = (
    "",
    "list",
    "list all",
    "list mine",
    "list search leak",
    "list search strangers",
    "list search security",
    "show inc-1",
    "catchup inc-1",
    "timeline inc-1",
    "why inc-1",
    "task inc-1",
    "followup inc-1",
    "playbook inc-1 status",
    "room inc-1",
    "join inc-1",
    "declare is another leak known? --sev 4",
)
QUERIES = ("", "show=all", "show=mine", "show=all&q=leak", "show=all&q=strangers", "log=all")


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """Everything that the bot logs, at its most talkative."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with structlog.testing.capture_logs([structlog.processors.format_exc_info]) as facts:
        yield facts
    structlog.configure(**before)


@pytest.fixture(params=["sqlite"])
async def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    logged: list[Any],
    spans: InMemorySpanExporter,  # noqa: ARG001 - looked at by a test
) -> AsyncIterator[World]:
    """A workspace in which a whole private incident has happened, beside a public one."""
    if request.param == "sqlite":
        async with _a_world(tmp_path, logged) as opened:
            yield opened
    else:
        async for url in fresh_postgresql(request.getfixturevalue("postgresql")):
            async with _a_world(tmp_path, logged, url) as opened:
                yield opened


@asynccontextmanager
async def _a_world(folder: Path, logged: list[Any], url: str | None = None) -> AsyncIterator[World]:
    async with a_world(folder, database_url=url, MUSTER_PAGES_SECRET=SECRET) as opened:
        playbook = runbook()
        opened.process = replace(opened.process, playbooks={playbook.id: playbook})
        await opened.restarts()
        await _all_of_it(opened)
        await opened.carol.says(
            "/incident declare a leak in the roof --sev 4 --category availability"
        )
        await opened.carol.says("/incident resolve inc-2 it was mended --verified")
        await opened.carol.says("/incident close inc-2 because")
        assert logged, "something is logged"
        yield opened


async def _all_of_it(world: World) -> None:
    """Everything that can be said of an incident is said, by ann and bob, with the marker."""
    says = world.ann.says
    await says(f"/incident declare {MARKER} leak --sev 1 --category security")
    room = (await world.room(1)).channel
    await world.ann.hands.invites("bob", room)
    for line in (
        f"edit summary {MARKER} is out",
        f"edit impact {MARKER} is read by strangers",
        f"edit services {MARKER}",
        f"status investigating {MARKER} first",
        f"severity 2 {MARKER} is small",
        f"note {MARKER} was seen",
        f"decision keep {MARKER}",
        f"followup add forget {MARKER} @bob --due 3d",
        "role scribe @bob",
        "playbook start restore",
        f"playbook skip look {MARKER} is known",
        "handover @bob",
        f"update {MARKER} is contained",
    ):
        await says(f"/incident {line}", in_=room)
    said = await world.bob.hands.posts(room, f"{MARKER} again")
    await world.bob.hands.reacts("pushpin", to=said)
    await world.bob.hands.reacts("dart", to=said)
    await world.bob.hands.pins(said)
    await world.bob.hands.edits(said, f"{MARKER} once more")
    await _goes_wrong(world)
    await world.passes(hours=1, minutes=15)
    await says(f"/incident resolve {MARKER} was changed", in_=room)
    await says(f"/incident close because {MARKER} is enough", in_=room)
    await says(f"/incident reopen {MARKER} came back", in_=room)


async def _goes_wrong(world: World) -> None:
    """Faults are told and logged, too."""
    faults = world.sim.faults
    faults.add("chat.postMessage", "http", times=2)
    faults.add("chat.update", "error", error="restricted_action")
    faults.add("conversations.setTopic", "wrong_answer")
    faults.add("users.info", "lose_answer")


@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
async def test_others_meet_no_word_of_it_anywhere(world: World) -> None:
    incident = await world.incident()
    assert MARKER in seen_by(world, "bob"), "the marker is planted"
    await world.carol.hands.opens_home()
    await world.carol.hands.waits_for_home("Declare an incident")
    for line in (*LOOKS, *_every_word()):
        reply = await world.carol.says(f"/incident {line}".rstrip())
        assert MARKER not in reply, line
    await world.bob.says("/incident declare")
    let_in = await world.bob.hands.sees_modal("declare")
    assert f"🔒 INC-1 {MARKER} leak" in let_in.text, "who may see it is reminded of that"
    await world.carol.says("/incident declare")
    await world.carol.hands.types_in("title", "a leak of something")
    await world.settles()
    seen = seen_by(world, "carol")
    assert MARKER not in seen
    assert incident.stream not in seen
    with pytest.raises(CannotDo):
        world.carol.sees(incident.room.channel)  # type: ignore[union-attr]


def _every_word() -> list[str]:
    """Each word, bare and about the incident, with something behind it."""
    named = [word.name for word in WORDS if word.name and word.name != "declare"]
    return [line for name in named for line in (name, f"{name} inc-1", f"{name} inc-1 a b")]


def _every_page(world: World) -> list[str]:
    """Each address that there is, so that a new one is looked at, too."""
    assert world.bot.web is not None
    plain = {
        re.sub(r"\{number[^}]*\}", number, path) for path in world.bot.web.paths for number in "12"
    }
    pages = [path for path in sorted(plain) if "{" not in path]
    assert {"/incidents/1/timeline.json", "/readyz", "/healthz", "/metrics"} < set(pages)
    return [f"{path}?{query}" for path in pages for query in QUERIES]


async def test_others_meet_no_word_of_it_on_the_pages(world: World) -> None:
    """Nor in what is said of another incident, as its review, or what is exported of it."""
    stream = (await world.incident()).stream
    assert MARKER in await _page(world, "/incidents?", world.bob.id)
    assert MARKER in await _page(world, "/incidents/1/review?", world.bob.id)
    assert "in the roof" in await _page(world, "/incidents/2/review.md", world.carol.id)
    export = await _export(world, 2)
    assert "in the roof" in export
    assert MARKER not in export
    for user in (world.carol.id, world.dan.id, "U0NOBODY", ""):
        for path in _every_page(world):
            page = await _page(world, path, user)
            assert MARKER not in page, path
            assert stream not in page, path


async def test_a_hidden_page_is_like_one_that_never_was(world: World) -> None:
    for path in _every_page(world):
        if "/incidents/1" in path:
            hidden = await _page(world, path, world.carol.id)
            absent = await _page(world, path.replace("/1", "/77"), world.carol.id)
            assert hidden == absent.replace("77", "1"), path


async def _export(world: World, number: int) -> str:
    stream = (await world.incident(number)).stream
    return json.dumps(await world.bot.database.read(lambda c: exported(c, stream, number)))


async def test_neither_log_nor_traces_repeat_what_people_write(
    world: World, logged: list[Any], spans: InMemorySpanExporter
) -> None:
    """Neither of a private incident nor of a public one."""
    for path in _every_page(world):
        await _page(world, path, world.carol.id)
    log, traces = "\n".join(map(str, logged)), told(spans)
    assert "effect.carried" in log
    assert "muster.effect" in traces
    for words in (MARKER, "in the roof"):
        assert words not in log
        assert words not in traces


async def test_no_call_carries_it_to_anybody_else(world: World) -> None:
    room = (await world.room(1)).channel
    for line in LOOKS:
        await world.carol.says(f"/incident {line}".rstrip())
    insiders, bot = {world.ann.id, world.bob.id}, world.sim.workspace.bot.user_id
    direct = {
        channel.id
        for channel in world.sim.workspace.channels.values()
        if channel.kind == "im" and set(channel.members) <= {*insiders, bot}
    }
    carried = [call for call in world.sim.calls if MARKER in str(call.args)]
    assert len(carried) > 20
    for call in carried:
        if call.method == "conversations.create":
            assert call.args["is_private"] in {"1", "true", True}
        elif call.method == "response_url":  # only to whoever asked, whose screen is looked at
            assert call.args.get("response_type") != "in_channel"
        elif not call.method.startswith("views."):  # shown to one person, whose screen is looked at
            place = call.args.get("channel") or call.args.get("channel_id")
            assert place in {room, *direct, *insiders}, call.method
        elif call.method == "views.publish":
            assert call.args["user_id"] in insiders


async def _page(world: World, path: str, user: str) -> str:
    assert world.bot.desk is not None
    assert world.bot.web is not None
    team = world.sim.workspace.team.id
    signed = world.bot.desk.signer.sign(team, user, world.clock.now())
    glue = "&" if "?" in path else "?"
    shown = f"{glue}pass={signed}" if user else ""
    address = f"http://127.0.0.1:{world.bot.web.port}{path}{shown}"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session, session.get(address) as answer:
        return await answer.text()


async def test_who_left_the_room_sees_it_no_more(world: World) -> None:
    assert MARKER in await world.bob.says("/incident show inc-1")
    await world.bob.hands.leaves((await world.room(1)).channel)
    await world.settles()
    assert "There is no INC-1" in await world.bob.says("/incident show inc-1")
    assert MARKER not in await world.bob.says("/incident list all")
    assert MARKER not in await _page(world, "/incidents", world.bob.id)


async def test_its_updates_and_its_end_are_for_its_room_alone(world: World) -> None:
    assert world.channels("incidents") == []
    posted = [call.args.get("channel") for call in world.calls("chat.postMessage")]
    room = (await world.room(1)).channel
    directly = {c.id for c in world.sim.workspace.channels.values() if c.kind == "im"}
    public = (await world.room(2)).channel
    assert set(posted) <= {room, public, *directly}


async def _leak_with(world: World, *others: str) -> str:
    await world.ann.says("/incident declare payroll leak --private --category security")
    room = (await world.room(3)).channel
    for name in others:
        await world.ann.hands.invites(name, room)
    await world.settles()
    return room


async def test_who_was_taken_out_of_the_room_is_not_in_the_next_one(world: World) -> None:
    room = await _leak_with(world, "bob", "carol")
    await world.ann.hands.removes("bob", room)
    await world.settles()
    await world.ann.hands.archives(room)
    await world.settles()
    await world.ann.says("/incident room inc-3 new")
    assert (await world.incident(3)).members == {world.ann.id, world.carol.id}


async def test_who_was_taken_out_is_told_nothing_of_a_role_that_passes(world: World) -> None:
    room = await _leak_with(world, "bob")
    await world.bob.says("/incident role scribe", in_=room)
    await world.ann.hands.removes("bob", room)
    await world.ann.says("/incident edit title payroll of Carol leaks", in_=room)
    await world.ann.says("/incident role scribe --over", in_=room)
    await world.passes(minutes=1)
    assert (await world.incident(3)).roles["scribe"] == (world.ann.id,)
    assert "payroll of Carol" not in seen_by(world, "bob")


async def test_when_everybody_has_left_not_even_the_declarer_sees_it(world: World) -> None:
    room = await _leak_with(world, "bob")
    await world.bob.hands.removes("ann", room)
    await world.bob.hands.leaves(room)
    await world.settles()
    for name in ("ann", "bob"):
        assert "There is no INC-3" in await world.person(name).says("/incident show inc-3")
        assert "payroll" not in await world.person(name).says("/incident list all")
