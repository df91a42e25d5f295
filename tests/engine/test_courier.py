"""The one way out: order, retries, doubt, giving up, brakes, pacing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.domain import effects as f
from bot.domain.commands import (
    AnswerPage,
    Command,
    PagePerson,
    RecordDecision,
    RetryEffect,
    SetSeverity,
)
from bot.domain.values import Actor, Origin, Place, Text
from bot.engine.carrying import Carrying
from bot.engine.twins import sighted
from bot.engine.verdicts import Doubt, GiveUp, RetryAt
from bot.storage import outbox, settling
from bot.storage import tables as t
from bot.storage.database import Database
from tests.engine.rig import ANN, Rig, makes_room, running, shows_card


class Flaky:
    """Fails with the verdicts it was given, one by one, then works."""

    def __init__(self, *verdicts: Any, then: Any = None) -> None:
        self.verdicts = list(verdicts)
        self.then = then
        self.seen: list[Carrying] = []

    async def __call__(self, effect: Any, carrying: Carrying) -> Command | None:
        self.seen.append(carrying)
        if self.verdicts:
            raise self.verdicts.pop(0)(carrying)
        outcome: Command | None = await self.then(effect, carrying) if self.then else None
        return outcome


def _retry_in(seconds: float, brake: str | None = None) -> Any:
    return lambda carrying: RetryAt(carrying.now + timedelta(seconds=seconds), brake)


def _doubt_for(seconds: float) -> Any:
    return lambda carrying: Doubt(carrying.now + timedelta(seconds=seconds))


async def _opened(rig: Rig) -> str:
    """Declare, and return the stream once its room is there."""
    rig.on(f.CreateRoom, makes_room)
    rig.on(f.ShowCard, shows_card)
    answered = await rig.declares()
    assert answered.done is not None
    await rig.rests()
    return answered.done.incident.stream


async def test_a_declare_is_carried_to_its_end(database: Database) -> None:
    async with running(Rig(database)) as rig:
        stream = await _opened(rig)
        assert rig.named()[0] == "CreateRoom"
        assert set(rig.named()) == {
            "CreateRoom",
            "InviteDeclarer",
            "ShowCard",
            "ShowAnnouncement",
            "ShowTopic",
            "AddBookmark",
            "PinCard",
            "PostGuidelines",
        }
        assert (await rig.state(stream)).card is not None


async def test_a_throttled_effect_comes_back_when_it_may(database: Database) -> None:
    async with running(Rig(database)) as rig:
        topic = Flaky(_retry_in(30, "conversations.setTopic"))
        rig.on(f.ShowTopic, topic)
        await _opened(rig)
        await rig.passes(seconds=29)
        assert len(topic.seen) == 1
        await rig.passes(seconds=1)
        assert [c.doubt for c in topic.seen] == [False, False]


async def test_a_brake_holds_the_same_method_of_other_incidents(database: Database) -> None:
    async with running(Rig(database)) as rig:
        topic = Flaky(_retry_in(30, "conversations.setTopic"))
        rig.on(f.ShowTopic, topic)
        await _opened(rig)
        await rig.declares("search is down")
        await rig.rests()
        assert len(topic.seen) == 1, "the second incident's topic waits for the same method"
        await rig.passes(seconds=30)
        assert len(topic.seen) == 3


async def test_a_brake_holds_whatever_uses_the_method_that_was_throttled(
    database: Database,
) -> None:
    async with running(Rig(database)) as rig:
        await _opened(rig)
        second = await rig.declares("search is down")
        assert second.done is not None
        await rig.rests()
        card = Flaky(_retry_in(30, "chat.update"), then=shows_card)
        rig.on(f.ShowCard, card)
        await rig.asks(second.done.incident.stream, SetSeverity(severity="sev1"))
        await rig.rests()
        announced = rig.named().count("ShowAnnouncement")
        third = await rig.declares("mail is down")
        assert third.done is not None
        await rig.rests()
        assert len(card.seen) == 1, "the third incident's card is held back by chat.update"
        assert rig.named().count("ShowAnnouncement") == announced
        await rig.passes(seconds=30)
        assert len(card.seen) > 1


async def test_what_may_have_happened_is_carried_again_in_doubt(database: Database) -> None:
    async with running(Rig(database)) as rig:
        card = Flaky(_doubt_for(2), then=shows_card)
        rig.on(f.CreateRoom, makes_room)
        rig.on(f.ShowCard, card)
        await rig.declares()
        await rig.rests()
        await rig.passes(seconds=2)
        assert [c.doubt for c in card.seen] == [False, True]
        assert card.seen[0].effect_id == card.seen[1].effect_id
        assert card.seen[0].first_attempt_at == card.seen[1].first_attempt_at


async def test_giving_up_is_on_the_record_and_can_be_retried(database: Database) -> None:
    async with running(Rig(database)) as rig:
        rig.on(f.AddBookmark, Flaky(lambda _: GiveUp("The bookmark: not allowed.")))
        stream = await _opened(rig)
        failure = (await rig.state(stream)).failures["AddBookmark"]
        assert failure.why == "The bookmark: not allowed."
        await rig.asks(stream, RetryEffect(effect="AddBookmark"))
        await rig.rests()
        assert (await rig.state(stream)).failures == {}
        assert rig.named().count("AddBookmark") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_buttons_that_cannot_be_taken_away_are_given_up_in_silence(
    database: Database,
) -> None:
    async with running(Rig(database)) as rig:
        rig.on(f.TakeButtonsAway, Flaky(*[_doubt_for(2)] * 60))
        stream = await _opened(rig)
        await rig.asks(stream, PagePerson(to="U0BOB"))
        await rig.asks(stream, AnswerPage(), Actor(user="U0BOB"))
        for minutes in (*[1] * 7, 30):
            await rig.passes(minutes=minutes)
        assert rig.tally.value("effects", "TakeButtonsAway", "failed") == 1
        assert (await rig.state(stream)).failures == {}


async def test_a_failure_blocks_nothing_else(database: Database) -> None:
    async with running(Rig(database)) as rig:
        rig.on(f.InviteDeclarer, Flaky(lambda _: GiveUp("No.")))
        await _opened(rig)
        assert "PinCard" in rig.named()


async def test_what_waits_behind_a_failure_in_its_lane_follows_in_order(database: Database) -> None:
    async with running(Rig(database)) as rig:
        stream = await _opened(rig)
        posts = Flaky(_retry_in(5), lambda _: GiveUp("No."))
        rig.on(f.PostToRoom, posts)
        rig.carried.clear()
        told = [
            (await rig.asks(stream, RecordDecision(text=Text(text)))).events[0].version
            for text in ("one", "two", "three")
        ]
        await rig.rests()
        assert len(posts.seen) == 1, "the others wait behind it"
        await rig.passes(seconds=5)
        carried = [effect for effect, _ in rig.carried if isinstance(effect, f.PostToRoom)]
        assert [effect.version for effect in carried] == [told[0], *told]
        assert set((await rig.state(stream)).failures) == {carried[0].name}


async def test_a_fault_of_our_own_is_tried_again_and_then_said(database: Database) -> None:
    async def broken(_effect: Any, _carrying: Carrying) -> Command | None:
        raise KeyError("our own fault")

    async with running(Rig(database)) as rig:
        rig.on(f.ShowTopic, broken)
        stream = await _opened(rig)
        for _ in range(10):
            await rig.passes(minutes=1)
        assert "ShowTopic" in (await rig.state(stream)).failures


async def test_a_channel_takes_five_posts_at_once_and_then_one_a_second(
    database: Database,
) -> None:
    async with running(Rig(database)) as rig:
        rig.on(f.CreateRoom, makes_room)
        for number in range(8):
            await rig.declares(f"outage number {number}")
        await rig.rests()
        assert rig.named().count("ShowAnnouncement") == 5
        for expected in (6, 7, 8, 8):
            await rig.passes(seconds=1)
            assert rig.named().count("ShowAnnouncement") == expected


async def test_waiting_cards_are_one_card(database: Database) -> None:
    async with running(Rig(database)) as rig:
        card = Flaky(_retry_in(10), then=shows_card)
        rig.on(f.CreateRoom, makes_room)
        rig.on(f.ShowCard, card)
        answered = await rig.declares()
        assert answered.done is not None
        await rig.rests()
        for severity in ("sev1", "sev2", "sev1"):
            await rig.asks(answered.done.incident.stream, SetSeverity(severity=severity))
        await rig.rests()
        await rig.passes(seconds=10)
        assert len(card.seen) == 3, "the throttled one, its retry, and one for all changes"


async def test_a_stale_hint_is_not_given(database: Database) -> None:
    first = Rig(database)
    first.on(f.CreateRoom, makes_room)
    stream = str((await first.declares()).done.incident.stream)  # type: ignore[union-attr]
    effect = f.BriefJoiner(stream=stream, user=ANN.user)

    def owe(connection: Any) -> None:
        now = first.clock.now()
        origin = Origin(workspace="T1", cause="", correlation="")
        outbox.owe(connection, outbox.owing([effect], origin, now), now)

    await database.write(owe)
    first.clock.advance(timedelta(minutes=11))
    async with running(first) as rig:
        await rig.rests()
        assert "BriefJoiner" not in rig.named()
        assert "CreateRoom" in rig.named(), "what is still useful is carried all the same"


async def test_a_second_courier_takes_over_what_a_dead_one_held(database: Database) -> None:
    dead = Rig(database)
    dead.on(f.CreateRoom, makes_room)
    await dead.declares()
    await dead.courier.round()
    await dead.courier.abandon()
    living = Rig(database, clock=dead.clock)
    living.on(f.CreateRoom, makes_room)
    await living.database.write(settling.void_leases)
    async with running(living) as rig:
        await rig.rests()
        assert rig.carried[0][1].doubt, "nobody knows whether the dead one had made the room"
        assert rig.named().count("CreateRoom") == 1
        assert "InviteDeclarer" in rig.named()


async def test_a_look_up_that_is_held_up_leaves_the_doubt_as_it_is(database: Database) -> None:
    async with running(Rig(database)) as rig:
        card = Flaky(_doubt_for(1), _retry_in(1), then=shows_card)
        rig.on(f.CreateRoom, makes_room)
        rig.on(f.ShowCard, card)
        await rig.declares()
        await rig.rests()
        for _ in range(3):
            await rig.passes(seconds=1)
        assert [c.doubt for c in card.seen[:3]] == [False, True, True]


async def test_an_outcome_that_the_rules_stumble_over_holds_up_nothing_else(
    database: Database,
) -> None:
    async def speaks_nonsense(_effect: Any, _carrying: Carrying) -> Any:
        return "this is no command"

    async with running(Rig(database)) as rig:
        rig.on(f.ShowTopic, speaks_nonsense)
        with capture_logs() as logged:
            stream = await _opened(rig)
        assert (await rig.state(stream)).card is not None
        assert [x["incident"] for x in logged if x["event"] == "outcome.failed"] == ["INC-1"]
        await rig.passes(minutes=1)
        assert rig.named().count("ShowTopic") == 1
        assert rig.tally.value("outcomes_failed", "str") == 1


async def test_what_always_fails_is_given_up_after_half_an_hour_and_frees_its_lane(
    database: Database,
) -> None:
    async def always_fails(_effect: Any, carrying: Carrying) -> Command | None:
        raise Doubt(carrying.now + timedelta(seconds=2))

    async with running(Rig(database)) as rig:
        rig.on(f.AddBookmark, always_fails)
        stream = await _opened(rig)
        for _ in range(62):
            await rig.passes(seconds=30)
        assert (
            "failed at this for 30 minutes" in (await rig.state(stream)).failures["AddBookmark"].why
        )
        assert rig.named().count("AddBookmark") < 70


async def test_being_throttled_for_long_is_not_given_up(database: Database) -> None:
    async def throttled(_effect: Any, carrying: Carrying) -> Command | None:
        raise RetryAt(carrying.now + timedelta(minutes=10), "bookmarks.add")

    async with running(Rig(database)) as rig:
        rig.on(f.AddBookmark, throttled)
        stream = await _opened(rig)
        for _ in range(10):
            await rig.passes(minutes=10)
        assert (await rig.state(stream)).failures == {}


async def test_overdue_timers_take_turns_with_commands_and_each_fires_once(
    database: Database,
) -> None:
    rig = Rig(database, firing=0.0)
    streams = [str(uuid4()) for _ in range(12)]
    for stream in streams:
        await rig.declares(f"outage {stream}", stream=stream, command={"severity": "sev1"})
    rig.clock.advance(timedelta(hours=2))
    await rig.courier.round()
    nudged = [(await rig.state(stream)).cadence.reminded for stream in streams]
    assert 0 < sum(map(bool, nudged)) < len(streams), "a round leaves some to the next"
    async with running(rig):
        await rig.rests()
    assert all([(await rig.state(stream)).cadence.reminded for stream in streams])


async def test_a_sighted_twin_is_taken_away_in_the_name_of_what_sent_it(database: Database) -> None:
    async def shows_where(effect: f.ShowCard, carrying: Carrying) -> Command | None:
        carrying.trace.landed = Place(channel="C1", item="1.1")
        return await shows_card(effect, carrying)

    def correlations(connection: Any) -> set[str]:
        return set(connection.scalars(select(t.outbox.c.correlation)))

    async with running(Rig(database)) as rig:
        rig.on(f.CreateRoom, makes_room)
        rig.on(f.ShowCard, shows_where)
        await rig.declares()
        await rig.rests()
        ((_, carrying),) = [each for each in rig.carried if isinstance(each[0], f.ShowCard)]
        known = await database.read(correlations)
        twin = Place(channel="C1", item="2.2")
        assert await sighted(database, carrying.effect_id, twin, rig.clock.now())
        await rig.passes(seconds=1)
        assert rig.named()[-1] == "ClearTwins"
        assert await database.read(correlations) == known
