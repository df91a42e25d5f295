"""`role` and `handover`: taken, given, dropped, handed over."""

from tests.people import World


async def test_a_role_is_taken_given_and_dropped_by_command(world: World, room: str) -> None:
    assert "Scribe of INC-1: @ann." in await world.ann.says("/incident role scribe", in_=room)
    reply = await world.ann.says("/incident role subject-matter expert @bob", in_=room)
    assert "Subject-matter expert of INC-1: @bob." in reply
    assert "nobody" in await world.ann.says("/incident role scribe none", in_=room)
    roles = (await world.incident()).roles
    assert roles.get("expert") == (world.bob.id,)
    assert not roles.get("scribe")


async def test_a_held_role_offers_to_take_over(world: World, room: str) -> None:
    await world.bob.says("/incident join inc-1")
    reply = await world.bob.says("/incident role commander", in_=room)
    assert "@ann is commander of INC-1" in reply
    await world.bob.clicks("Take over", in_=room)
    assert (await world.incident()).commander == world.bob.id


async def test_taking_over_can_be_typed(world: World) -> None:
    assert "@bob commands INC-1" in await world.bob.says("/incident role inc-1 commander --over")
    assert (await world.incident()).commander == world.bob.id


async def test_wrong_arguments_get_a_sentence(world: World, room: str) -> None:
    says = world.ann.says
    assert "did you mean “commander”?" in await says("/incident role comander", in_=room)
    assert "Slack does not say who @nobody is" in await says(
        "/incident role scribe @nobody", in_=room
    )
    assert "One person at a time" in await says("/incident role scribe @bob @carol", in_=room)
    assert "Say which role" in await says("/incident role @bob", in_=room)
    assert "Nobody is scribe of INC-1" in await says("/incident role scribe none", in_=room)
    assert "is commander of INC-1 already" in await says("/incident role commander me", in_=room)


async def test_the_form_shows_who_plays_which_part_and_what_it_asks(
    world: World, room: str
) -> None:
    await world.ann.says("/incident role", in_=room)
    modal = await world.ann.hands.sees_modal("role")
    assert "Commander: @ann" in modal.text
    assert "You keep the record while others work." in modal.text


async def test_the_form_gives_a_role(world: World, room: str) -> None:
    await world.ann.says("/incident role", in_=room)
    assert (await world.ann.submits({"role": "scribe", "person": "bob"})).ok
    assert (await world.incident()).holders("scribe") == (world.bob.id,)


async def test_its_buttons_take_and_drop_in_place(world: World, room: str) -> None:
    await world.ann.says("/incident role", in_=room)
    await world.ann.clicks("Take", in_="modal")
    assert (await world.incident()).holders("deputy") == (world.ann.id,)
    modal = await world.ann.hands.sees_modal("role")
    assert "Deputy: @ann" in modal.text


async def test_a_held_role_is_taken_over_in_the_form_by_its_button(world: World) -> None:
    await world.bob.says("/incident role inc-1")
    refused = await world.bob.submits({"role": "commander"})
    assert "@ann is commander of INC-1" in refused.errors["role"]
    assert "/incident role inc-1 commander --over" in refused.errors["role"]
    await world.bob.clicks("Take over", in_="modal")
    assert (await world.incident()).commander == world.bob.id


async def test_the_form_puts_a_role_down(world: World, room: str) -> None:
    await world.ann.says("/incident role", in_=room)
    assert (await world.ann.submits({"role": "commander", "drop": ["drop"]})).ok
    assert (await world.incident()).commander is None


async def test_command_passes_when_the_other_person_accepts(world: World, room: str) -> None:
    reply = await world.ann.says("/incident handover @bob", in_=room)
    assert "@bob has been asked" in reply
    assert (await world.incident()).commander == world.ann.id
    await world.bob.says("/incident handover accept", in_=room)
    assert (await world.incident()).commander == world.bob.id


async def test_a_handover_can_be_turned_down_by_command(world: World, room: str) -> None:
    await world.ann.says("/incident handover", in_=room)
    assert (await world.ann.submits({"person": "bob"})).ok
    reply = await world.bob.says("/incident handover decline", in_=room)
    assert "stays with @ann" in reply
    assert (await world.incident()).handover is None


async def test_only_the_commander_hands_over(world: World, room: str) -> None:
    reply = await world.bob.says("/incident handover inc-1")
    assert "only they hand it over" in reply
    assert "[Take over]" in reply
    assert world.bob.hands.modal is None
    assert "No handover of INC-1" in await world.ann.says("/incident handover accept", in_=room)
    assert "Say to whom" in await world.ann.says("/incident handover somebody", in_=room)
    await world.ann.says("/incident role commander none", in_=room)
    assert "nothing to hand over" in await world.ann.says("/incident handover", in_=room)


async def test_muster_takes_no_part(world: World, room: str) -> None:
    bot = world.sim.workspace.users[world.sim.workspace.bot.user_id].name
    assert "plays no role" in await world.ann.says(f"/incident role scribe @{bot}", in_=room)
    assert "commands nothing" in await world.ann.says(f"/incident handover @{bot}", in_=room)


async def test_a_role_taken_meanwhile_is_said_in_the_form(world: World, room: str) -> None:
    await world.ann.says("/incident role", in_=room)
    await world.bob.says("/incident role inc-1 deputy")
    await world.ann.clicks("Take", in_="modal")
    modal = await world.ann.hands.sees_modal("role")
    assert "⚠️ @bob is deputy of INC-1." in modal.text
    assert "Deputy: @bob" in modal.text


async def test_the_forms_do_not_give_muster_a_part(world: World, room: str) -> None:
    bot = world.sim.workspace.users[world.sim.workspace.bot.user_id].name
    await world.ann.says("/incident role", in_=room)
    refused = await world.ann.submits({"role": "scribe", "person": bot})
    assert "Muster plays no role" in refused.errors["person"]
    await world.ann.hands.closes_modal()
    await world.ann.says("/incident handover", in_=room)
    refused = await world.ann.submits({"person": bot})
    assert "Muster commands nothing" in refused.errors["person"]


async def test_giving_to_oneself_takes_it(world: World, room: str) -> None:
    await world.ann.says("/incident role", in_=room)
    assert (await world.ann.submits({"role": "scribe", "person": "ann"})).ok
    assert (await world.incident()).holders("scribe") == (world.ann.id,)


async def test_no_role_is_given_to_whoever_cannot_do_its_work(world: World, room: str) -> None:
    for name, why in (
        ("dan", "a guest"),
        ("finn", "another organisation"),
        ("slackbot", "an app"),
    ):
        for line in (f"role commander @{name}", f"handover @{name}"):
            assert why in await world.ann.says(f"/incident {line}", in_=room), line
    incident = await world.incident()
    assert incident.commander == world.ann.id
    assert incident.handover is None
    assert incident.members == {world.ann.id}


async def test_the_forms_say_so_beside_the_person(world: World, room: str) -> None:
    await world.ann.says("/incident role", in_=room)
    for name, why in (("dan", "a guest"), ("eve", "no active account"), ("slackbot", "an app")):
        refused = await world.ann.submits({"role": "scribe", "person": name})
        assert why in refused.errors["person"]
    await world.ann.hands.closes_modal()
    await world.ann.says("/incident handover", in_=room)
    assert "a guest" in (await world.ann.submits({"person": "dan"})).errors["person"]
