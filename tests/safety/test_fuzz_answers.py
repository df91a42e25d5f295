"""Whatever Slack might answer: what needed the answer fails alone, in words, and is tried again.

The answers are real ones of the pretend Slack, with parts taken away or replaced on which one
relies, and things that are no answer at all. They come over a socket, with the SDK in the way.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

import bot.slack
from bot.domain.process import Process
from bot.domain.workspace import FeedLost
from bot.engine.verdicts import Misread, Verdict
from bot.slack.answers import ANSWERS, misread
from bot.slack.backfill import backfill
from bot.slack.calls import SlackSaidNo
from bot.slack.desk import Desk
from bot.slack.events.marking import Mark, mark
from bot.slack.identity import Identity, SlackAway, TokenNotTaken
from bot.slack.performers import feed, room
from tests.people import START, World, a_world
from tests.safety.nasty import GONE, changed, examples, spoilt

pytestmark = pytest.mark.faults("random answers of Slack")

DONE = {
    "apps.connections.open", "bookmarks.remove", "chat.delete", "chat.postEphemeral",
    "chat.update", "conversations.archive", "conversations.join", "conversations.setTopic",
    "pins.add", "reactions.add", "reactions.remove", "views.open", "views.publish", "views.push",
    "views.update",
}  # fmt: skip
"""Methods that are called for what they do: nothing is read of their answers."""
RAW = (
    "",
    "{",
    "[]",
    "null",
    '"ok"',
    "0",
    "NaN",
    "[" * 5_000,
    "9" * 5_000,
    "\ud800",
    '{"ok": true}',
)
LINK = "http://localhost/incidents/1"


@dataclass
class Target:
    """A bot with an incident, driven from tests that are not asynchronous."""

    runner: asyncio.Runner
    world: World
    room: str
    said: str
    real: dict[str, Any] = field(default_factory=dict)
    """An answer of each method."""

    @property
    def desk(self) -> Desk:
        assert self.world.bot.desk is not None
        return self.world.bot.desk

    def meets(self, method: str, body: str) -> None:
        """Have what reads the method's answer read this one."""
        self.world.sim.faults.add(method, "wrong_answer", body=body)
        with without_a_fault():
            self.runner.run(self._reads(READINGS[method]))
        self.world.sim.faults.clear()

    async def _reads(self, reading: "Reading") -> None:
        with suppress(SlackSaidNo, Verdict, SlackAway, TokenNotTaken):
            await reading(self)
        await self.world.settles()

    def odd(self, method: str) -> st.SearchStrategy[str]:
        """Answers that are not quite the method's."""
        real = _relied_on(self.real[method], ANSWERS[method])
        return spoilt([real]).map(lambda body: json.dumps({"ok": True, **body}))

    def note(self) -> None:
        """Remember what Slack has answered so far."""
        self.real |= {
            call.method: call.answer for call in self.world.sim.calls if call.answer.get("ok")
        }


def _relied_on(answer: Any, shape: Any) -> Any:
    """The same with nothing else in it, and no list longer than it need be."""
    match shape:
        case [each]:
            return [_relied_on(one, each) for one in answer[:2]]
        case dict():
            named = {key.removesuffix("?"): inner for key, inner in shape.items()}
            return {key: _relied_on(answer[key], named[key]) for key in named if key in answer}
        case _:
            return answer


@contextmanager
def without_a_fault() -> Iterator[None]:
    """Nothing of Muster's own fails meanwhile; that Slack is away may be said."""
    with capture_logs([format_exc_info]) as facts:
        yield
    failed = [
        fact
        for fact in facts
        if fact["log_level"] in {"error", "critical"} and fact["event"] != "slack.away"
    ]
    assert not failed, "\n".join(str(fact.get("exception", fact))[-1500:] for fact in failed)


# ── What reads an answer ────────────────────────────────────────────────────────────────────────

Reading = Callable[[Target], Awaitable[object]]


async def _marked(target: Target) -> None:
    stream = (await target.world.incident()).stream
    workspace = target.world.sim.workspace.team.id
    where = {"workspace": workspace, "stream": stream, "channel": target.room, "ts": target.said}
    await mark(target.desk, Mark(**where, how="reaction", user=target.world.bob.id))


async def _found_feed(target: Target) -> None:
    workspace = target.world.sim.workspace.team.id
    channel = await feed.feed_channel(target.desk, workspace, drill=True)
    await target.desk.workspaces.record(workspace, FeedLost(channel=channel, drill=True))


async def _found_room(target: Target) -> None:
    await room.find_made(target.desk, await target.world.incident(), START)


async def _known_again(target: Target) -> None:
    target.desk.people.doubt()
    await target.desk.people.actor(target.world.sim.workspace.team.id, target.world.bob.id)


async def _read_again(target: Target) -> None:
    await backfill(target.desk)


READINGS: Mapping[str, Reading] = {
    "auth.test": lambda t: Identity(t.desk.calls, t.desk.database).asked(),
    "bookmarks.list": lambda t: room.find_bookmarks(t.desk, t.room, LINK),
    "chat.getPermalink": _marked,
    "conversations.history": _read_again,
    "conversations.info": _read_again,
    "conversations.invite": lambda t: room.bring_in(t.desk, t.room, [t.world.dan.id, "U0NOBODY"]),
    "conversations.list": _found_feed,
    "conversations.members": _read_again,
    "conversations.replies": _read_again,
    "pins.list": _read_again,
    "usergroups.users.list": lambda t: room.expanded(t.desk, ("S0ONCALL",)),
    "users.conversations": _found_room,
    "users.info": _known_again,
}
OWED = ("conversations.create", "chat.postMessage", "bookmarks.add", "conversations.open")
"""What is read of while something is carried: met by the story below."""
SELDOM = {"conversations.rename": "read of where a room is renamed, which was provisional"}


async def _begins(target: Target) -> None:
    """An incident of which everything can be read."""
    world = target.world
    ann, bob = world.ann.hands, world.bob.hands
    await ann.makes("drills")
    await world.ann.says("/incident declare checkout is down --sev 2")
    target.room = (await world.room(1)).channel
    await ann.invites("bob", target.room)
    said = await bob.posts(target.room, "it is the cache")
    await bob.reacts("pushpin", to=said)
    await bob.pins(said)
    await bob.posts(target.room, "or is it", thread=said)
    target.said = said.ts
    await world.settles()
    await world.ann.says("/incident page inc-1 @carol")
    for reading in READINGS.values():
        await reading(target)
    await world.settles()


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    process = replace(Process(), drill_feed="#drills")
    with asyncio.Runner() as runner:
        opened = a_world(tmp_path_factory.mktemp("answers"), process=process)
        made = Target(runner=runner, world=runner.run(opened.__aenter__()), room="", said="")
        runner.run(_begins(made))
        made.note()
        yield made
        runner.run(opened.__aexit__(None, None, None))


# ── What is relied on ───────────────────────────────────────────────────────────────────────────


def test_every_method_says_what_is_relied_on_in_its_answer_or_is_not_read() -> None:
    """Whoever calls a new one says it in `answers.py`, or here that nothing is read of it."""
    assert {*READINGS, *OWED, *SELDOM} == set(ANSWERS)
    folder = Path(str(bot.slack.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    families = {method.partition(".")[0] for method in (*ANSWERS, *DONE)}
    named = re.findall(rf'"((?:{"|".join(families)})\.[A-Za-z.]+)"', source)
    assert set(named) | {"apps.connections.open"} == {*ANSWERS, *DONE}


def test_real_answers_are_taken_and_what_is_relied_on_is_missed(target: Target) -> None:
    assert set(target.real) >= {*READINGS, *OWED}
    for method in {*READINGS, *OWED}:
        answer = target.real[method]
        assert misread(method, answer) == "", method
        for key in (key for key in ANSWERS[method] if not key.endswith("?")):
            for odd in (GONE, None, 7, [None], {"": None}):
                assert misread(method, changed(answer, (key,), odd)), (method, key, odd)


# ── What it meets ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_no_spoilt_answer_is_a_fault_of_who_reads_it(target: Target) -> None:
    @examples(30)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        method = data.draw(st.sampled_from(sorted(READINGS)))
        target.meets(method, data.draw(target.odd(method)))

    holds()


@pytest.mark.parametrize("method", ["auth.test", "usergroups.users.list", "users.info"])
def test_what_is_no_answer_is_a_fault_of_nobody(target: Target, method: str) -> None:
    for body in RAW:
        target.meets(method, body)


@pytest.mark.slow
def test_what_is_owed_is_done_once_whatever_the_first_answers_are(target: Target) -> None:
    """An answer that cannot be read is as good as lost: what the call has done is looked up."""

    def odd(method: str) -> st.SearchStrategy[str]:
        bodies = target.odd(method).filter(lambda body: bool(misread(method, json.loads(body))))
        return bodies | st.sampled_from(RAW)

    @examples(3)
    @given(st.fixed_dictionaries({method: odd(method) for method in OWED}))
    def holds(bodies: dict[str, str]) -> None:
        with without_a_fault():
            target.runner.run(_declared(target, bodies))

    holds()


async def _declared(target: Target, bodies: Mapping[str, str]) -> None:
    world, faults = target.world, target.world.sim.faults
    struck = [faults.add(method, "wrong_answer", body=body) for method, body in bodies.items()]
    number = _next(world)
    await world.carol.says(f"/incident declare the shop is shut, {number} --sev 2")
    await world.carol.says(f"/incident page inc-{number} @bob")
    incident = await world.incident(number)
    assert all(fault.struck for fault in struck)
    assert len(world.channels(f"inc-{number}-")) == 1
    assert incident.room is not None
    channel = world.sim.workspace.channels[incident.room.channel]
    assert world.carol.id in channel.members
    assert len(channel.bookmarks) == 1
    own = [message.text for message in channel.messages.values() if message.by_app]
    assert len(own) == len(set(own)), own
    assert not incident.failures


def _next(world: World) -> int:
    """The number of the incident that is declared next."""
    return len(world.channels("inc-")) + 1


def test_what_is_always_answered_oddly_is_given_up_in_words_and_holds_up_nothing(
    target: Target,
) -> None:
    async def tells(world: World) -> None:
        number = _next(world)
        await world.ann.says(f"/incident declare the bakery is out of bread, {number} --sev 4")
        room = await world.room(number)
        body = json.dumps({"ok": True, "channel": {"id": None}})
        always = world.sim.faults.add("conversations.open", "wrong_answer", times=None, body=body)
        await world.ann.hands.types(room.channel, "/incident handover @bob")
        await world.sim.workspace.wait_for(lambda: always.struck, what="a first try", within=30)
        await world.passes(minutes=31)
        assert "Slack has failed at this for 30 minutes" in room.text()
        await world.ann.says("/incident update there is some flour", in_=room.channel)
        assert "there is some flour" in room.text()
        world.sim.faults.remove(always)

    with without_a_fault():
        target.runner.run(tells(target.world))


def test_a_list_without_an_end_is_left(target: Target) -> None:
    page = {"ok": True, "channels": [], "response_metadata": {"next_cursor": "again"}}
    endless = target.world.sim.faults.add(
        "conversations.list", "wrong_answer", times=None, body=json.dumps(page)
    )
    with pytest.raises(Misread, match="in a circle"):
        target.runner.run(_found_feed(target))
    assert endless.struck == 2
    target.world.sim.faults.remove(endless)


@pytest.mark.parametrize("body", ["{", "[]", '{"ok": true, "url": 7}'])
def test_a_ticket_that_cannot_be_read_is_asked_for_again(target: Target, body: str) -> None:
    target.world.sim.faults.add("apps.connections.open", "wrong_answer", body=body)
    with without_a_fault():
        target.runner.run(target.world.restarts())


def test_it_works_as_ever_after_all_that(target: Target) -> None:
    reply = target.runner.run(target.world.carol.says("/incident declare the warehouse is on fire"))
    assert "INC-" in reply.text
