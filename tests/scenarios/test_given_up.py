"""What Slack refuses for good stops that effect alone, is said with what to do, and can be retried.

Every kind of effect meets every kind of refusal. Where something else happens than a failure that
people read about, the tables say why.
"""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.domain import commands as c
from bot.domain import effects as f
from bot.domain.values import Actor, Origin
from bot.engine.orders import Order
from bot.slack.messages.deeds import NewerButton, read_deed
from bot.slack.messages.refused_by_slack import OF_THE_APP, OF_THE_THING, why
from bot.slack.performers.feed import LOST
from bot.storage import backlog, outbox, streams
from tests.people import World, a_world
from tests.reliability import Tried, tried

__all__ = ["tried"]

pytestmark = pytest.mark.faults("Slack refuses for good, and it is said")

REFUSALS = (
    "restricted_action",
    "missing_scope",
    "not_allowed_token_type",
    "user_disabled",
    "is_archived",
    "channel_not_found",
    "not_in_channel",
    "ekm_access_denied",
    "a_word_that_is_new",
)


async def _version(world: World, event: str) -> int:
    incident = await world.incident()
    recorded = await world.bot.database.read(lambda c: streams.read(c, incident.stream, 0))
    return next(one.version for one in recorded if type(one.event).__name__ == event)


Make = Callable[[World, str], Any]


async def _told(world: World, stream: str, kind: type, event: str, **more: Any) -> Any:
    return kind(stream=stream, version=await _version(world, event), **more)


async def _effect(world: World, kind: type[f.Effect]) -> f.Effect:
    """One of this kind that has something to do."""
    incident = await world.incident()
    stream, feed = incident.stream, incident.workspace
    plain: dict[type, Callable[[], f.Effect]] = {
        f.InviteDeclarer: lambda: f.InviteDeclarer(stream=stream, user=world.ann.id),
        f.InviteResponders: lambda: f.InviteResponders(stream=stream, who=(world.carol.id,)),
        f.ShowAnnouncement: lambda: f.ShowAnnouncement(stream=stream, workspace=feed),
        f.BriefJoiner: lambda: f.BriefJoiner(stream=stream, user=world.ann.id),
        f.ShowMark: lambda: f.ShowMark(stream=stream, channel="C1", ts="1.1"),
    }
    if kind in plain:
        return plain[kind]()
    update = await _version(world, "UpdatePosted")
    role = await _version(world, "RoleTaken")
    told: dict[type, f.Effect] = {
        f.PostToRoom: f.PostToRoom(stream=stream, version=update),
        f.PostToFeed: f.PostToFeed(stream=stream, version=update, workspace=feed),
        f.TellPerson: f.TellPerson(stream=stream, version=role, user=world.ann.id),
    }
    simple: Any = kind
    return told.get(kind) or simple(stream=stream)


REFUSED_AT: dict[type[f.Effect], str] = {
    f.InviteDeclarer: "conversations.invite",
    f.InviteResponders: "conversations.invite",
    f.ShowCard: "chat.update",
    f.PinCard: "pins.add",
    f.PostGuidelines: "chat.postMessage",
    f.RenameRoom: "conversations.info",
    f.ShowTopic: "conversations.setTopic",
    f.AddBookmark: "bookmarks.add",
    f.ShowAnnouncement: "chat.update",
    f.PostToRoom: "chat.postMessage",
    f.PostToFeed: "chat.postMessage",
    f.TellPerson: "conversations.open",
    f.BriefJoiner: "chat.postEphemeral",
    f.ShowMark: "reactions.remove",
}
"""By which call each kind meets its refusal."""

ELSEWHERE = {
    f.AnswerMeanwhile: "an answer that cannot be given is no loss: card and message say the same",
    f.AnswerWithRoom: "an answer that cannot be given is no loss: the declarer is in the room",
    f.AnswerRequest: "an answer that cannot be given is no loss: the record has what was done",
    f.ArchiveRoom: "its own refusals are told in the tests of clearing up",
    f.ClearTwins: "what stands twice is no loss",
    f.CompileReview: "it asks nothing of Slack",
    f.DecideRequests: "it asks nothing of Slack",
    f.CreateRoom: "below: there is no card to say it on",
    f.LeavePublicRoom: "its own refusals are told in the tests of clearing up",
    f.SendPage: "the page says itself that it did not arrive",
    f.TakeDownAnnouncement: "its own refusals are told in the tests of clearing up",
    f.TakeButtonsAway: "what cannot be edited says itself, when it is pressed, that it is settled",
    f.Whisper: "carried by the same call as the newcomer's brief",
}
"""Kinds that are not in the table, and why."""

MENDS_ITSELF = {f.ShowAnnouncement: LOST, f.PostToFeed: LOST}
"""A feed that is gone is replaced by the next one."""

CONCERNS_NOBODY = {f.BriefJoiner, f.ShowMark}
"""Small things that are passed over in silence, unless the app as a whole is in trouble."""


def test_every_effect_is_looked_at_here() -> None:
    assert {*REFUSED_AT, *ELSEWHERE} == set(get_args(f.Effect))


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        await world.ann.says("/incident declare checkout is down --sev 2")
        name = (await world.room()).name
        await world.ann.says("/incident update we look into it", in_=name)
        yield world


async def owes(world: World, effect: f.Effect) -> None:
    origin = Origin(workspace=world.sim.workspace.team.id, cause="", correlation="c" * 32)
    now = world.clock.now()
    owing = outbox.owing([effect], origin, now)
    await world.bot.database.write(lambda connection: outbox.owe(connection, owing, now))
    world.bot.alarm.ring()
    await world.settles()


async def presses_retry(world: World, name: str) -> None:
    incident = await world.incident()
    order = Order(
        workspace=incident.workspace,
        stream=incident.stream,
        command=c.RetryEffect(effect=name),
        actor=Actor(user=world.ann.id),
    )
    await world.bot.dispatcher.deliver(order)
    await world.settles()


@pytest.mark.parametrize("kind", REFUSED_AT, ids=lambda kind: kind.__name__)
@pytest.mark.faults
async def test_what_slack_refuses_is_said_and_holds_up_nothing(
    room: World, kind: type[f.Effect], tried: Tried
) -> None:
    world, method = room, REFUSED_AT[kind]
    for refusal in REFUSALS:
        if refusal in MENDS_ITSELF.get(kind, ()):
            continue
        fault = world.sim.faults.add(method, "error", error=refusal)
        effect = await _effect(world, kind)
        await owes(world, effect)
        assert fault.struck > 0, refusal
        failures = (await world.incident()).failures
        if kind in CONCERNS_NOBODY and refusal not in OF_THE_APP:
            assert failures == {}
        else:
            assert list(failures) == [effect.name], refusal
            await says_so(world, effect, failures[effect.name].why)
        work = await world.bot.database.read(lambda c: backlog.look(c, world.clock.now()))
        assert work.owed == 0, "nothing waits behind it"
        world.sim.faults.remove(fault)
        if failures:
            await presses_retry(world, effect.name)
            assert (await world.incident()).failures == {}
    assert world.bot.tally.value("effects", kind.__name__, "failed") >= len(OF_THE_APP) / 4
    tried("Slack refuses for good", "SQLite", times=len(REFUSALS) - len(MENDS_ITSELF.get(kind, ())))


async def says_so(world: World, effect: f.Effect, sentence: str) -> None:
    """On the card, with a Retry; what the card itself lacks, its declarer is told."""
    seen = world.ann.sees("@app") if isinstance(effect, f.ShowCard) else (await world.room()).text()
    first = sentence.partition("`")[0].partition("<@")[0].strip()
    assert first in seen.replace("’", "'"), seen
    assert "[Retry]" in seen


async def test_a_room_that_slack_does_not_let_be_made_is_told_to_the_declarer(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path) as world:
        fault = world.sim.faults.add(
            "conversations.create", "error", times=None, error="restricted_action"
        )
        await world.ann.says("/incident declare checkout is down --sev 2")
        told = world.ann.sees("@app")
        assert "is declared and recorded, but it has no room yet" in told
        assert "ask a workspace admin to allow it, then press Retry" in told
        world.sim.faults.remove(fault)
        await world.ann.clicks("Retry", in_="@app")
        (await world.room()).shows("checkout is down")


@pytest.mark.parametrize("error", [*OF_THE_APP, *OF_THE_THING, "a_word_that_is_new"])
def test_every_refusal_is_said_in_a_sentence_that_helps(error: str) -> None:
    sentence = why("the pin", "pins.add", error)
    assert sentence.startswith("The pin: ")
    assert sentence.endswith(".")
    known = error in OF_THE_APP or error in OF_THE_THING
    assert known != (error in sentence), "people read words, not codes, where there are words"


def test_a_button_of_a_newer_version_says_that_an_upgrade_is_under_way() -> None:
    with pytest.raises(NewerButton, match="is being upgraded"):
        read_deed(json.dumps(["s", '["CommandOfTomorrow",{}]']))
