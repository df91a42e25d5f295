"""What was confirmed survives a crash at any boundary, and happens once, on both databases."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from bot.domain import effects as f
from bot.domain.process import Process
from tests.databases import Copies
from tests.people import World
from tests.reliability import Tried, tried
from tests.scenarios.crashing import Boundaries, mortal
from tests.scenarios.declaring import ann_declares
from tests.scenarios.runbook import runbook
from tests.scenarios.surviving import leases_end, nothing, takes_up_its_work
from tests.scenarios.upgrading import falls_behind, is_held_back, is_upgraded, newer_decides
from tests.scenarios.walking import Story, Then, Walk

__all__ = ["tried"]

ROOM = "inc-1-checkout-is-down"
SAID = "it began at noon"


async def declared(world: World) -> None:
    """The incident is there; Bob works on it with her, by a playbook."""
    await ann_declares(world)
    await world.settles()
    await world.bob.says("/incident join inc-1")
    await world.ann.says("/incident edit category availability", in_=ROOM)
    await world.ann.says("/incident playbook start restore", in_=ROOM)


async def behind(world: World) -> None:
    """A newer version has changed the incident."""
    await ann_declares(world)
    await world.settles()
    await falls_behind(world)


async def resolved(world: World) -> None:
    """The incident is resolved."""
    await declared(world)
    await world.ann.says("/incident update the pool is full", in_=ROOM)
    await ann_resolves(world)
    await world.settles()


async def ann_resolves(world: World) -> None:
    """Ann resolves."""
    await world.ann.hands.types(ROOM, "/incident resolve rolled the deploy back")


async def bob_tells(world: World) -> None:
    """Bob posts an update."""
    await world.bob.hands.types(ROOM, "/incident update the pool is full, we make it larger")


async def kept(world: World) -> None:
    """The older version has kept what Ann asked, and the newer one has come."""
    await behind(world)
    await ann_notes(world)
    await is_held_back(world)


async def ann_notes(world: World) -> None:
    """Ann adds to the timeline."""
    await world.ann.hands.types(ROOM, "/incident note it began at noon")


async def ann_ticks_off(world: World) -> None:
    """Ann finishes a playbook step, which opens the next with its task."""
    await world.ann.hands.types(ROOM, "/incident playbook done 1")


async def ann_closes(world: World) -> None:
    """Ann closes, though not all of the review is there."""
    await world.ann.hands.types(ROOM, "/incident close nobody has time")


async def bob_joined(world: World) -> None:
    """The incident is there, and Bob has joined it and said something."""
    await ann_declares(world)
    await world.settles()
    await world.bob.says("/incident join inc-1")
    await world.bob.hands.posts(ROOM, SAID)


async def bob_marks(world: World) -> None:
    """Bob marks what he said for the timeline."""
    said = world.sim.workspace.channel_named(ROOM).messages.values()
    (one,) = [each for each in said if each.text == SAID]
    await world.bob.hands.reacts("pushpin", to=one, in_=ROOM)


async def ann_names_a_scribe(world: World) -> None:
    """Ann gives a role to somebody who is not in the room."""
    await world.ann.hands.types(ROOM, "/incident role scribe @carol")


async def ann_calls(world: World) -> None:
    """Ann calls somebody to it."""
    await world.ann.hands.types(ROOM, "/incident page @carol please look at the pool")


async def called(world: World) -> None:
    """Somebody was called."""
    await ann_declares(world)
    await world.settles()
    await ann_calls(world)
    await world.settles()


async def nobody_answers(world: World) -> None:
    """The call goes unanswered until it is repeated."""
    await world.passes(minutes=6)


async def an_update_is_near(world: World) -> None:
    """An update is due in a moment."""
    await world.passes(minutes=56)


async def nobody_updates(world: World) -> None:
    """An update was due, and nobody has posted it for half an hour."""
    await world.passes(minutes=90)


async def overdue(world: World) -> None:
    """An update is late, and a reminder with buttons says so."""
    await bob_joined(world)
    await nobody_updates(world)


async def stopped_in_the_middle(world: World) -> None:
    """The bot dies of an update that Bob posts; much happens until it is there again."""
    await bob_joined(world)
    await world.settles()
    await ann_calls(world)
    await world.stops()
    boundaries = Boundaries(at="after the commit of ShowCard sent #1")
    world.build = mortal(boundaries)
    await takes_up_its_work(world)
    await world.bob.hands.posts(ROOM, "look at the pool")
    await world.settles()
    boundaries.begin()
    await world.bob.hands.types(ROOM, "/incident update the pool is full")
    await boundaries.died.wait()
    await world.crashes()
    await leases_end(world)
    await meanwhile(world)


async def meanwhile(world: World) -> None:
    """While no bot is there, people talk, mark, come and rename, and a call goes unanswered."""
    world.clock.advance(timedelta(minutes=6))
    (said,) = [each for each in world.bob.hands.room(ROOM).messages.values() if each.text == SAID]
    await world.ann.hands.reacts("pushpin", to=said, in_=ROOM)
    asked = await world.ann.hands.posts(ROOM, "Is it the cache?")
    await world.bob.hands.posts(ROOM, "yes", thread=asked)
    await world.carol.hands.joins(ROOM)
    await world.ann.hands.renames(ROOM, "war-room")


async def the_bot_starts(world: World) -> None:
    """The bot starts, unless it has, and seals what it read."""
    if world.app is None:
        await world.starts()
    await world.passes(minutes=1)


async def ann_makes_it_private(world: World) -> None:
    """Ann makes it private, so it moves into another room."""
    await world.ann.hands.types(ROOM, "/incident private --yes")


async def declined(world: World) -> None:
    """It was none."""
    await ann_declares(world)
    await world.settles()
    await world.ann.says("/incident decline inc-1 a false alarm")


async def a_week_passes(world: World) -> None:
    """A week passes, and its room is archived."""
    await world.passes(days=7)


PROCESS = replace(Process(), playbooks={runbook().id: runbook()})
STORIES = {
    "declare": Story(
        before=nothing,
        deed=ann_declares,
        carries=(
            f.CreateRoom,
            f.AnswerWithRoom,
            f.InviteDeclarer,
            f.ShowCard,
            f.PinCard,
            f.PostGuidelines,
            f.ShowTopic,
            f.AddBookmark,
            f.ShowAnnouncement,
        ),
        process=PROCESS,
    ),
    "update": Story(before=declared, deed=bob_tells, carries=(f.PostToFeed,), process=PROCESS),
    "playbook step": Story(before=declared, deed=ann_ticks_off, process=PROCESS),
    "resolve": Story(before=declared, deed=ann_resolves, carries=(f.PostToRoom,), process=PROCESS),
    "request kept": Story(
        before=behind,
        deed=ann_notes,
        then=is_upgraded,
        process=PROCESS,
    ),
    "request decided": Story(
        before=kept,
        deed=newer_decides,
        carries=(f.DecideRequests, f.AnswerRequest),
        process=PROCESS,
    ),
    "close": Story(before=resolved, deed=ann_closes, carries=(f.CompileReview,), process=PROCESS),
}
"""What the promise names."""
FURTHER = {
    "role": Story(
        before=bob_joined,
        deed=ann_names_a_scribe,
        carries=(f.InviteResponders, f.TellPerson, f.BriefJoiner),
    ),
    "call": Story(before=bob_joined, deed=ann_calls, carries=(f.SendPage,)),
    "mark": Story(before=bob_joined, deed=bob_marks, carries=(f.ShowMark,), by_itself=True),
    "made private": Story(
        before=bob_joined,
        deed=ann_makes_it_private,
        carries=(f.LeavePublicRoom, f.TakeDownAnnouncement),
    ),
    "late update": Story(before=overdue, deed=bob_tells, carries=(f.TakeButtonsAway,)),
}
"""What else is asked for."""
START = Story(
    before=stopped_in_the_middle,
    sets_out=nothing,
    deed=the_bot_starts,
    carries=(f.SendPage, f.PostToRoom, f.PostToFeed, f.TakeButtonsAway, f.ShowMark),
)
"""What a start does of itself: it goes on with what is owed, and catches up."""
BY_TIME = {
    "a call goes unanswered": Story(
        before=called, deed=nobody_answers, carries=(f.SendPage,), by_itself=True
    ),
    "an update is due soon": Story(
        before=bob_joined, deed=an_update_is_near, carries=(f.Whisper,), by_itself=True
    ),
    "an update is late": Story(
        before=bob_joined, deed=nobody_updates, carries=(f.PostToRoom, f.ShowCard), by_itself=True
    ),
    "a week passes": Story(
        before=declined, deed=a_week_passes, carries=(f.ArchiveRoom,), by_itself=True
    ),
}
"""What happens because nobody does anything: a timer fires."""
ELSEWHERE: dict[type, str] = {
    f.AnswerMeanwhile: "waits for Slack's own time: test_lost_answers.py, test_throttled.py",
    f.RenameRoom: "follows an adoption: test_provisional_crashes.py",
    f.ClearTwins: "follows a replica that froze: tests/replicas/test_frozen.py",
}
"""Where those are shown that none of these stories carries; whoever adds an effect says so here."""

ON: tuple[tuple[str, Then], ...] = (
    ("sqlite", "both"),
    ("postgresql", "by turns"),  # the same code, and each run costs twice as much
)

ONLY = (("sqlite", "after "), ("postgresql", "after the commit of "))
"""Which of a start's sixty boundaries are walked: what is after one thing is before the next."""

BRIEF = ("request kept", "request decided")
"""What ends in few commits; what follows a crash there differs little."""


def test_every_effect_is_carried_in_a_story_with_crashes() -> None:
    stories = (*STORIES.values(), *FURTHER.values(), *BY_TIME.values())
    carried = {kind for story in stories for kind in story.carries}
    assert not carried & set(ELSEWHERE)
    assert {*carried, *ELSEWHERE} == set(get_args(f.Effect))


@pytest.mark.faults
@pytest.mark.parametrize(("copies", "then"), ON, indirect=["copies"])
@pytest.mark.parametrize("story", STORIES)
async def test_a_crash_at_every_boundary_changes_nothing(
    copies: Copies, tmp_path: Path, story: str, then: Then, tried: Tried
) -> None:
    then = "by turns" if story in BRIEF else then
    await _walked(
        Walk(story=STORIES[story], then=then, copies=copies, folder=tmp_path), story, tried
    )


@pytest.mark.faults
@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
@pytest.mark.parametrize("story", FURTHER)
async def test_nor_does_one_in_whatever_else_is_asked_for(
    copies: Copies, tmp_path: Path, story: str, tried: Tried
) -> None:
    walk = Walk(story=FURTHER[story], then="by turns", copies=copies, folder=tmp_path)
    await _walked(walk, story, tried)


@pytest.mark.faults
@pytest.mark.parametrize("copies", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("story", BY_TIME)
async def test_a_crash_around_a_timer_loses_and_doubles_nothing(
    copies: Copies, tmp_path: Path, story: str, tried: Tried
) -> None:
    walk = Walk(story=BY_TIME[story], then="by turns", copies=copies, folder=tmp_path)
    await _walked(walk, story, tried)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("copies", "only"), ONLY, indirect=["copies"], ids=[kind for kind, _ in ONLY]
)
async def test_a_crash_within_a_start_that_has_something_to_catch_up_with(
    copies: Copies, tmp_path: Path, only: str, tried: Tried
) -> None:
    walk = Walk(story=START, then="by turns", copies=copies, folder=tmp_path, only=only)
    await _walked(walk, "a start with something to catch up with", tried)


async def _walked(walk: Walk, story: str, tried: Tried) -> None:
    walked = await walk.all()
    assert not walked.wrong, "\n".join(walked.wrong)
    assert walked.crashes >= max(3, walked.runs / 2), "runs differ by what the clock does, no more"
    assert {kind.__name__ for kind in walk.story.carries} <= walked.carried
    tried(f"a crash at each boundary of: {story}", walk.copies.kind, times=walked.crashes)
