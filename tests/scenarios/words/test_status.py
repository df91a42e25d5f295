"""`status`, `severity` and `reopen`: moving along the life cycle, and how bad it is."""

from tests.people import World


async def test_status_moves_with_a_reason(world: World, room: str) -> None:
    reply = await world.ann.says("/incident status identified: the pool is empty", in_=room)
    assert reply.text == ""
    assert (await world.incident()).status == "identified"
    assert "the pool is empty" in world.ann.sees(room)
    assert "INC-1 is monitoring now." in await world.ann.says("/incident status inc-1 monitoring")


async def test_an_unknown_status_names_those_there_are(world: World, room: str) -> None:
    reply = await world.ann.says("/incident status mitigatd", in_=room)
    assert "did you mean “mitigated”?" in reply


async def test_the_same_status_is_said_to_stand(world: World, room: str) -> None:
    assert "INC-1 is triage already" in await world.ann.says("/incident status triage", in_=room)


async def test_the_form_stands_at_the_present_status_and_moves(world: World, room: str) -> None:
    await world.ann.says("/incident status", in_=room)
    modal = await world.ann.hands.sees_modal("status")
    assert modal.fields == {"status": "triage", "reason": None}
    assert "Closed" not in modal.options("status")
    assert (await world.ann.submits({"status": "mitigated", "reason": "rolled back"})).ok
    assert (await world.incident()).status == "mitigated"


async def test_without_a_category_the_form_asks_for_one(world: World) -> None:
    await world.ann.says("/incident declare search is slow")
    room = (await world.room(2)).channel
    reply = await world.ann.says("/incident status identified it is the cache", in_=room)
    assert reply.text == ""
    modal = await world.ann.hands.sees_modal("status")
    assert modal.fields["status"] == "identified"
    assert modal.fields["reason"] == "it is the cache"
    assert (await world.ann.submits({"category": "performance"})).ok
    incident = await world.incident(2)
    assert (incident.status, incident.category) == ("identified", "performance")


async def test_the_category_may_be_typed_in_the_same_breath(world: World) -> None:
    await world.ann.says("/incident declare search is slow")
    await world.ann.says("/incident status inc-2 investigating --category data")
    assert (await world.incident(2)).category == "data"
    reply = await world.ann.says("/incident status inc-2 identified --category dta")
    assert "There is no category “dta”" in reply


async def test_severity_by_number_with_a_reason(world: World, room: str) -> None:
    assert (await world.ann.says("/incident severity 1 payments fail", in_=room)).text == ""
    assert (await world.incident()).severity == "sev1"
    assert "payments fail" in world.ann.sees(room)
    assert "INC-1 is SEV3 now." in await world.ann.says("/incident severity inc-1 sev3")


async def test_a_wrong_severity_names_those_there_are(world: World, room: str) -> None:
    reply = await world.ann.says("/incident severity high", in_=room)
    assert "choose one of sev1, sev2, sev3, sev4" in reply
    assert "INC-1 is SEV2 already" in await world.ann.says("/incident severity 2", in_=room)


async def test_the_form_of_the_severity_shows_the_present_one(world: World, room: str) -> None:
    await world.ann.says("/incident severity", in_=room)
    assert (await world.ann.hands.sees_modal("severity")).fields["severity"] == "sev2"
    same = await world.ann.submits({})
    assert same.errors == {"severity": "INC-1 is SEV2 already."}
    assert (await world.ann.submits({"severity": "sev1", "reason": "all regions"})).ok
    assert (await world.incident()).severity == "sev1"


async def test_reopen_leads_back_and_is_refused_while_open(world: World, room: str) -> None:
    assert "INC-1 is open" in await world.ann.says("/incident reopen", in_=room)
    await world.ann.says("/incident resolve rolled back", in_=room)
    assert (await world.ann.says("/incident reopen it is back", in_=room)).text == ""
    assert (await world.incident()).status == "investigating"
    assert "it is back" in world.ann.sees(room)
