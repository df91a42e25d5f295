"""Which incident, and which word, is meant."""

from tests.people import World


async def test_an_unknown_word_suggests_the_nearest(world: World) -> None:
    reply = await world.ann.says("/incident updat")
    assert "There is no word “updat”" in reply
    assert "/incident update" in reply


async def test_a_hostile_word_pings_nobody(world: World) -> None:
    reply = await world.ann.says("/incident <!channel>")
    assert "There is no word" in reply
    assert reply.shown is not None
    assert "<!channel>" not in str(reply.shown.blocks)


async def test_outside_a_room_the_number_is_asked_for(world: World) -> None:
    reply = await world.ann.says("/incident update all is well")
    assert "Which incident?" in reply
    assert "/incident show inc-42" in reply


async def test_the_number_stands_right_after_the_word(world: World) -> None:
    await world.bob.says("/incident note inc-1 seen from afar")
    assert "seen from afar" in await world.ann.says("/incident timeline inc-1")


async def test_the_number_may_come_first(world: World) -> None:
    assert "On the timeline of INC-1" in await world.bob.says("/incident inc-1 note from afar")
    assert "Next update" in await world.bob.says("/incident inc-1")


async def test_an_unknown_number_is_said(world: World) -> None:
    reply = await world.ann.says("/incident show inc-77")
    assert "There is no INC-77" in reply
    assert "/incident list" in reply


async def test_a_private_incident_does_not_exist_for_others(world: World) -> None:
    await world.ann.says("/incident declare a leak --private")
    assert "There is no INC-2" in await world.bob.says("/incident show inc-2")
    assert "There is no INC-2" in await world.bob.says("/incident note inc-2 x")
    assert "a leak" not in await world.bob.says("/incident list all")
    assert "a leak" in await world.ann.says("/incident list all")


async def test_a_guest_looks_and_notes_and_is_told_where_it_ends(world: World) -> None:
    room = (await world.room(1)).channel
    await world.ann.hands.invites("dan", room)
    await world.settles()
    assert "Next update" in await world.dan.says("/incident show", in_=room)
    assert "On the timeline" in await world.dan.says("/incident note I see it too", in_=room)
    assert "Guests may look" in await world.dan.says("/incident severity 1", in_=room)
    reply = await world.dan.says("/incident status", in_=room)
    assert "Guests may look" in reply
    assert world.dan.hands.modal is None


async def test_help_shows_every_word_and_one_word(world: World) -> None:
    everything = await world.ann.says("/incident help")
    for word in ("declare", "update", "playbook", "close", "help"):
        assert f"/incident {word}" in everything
    assert "/incident merge" not in everything
    one = await world.ann.says("/incident help note")
    assert "--at 14:05" in one
    assert "/incident close" not in one
    assert "Did you mean /incident note?" in await world.ann.says("/incident help notes")
