"""Calls that took effect and lost their answer, for each effect of an incident: it lands once.

A new effect that is neither carried here nor named with its own test fails a test.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.app import Application
from bot.clock import Clock
from bot.config import Settings
from bot.domain import effects as f
from bot.domain.process import Process
from bot.engine.verdicts import Doubt
from bot.simulator.fault_kinds import Kind
from bot.slack.calls import SlackCalls
from tests.databases import Copies, copies, postgresql
from tests.people import World, a_world
from tests.reliability import Tried, tried
from tests.scenarios.portraits import portrait, whispers
from tests.scenarios.runbook import runbook
from tests.scenarios.surviving import Deed
from tests.scenarios.walking import differences

__all__ = ["copies", "postgresql", "tried"]

ROOM = "inc-1-checkout-is-down"
FAULTS: dict[Kind, str] = {
    "lose_answer": "the connection breaks after",
    "http_after_effect": "Slack answers 500 after",
    "hang": "Slack never answers after",
}
CARRIED = (
    f.CreateRoom,
    f.AnswerWithRoom,
    f.InviteDeclarer,
    f.InviteResponders,
    f.ShowCard,
    f.PinCard,
    f.PostGuidelines,
    f.ShowTopic,
    f.AddBookmark,
    f.ShowAnnouncement,
    f.PostToRoom,
    f.PostToFeed,
    f.TellPerson,
    f.Whisper,
    f.BriefJoiner,
    f.ShowMark,
)
"""What the story below has carried."""
IN_THE_END: tuple[tuple[type[f.Effect], str], ...] = (
    (f.SendPage, "chat.postMessage"),
    (f.TakeDownAnnouncement, "chat.delete"),
    (f.LeavePublicRoom, "chat.delete"),
    (f.LeavePublicRoom, "conversations.archive"),
    (f.ArchiveRoom, "conversations.archive"),
)
"""What the story of an end has carried, and by which call."""
ELSEWHERE: dict[type, str] = {
    f.AnswerMeanwhile: "useless a moment later; repeated, it says the same",
    f.RenameRoom: "a state: Slack answers a repeated renaming as it did the first",
    f.CompileReview: "makes no call",
    f.ClearTwins: "takes away what is there twice; tests/replicas/test_frozen.py",
}
"""Why the others need no look-up; whoever adds an effect says so here, or has it carried above."""


def test_every_effect_is_carried_here_or_needs_no_look_up() -> None:
    assert {*CARRIED, *ELSEWHERE, *(kind for kind, _ in IN_THE_END)} == set(get_args(f.Effect))


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


@dataclass
class Loss:
    """The answer to the first call of one kind of effect is lost; `method` names a call of it."""

    kind: type[f.Effect]
    fault: Kind
    method: str = ""
    struck: bool = False

    def strikes(self, method: str) -> bool:
        """Whether this call is the one: the courier names its tasks after what they carry."""
        task = asyncio.current_task()
        carried = task.get_name().removeprefix("carry ").partition(":")[0] if task else ""
        meant = {self.method} if self.method else self.kind.methods
        return not self.struck and carried == self.kind.__name__ and method in meant

    def built_in(self, world: World) -> Callable[[Settings, Clock, Process], Application]:
        """Return what builds a bot that suffers it."""

        def new_calls(*given: Any, **named: Any) -> LosingCalls:
            calls = LosingCalls(*given, **named)
            calls.loss, calls.world = self, world
            return calls

        def build(settings: Settings, clock: Clock, process: Process) -> Application:
            return Application(settings, clock, process, new_calls=new_calls)

        return build


class LosingCalls(SlackCalls):
    """Real calls; the fault is Slack's, so its meaning is found out as it always is."""

    loss: Loss
    world: World

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call, with the fault in force while the one call is under way."""
        if not self.loss.strikes(method):
            return await super().call(method, **arguments)
        limit, self.limit = self.limit, 0.3 if self.loss.fault == "hang" else self.limit
        fault = self.world.sim.faults.add(method, self.loss.fault)
        try:
            return await super().call(method, **arguments)
        except Doubt:
            self.loss.struck = True
            raise
        finally:
            self.limit = limit
            self.world.sim.faults.remove(fault)


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
    losses = [Loss(kind=kind, fault=fault) for kind in CARRIED[part::4] for fault in faults]
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


def _counted(tried: Tried, copies: Copies, losses: list[Loss]) -> None:
    for loss in losses:
        tried(f"{FAULTS[loss.fault]} the effect", copies.kind)


async def _survived(copies: Copies, folder: Path, story: Deed, losses: list[Loss]) -> None:
    """Play the story with each loss, and compare the end with that without."""
    expected, said = await _played(copies, folder, story, None)
    wrong: list[str] = []
    for loss in losses:
        found, whispered = await _played(copies, folder, story, loss)
        what = [*differences(expected, found), *(f"twice: {x}" for x in whispered - said)]
        if not loss.struck:
            what.append("the fault never struck")
        wrong += [f"{loss.kind.__name__} {loss.method}, {loss.fault}: {each}" for each in what]
    assert not wrong, "\n".join(wrong)


async def _played(
    copies: Copies, folder: Path, story: Deed, loss: Loss | None
) -> tuple[dict[str, Any], Any]:
    url = await copies.fresh()
    async with a_world(folder, database_url=url, process=PROCESS, started=False) as world:
        if loss is not None:
            world.build = loss.built_in(world)
        await world.starts()
        await story(world)
        return await portrait(world), whispers(world)
