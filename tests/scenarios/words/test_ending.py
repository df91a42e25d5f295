"""`resolve`, `review`, `close`, `decline`, `cancel`: how it ends."""

from datetime import UTC, datetime

from bot.domain.values import Phase
from tests.people import START, World


async def test_resolve_in_one_line(world: World, room: str) -> None:
    reply = await world.ann.says("/incident resolve rolled back --ended 10:55", in_=room)
    assert reply.text == ""
    incident = await world.incident()
    assert incident.phase is Phase.RESOLVED
    assert incident.resolution == "rolled back"
    assert incident.impact_ended_at == datetime(2026, 3, 4, 9, 55, tzinfo=UTC)


async def test_resolve_from_elsewhere_is_confirmed(world: World) -> None:
    reply = await world.ann.says("/incident resolve inc-1 rolled back")
    assert "INC-1 is resolved. A draft of its review" in reply


async def test_the_form_asks_for_what_is_missing(world: World) -> None:
    await world.ann.says("/incident declare search is slow")
    room = (await world.room(2)).channel
    await world.ann.says("/incident resolve restarted it", in_=room)
    modal = await world.ann.hands.sees_modal("resolve")
    assert modal.fields["resolution"] == "restarted it"
    assert modal.fields["category"] is None
    unverified = await world.ann.submits({"category": "performance"})
    assert list(unverified.errors) == ["verified"], "the box itself says that it is missing"
    assert (await world.ann.submits({"verified": ["verified"]})).ok
    assert (await world.incident(2)).phase is Phase.RESOLVED


async def test_an_impact_cannot_end_before_it_began(world: World, room: str) -> None:
    await world.ann.says("/incident edit started 10:30", in_=room)
    await world.ann.says("/incident resolve", in_=room)
    modal = await world.ann.hands.sees_modal("resolve")
    assert modal.fields["ended"] == int(START.timestamp())
    early = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
    refused = await world.ann.submits({"ended": early, "verified": ["verified"]})
    assert "cannot end before it started" in refused.errors["ended"]


async def test_the_review_keeps_what_was_written(world: World, room: str) -> None:
    await world.ann.says("/incident resolve rolled back", in_=room)
    await world.ann.says("/incident review", in_=room)
    written = {"summary": "checkout was down", "cause": "a migration", "went_well": "the rollback"}
    assert (await world.ann.submits(written)).ok
    await world.ann.says("/incident review", in_=room)
    modal = await world.ann.hands.sees_modal("review")
    assert modal.fields["cause"] == "a migration"
    assert (await world.ann.submits({"lucky": "it was early"})).ok
    review = (await world.incident()).written
    assert (review.cause, review.went_well, review.lucky) == (
        "a migration",
        "the rollback",
        "it was early",
    )


async def test_a_cause_is_named_or_not_known(world: World, room: str) -> None:
    await world.ann.says("/incident review", in_=room)
    both = await world.ann.submits({"cause": "a migration", "cause_unknown": ["yes"]})
    assert "not both" in both.errors["cause_unknown"]
    assert (await world.ann.submits({"cause": ""})).ok
    assert (await world.incident()).written.cause_unknown is True


async def test_close_names_what_is_missing_and_closes_anyway_for_a_reason(
    world: World, room: str
) -> None:
    assert "Resolve it first" in await world.ann.says("/incident close", in_=room)
    await world.ann.says("/incident resolve rolled back", in_=room)
    await world.ann.says("/incident close", in_=room)
    modal = await world.ann.hands.sees_modal("close")
    for gap in ("summary", "impact", "cause (or “not known”)", "at least one follow-up"):
        assert f"• {gap}" in modal.text
    assert "complete this required field" in (await world.ann.submits({})).errors["reason"]
    refused = await world.ann.submits({"reason": " "})
    assert "Missing: summary, impact" in refused.errors["reason"]
    assert (await world.ann.submits({"reason": "nobody is left who knows"})).ok
    assert (await world.incident()).phase is Phase.CLOSED


async def test_each_gap_has_a_button_that_fills_it(world: World, room: str) -> None:
    await world.ann.says("/incident resolve rolled back", in_=room)
    await world.ann.says("/incident close", in_=room)
    await world.ann.clicks("Fill in…", in_="modal")
    assert (await world.ann.hands.sees_modal()).callback_id == "edit"
    await world.ann.hands.closes_modal()
    assert (await world.ann.hands.sees_modal()).callback_id == "close"


async def test_a_gap_that_was_filled_in_is_gone_and_the_last_one_takes_the_reason_with_it(
    world: World, room: str
) -> None:
    says, ann = world.ann.says, world.ann
    await says("/incident edit impact nobody could pay", in_=room)
    await says("/incident followup add an alert", in_=room)
    await says("/incident resolve rolled back", in_=room)
    await says("/incident close", in_=room)
    await ann.clicks("Fill in…", in_="modal")
    assert (await ann.submits({"summary": "the pool was empty"})).ok
    below = await ann.hands.sees_modal("close", showing="What the review still lacks:\n• cause")
    assert below.callback_id == "close"
    await ann.clicks("Fill in…", in_="modal")
    assert (await ann.submits({"cause": "a leak"})).ok
    await ann.hands.sees_modal("close", showing="Everything that the review needs is there.")
    assert (await ann.submits({})).ok
    assert (await world.incident()).phase is Phase.CLOSED


async def test_close_with_everything_there_asks_for_nothing(world: World, room: str) -> None:
    says = world.ann.says
    await says("/incident edit summary the pool was empty", in_=room)
    await says("/incident edit impact nobody could pay", in_=room)
    await says("/incident followup add an alert", in_=room)
    await says("/incident resolve rolled back", in_=room)
    await says("/incident review", in_=room)
    assert (await world.ann.submits({"cause_unknown": ["yes"]})).ok
    await says("/incident close", in_=room)
    assert (
        "Everything that the review needs is there."
        in (await world.ann.hands.sees_modal("close")).text
    )
    assert (await world.ann.submits({})).ok
    assert (await world.incident()).phase is Phase.CLOSED
    assert "is closed already" in await says("/incident close", in_=room)


async def test_others_close_after_a_confirmation_in_the_form(world: World, room: str) -> None:
    await world.ann.says("/incident resolve rolled back", in_=room)
    await world.bob.says("/incident close inc-1")
    asked = await world.bob.submits({"reason": "tidying up"})
    assert asked.result == "updated"
    modal = await world.bob.hands.sees_modal("close")
    assert "You are neither commander nor deputy" in modal.text
    assert modal.fields["reason"] == "tidying up"
    unticked = await world.bob.submits({})
    assert unticked.result == "incomplete"
    assert (await world.bob.submits({"confirmed": ["yes"]})).ok
    assert (await world.incident()).phase is Phase.CLOSED


async def test_others_decline_after_one_more_click(world: World, room: str) -> None:
    await world.bob.says("/incident join inc-1")
    reply = await world.bob.says("/incident decline the probe was wrong", in_=room)
    assert "You may still decline it" in reply
    await world.bob.clicks("Decline anyway", in_=room)
    assert (await world.incident()).phase is Phase.DECLINED
    assert "confirmed" in await world.ann.says("/incident timeline", in_=room)


async def test_decline_needs_a_reason_and_asks_for_it(world: World, room: str) -> None:
    await world.ann.says("/incident decline", in_=room)
    empty = await world.ann.submits({"reason": "   "})
    assert "why it was a false alarm" in empty.errors["reason"]
    assert (await world.ann.submits({"reason": "a test alert"})).ok
    assert (await world.incident()).phase is Phase.DECLINED


async def test_cancel_asks_before_it_ends_the_work_of_others(world: World, room: str) -> None:
    await world.ann.says("/incident cancel", in_=room)
    assert (await world.incident()).phase is Phase.TRIAGE
    assert (await world.ann.submits({})).ok
    assert (await world.incident()).phase is Phase.CANCELLED
    reply = await world.ann.says("/incident cancel inc-1 again")
    assert "INC-1 is cancelled already" in reply


async def test_a_resolved_incident_is_closed_not_cancelled(world: World, room: str) -> None:
    await world.ann.says("/incident resolve rolled back", in_=room)
    reply = await world.ann.says("/incident cancel a mistake", in_=room)
    assert "close it when its review is complete" in reply
    assert "[Reopen]" in reply


async def test_the_confirmation_can_be_typed(world: World) -> None:
    await world.bob.says("/incident decline inc-1 the probe was wrong --yes")
    assert (await world.incident()).phase is Phase.DECLINED


async def test_close_with_a_reason_in_one_line(world: World) -> None:
    await world.ann.says("/incident resolve inc-1 rolled back")
    assert "INC-1 is closed now." in await world.ann.says("/incident close inc-1 nobody is left")
    assert (await world.incident()).phase is Phase.CLOSED


async def test_a_wrong_category_is_named_not_asked_for_again(world: World, room: str) -> None:
    reply = await world.ann.says("/incident resolve done --category magic", in_=room)
    assert "There is no category “magic”" in reply
    assert world.ann.hands.modal is None
