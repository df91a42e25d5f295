"""`followup`: add, done, list, by command and by form."""

from datetime import UTC, datetime

from tests.people import World


async def test_a_followup_has_an_owner_and_a_day(world: World, room: str) -> None:
    reply = await world.ann.says(
        "/incident followup add @bob alerts on pool & queue --due 2026-03-09", in_=room
    )
    assert "Follow-up 1 of INC-1 is noted." in reply
    (followup,) = (await world.incident()).followups
    assert followup.text == "alerts on pool & queue"
    assert followup.owner == world.bob.id
    assert followup.due == datetime(2026, 3, 9, 22, 59, tzinfo=UTC), "the end of the day in Berlin"


async def test_the_first_mention_is_the_owner_and_others_are_words(world: World, room: str) -> None:
    await world.ann.says("/incident followup add @bob asks @carol about @Deprecated", in_=room)
    (followup,) = (await world.incident()).followups
    assert followup.owner == world.bob.id
    assert followup.text == "asks @carol about @Deprecated"


async def test_the_list_has_a_button_for_each(world: World, room: str) -> None:
    await world.ann.says("/incident followup add write it down --due 3d", in_=room)
    assert "write it down" in await world.ann.says("/incident followup list", in_=room)
    await world.ann.clicks("Done", in_=room)
    assert "0 open, 1 done" in await world.ann.says("/incident followup list", in_=room)


async def test_the_form_adds_one(world: World, room: str) -> None:
    await world.ann.says("/incident followup", in_=room)
    done = await world.ann.submits({"text": "add an alert", "owner": "bob", "due": "2026-03-10"})
    assert done.ok
    (followup,) = (await world.incident()).followups
    assert (followup.text, followup.owner) == ("add an alert", world.bob.id)
    await world.ann.says("/incident followup add", in_=room)
    assert (await world.ann.hands.sees_modal()).callback_id == "followup"


async def test_it_may_be_added_after_the_end(world: World, room: str) -> None:
    await world.ann.says("/incident cancel a test", in_=room)
    assert "is noted" in await world.ann.says("/incident followup add tidy up", in_=room)


async def test_wrong_arguments_get_a_sentence(world: World, room: str) -> None:
    says = world.ann.says
    assert "Usage: /incident followup" in await says("/incident followup foo", in_=room)
    assert "Say which follow-up" in await says("/incident followup done it", in_=room)
    assert "There is no follow-up 3" in await says("/incident followup done 3", in_=room)
    assert "is no day" in await says("/incident followup add x --due soon", in_=room)
    assert "is no day" in await says("/incident followup add x --due 2026-02-31", in_=room)
    await says("/incident followup add x", in_=room)
    await says("/incident followup done 1", in_=room)
    assert "is done already" in await says("/incident followup done 1", in_=room)
