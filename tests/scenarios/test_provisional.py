"""The database stays away, and an incident is declared all the same: a room at once, the record
later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.process import Process
from bot.engine.verdicts import NotYet
from bot.simulator.faults import Fault
from bot.simulator.workspace import Channel
from bot.slack.calls import SlackSaidNo
from bot.slack.messages.text import message
from bot.slack.provisional.pinned import tell_once
from bot.storage import messages
from tests.outages import locked
from tests.people import START, World, a_world

pytestmark = pytest.mark.faults("the database stays away, and people declare")

STARTED = "you can start"


def calling(*names: str) -> Process:
    """A process that calls these people at sev1 and sev2."""
    process = Process()
    severities = tuple(
        replace(severity, invite=names) if severity.rank <= 2 else severity
        for severity in process.severities
    )
    return replace(process, severities=severities)


@dataclass
class Night:
    """A world whose database another process locks, until it lets go."""

    world: World
    _held: ExitStack = field(default_factory=ExitStack)

    def falls(self) -> None:
        """The database is away from now on."""
        self._held.enter_context(locked(self.world.database_url))

    async def ends(self) -> None:
        """The database is back, and all that follows from it has happened."""
        self._held.close()
        await self.world.settles()

    async def declares(self, line: str, who: str = "ann") -> Channel:
        """Somebody declares, and has a provisional room."""
        before = set(self.provisional())
        reply = await self.world.person(who).hands.types("general", f"/incident declare {line}")
        assert STARTED in reply
        await self.world.bot.desk.errands.drain()  # type: ignore[union-attr]  # it runs
        (name,) = [name for name in self.provisional() if name not in before] or self.provisional()
        return self.room(name)

    def provisional(self) -> list[str]:
        return self.world.channels("inc-provisional-")

    def room(self, name: str) -> Channel:
        (channel,) = [c for c in self.world.sim.workspace.channels.values() if c.name == name]
        return channel


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Night]:
    async with a_world(tmp_path, process=Process()) as world:
        world.process = calling(world.bob.id, world.carol.id)
        world.bot.process = world.process
        night = Night(world)
        yield night
        night._held.close()  # noqa: SLF001 - its own


async def test_a_room_is_made_people_are_called_and_it_says_what_it_is(night: Night) -> None:
    night.falls()
    room = await night.declares("checkout is down --sev 2")
    world = night.world
    assert room.name.startswith("inc-provisional-checkout-is-down-")
    assert {world.ann.id, world.bob.id, world.carol.id} <= set(room.members)
    shown = world.ann.sees(room.id)
    for words in ("checkout is down", "no number yet", "Called: @bob and @carol", "is kept"):
        assert words in shown, shown
    (pin,) = room.pins
    held = room.messages[pin].metadata
    assert held is not None
    assert held["event_type"] == "muster_provisional"
    assert "Your provisional room" in world.ann.sees("general")
    await night.ends()


async def test_it_is_adopted_with_its_history_numbered_and_renamed(night: Night) -> None:
    night.falls()
    world = night.world
    room = await night.declares("checkout is down --sev 2")
    (pin,) = room.pins
    said = await world.bob.hands.posts(room.id, "It is the cache")
    await world.carol.hands.reacts("pushpin", to=said)
    world.clock.advance(timedelta(minutes=14))
    await night.ends()
    incident = await world.incident(1)
    assert incident.room is not None
    assert (incident.room.channel, room.name) == (room.id, "inc-1-checkout-is-down")
    assert (incident.title, incident.severity, incident.reporter) == (
        "checkout is down",
        "sev2",
        world.ann.id,
    )
    assert incident.milestones["declared"] == START
    assert incident.commander == world.ann.id
    assert incident.members == {world.ann.id, world.bob.id, world.carol.id}
    assert len(incident.marks) == 1
    log = await world.bot.database.read(lambda c: messages.of_room(c, room.id))
    assert [one.text for one in log] == ["It is the cache"]
    assert incident.card is not None
    assert incident.card.ts == pin, "the pinned message has become the card"
    assert list(room.pins) == [pin]
    shown = world.ann.sees(room.id)
    assert "no number yet" not in shown
    assert "This is INC-1 now" in shown
    assert "I was away 14 min; 1 message read." in shown
    assert room.topic["value"].startswith("SEV2 · triage")
    assert len(room.bookmarks) == 1
    assert "checkout is down" in world.ann.sees("incidents")
    assert incident.failures == {}
    assert night.provisional() == []
    timeline = await world.ann.says("/incident timeline", in_=room.id)
    assert "It began in #inc-provisional-checkout-is-down" in timeline
    await world.ann.says("/incident severity 1 worse", in_=room.id)
    assert (await world.incident(1)).severity == "sev1"


@pytest.mark.parametrize(
    ("key", "odd"),
    [("at", 5), ("command", "[" * 2_000), ("command", '["Declare", {"title": 5}]')],
    ids=["a time that is none", "a depth beyond reading", "a title that is none"],
)
async def test_one_odd_room_holds_up_no_other(night: Night, key: str, odd: object) -> None:
    """What the bot itself has written there is not what it reads there now."""
    night.falls()
    strange = await night.declares("checkout is down")
    sound = await night.declares("search is slow", who="bob")
    (pin,) = strange.pins
    held = strange.messages[pin].metadata
    assert held is not None
    strange.messages[pin].metadata = {**held, "event_payload": {**held["event_payload"], key: odd}}
    await night.ends()
    assert sound.name == "inc-1-search-is-slow"
    assert strange.name in night.provisional()
    if "title" in str(odd):
        assert "failed to make an incident of this room" in night.world.ann.sees(strange.id)
    assert not [loop for loop in night.world.bot.unready() if loop]


async def test_asking_again_gives_the_same_room_also_after_a_restart(night: Night) -> None:
    night.falls()
    world = night.world
    room = await night.declares("checkout is down --sev 2")
    assert await night.declares("Checkout is  down --sev 2") is room
    await night.ends()
    await world.stops()
    assert world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_the_same_room_is_found_by_who_knows_nothing_of_it(night: Night) -> None:
    """As another replica does, or the same one after a restart."""
    night.falls()
    room = await night.declares("checkout is down")
    assert night.world.bot.desk is not None
    night.world.bot.desk.known_rooms.rooms.clear()
    night.world.sim.clear_calls()
    assert await night.declares("checkout is down") is room
    assert not night.world.calls("chat.postMessage")
    await night.ends()
    assert night.world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_another_person_another_title_and_another_on_purpose_have_their_own(
    night: Night,
) -> None:
    night.falls()
    rooms = [
        await night.declares("checkout is down"),
        await night.declares("search is slow"),
        await night.declares("checkout is down --again"),
        await night.declares("checkout is down", who="bob"),
    ]
    assert len({room.id for room in rooms}) == 4
    await night.ends()
    assert len(night.world.channels("inc-")) == 4
    assert {(await night.world.incident(n)).room.channel for n in (1, 2, 3, 4)} == {  # type: ignore[union-attr]  # each has one
        room.id for room in rooms
    }


async def test_a_private_one_is_private_throughout(night: Night) -> None:
    night.falls()
    world = night.world
    room = await night.declares("a leak of keys --private --sev 2")
    assert room.is_private
    assert "leak" not in room.name
    await world.bob.hands.leaves(room.id)
    await night.ends()
    incident = await world.incident(1)
    assert incident.private
    assert room.name == "inc-1"
    assert world.bob.id not in room.members, "who left a private room is not called back"
    assert "leak" not in world.ann.sees("general").replace("declare a leak", "")
    assert not world.channels("incidents")
    assert "no INC-1" in await world.bob.says("/incident show inc-1")


async def test_the_form_declares_too_and_what_it_says_is_kept(night: Night) -> None:
    world = night.world
    await world.ann.says("/incident declare")
    night.falls()
    done = await world.ann.hands.submits(
        {"title": "checkout is down", "severity": "sev1", "summary": "since the deployment"}
    )
    assert done.result == "updated"
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    modal = await world.ann.hands.sees_modal()
    assert modal.title == "No number yet"
    assert "Your provisional room" in modal.text
    await night.ends()
    incident = await world.incident(1)
    assert (incident.severity, incident.summary) == ("sev1", "since the deployment")


async def test_the_form_opens_while_the_database_is_away(night: Night) -> None:
    night.falls()
    world = night.world
    await world.ann.hands.types("general", "/incident declare")
    await world.ann.hands.sees_modal("declare")
    done = await world.ann.hands.submits({"title": "checkout is down"})
    assert done.result == "updated"
    assert world.bot.desk is not None
    await world.bot.desk.errands.drain()
    await night.ends()
    assert (await world.incident(1)).title == "checkout is down"


async def test_the_rules_hold_without_a_database(night: Night) -> None:
    night.falls()
    world = night.world
    reply = await world.ann.hands.types("general", "/incident declare x --sev 9")
    assert "There is no severity" in reply
    assert "Guests cannot declare" in await world.dan.hands.types("general", "/incident declare it")
    assert night.provisional() == []


async def test_other_words_in_the_room_are_answered_with_not_yet(night: Night) -> None:
    night.falls()
    world = night.world
    room = await night.declares("checkout is down")
    for typed in ("severity 1", "update all is well", "show"):
        assert "Not yet: this room is provisional" in await world.ann.hands.types(
            room.id, f"/incident {typed}"
        )
    assert "declare [title]" in await world.ann.hands.types(room.id, "/incident help")
    await night.ends()
    await world.ann.says("/incident severity 1 worse", in_=room.id)
    assert (await world.incident(1)).severity == "sev1"


async def test_throttled_and_unsure_calls_are_made_once_in_the_end(night: Night) -> None:
    night.falls()
    faults = night.world.sim.faults
    faults.add("conversations.create", "rate_limited", retry_after=1)
    faults.add("conversations.create", "lose_answer", nth=2)
    faults.add("chat.postMessage", "lose_answer")
    faults.add("conversations.invite", "http_after_effect", times=2)
    faults.add("pins.add", "lose_answer")
    declaring = asyncio.ensure_future(night.declares("checkout is down --sev 2"))
    while not declaring.done():  # what Slack put off comes as time goes on
        night.world.clock.advance(timedelta(seconds=1))
        await asyncio.wait({declaring}, timeout=0.2)
    room = await declaring
    assert len(night.provisional()) == 1
    assert len([m for m in room.messages.values() if m.by_app]) == 1
    assert {night.world.bob.id, night.world.carol.id} <= set(room.members)
    await night.ends()
    assert night.world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_where_slack_refuses_the_person_is_told_what_to_do(night: Night) -> None:
    night.falls()
    world = night.world
    world.sim.faults.add("conversations.create", "error", error="restricted_action", times=None)
    await world.ann.hands.types("general", "/incident declare checkout is down")
    await world.ann.hands.waits_to_see("no room was made", in_="general")
    assert "declare again" in world.ann.sees("general")
    world.sim.faults.clear()
    await night.ends()
    assert world.channels("inc-") == []


async def test_whom_slack_does_not_let_in_is_named_in_the_room(night: Night) -> None:
    world = night.world
    world.sim.deactivate("carol")
    night.falls()
    room = await night.declares("checkout is down --sev 2")
    assert "@carol" in world.ann.sees(room.id)
    assert "Call them by hand" in world.ann.sees(room.id)
    assert world.bob.id in room.members
    await night.ends()


async def test_a_bot_that_starts_later_adopts_what_another_has_opened(night: Night) -> None:
    night.falls()
    room = await night.declares("checkout is down --sev 2")
    await night.world.crashes()
    night._held.close()  # noqa: SLF001 - the database is back while no bot runs
    await night.world.starts()
    await night.world.settles()
    assert (await night.world.incident(1)).room.channel == room.id  # type: ignore[union-attr]  # it has one
    assert room.name == "inc-1-checkout-is-down"


async def _adopted_during(night: Night, fault: Fault) -> Channel:
    """Declare; what people are called by meets a fault; the room is adopted before that is over."""
    world = night.world
    await world.ann.hands.types("general", "/incident declare checkout is down --sev 2")
    await world.sim.workspace.wait_for(lambda: fault.struck == 1, what="the fault")
    (name,) = night.provisional()
    room = night.room(name)
    night._held.close()  # noqa: SLF001 - the database is back while the room is still being opened
    await world.sim.workspace.wait_for(
        lambda: "This is INC-1 now" in world.ann.sees(room.id), what="its adoption"
    )
    return room


async def test_a_room_adopted_while_people_are_called_keeps_its_card(night: Night) -> None:
    night.falls()
    world = night.world
    throttled = world.sim.faults.add("conversations.invite", "rate_limited", nth=2, retry_after=2)
    room = await _adopted_during(night, throttled)
    assert world.bot.desk is not None
    opened = asyncio.ensure_future(world.bot.desk.errands.drain())
    while not opened.done():  # what Slack put off comes as time goes on
        world.clock.advance(timedelta(seconds=1))
        await asyncio.wait({opened}, timeout=0.2)
    await world.settles()
    assert {world.bob.id, world.carol.id} <= set(room.members)
    assert "no number yet" not in world.ann.sees(room.id)


async def test_a_card_that_was_written_over_all_the_same_is_shown_again(night: Night) -> None:
    """The edit was on its way before the adoption, and lands behind the card."""
    night.falls()
    world = night.world
    late = world.sim.faults.add("chat.update", "held")
    room = await _adopted_during(night, late)
    late.release()
    await world.settles()
    assert "no number yet" not in world.ann.sees(room.id)


async def test_a_room_that_the_rules_refuse_is_told_so_once(night: Night) -> None:
    """As rules do that became stricter since; told after a restart, too, it would be twice."""
    night.falls()
    world = night.world
    room = await night.declares("checkout is down")
    held = room.messages[next(iter(room.pins))].metadata
    assert held is not None
    held["event_payload"]["guest"] = True
    await night.ends()
    refused = "This room cannot become an incident"
    assert world.ann.sees(room.id).count(refused) == 1
    assert "Guests cannot declare" in world.ann.sees(room.id)
    await world.crashes()
    await world.starts()
    await world.settles()
    assert world.ann.sees(room.id).count(refused) == 1
    assert not room.is_archived


async def test_replicas_tell_a_room_once_for_each_reason_why_it_becomes_no_incident(
    tmp_path: Path, database_url: str
) -> None:
    async with a_world(tmp_path, database_url=database_url) as world:
        desk = world.bot.desk
        assert desk is not None
        made = await desk.calls.call("conversations.create", name="aside")
        room = world.sim.workspace.channels[made["channel"]["id"]]

        async def tells(reason: str) -> None:
            await tell_once(desk, room.id, message(reason), reason=reason)

        refused = world.sim.faults.add("chat.postMessage", "error", error="restricted_action")
        with pytest.raises(SlackSaidNo):
            await tells("guests")
        assert refused.struck
        world.clock.advance(timedelta(minutes=2))
        held = world.sim.faults.add("chat.postMessage", "held")
        first = asyncio.create_task(tells("guests"))
        await world.sim.workspace.wait_for(lambda: held.struck == 1, within=30, what="the first")
        with pytest.raises(NotYet):
            await tells("guests")
        held.release()
        await first
        for reason in ("guests", "failed", "guests", "failed"):
            world.clock.advance(timedelta(minutes=2))
            await tells(reason)
        assert [each.text for each in room.messages.values() if each.by_app] == [
            "guests",
            "failed",
        ]


async def test_a_room_that_is_still_made_when_the_database_is_back_is_not_asked_for_each_second(
    night: Night,
) -> None:
    night.falls()
    world = night.world
    held = world.sim.faults.add("conversations.create", "held")
    await world.ann.hands.types("general", "/incident declare checkout is down")
    await world.sim.workspace.wait_for(lambda: held.struck == 1, what="the call")
    night._held.close()  # noqa: SLF001 - the database is back while the room is still being made
    assert world.bot.serving is not None
    adoption = world.bot.serving.adoption
    asked = len(world.calls("users.conversations"))
    for _ in range(3):
        adoption._looked.clear()  # noqa: SLF001 - as `rested` waits for a look
        adoption._awaited.set()  # noqa: SLF001
        await adoption._looked.wait()  # noqa: SLF001
    assert len(world.calls("users.conversations")) <= asked + 1
    held.release()
    await world.settles()
    assert world.channels("inc-") == ["inc-1-checkout-is-down"]


async def test_what_was_declared_anew_meanwhile_is_one_incident_with_one_room(night: Night) -> None:
    """The database is back, and before anybody looks the same person declares the same."""
    night.falls()
    world = night.world
    room = await night.declares("checkout is down --sev 2")
    await world.crashes()
    night._held.close()  # noqa: SLF001 - the database is back while no bot runs
    history = world.sim.faults.add("users.conversations", "error", error="fatal_error", times=None)
    await world.starts()
    assert "INC-1" in await world.ann.hands.types("general", "/incident declare checkout is down")
    await world.sim.workspace.wait_for(
        lambda: "inc-1-checkout-is-down" in world.channels("inc-"), what="its own room"
    )
    world.sim.faults.remove(history)
    await world.settles()
    assert room.is_archived
    assert "which was recorded after all" in world.ann.sees(room.id)
    incident = await world.incident(1)
    assert incident.room is not None
    assert incident.room.channel != room.id
    with pytest.raises(AssertionError, match="no INC-2"):
        await world.incident(2)
