"""`update`: by command, by form, and by the buttons of a nudge."""

from datetime import timedelta

from tests.people import START, World


async def test_one_line_goes_to_the_room_and_the_feed(world: World, room: str) -> None:
    reply = await world.ann.says("/incident update we look & fix <it> --next 2h", in_=room)
    assert reply.text == ""
    assert "we look & fix <it>" in world.ann.sees(room)
    assert "we look & fix <it>" in world.bob.sees("incidents")
    assert (await world.incident()).cadence.due_at == START + timedelta(hours=2)


async def test_from_elsewhere_it_is_confirmed(world: World) -> None:
    reply = await world.ann.says("/incident update inc-1 all quiet")
    assert "The update of INC-1 is recorded" in reply


async def test_mentions_and_links_are_kept_as_they_were_typed(world: World, room: str) -> None:
    await world.ann.says("/incident update @bob reads https://status.example/x", in_=room)
    incident = await world.incident()
    assert incident.cadence.last_text == "@bob reads https://status.example/x"


async def test_no_change_none_promised_and_a_snooze_can_be_typed(world: World, room: str) -> None:
    await world.ann.says("/incident update --no-change", in_=room)
    assert "No change" in world.ann.sees(room)
    reply = await world.ann.says("/incident update --snooze 2h", in_=room)
    assert "Nobody is reminded before" in reply
    await world.ann.says("/incident update that is all —next none", in_=room)
    assert (await world.incident()).cadence.due_at is None


async def test_a_span_that_is_none_is_explained(world: World, room: str) -> None:
    reply = await world.ann.says("/incident update hello --next soon", in_=room)
    assert "takes minutes (30) or hours (2h)" in reply
    assert "seven days" in await world.ann.says("/incident update hello --next 99999", in_=room)


async def test_the_form_is_prefilled_and_posts(world: World, room: str) -> None:
    await world.ann.says("/incident edit impact nobody can pay", in_=room)
    await world.ann.says("/incident update", in_=room)
    modal = await world.ann.hands.sees_modal("update")
    assert modal.fields["impact"] == "nobody can pay"
    assert modal.fields["next"] == "severity"
    assert modal.options("next")[0] == "As SEV2 asks: within 60 minutes"
    done = await world.ann.submits({"text": "rolling back", "next": "15"})
    assert done.result == "cleared"
    incident = await world.incident()
    assert incident.cadence.last_text == "rolling back"
    assert incident.cadence.due_at == START + timedelta(minutes=15)
    assert incident.impact == "nobody can pay"


async def test_an_impact_that_others_changed_meanwhile_is_not_put_back(
    world: World, room: str
) -> None:
    await world.ann.says("/incident update", in_=room)
    await world.bob.says("/incident edit inc-1 impact cards fail")
    await world.ann.submits({"text": "rolling back"})
    assert (await world.incident()).impact == "cards fail"


async def test_the_impact_can_be_changed_and_taken_back(world: World, room: str) -> None:
    await world.ann.says("/incident update", in_=room)
    await world.ann.submits({"text": "worse", "impact": "everybody is affected"})
    assert (await world.incident()).impact == "everybody is affected"
    await world.ann.says("/incident update", in_=room)
    await world.ann.submits({"text": "better", "impact": ""})
    assert (await world.incident()).impact == ""


async def test_the_empty_form_says_what_is_missing_and_keeps_the_rest(
    world: World, room: str
) -> None:
    await world.ann.says("/incident update", in_=room)
    done = await world.ann.submits({"impact": "some"})
    assert done.result == "errors"
    assert "Say what is happening" in done.errors["text"]
    modal = await world.ann.hands.sees_modal("update")
    assert modal.fields["impact"] == "some"
    assert (await world.ann.submits({"no_change": ["no_change"]})).ok
    assert "No change" in world.ann.sees(room)


async def test_no_change_is_one_click_on_the_nudge(world: World, room: str) -> None:
    await world.passes(minutes=60)
    assert "is due now" in world.ann.sees(room)
    await world.ann.clicks("No change", in_=room)
    incident = await world.incident()
    assert incident.cadence.due_at == START + timedelta(hours=2)


async def test_a_form_answered_after_the_end_gets_a_sentence(world: World, room: str) -> None:
    await world.bob.says("/incident update inc-1")
    await world.ann.says("/incident cancel a test", in_=room)
    done = await world.bob.submits({"text": "still at it"})
    assert done.result == "errors"
    assert "INC-1 is cancelled and takes no more work" in done.errors["text"]
    assert "/incident reopen inc-1" in done.errors["text"]


async def test_after_the_end_no_form_opens_in_vain(world: World, room: str) -> None:
    await world.ann.says("/incident cancel a test", in_=room)
    reply = await world.ann.says("/incident update", in_=room)
    assert "takes no more work" in reply
    assert "[Reopen]" in reply
    assert world.ann.hands.modal is None
    await world.ann.clicks("Reopen", in_=room)
    assert (await world.incident()).status == "investigating"
