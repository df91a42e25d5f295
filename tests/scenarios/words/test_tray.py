"""The bare command: the action tray in a room, the way in elsewhere."""

from tests.people import World


async def test_in_a_room_it_shows_what_can_be_done_there(world: World, room: str) -> None:
    reply = await world.ann.says("/incident", in_=room)
    assert "INC-1 · SEV2 · triage: checkout is down" in reply
    for label in ("Post update", "Status", "Roles", "Resolve", "Decline", "Cancel", "Why", "Help"):
        assert f"[{label}]" in reply


async def test_elsewhere_it_shows_the_way_in_and_the_own_incidents(world: World) -> None:
    assert "You are part of no open incident" in await world.bob.says("/incident")
    reply = await world.ann.says("/incident")
    assert "[Declare an incident]" in reply
    assert "INC-1 checkout is down" in reply
    assert "[Show]" in reply


async def test_each_of_its_buttons_opens_the_form_of_its_word(world: World, room: str) -> None:
    await world.ann.says("/incident", in_=room)
    labels = {"Post update": "update", "Roles": "role", "Decline": "decline", "Cancel": "cancel"}
    for label, form in labels.items():
        await world.ann.clicks(label, in_=room)
        assert (await world.ann.hands.sees_modal()).callback_id == form
        await world.ann.hands.closes_modal()


async def test_declaring_is_one_click_away(world: World) -> None:
    await world.bob.says("/incident")
    await world.bob.clicks("Declare an incident", in_="general")
    assert (await world.bob.hands.sees_modal()).callback_id == "declare"


async def test_buttons_that_list_answer_with_the_list(world: World, room: str) -> None:
    await world.ann.says("/incident", in_=room)
    await world.ann.clicks("Tasks", in_=room)
    assert "Tasks of INC-1: 0 open" in world.ann.sees(room)
    await world.ann.clicks("Follow-ups", in_=room)
    assert "Follow-ups of INC-1: 0 open" in world.ann.sees(room)
