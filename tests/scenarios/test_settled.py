"""Messages that ask for something lose their buttons once it is done, wherever it was done."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.app import Application
from bot.domain import effects as f
from bot.domain.values import Place
from bot.engine.verdicts import Doubt, RetryAt
from bot.simulator.model import Message
from bot.slack.calls import SlackCalls
from bot.storage import tables as t
from tests.people import World, a_world


async def offered(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    await world.bob.says("/incident join inc-1")
    await world.ann.says("/incident handover inc-1 @bob")
    assert "[Accept] [Decline] [Catch up]" in world.bob.sees("@app")


@pytest.mark.parametrize("way", ["pressed", "typed"])
async def test_an_offer_that_was_accepted_keeps_only_what_still_helps(
    world: World, way: str
) -> None:
    await offered(world)
    if way == "pressed":
        await world.bob.clicks("Accept", in_="@app")
    else:
        await world.bob.says("/incident handover inc-1 accept")
    seen = world.bob.sees("@app")
    assert "[Accept]" not in seen
    assert "✔️ You took command at " in seen
    assert "Until you accept" not in seen
    assert "You command INC-1 now" not in seen, "the offer says so, and the duties follow"
    assert "[Catch up]" in seen
    assert (await world.incident()).commander == world.bob.id
    (taken,) = (each for each in world.calls("chat.update") if each.args["channel"][0] == "D")
    assert "metadata" not in taken.args, "what is left out stays as it is"


async def test_an_offer_that_is_taken_back_says_so(world: World) -> None:
    await offered(world)
    await world.restarts()
    await world.ann.says("/incident role inc-1 commander @carol")
    seen = world.bob.sees("@app")
    assert "@carol commands since " in seen
    assert "[Accept]" not in seen


async def test_one_reminder_at_a_time_asks_and_none_after_the_update(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.passes(minutes=31)
    room.shows("[Post update] [No change] [Snooze 1 h]")
    await world.passes(minutes=10)
    room.shows("✔️ Reminded again below.")
    assert room.text().count("[Snooze 1 h]") == 1
    await world.ann.says("/incident update the pool is full", in_=room.name)
    room.hides("[Snooze 1 h]")
    room.shows("✔️ @ann gave the update at 11:41 AM.")
    room.shows("the update promised for")
    room.shows("[Post update] [Status]")


async def test_a_reminder_is_settled_by_the_press_and_the_card_stays_as_it_is(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.passes(minutes=31)
    await world.ann.clicks("Snooze 1 h", in_=room.channel)
    room.hides("[Snooze 1 h]")
    room.shows("✔️ @ann put the reminders off until")
    room.shows("[Post update] [Status]")


async def test_who_is_refused_leaves_the_buttons_to_those_who_may(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.ann.hands.invites("dan", room.channel)
    await world.passes(minutes=31)
    await world.dan.clicks("Snooze 1 h", in_=room.channel)
    room.shows("[Snooze 1 h]")


async def test_a_quiet_incident_costs_no_call_more(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    for line in ("update the pool is full", "severity 2", "status identified", "role scribe @bob"):
        await world.ann.says(f"/incident {line.replace(' ', ' inc-1 ', 1)}")
    incident = await world.incident()
    assert incident.card
    assert incident.announcement
    own = {incident.card.ts, incident.announcement.ts}
    assert {each.args["ts"] for each in world.calls("chat.update")} == own
    assert world.bot.tally.value("effects", f.TakeButtonsAway.__name__, "done") == 0


@pytest.mark.faults("Slack refuses or holds back a part of it")
async def test_a_call_and_an_empty_chair_are_settled_by_words_once_slack_takes_edits_again(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.ann.says("/incident page inc-1 @bob")
    await world.ann.says("/incident role commander none", in_=room.name)
    assert "[I’m coming]" in world.bob.sees("@app")
    room.shows("Who takes over?\n[I take command]")
    held = world.sim.faults.add("chat.update", "rate_limited", retry_after=30)
    await world.bob.says("/incident ack inc-1")
    await world.bob.says("/incident role commander", in_=room.name)
    assert held.struck
    await world.passes(seconds=31)
    seen = world.bob.sees("@app")
    assert "✔️ You answered at " in seen
    assert "[I’m coming]" not in seen
    room.shows("✔️ @bob commands since ")
    room.hides("[I take command]")


async def test_who_has_left_a_private_room_reads_nothing_new_in_what_they_were_sent(
    world: World,
) -> None:
    await world.ann.says("/incident declare payroll leaks --private")
    room = await world.room(1)
    await world.ann.hands.invites("bob", room.channel)
    await world.ann.says("/incident handover @bob", in_=room.name)
    before = world.bob.sees("@app")
    await world.bob.hands.leaves(room.channel)
    await world.ann.says("/incident edit title it was carol", in_=room.name)
    await world.ann.says("/incident handover @carol", in_=room.name)
    assert "it was carol" in world.carol.sees("@app")
    assert world.bob.sees("@app") == before


@pytest.mark.parametrize("private", ["from the start", "later"])
@pytest.mark.faults("Slack refuses or holds back a part of it")
async def test_whom_slack_does_not_let_into_the_private_room_reads_nothing_new(
    world: World, private: str
) -> None:
    declared = "payroll leaks --private" if private == "from the start" else "payroll leaks"
    await world.ann.says(f"/incident declare {declared} --sev 1")
    room = await world.room(1)
    no = "user_is_restricted"
    refused = world.sim.faults.add("conversations.invite", "error", error=no, times=2)
    await world.ann.says("/incident page @bob", in_=room.name)
    await world.ann.says("/incident handover @bob", in_=room.name)
    assert refused.struck == 2
    if private == "later":
        world.sim.workspace.users[world.bob.id].is_ultra_restricted = True
        await world.ann.says("/incident private", in_=room.name)
        await world.ann.clicks("Make it private")
        room = await world.room(1)
    incident = await world.incident()
    assert incident.private
    assert world.bob.id not in incident.insiders
    before = world.bob.sees("@app")
    assert "[I’m coming]" in before
    assert "[Accept]" in before
    await world.ann.says("/incident edit title fraud by carol", in_=room.name)
    await world.ann.says("/incident handover @carol", in_=room.name)
    await world.carol.says("/incident handover inc-1 accept")
    await world.ann.says("/incident resolve rolled back --category availability", in_=room.name)
    assert world.bob.sees("@app") == before


@pytest.mark.faults("Slack refuses or holds back a part of it")
async def test_the_public_room_of_what_is_private_now_reads_nothing_new(world: World) -> None:
    await world.ann.says("/incident declare payroll leaks --sev 1")
    room = await world.room(1)
    await world.passes(minutes=31)
    room.shows("[Snooze 1 h]")
    held = world.sim.faults.add("conversations.create", "rate_limited", retry_after=3_600)
    await world.ann.says("/incident private", in_=room.name)
    await world.ann.hands.clicks("Make it private")
    await world.ann.hands.types("general", "/incident edit inc-1 title fraud by carol")
    await world.ann.hands.types("general", "/incident update inc-1 carol is being asked")
    assert world.bot.serving is not None
    await world.bot.serving.courier.rested()
    assert held.struck
    assert (await world.incident()).exposed == room.channel, "the private room is not there yet"
    assert room.text().count("[Snooze 1 h]") == 1
    room.hides("gave the update")


class Stubborn(SlackCalls):
    """Real calls to a Slack that fails whenever one message is edited, or as often as is said."""

    at: Place | None = None
    failed = 0
    says: Iterator[type[Doubt | RetryAt]] = repeat(Doubt)

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call, or fail."""
        at = Place(channel=str(arguments.get("channel")), item=str(arguments.get("ts")))
        if method == "chat.update" and at == self.at:
            for verdict in self.says:
                self.failed += 1
                raise verdict(datetime.min.replace(tzinfo=UTC))
        return await super().call(method, **arguments)


def stubborn_at(world: World, message: Message) -> Stubborn:
    """Fail from now on at the edits of one message."""
    assert world.bot.desk is not None
    calls = world.bot.desk.calls
    assert isinstance(calls, Stubborn)
    calls.at = Place(channel=message.channel, item=message.ts)
    return calls


@pytest.mark.faults("Slack refuses or holds back a part of it")
async def test_a_message_that_slack_always_fails_at_does_not_keep_the_buttons_of_others(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path, started=False) as world:
        world.build = lambda *given: Application(*given, new_calls=Stubborn)
        await world.starts()
        await world.ann.says("/incident declare checkout is down --sev 1")
        room = await world.room(1)
        await world.ann.says("/incident page inc-1 @bob")
        await world.ann.says("/incident role commander none", in_=room.name)
        (called,) = world.bob.hands.room("@app").messages.values()
        calls = stubborn_at(world, called)
        await world.carol.says("/incident role inc-1 commander")
        room.shows("✔️ @carol commands since ")
        await world.bob.says("/incident ack inc-1")
        await world.passes(minutes=4)
        await world.passes(minutes=1)
        tries = calls.failed
        assert tries > 1
        assert "[I’m coming]" in world.bob.sees("@app"), "then it stays as it is"
        await world.ann.says("/incident role commander @bob", in_=room.name)
        assert calls.failed == tries
        assert world.bot.tally.value("effects", f.TakeButtonsAway.__name__, "failed") == 0


@pytest.mark.faults("Slack refuses or holds back a part of it")
async def test_one_failure_after_many_times_of_being_held_back_leaves_no_buttons(
    tmp_path: Path,
) -> None:
    async with a_world(tmp_path, started=False) as world:
        world.build = lambda *given: Application(*given, new_calls=Stubborn)
        await world.starts()
        await offered(world)
        (offer,) = world.bob.hands.room("@app").messages.values()
        calls = stubborn_at(world, offer)
        calls.says = iter([*[RetryAt] * 6, Doubt])
        await world.bob.says("/incident handover inc-1 accept")
        await world.passes(minutes=10)
        assert calls.failed == 7
        await world.passes(minutes=1)
        assert "[Accept]" not in world.bob.sees("@app")


async def test_a_message_that_cannot_be_drawn_does_not_keep_the_buttons_of_others(
    world: World,
) -> None:
    def spoil_the_call(connection: Connection) -> None:
        called = t.outbox.c.kind == f.SendPage.__name__
        stored = connection.execute(select(t.outbox.c.body).where(called)).scalar_one()
        spoilt = json.dumps({**json.loads(stored), "times": None})
        connection.execute(update(t.outbox).where(called).values(body=spoilt))

    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.ann.says("/incident page inc-1 @bob")
    await world.ann.says("/incident role commander none", in_=room.name)
    await world.bot.database.write(spoil_the_call)
    await world.carol.says("/incident role inc-1 commander")
    room.shows("✔️ @carol commands since ")
    room.hides("[I take command]")
    assert not (await world.incident()).failures


async def forgets_what_asks(world: World) -> None:
    """As for messages that a version sent which did not remember them."""
    await world.bot.database.write(lambda c: c.execute(update(t.outbox).values(asks=False)))


async def test_an_offer_that_nobody_remembers_answers_the_press_and_loses_its_buttons(
    world: World,
) -> None:
    await offered(world)
    await forgets_what_asks(world)
    await world.bob.clicks("Accept", in_="@app")
    seen = world.bob.sees("@app")
    assert "[Accept]" not in seen
    assert "[Catch up]" in seen
    assert "You command INC-1 now." in seen


async def test_a_reminder_that_nobody_remembers_answers_the_press_and_loses_its_buttons(
    world: World,
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.passes(minutes=31)
    await forgets_what_asks(world)
    await world.ann.clicks("Snooze 1 h", in_=room.channel)
    room.hides("[Snooze 1 h]")
    room.shows("(only you) Nobody is reminded before ")
    room.shows("[Post update] [Status]")


async def test_what_is_over_is_not_offered_any_more(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.ann.says("/incident resolve rolled back --category availability", in_=room.name)
    room.shows("[Follow-up] [Close] [Reopen]")
    await world.ann.says("/incident reopen", in_=room.name)
    room.hides("[Close] [Reopen]")
    room.shows("> rolled back\n✔️ Set to investigating by @ann at ")
