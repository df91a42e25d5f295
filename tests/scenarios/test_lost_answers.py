"""Calls that took effect and lost their answer, for each effect of an incident: it lands once.

A new effect, or a new method by which one changes Slack, that is struck nowhere here fails a test.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.domain import effects as f
from bot.domain.process import Process
from bot.simulator.fault_kinds import Kind
from tests.databases import Copies
from tests.people import World, a_world
from tests.reliability import Tried, tried
from tests.scenarios.losing import READING, Loss, losing, unplug
from tests.scenarios.portraits import portrait, whispers
from tests.scenarios.runbook import runbook
from tests.scenarios.surviving import Deed
from tests.scenarios.upgrading import falls_behind, is_upgraded
from tests.scenarios.walking import differences

__all__ = ["tried"]

ROOM = "inc-1-checkout-is-down"
TOLD = "the pool is full"
FAULTS: dict[Kind, str] = {
    "lose_answer": "the connection breaks after",
    "http_after_effect": "Slack answers 500 after",
    "hang": "Slack never answers after",
}
Case = tuple[type[f.Effect], str]
CARRIED: tuple[Case, ...] = (
    (f.CreateRoom, "conversations.create"),
    (f.AnswerWithRoom, "views.update"),
    (f.InviteDeclarer, "conversations.invite"),
    (f.InviteResponders, "conversations.invite"),
    (f.ShowCard, "chat.postMessage"),
    (f.ShowCard, "chat.update"),
    (f.PinCard, "pins.add"),
    (f.PostGuidelines, "chat.postMessage"),
    (f.ShowTopic, "conversations.setTopic"),
    (f.AddBookmark, "bookmarks.add"),
    (f.ShowAnnouncement, "conversations.create"),
    (f.ShowAnnouncement, "chat.postMessage"),
    (f.ShowAnnouncement, "chat.update"),
    (f.PostToRoom, "chat.postMessage"),
    (f.PostToFeed, "chat.postMessage"),
    (f.TellPerson, "conversations.open"),
    (f.TellPerson, "chat.postMessage"),
    (f.Whisper, "chat.postEphemeral"),
    (f.BriefJoiner, "chat.postEphemeral"),
    (f.ShowMark, "reactions.add"),
    (f.ShowMark, "reactions.remove"),
)
"""What the story of an hour has carried, and by which calls."""
IN_THE_END: tuple[Case, ...] = (
    (f.SendPage, "conversations.open"),
    (f.SendPage, "chat.postMessage"),
    (f.TakeDownAnnouncement, "chat.delete"),
    (f.LeavePublicRoom, "chat.delete"),
    (f.LeavePublicRoom, "conversations.setTopic"),
    (f.LeavePublicRoom, "conversations.archive"),
    (f.ArchiveRoom, "conversations.archive"),
    (f.TakeButtonsAway, "chat.update"),
)
"""What the story of an end has carried, and by which calls."""
NOWHERE: dict[type, str] = {
    f.DecideRequests: "changes nothing in Slack: what was asked is decided",
    f.CompileReview: "changes nothing in Slack: it asks for the names of people, if for anything",
}
"""Why the others need no case; whoever adds an effect says so here, or has it carried above."""


def test_every_method_by_which_an_effect_changes_slack_is_struck() -> None:
    assert {*(kind for kind, _ in STRUCK), *NOWHERE} == set(get_args(f.Effect))
    for kind in get_args(f.Effect):
        struck = {method for each, method in STRUCK if each is kind}
        assert set(kind.methods) - READING <= struck, kind.__name__


async def an_hour(world: World) -> None:
    """An incident that has something of everything carried."""
    ann, bob = world.ann, world.bob
    await ann.says("/incident declare")
    form = {"title": "checkout is down", "severity": "sev2", "category": "availability"}
    assert (await ann.submits(form)).ok
    await ann.says("/incident role scribe @bob", in_=ROOM)
    await bob.says("/incident update the pool is full", in_=ROOM)
    said = await bob.hands.posts(ROOM, "it began at noon")
    await bob.hands.reacts("pushpin", to=said, in_=ROOM)
    await world.settles()
    await bob.hands.unreacts("pushpin", to=said, in_=ROOM)
    await world.settles()
    await bob.hands.reacts("pushpin", to=said, in_=ROOM)
    await world.settles()
    await world.passes(minutes=56)
    await ann.says("/incident resolve rolled back", in_=ROOM)


async def an_end(world: World) -> None:
    """An incident that somebody is called to, that is made private, declined, and archived."""
    ann = world.ann
    await ann.says("/incident declare checkout is down --sev 2")
    await ann.says("/incident page inc-1 @carol please look at the pool")
    await ann.says("/incident private inc-1 --yes")
    await ann.says("/incident decline inc-1 a false alarm")
    await world.passes(days=7)


async def a_wait(world: World) -> None:
    """Slack makes a declarer wait for the room; their form says so, and in the end where it is."""
    ann = world.ann
    await ann.says("/incident declare")
    world.sim.faults.add("conversations.create", "rate_limited", retry_after=20)
    assert (await ann.submits({"title": "checkout is down"})).ok
    await ann.hands.sees_modal(showing="Room: #inc-1")


async def a_night(world: World) -> None:
    """An incident is declared while the database is away; then its room gets its own name."""
    unplug(world, away=True)
    await world.ann.hands.types("general", "/incident declare checkout is down")
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    unplug(world, away=False)
    await world.restarts()
    await world.settles()
    assert world.channels("inc-") == [ROOM]


async def a_twin(world: World) -> None:
    """A post lands in the room a second time, as from a call that a network held back."""
    await world.ann.says("/incident declare checkout is down --sev 2")
    await world.ann.says("/incident update inc-1 the pool is full")
    room = await world.room(1)
    messages = world.sim.workspace.channels[room.channel].messages
    (post,) = [m for m in messages.values() if m.by_app and TOLD in m.text]
    assert world.bot.desk is not None
    await world.bot.desk.calls.client.chat_postMessage(
        channel=room.channel, text=post.text, blocks=post.blocks, metadata=post.metadata
    )
    await world.settles()
    assert [m for m in messages.values() if m.by_app and TOLD in m.text] == [post]


async def a_second_of_each(world: World) -> None:
    """The answers to a room and to its bookmark are lost, and then both are there twice."""
    await world.ann.says("/incident declare checkout is down --sev 2")
    assert world.bot.desk is not None
    client, space = world.bot.desk.calls.client, world.sim.workspace
    lost = world.sim.faults.add("conversations.create", "lose_answer")
    await world.ann.hands.types("general", "/incident declare search is down --sev 2")
    await space.wait_for(lambda: lost.struck, what="the room's lost answer")
    await client.conversations_create(name="inc-2-search-is-down-2")
    lost = world.sim.faults.add("bookmarks.add", "lose_answer")
    await world.bot.rested()  # from here on it waits for two seconds
    world.clock.advance(timedelta(seconds=2))
    await space.wait_for(lambda: lost.struck, what="the bookmark's lost answer")
    room = space.channels[(await world.incident(2)).room.channel]  # type: ignore[union-attr]
    (mark,) = room.bookmarks.values()
    await client.bookmarks_add(channel_id=room.id, title=mark.title, type="link", link=mark.link)
    await world.settles()
    rooms = [each for each in space.channels.values() if each.name.startswith("inc-2-")]
    assert [each for each in rooms if not each.is_archived] == [room]
    assert (len(rooms), len(room.bookmarks)) == (2, 1)


async def a_feed_of_others(world: World) -> None:
    """Somebody has made the channel of announcements before."""
    await world.ann.hands.makes("incidents")
    await world.ann.says("/incident declare checkout is down --sev 2")


async def an_upgrade(world: World) -> None:
    """A form is submitted to an older version; the newer one says what came of it."""
    await world.ann.says("/incident declare checkout is down --sev 2")
    await falls_behind(world)
    await world.ann.hands.types(ROOM, "/incident note")
    await world.ann.hands.sees_modal("note")
    assert (await world.ann.hands.submits({"text": "it began at noon"})).ok
    await is_upgraded(world)
    await world.settles()


SELDOM: tuple[tuple[type[f.Effect], str, Deed], ...] = (
    (f.AnswerMeanwhile, "views.update", a_wait),
    (f.RenameRoom, "conversations.rename", a_night),
    (f.ClearTwins, "chat.delete", a_twin),
    (f.ClearTwins, "conversations.archive", a_second_of_each),
    (f.ClearTwins, "bookmarks.remove", a_second_of_each),
    (f.ShowAnnouncement, "conversations.join", a_feed_of_others),
    (f.AnswerRequest, "conversations.open", an_upgrade),
    (f.AnswerRequest, "chat.postMessage", an_upgrade),
)
"""What it takes a story of its own to have carried."""
STRUCK: frozenset[Case] = frozenset(
    {*CARRIED, *IN_THE_END, *((kind, method) for kind, method, _ in SELDOM)}
)
PROCESS = replace(Process(), playbooks={runbook().id: runbook()})


ON = pytest.mark.parametrize(
    ("copies", "faults"),
    [("sqlite", tuple(FAULTS)), ("postgresql", ("lose_answer",))],
    indirect=["copies"],
    ids=["sqlite", "postgresql"],
)


@pytest.mark.faults
@ON
@pytest.mark.parametrize("part", range(4))
async def test_what_took_effect_and_lost_its_answer_lands_once(
    copies: Copies, tmp_path: Path, faults: tuple[Kind, ...], part: int, tried: Tried
) -> None:
    cases = CARRIED[part::4]
    losses = [
        Loss(kind=kind, method=method, fault=fault) for kind, method in cases for fault in faults
    ]
    await _survived(copies, tmp_path, an_hour, losses)
    _counted(tried, copies, losses)


@pytest.mark.faults
@ON
async def test_what_is_taken_away_or_calls_somebody_is_not_done_twice(
    copies: Copies, tmp_path: Path, faults: tuple[Kind, ...], tried: Tried
) -> None:
    losses = [
        Loss(kind=kind, fault=fault, method=method)
        for kind, method in IN_THE_END
        for fault in faults
    ]
    await _survived(copies, tmp_path, an_end, losses)
    _counted(tried, copies, losses)


@pytest.mark.faults
@pytest.mark.hurried  # what happens while the database is away is not acknowledged
@ON
@pytest.mark.parametrize("seldom", SELDOM, ids=lambda one: f"{one[0].__name__} {one[1]}")
async def test_what_is_seldom_carried_lands_once_too(
    copies: Copies,
    tmp_path: Path,
    faults: tuple[Kind, ...],
    seldom: tuple[type[f.Effect], str, Deed],
    tried: Tried,
) -> None:
    kind, method, story = seldom
    losses = [Loss(kind=kind, fault=fault, method=method) for fault in faults]
    await _survived(copies, tmp_path, story, losses)
    _counted(tried, copies, losses)


def _counted(tried: Tried, copies: Copies, losses: list[Loss]) -> None:
    for loss in losses:
        tried(f"{FAULTS[loss.fault]} the effect", copies.kind)


async def _survived(copies: Copies, folder: Path, story: Deed, losses: list[Loss]) -> None:
    """Play the story with each loss, and compare the end with that without."""
    changed: set[tuple[str, str]] = set()
    expected, said = await _played(copies, folder, story, None, changed)
    struck = {(kind.__name__, method) for kind, method in STRUCK}
    wrong = [f"{kind} {method} is struck nowhere" for kind, method in changed - struck]
    for loss in losses:
        found, whispered = await _played(copies, folder, story, loss, set())
        what = [*differences(expected, found), *(f"twice: {x}" for x in whispered - said)]
        if not loss.struck:
            what.append("the fault never struck")
        wrong += [f"{loss.kind.__name__} {loss.method}, {loss.fault}: {each}" for each in what]
    assert not wrong, "\n".join(wrong)


async def _played(
    copies: Copies, folder: Path, story: Deed, loss: Loss | None, changed: set[tuple[str, str]]
) -> tuple[dict[str, Any], Any]:
    url = await copies.fresh()
    async with a_world(folder, database_url=url, process=PROCESS, started=False) as world:
        world.build = losing(world, loss, changed)
        await world.starts()
        await story(world)
        return await portrait(world), whispers(world)
