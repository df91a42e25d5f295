"""People do to a room what they like; the incident goes on."""

import pytest

from tests.people import World


@pytest.fixture
async def room(world: World) -> str:
    """The room of an incident that ann commands."""
    await world.ann.says("/incident declare checkout is down --sev 1 --category availability")
    return (await world.room(1)).channel


async def test_in_a_renamed_room_everything_goes_on(world: World, room: str) -> None:
    await world.ann.hands.renames(room, "war-room")
    await world.settles()
    assert (await world.ann.says("/incident update we look", in_="war-room")).text == ""
    assert "> we look" in world.ann.sees("war-room")
    assert "Room\n#war-room" in world.bob.sees("incidents")
    await world.ann.says("/incident status investigating", in_="war-room")
    await world.restarts()
    await world.settles()
    assert world.channels("inc-") == [], "it is never renamed back"
    assert world.sim.workspace.channels[room].topic["value"].startswith("SEV1 · investigating")


async def test_with_an_archived_room_the_reminders_come_to_the_person(
    world: World, room: str
) -> None:
    await world.ann.hands.archives(room)
    await world.settles()
    assert "#inc-1-checkout-is-down (archived)" in world.bob.sees("incidents")
    await world.passes(minutes=25)
    assert "The next update of INC-1 is due at 11:30 AM" in world.ann.sees("@app")
    await world.passes(minutes=15)
    told = world.ann.sees("@app")
    assert "@ann, the update promised for 11:30 AM is overdue" in told
    assert "⏰ update overdue" in world.bob.sees("incidents")
    await world.ann.clicks("No change", in_="@app")
    assert "update overdue" not in world.bob.sees("incidents")
    assert "The update of INC-1 is recorded" in world.ann.sees("@app")


async def test_an_archived_room_has_a_successor_in_which_the_work_goes_on(
    world: World, room: str
) -> None:
    await world.bob.says("/incident join inc-1")
    await world.ann.hands.archives(room)
    await world.settles()
    assert "[New room]" in await world.carol.says("/incident join inc-1")
    await world.carol.clicks("New room", in_="general")
    fresh = await world.room(1)
    assert fresh.name == "inc-1-checkout-is-down-2"
    members = world.sim.workspace.channels[fresh.channel].members
    assert {world.ann.id, world.bob.id} <= set(members)
    await world.ann.says("/incident update we go on", in_=fresh.name)
    fresh.shows("> we go on")
    assert "Room\n#inc-1-checkout-is-down-2" in world.carol.sees("incidents")


async def test_a_topic_set_by_hand_is_put_right_with_the_next_change(
    world: World, room: str
) -> None:
    await world.ann.hands.sets_topic(room, "lunch")
    await world.ann.says("/incident severity 2 fewer", in_=room)
    assert (await world.room(1)).topic == "SEV2 · triage · ann commands"


async def test_an_announcement_that_somebody_deletes_comes_back_once(
    world: World, room: str
) -> None:
    await world.ann.hands.joins("incidents")
    for _ in range(2):
        at = (await world.incident()).announcement
        assert at is not None
        await world.ann.hands.deletes(at.ts, in_="incidents")
        await world.settles()
    assert world.bob.sees("incidents").count("INC-1 checkout is down") == 1
    await world.ann.says("/incident update we look", in_=room)
    assert "↳ Incident Bot: 📣 Update" in world.bob.sees("incidents")


async def test_a_person_taken_out_of_the_room_may_come_again(world: World, room: str) -> None:
    await world.bob.says("/incident join inc-1")
    await world.ann.hands.removes("bob", room)
    await world.settles()
    assert world.bob.id not in (await world.incident()).members
    await world.bob.says("/incident join inc-1")
    assert world.bob.id in (await world.incident()).members
