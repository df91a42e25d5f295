"""What was typed is kept: by the form that opens instead, and by the lists that tell of it."""

from tests.people import World


async def test_the_form_has_what_the_flags_said(world: World) -> None:
    await world.ann.hands.types("general", "/incident declare --sev 1 --category data --drill")
    form = await world.ann.hands.sees_modal("declare")
    assert form.fields["severity"] == "sev1"
    assert form.fields["category"] == "data"
    assert form.fields["options"] == ["drill"]


async def test_a_flag_that_is_none_is_refused_before_the_form_opens(world: World) -> None:
    reply = await world.ann.says("/incident declare --sev 9")
    assert "severity" in reply
    assert world.ann.hands.modal is None


async def test_who_sets_resolved_is_asked_how_it_was_mended(world: World) -> None:
    await world.ann.says("/incident declare checkout is down --category data")
    room = await world.room(1)
    await world.ann.hands.types(room.name, "/incident status resolved")
    await world.ann.hands.sees_modal("resolve")
    assert (await world.incident(1)).phase == "triage"


async def test_the_timeline_tells_the_first_words_of_what_was_marked(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    room = await world.room(1)
    said = await world.ann.hands.posts(room.name, "the database has no connections left")
    await world.ann.hands.reacts("pushpin", to=said)
    await world.settles()
    for word in ("timeline", "catchup"):
        reply = await world.ann.says(f"/incident {word}", in_=room.name)
        assert "the database has no connections left" in reply, word
