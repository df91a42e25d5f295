"""What Muster is required to do, a short scenario for each line that no other test shows already.

The names begin with the line of the requirements; `docs/requirements.md` has the whole table.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.clock import Clock
from bot.domain.process import SEVERITIES, Process
from bot.domain.values import Phase
from bot.playbook_files import load_text
from bot.simulator import Simulator
from bot.simulator.record import Call
from tests.people import START, World, a_world
from tests.playbooks.names import NAMES
from tests.scenarios.runbook import runbook
from tests.scenarios.test_review import reads
from tests.scenarios.watching import Cast

TITLE = "checkout is down"


async def test_r1_any_member_reports_with_one_sentence(world: World) -> None:
    await world.carol.says("/incident declare")
    modal = await world.carol.hands.sees_modal("declare")
    assert [name for name, needed in required(modal.view.body["blocks"]) if needed] == ["title"]
    assert (await world.carol.submits({"title": "Nobody can pay any more."})).ok
    assert (await world.room(1)).name == "inc-1-nobody-can-pay-any-more"


def required(blocks: list[dict[str, object]]) -> list[tuple[str, bool]]:
    """The inputs of a form, and whether each has to be filled in."""
    inputs = [block for block in blocks if block["type"] == "input"]
    return [
        (str(b["block_id"]), not b.get("optional"))
        for b in inputs
        if "initial_option" not in dict(b["element"])  # type: ignore[call-overload]
    ]


async def test_r3_who_how_when_and_what_are_kept(world: World) -> None:
    said = await world.ann.hands.posts("general", "search is slow\nsince the deploy")
    await world.bob.hands.uses_message_shortcut("declare_from_message", said)
    assert (await world.bob.submits({})).ok
    await world.settles()
    incident = await world.incident()
    assert incident.reporter == world.bob.id
    assert incident.source == "message"
    assert incident.at("declared") == START
    assert incident.summary == "search is slow\nsince the deploy"
    assert incident.source_link == world.sim.workspace.permalink(said)


async def test_r4_start_scope_and_systems_are_kept(world: World) -> None:
    begun = datetime(2026, 3, 4, 9, 40, tzinfo=UTC)
    await world.ann.says("/incident declare")
    filled = {"title": TITLE, "started": begun, "services": "checkout, payments"}
    assert (await world.ann.submits(filled)).ok
    room = await world.room(1)
    await world.ann.says("/incident edit impact a third of the orders fail", in_=room.name)
    room.shows("20 minutes ago, today 10:40 AM")
    room.shows("checkout, payments")
    room.shows("> a third of the orders fail")


async def test_r5_the_number_stands_on_all_that_is_said_of_it(cast: Cast) -> None:
    """In its room the name of the channel says it, in a thread the post above."""
    ann, bob = cast.ann.person, cast.bob.person
    await ann.says(f"/incident declare {TITLE} --sev 1 --category availability")
    await cast.are_in()
    for line in ("role @bob scribe", "handover @bob", "update we look", "resolve mended"):
        await cast.ann.types(line)
    assert cast.ann.room.startswith("inc-1-")
    posts = [
        message
        for channel in cast.world.sim.workspace.channels.values()
        if not channel.name.startswith("inc-1-")
        for message in channel.messages.values()
        if message.by_app and message.thread_ts in {None, message.ts} and message.subtype is None
    ]
    assert len(posts) >= 3, "the announcement, and what Bob was told"
    assert [each.text for each in posts if "INC-1" not in bob.hands.reads(each)] == []
    assert "INC-1" in await bob.says("/incident show inc-1")


@pytest.mark.parametrize(
    "sought",
    ["checkout", "pay", "triage", "availability", "payments-api", "sev2", "2026-03-04", "2026-03"],
)
async def test_r6_the_register_is_searched(cast: Cast, sought: str) -> None:
    ann, world = cast.ann.person, cast.world
    await ann.says(f"/incident declare {TITLE} --sev 2 --category availability "
                   "--service payments-api")  # fmt: skip
    await ann.says("/incident edit inc-1 summary nobody can pay")
    world.clock.advance(timedelta(days=40))
    await ann.says("/incident declare mail is late --sev 4 --category capacity")
    await ann.says("/incident status inc-2 investigating")
    found = await world.bob.says(f"/incident list search {sought}")
    assert "INC-1" in found
    assert "INC-2" not in found


async def test_r10_a_security_report_opens_as_private(world: World) -> None:
    await world.bob.says("/incident declare a stranger in the admin panel --category security")
    room = await world.room(1)
    assert world.sim.workspace.channels[room.channel].is_private
    room.shows("🔒 Private.", seen_by="bob")
    assert world.channels("incidents") == []
    assert "There is no INC-1" in await world.ann.says("/incident show inc-1")


async def test_r16_the_form_shows_the_criteria_of_each_level(world: World) -> None:
    await world.ann.says("/incident declare")
    text = (await world.ann.hands.sees_modal("declare")).text
    for level in SEVERITIES:
        assert f"{level.label}: {level.criteria}" in text


async def test_r18_a_change_of_severity_keeps_its_reason(world: World) -> None:
    await world.ann.says(f"/incident declare {TITLE} --sev 3")
    await world.ann.says("/incident severity inc-1 1 payments fail, too")
    shown = await world.ann.says("/incident timeline inc-1")
    assert "@ann raised the severity to SEV1: payments fail, too" in shown


@pytest.mark.parametrize("role", [role.key for role in Process().roles])
async def test_r23_the_holder_gets_the_roles_responsibilities(world: World, role: str) -> None:
    await world.ann.says(f"/incident declare {TITLE}")
    await world.ann.says(f"/incident role inc-1 {role} @bob")
    known = world.process.role(role)
    assert known is not None
    for line in known.responsibilities.splitlines():
        assert line in world.bob.sees("@app")


async def test_r34_a_playbook_fits_by_category_or_is_picked_by_hand(tmp_path: Path) -> None:
    playbook = runbook()
    by_category = replace(
        playbook,
        triggers=tuple(
            replace(t, match=replace(t.match, severity=(), category=("supplier",)))
            for t in playbook.triggers
        ),
    )
    async with a_world(tmp_path, process=Process(playbooks={playbook.id: by_category})) as world:
        await world.ann.says("/incident declare the bank is away --category supplier")
        (await world.room(1)).shows("📋 A playbook fits: Restore the service")
        await world.ann.says("/incident declare mail is late --category capacity")
        room = await world.room(2)
        room.hides("A playbook fits")
        await world.ann.says("/incident playbook start restore", in_=room.name)
        room.shows("Restore the service · 0 of 5 done")


async def test_r37_a_title_and_a_step_are_a_playbook(tmp_path: Path) -> None:
    text = "name: Breathe\nsteps:\n  - Count to three\n"
    playbook, problems = load_text(text, file="breathe.yaml", names=NAMES)
    assert playbook is not None, problems
    async with a_world(tmp_path, process=Process(playbooks={playbook.id: playbook})) as world:
        await world.ann.says(f"/incident declare {TITLE}")
        room = await world.room(1)
        await world.ann.says(f"/incident playbook start {playbook.id}", in_=room.name)
        await world.ann.clicks("Done", in_=room.name)
        room.shows("📋 Finished: Breathe")


async def test_r46_downtime_is_from_the_start_of_the_impact_to_its_end(world: World) -> None:
    await world.ann.says(f"/incident declare {TITLE} --category availability")
    await world.ann.says("/incident edit inc-1 started 9:30")
    await world.passes(hours=1)
    await world.ann.says("/incident resolve inc-1 rolled back --ended 11:45")
    review = await reads(world)
    assert (
        "| Downtime: started → impact ended | 2026-03-04 08:30 UTC | 2026-03-04 10:45 UTC "
        "| 2 h 15 min |"
    ) in review


async def test_r50_one_page_shows_where_every_open_incident_stands(tmp_path: Path) -> None:
    async with a_world(tmp_path, MUSTER_URL="http://127.0.0.1") as world:
        await world.ann.says(f"/incident declare {TITLE} --sev 2 --category availability")
        await world.bob.says("/incident declare search is slow --sev 1")
        page = await opened(world, "/incidents")
        assert page.index("search is slow") < page.index(TITLE), "the gravest first"
        assert "SEV2" in page
        assert "investigating" not in page
        await world.ann.says("/incident status inc-1 investigating")
        assert "investigating" in await opened(world, "/incidents")


async def opened(world: World, path: str) -> str:
    """A page of the running bot."""
    address = f"http://127.0.0.1:{world.bot.web.port}{path}"  # type: ignore[union-attr]
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert answer.status == 200, answer
        return await answer.text()


async def test_r51_guidelines_stand_below_the_card(world: World) -> None:
    await world.ann.says(f"/incident declare {TITLE}")
    room = await world.room(1)
    incident = await world.incident()
    assert incident.card is not None
    below = [
        world.ann.hands.words_of(message)
        for message in world.sim.workspace.channels[room.channel].messages.values()
        if message.thread_ts == incident.card.ts and message.ts != incident.card.ts
    ]
    for about in ("Where:", "What:", "Record:", "Updates:", "Tone:"):
        assert about in below[0]


async def test_r55_who_is_handed_the_command_reads_all_that_matters(cast: Cast) -> None:
    """State, open tasks, decisions and the next update: in the offer and once it is accepted."""
    ann, bob, _ = cast.everybody
    await ann.person.says(f"/incident declare {TITLE} --sev 1 --category availability")
    await cast.are_in()
    await ann.types("decision no fail-over before noon")
    await ann.types("playbook start restore")
    await ann.types("playbook skip look it is known")
    for number in range(45):
        await ann.types(f"note fact {number}")
    await ann.types("handover @bob")
    for answer in ("handover inc-1 accept", "show inc-1"):
        told = bob.told()
        assert "Now: SEV1 · triage. Next update: today 10:30 AM." in told
        assert "• Task 1 Call the supplier" in told
        assert "no fail-over before noon" in told
        await bob.person.says(f"/incident {answer}")


async def test_p1_a_declaration_from_a_message_is_answered_in_its_thread(world: World) -> None:
    said = await world.ann.hands.posts("general", "nobody can pay")
    await world.bob.hands.uses_message_shortcut("declare_from_message", said)
    assert (await world.bob.submits({})).ok
    await world.settles()
    assert (
        "↳ Incident Bot: 🚨 @bob declared INC-1 from this: nobody can pay\n"
        "Room: #inc-1-nobody-can-pay"
    ) in world.carol.sees("general")


async def test_p1_nothing_of_a_private_incident_is_answered_there(world: World) -> None:
    said = await world.ann.hands.posts("general", "nobody can pay")
    await world.bob.hands.uses_message_shortcut("declare_from_message", said)
    assert (await world.bob.submits({"options": ["private"]})).ok
    await world.settles()
    assert "INC-1" not in world.carol.sees("general")


async def test_p3_the_form_says_who_else_is_declaring_right_now(world: World) -> None:
    await world.ann.says("/incident declare")
    await world.bob.says("/incident declare")
    assert (
        "@ann is declaring an incident right now."
        in (await world.bob.hands.sees_modal("declare")).text
    )
    await world.ann.hands.closes_modal()
    assert (await world.bob.submits({"title": TITLE})).ok
    await world.carol.says("/incident declare")
    text = (await world.carol.hands.sees_modal("declare")).text
    assert "right now" not in text
    assert "INC-1 checkout is down" in text


READY = (
    "conversations.create",
    "conversations.invite",
    "chat.postMessage",
    "conversations.setTopic",
    "bookmarks.add",
    "pins.add",
)
SLOW = 0.5
"""Seconds that each call takes: enough for what runs side by side to begin side by side."""


async def test_b2_the_declarer_is_in_after_two_calls_and_the_room_is_ready_after_three(
    tmp_path: Path,
) -> None:
    clock = Clock()
    sim = Simulator(clock=clock)
    await sim.start()
    levels = tuple(replace(s, invite=("U0CAROL",)) if s.key == "sev2" else s for s in SEVERITIES)
    url = f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    process = Process(severities=levels)
    world = World(sim=sim, clock=clock, database_url=url, process=process)
    try:
        await world.starts()
        await world.ann.says("/incident declare the first makes the feed")
        sim.clear_calls()
        sim.latency = SLOW
        await world.ann.says(f"/incident declare {TITLE} --sev 2")
        calls = [call for call in sim.calls if call.method in READY]
    finally:
        sim.latency = 0
        await world.stops()
        await sim.stop()
    [made] = [call for call in calls if call.method == "conversations.create"]
    [first, second] = [call for call in calls if call.method == "conversations.invite"]
    assert sorted((first.args["users"], second.args["users"])) == ["U0ANN", "U0CAROL"]
    assert [_place(each, calls) for each in (made, first, second)] == [1, 2, 2]
    assert len(calls) == 9, "card, guidelines and announcement; topic, bookmark and pin"
    assert max(_place(call, calls) for call in calls) == 3


def _place(call: Call, calls: list[Call]) -> int:
    """How many round trips deep a call is: one more than what had been answered when it began."""
    before = [each for each in calls if _answered(each) <= call.at]
    return 1 + max((_place(each, calls) for each in before), default=0)


def _answered(call: Call) -> datetime:
    return call.at + timedelta(seconds=call.took)


async def test_b3_the_next_update_is_a_state_that_escalates_and_is_measured(cast: Cast) -> None:
    ann, bob, _ = cast.everybody
    await ann.person.says(f"/incident declare {TITLE} --sev 2 --category availability")
    await cast.are_in()
    assert "Next update\ntoday 12:00 PM" in await ann.card()
    assert "Next update\ntoday 12:00 PM" in await ann.announcement()
    await bob.person.hands.opens_home()
    await cast.world.passes(minutes=75)
    assert "⏰ overdue since today 12:00 PM" in await ann.card()
    assert "⏰ update overdue" in await ann.announcement()
    await ann.types("update we are back")
    await ann.types("resolve rolled back")
    assert (await cast.world.incident()).phase is Phase.RESOLVED
    assert "Of 1 promised update, 0 came in time, 1 came late" in await reads(cast.world)
