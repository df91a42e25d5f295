"""App Home shows a person what is theirs, as of when they open it."""

from tests.people import World


async def test_home_shows_my_incidents_and_what_is_overdue(world: World) -> None:
    await world.ann.hands.opens_home()
    await world.ann.hands.waits_for_home("Declare an incident")
    assert "INC-1" not in world.ann.hands.sees_home()
    await world.ann.says("/incident declare checkout is down --sev 1")
    await world.ann.hands.opens_home()
    await world.ann.hands.waits_for_home("checkout is down")
    assert "overdue" not in world.ann.hands.sees_home()
    await world.passes(minutes=31)
    await world.ann.hands.opens_home()
    await world.ann.hands.waits_for_home("overdue")


async def test_a_private_incident_is_in_its_members_homes_only(world: World) -> None:
    await world.ann.says("/incident declare quiet leak --private --sev 1")
    await world.settles()
    for person in (world.ann, world.bob):
        await person.hands.opens_home()
        await person.hands.waits_for_home("Declare an incident")
    assert "quiet leak" in world.ann.hands.sees_home()
    assert "quiet leak" not in world.bob.hands.sees_home()


async def test_a_guest_is_offered_nothing_that_would_be_refused(world: World) -> None:
    await world.dan.hands.opens_home()
    await world.dan.hands.waits_for_home("Tell a member of this workspace")
    assert "Declare" not in world.dan.hands.sees_home()


async def test_the_messages_tab_draws_nothing(world: World) -> None:
    await world.ann.hands.opens_home(tab="messages")
    await world.settles()
    assert world.calls("views.publish") == []
