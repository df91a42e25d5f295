"""`muster do`: the record is changed in a terminal, whatever Slack does meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.__main__ import main
from bot.simulator import Simulator
from tests.cli.shelf import KINDS, Shelf
from tests.cli.terminal import PATIENCE, Screen
from tests.outages import locked, wired
from tests.people import World, a_world
from tests.serving import serving

UPDATE = "📣 Update\n> We are emptying the pool"


@pytest.fixture(params=KINDS)
async def world(request: pytest.FixtureRequest, shelf: Shelf) -> AsyncIterator[World]:
    """A world on each kind of database, at the terminal's time, and Olga at its machine."""
    url = await shelf.new_database(request.param)
    shelf.patch.setenv("LOGNAME", "olga")
    await shelf.screen.shows("migrate")
    async with a_world(shelf.folder, database_url=url) as opened:
        opened.clock.advance(datetime.now(UTC) - opened.clock.now())
        yield opened


@pytest.fixture
async def incident(world: World) -> World:
    """The same with an incident under way."""
    await world.ann.says("/incident declare checkout is down --sev 2 --category availability")
    return world


async def does(screen: Screen, line: str, status: int = 0) -> str:
    """Type a line without anything that needs a shell."""
    return await screen.shows("do", *line.split(" "), status=status)


@pytest.mark.faults("Slack is away while somebody works in a terminal")
async def test_while_slack_is_away_all_of_it_is_recorded_and_comes_in_order_once(
    incident: World, screen: Screen
) -> None:
    room = await incident.room()
    away = incident.sim.faults.add("*", kind="http", status=503, times=None)
    for line, answer in (
        ("severity inc-1 1 many users", "INC-1 is SEV1 now."),
        ("inc-1 status investigating a look at the pool", "INC-1 is investigating now."),
        ("update inc-1 We are emptying the pool --next 30", "The update of INC-1 is recorded"),
        ("role inc-1 operations U0BOB", "Operations of INC-1: @U0BOB"),
        ("note inc-1 The pool is full", "On the timeline of INC-1"),
        ("decision inc-1 Roll the deploy back", "The decision is on the record of INC-1."),
        ("update inc-1 The deploy is rolled back", "The update of INC-1 is recorded"),
        ("resolve inc-1 Rolled back", "INC-1 is resolved."),
        ("--as @ann declare search is slow --sev 4", "INC-2 is declared: search is slow"),
    ):
        assert answer in await does(screen, line)
    shown = await screen.shows("show", "inc-1")
    assert "Note by olga at the terminal: The pool is full" in shown
    assert "resolved" in await screen.shows("list", "--all")
    assert UPDATE not in room.text()

    away.times = 0
    await incident.settles()
    posts = [
        "triage → investigating, set by olga at the terminal.\n> a look at the pool",
        f"{UPDATE}\nby olga at the terminal",
        "Decision by olga at the terminal\n> Roll the deploy back",
        "📣 Update\n> The deploy is rolled back\nby olga at the terminal",
    ]
    text = room.text()
    assert [text.count(post) for post in posts] == [1, 1, 1, 1], text
    assert sorted(posts, key=text.index) == posts
    assert incident.channels("inc-2") == ["inc-2-search-is-slow"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_bot_that_runs_beside_carries_it_out(
    shelf: Shelf, slack: Simulator, kind: str
) -> None:
    url = await shelf.new_database(kind)
    await shelf.screen.shows("migrate")
    async with serving(slack, shelf.folder, DATABASE_URL=url):
        await does(shelf.screen, "--as U0ANN declare checkout is down --sev 4")
        await slack.workspace.wait_for(
            lambda: any(c.name == "inc-1-checkout-is-down" for c in channels(slack)),
            what="the room",
            within=PATIENCE,
        )
        await does(shelf.screen, "update inc-1 We are emptying the pool")
        await slack.workspace.wait_for(
            lambda: slack.person("ann").sees("inc-1-checkout-is-down").count(UPDATE) == 1,
            what="the update",
            within=PATIENCE,
        )


def channels(slack: Simulator) -> list[Any]:
    return list(slack.workspace.channels.values())


async def test_without_a_bot_it_is_carried_out_when_one_starts(
    incident: World, screen: Screen
) -> None:
    room = await incident.room()
    await incident.stops()
    await does(screen, "update inc-1 We are emptying the pool")
    await incident.starts()
    await incident.settles()
    assert room.text().count(UPDATE) == 1


async def test_it_says_whether_a_bot_is_there_to_carry_it_out(
    shelf: Shelf, slack: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await shelf.new_database("sqlite")
    await shelf.screen.shows("migrate")
    async with serving(slack, shelf.folder, DATABASE_URL=url):
        await asyncio.to_thread(main, ["do", "--as", "U0ANN", "declare", "checkout is down"])
        assert "Muster is running: what goes to Slack" in capsys.readouterr().err
    await asyncio.to_thread(main, ["do", "note", "inc-1", "the pool is full"])
    assert "No Muster runs: what goes to Slack" in capsys.readouterr().err


async def test_the_timeline_tells_who_was_at_the_terminal_and_in_whose_name(
    incident: World, screen: Screen
) -> None:
    await incident.bob.says("/incident note inc-1 seen")
    await does(screen, "severity inc-1 1 many users")
    await does(screen, "--as bob note inc-1 The pool is full")
    shown = await screen.shows("show", "inc-1")
    assert "olga at the terminal raised the severity to SEV1: many users" in shown
    assert "From the terminal (olga): Note by bob: The pool is full" in shown
    present = await incident.incident()
    assert incident.bob.id in present.responders
    assert not any("olga" in user for user in present.responders), "who has no Slack is not called"


async def test_what_is_typed_pings_nobody_and_stays_as_it_is(
    incident: World, screen: Screen
) -> None:
    nasty = "<!channel> & <https://x.example|here> *bold*"
    await screen.shows("do", "note", "inc-1", nasty)
    assert nasty in await screen.shows("show", "inc-1")
    await screen.shows("do", "update", "inc-1", nasty)
    room = await incident.room()
    assert "<!channel> & <https://x.example|here>" in room.text()


@pytest.mark.usefixtures("incident")
async def test_the_same_again_is_recorded_once(screen: Screen) -> None:
    await does(screen, "note inc-1 The pool is full")
    told = await does(screen, "note inc-1 The pool is full", status=1)
    assert "recorded" in told
    assert (await screen.shows("show", "inc-1")).count("The pool is full") == 1
    await does(screen, "--as @ann declare search is slow --sev 4")
    told = await does(screen, "--as @ann declare search is slow --sev 4", status=1)
    assert "it is INC-2" in told
    assert "Add --again to declare another." in told
    assert "INC-3" in await does(screen, "--as @ann declare search is slow --sev 4 --again")


async def test_the_operator_reaches_private_incidents_and_ends_any(
    incident: World, screen: Screen
) -> None:
    await incident.ann.says("/incident declare payroll leaks --sev 4 --private")
    assert "On the timeline of INC-2" in await does(screen, "note inc-2 Seen")
    told = await does(screen, "decline inc-2 A drill of ours", status=1)
    assert "@ann leads" in told
    assert "Add --yes to do it." in told
    assert "INC-2 is" in await does(screen, "decline inc-2 A drill of ours --yes")


@pytest.mark.usefixtures("incident")
async def test_a_playbook_is_worked_through(screen: Screen) -> None:
    assert "Next is 1:" in await does(screen, "playbook inc-1 start service-outage")
    assert "1 of " in await does(screen, "playbook inc-1 skip 1 nobody is there")
    told = await does(screen, "playbook inc-1 done 2", status=1)
    assert "No form opens in a terminal" in told
    assert "done <number> [note or link]" in told
    assert "2 of " in await does(screen, "playbook inc-1 done 2 seen on the graph")


REFUSALS = [
    ("severity inc-9 1", "There is no INC-9. `muster list` shows what is open."),
    ("severity 1", "`muster do severity inc-42 …`"),
    ("severity inc-1 9", "severity"),
    ("severiti inc-1 1", "Did you mean `muster do severity`?"),
    ("update inc-1", "No form opens in a terminal"),
    ("declare checkout", "say whose, as in `muster do --as @ann …`"),
    ("role inc-1 operations", "say whose, as in `muster do --as @ann …`"),
    ("role inc-1 operations @nobody", "Muster has met nobody called nobody. It knows ann"),
    ("--as @nobody note inc-1 x", "Muster has met nobody called nobody. It knows ann"),
    ("note inc-1 x --as @ann", "--as goes before the word"),
    ("note inc-1 x --at 25:00", "is no time of day"),
    ("list", "`muster list` lists what is open."),
    ("inc-1", "`muster show INC-42`"),
    ("inc-1 show", "`muster show INC-42`"),
    ("", "Say what to do"),
]


@pytest.mark.usefixtures("incident")
async def test_a_refusal_says_what_to_do_and_changes_nothing(screen: Screen) -> None:
    before = await screen.shows("show", "inc-1")
    for line, sentence in REFUSALS:
        told = await does(screen, line, status=1)
        assert sentence in told, told
        assert len(told.splitlines()) == 1, told
    assert await screen.shows("show", "inc-1") == before


async def test_a_missing_category_is_named(world: World, screen: Screen) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    told = await does(screen, "status inc-1 investigating", status=1)
    assert "INC-1 has no category yet: add --category with one of availability" in told
    assert "INC-1 is investigating now." in await does(
        screen, "status inc-1 investigating --category availability"
    )


async def test_a_name_that_two_people_have_is_asked_back(incident: World, screen: Screen) -> None:
    await incident.bob.says("/incident note inc-1 seen")
    incident.sim.workspace.users[incident.bob.id].display_name = "ann"
    await incident.passes(days=2)
    await incident.bob.says("/incident note inc-1 seen again")
    told = await does(screen, "--as ann note inc-1 x", status=1)
    assert "ann is the name of several people: name one by id, U0ANN or U0BOB." in told
    assert "On the timeline" in await does(screen, "--as U0BOB note inc-1 x")


async def test_a_record_that_was_never_connected_says_so(shelf: Shelf) -> None:
    await shelf.new_database("sqlite")
    await shelf.screen.shows("migrate")
    told = await does(shelf.screen, "note inc-1 x", status=1)
    assert "start `muster serve` once" in told


# ── The database away ───────────────────────────────────────────────────────────────────────────


@pytest.mark.faults("the database is locked while somebody works in a terminal")
async def test_a_locked_database_records_nothing_and_says_so(shelf: Shelf) -> None:
    async with a_world(shelf.folder, database_url=shelf.sqlite("locked")) as world:
        await world.ann.says("/incident declare checkout is down --sev 4")
        shelf.uses(world.database_url)
        with locked(world.database_url):
            told = await does(shelf.screen, "note inc-1 The pool is full", status=1)
        assert "The database does not answer, nothing was recorded" in told
        assert "The pool is full" not in await shelf.screen.shows("show", "inc-1")
        await does(shelf.screen, "note inc-1 The pool is full")


async def test_after_a_lost_commit_asking_again_is_safe_as_it_says(shelf: Shelf) -> None:
    url = await shelf.new_database("postgresql")
    await shelf.screen.shows("migrate")
    async with a_world(shelf.folder, database_url=url) as world:
        await world.ann.says("/incident declare checkout is down --sev 4")
    async with wired(url) as (by_wire, wire):
        shelf.uses(by_wire)
        wire.cuts_commits = "after"
        told = await does(shelf.screen, "note inc-1 The pool is full", status=1)
        assert "Asking again is safe." in told
        wire.opens()
        told = await does(shelf.screen, "note inc-1 The pool is full", status=1)
        assert "it is recorded once" in told
    shelf.uses(url)
    assert (await shelf.screen.shows("show", "inc-1")).count("The pool is full") == 1
