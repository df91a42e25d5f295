"""What people do to a room and its posts by hand is followed; the posts the bot keeps come back."""

from dataclasses import replace

import pytest

from bot.storage import messages
from tests.people import World
from tests.scenarios.timeline.room import Room


async def test_everybody_who_is_invited_or_joins_is_known_to_be_in_the_room(room: Room) -> None:
    assert (await room.incident()).members == {room.ann.id, room.bob.id}
    await room.after(room.bob.leaves(room.id))
    assert (await room.incident()).members == {room.ann.id}
    await room.after(room.bob.joins(room.id))
    assert (await room.incident()).members == {room.ann.id, room.bob.id}


async def test_another_app_that_joins_is_nobody_at_work(world: World) -> None:
    pager = world.sim.hire("pager", "Pager", is_bot=True)
    await world.ann.says("/incident declare checkout is down")
    view = await world.room(1)
    await pager.joins(view.channel)
    await world.settles()
    incident = await world.incident()
    assert incident.members == {world.ann.id}
    assert incident.at("acknowledged") is None


@pytest.mark.faults("events come late, twice, or out of order")
async def test_a_coming_that_is_delivered_late_does_not_undo_the_going(room: Room) -> None:
    joined = [
        each
        for each in room.world.sim.deliveries
        if each.name == "member_joined_channel" and each.payload["event"]["user"] == room.bob.id
    ][-1]
    await room.after(room.bob.leaves(room.id))
    await room.world.sim.redeliver(joined)
    await room.world.settles()
    assert (await room.incident()).members == {room.ann.id}


async def test_a_card_deleted_by_hand_comes_back_pinned(room: Room) -> None:
    [card] = room.cards()
    await room.after(room.ann.deletes(card))
    [anew] = room.cards()
    assert anew.ts != card.ts
    assert anew.ts in room.channel.pins
    at = (await room.incident()).card
    assert at is not None
    assert at.ts == anew.ts


async def test_an_announcement_deleted_by_hand_comes_back(world: World, room: Room) -> None:
    at = (await room.incident()).announcement
    assert at is not None
    feed = world.sim.workspace.channels[at.channel]
    await world.ann.hands.joins(feed.name)
    await room.after(world.ann.hands.deletes(feed.messages[at.ts]))
    anew = (await room.incident()).announcement
    assert anew is not None
    assert anew.ts != at.ts
    assert anew.ts in feed.messages


async def test_other_posts_of_the_bot_may_be_deleted(room: Room) -> None:
    await room.world.ann.says("/incident severity 1", in_=room.id)
    [post] = [m for m in room.channel.messages.values() if m.by_app and m not in room.cards()
              and not m.is_reply and m.subtype is None][-1:]  # fmt: skip
    card = (await room.incident()).card
    await room.after(room.ann.deletes(post))
    assert (await room.incident()).card == card


async def test_a_room_renamed_by_hand_is_followed(room: Room) -> None:
    await room.after(room.ann.renames(room.id, "war-room"))
    kept = (await room.incident()).room
    assert kept is not None
    assert kept.name == room.channel.name == "war-room"


async def test_a_room_archived_by_hand_leaves_the_incident_as_it_is(room: Room) -> None:
    before = await room.incident()
    await room.after(room.ann.archives(room.id))
    incident = await room.incident()
    assert incident.room is not None
    assert incident.room.archived
    assert incident.status == before.status
    await room.after(room.ann.unarchives(room.id))
    incident = await room.incident()
    assert incident.room is not None
    assert not incident.room.archived


async def test_the_bot_being_taken_out_of_its_room_is_said_to_who_declared(room: Room) -> None:
    await room.after(room.ann.removes("@app", room.id))
    assert "Muster was taken out" in room.ann.sees("@app")
    assert "ShowCard" in (await room.incident()).failures
    await room.after(room.ann.invites("@app", room.id))
    assert (await room.incident()).failures == {}


async def test_a_person_who_changes_their_name_is_known_by_the_new_one(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    workspace = world.sim.workspace
    workspace.users[world.ann.id].display_name = "Annabel"
    event = {
        "type": "user_change",
        "user": {"id": world.ann.id, "team_id": workspace.team.id, "tz": "Europe/Paris",
                 "profile": {"display_name": "Annabel"}},
        "event_ts": workspace.mint_event_ts(),
    }  # fmt: skip
    workspace.happened(event)
    await world.settles()
    desk = world.bot.desk
    assert desk is not None
    assert desk.people.name(workspace.team.id, world.ann.id) == "Annabel"
    assert desk.people.zone(workspace.team.id, world.ann.id) == "Europe/Paris"


async def test_a_room_that_gets_another_id_goes_on_being_heard(world: World, room: Room) -> None:
    workspace = world.sim.workspace
    await room.hears("before")
    moved = replace(room.channel, id="C0MOVED", messages={}, top=[])
    workspace.channels["C0MOVED"] = moved
    workspace.happened(
        {
            "type": "channel_id_changed",
            "old_channel_id": room.id,
            "new_channel_id": "C0MOVED",
            "event_ts": workspace.mint_event_ts(),
        }
    )
    await world.settles()
    await world.bob.hands.posts("C0MOVED", "after")
    await world.settles()
    stream = (await room.incident()).stream
    said = await world.bot.database.read(
        lambda c: [
            one for known in messages.rooms_of(c, stream) for one in messages.of_room(c, known)
        ]
    )
    assert sorted(one.text for one in said) == ["after", "before"]


async def test_a_room_that_was_deleted_counts_as_archived(world: World, room: Room) -> None:
    workspace = world.sim.workspace
    event_ts = workspace.mint_event_ts()
    workspace.happened({"type": "channel_deleted", "channel": room.id, "event_ts": event_ts})
    await world.settles()
    kept = (await room.incident()).room
    assert kept is not None
    assert kept.archived


async def test_leaving_told_by_the_channel_itself_is_understood_too(
    world: World, room: Room
) -> None:
    workspace = world.sim.workspace
    event_ts = workspace.mint_event_ts()
    workspace.happened({"type": "channel_left", "channel": room.id, "event_ts": event_ts})
    await world.settles()
    assert "ShowCard" in (await room.incident()).failures
