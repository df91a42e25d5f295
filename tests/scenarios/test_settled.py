"""Offers and reminders lose their buttons once these mean nothing more, also after a restart."""

from tests.people import World


async def offered(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    await world.bob.says("/incident join inc-1")
    await world.ann.says("/incident handover inc-1 @bob")
    assert "[Accept] [Decline] [Catch up]" in world.bob.sees("@app")


async def test_an_offer_that_was_accepted_keeps_only_what_still_helps(world: World) -> None:
    await offered(world)
    await world.bob.clicks("Accept", in_="@app")
    assert "[Accept]" not in world.bob.sees("@app")
    assert "[Catch up]" in world.bob.sees("@app")
    assert (await world.incident()).commander == world.bob.id
    (taken,) = (each for each in world.calls("chat.update") if each.args["channel"][0] == "D")
    assert "metadata" not in taken.args, "what is left out stays as it is"


async def test_an_offer_that_was_settled_elsewhere_says_so_and_is_gone(world: World) -> None:
    await offered(world)
    await world.bob.says("/incident handover inc-1 decline")
    await world.restarts()
    await world.bob.clicks("Accept", in_="@app")
    seen = world.bob.sees("@app")
    assert "No handover of INC-1 is waiting" in seen
    assert "[Accept]" not in seen
    assert (await world.incident()).commander == world.ann.id


async def test_a_reminder_is_settled_by_the_press_and_the_card_stays_as_it_is(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.passes(minutes=31)
    room.shows("[Post update] [No change] [Snooze 1 h]")
    await world.ann.clicks("Snooze 1 h", in_=room.channel)
    room.hides("[Snooze 1 h]")
    room.shows("the update promised for")
    room.shows("[Post update] [Status]")


async def test_who_is_refused_leaves_the_buttons_to_those_who_may(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --sev 1")
    room = await world.room(1)
    await world.ann.hands.invites("dan", room.channel)
    await world.passes(minutes=31)
    await world.dan.clicks("Snooze 1 h", in_=room.channel)
    room.shows("[Snooze 1 h]")
