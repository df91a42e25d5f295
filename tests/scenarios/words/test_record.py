"""`note`, `decision`, `edit`, `join`: what goes on the record by hand."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from bot.storage import tables as t
from tests.people import World


async def test_a_note_is_as_of_the_writers_own_clock(world: World, room: str) -> None:
    """Ann is in Berlin, an hour ahead of UTC."""
    reply = await world.ann.says("/incident note db failed over --at 10:50", in_=room)
    assert "as of" in reply
    assert "db failed over" in await world.ann.says("/incident timeline", in_=room)
    shown = await world.bob.says("/incident timeline inc-1")
    assert "9:50 AM  Note by @ann: db failed over" in shown


async def test_a_note_keeps_what_only_looks_like_a_flag(world: World, room: str) -> None:
    await world.ann.says("/incident note ran migrate --force on the db", in_=room)
    assert "ran migrate --force on the db" in await world.ann.says("/incident timeline", in_=room)


async def test_a_note_refuses_a_time_that_is_none(world: World, room: str) -> None:
    for typed in ("x --at 25:00", "x --at noon"):
        reply = await world.ann.says(f"/incident note {typed}", in_=room)
        assert "write it like 14:05" in reply
    assert "needs a value" in await world.ann.says("/incident note x --at", in_=room)
    assert "Say what happened then" in await world.ann.says("/incident note --at 09:00", in_=room)


async def test_the_form_of_the_note_takes_another_time(world: World, room: str) -> None:
    await world.ann.says("/incident note", in_=room)
    at = datetime(2026, 3, 4, 8, 15, tzinfo=UTC)
    assert (await world.ann.submits({"text": "first alert", "at": at})).ok
    assert "8:15 AM  Note by @ann: first alert" in await world.bob.says("/incident timeline inc-1")


async def test_a_note_of_the_future_is_refused_where_it_was_entered(
    world: World, room: str
) -> None:
    await world.ann.says("/incident note", in_=room)
    at = datetime(2026, 3, 5, 8, 15, tzinfo=UTC)
    refused = await world.ann.submits({"text": "too soon", "at": at})
    assert "lies in the future" in refused.errors["at"]


async def test_a_decision_by_command_and_by_form(world: World, room: str) -> None:
    assert (await world.ann.says("/incident decision roll back", in_=room)).text == ""
    await world.ann.says("/incident decision", in_=room)
    assert (await world.ann.submits({"text": "do not touch the queue"})).ok
    shown = world.ann.sees(room)
    assert "roll back" in shown
    assert "do not touch the queue" in shown


async def test_edit_changes_one_thing_by_name(world: World, room: str) -> None:
    assert "Changed" in await world.ann.says("/incident edit title Checkout & <cart>", in_=room)
    await world.ann.says("/incident edit services checkout, search", in_=room)
    await world.ann.says("/incident edit started 2026-03-04 09:30", in_=room)
    incident = await world.incident()
    assert incident.title == "Checkout & <cart>"
    assert incident.services == ("checkout", "search")
    assert incident.at("started") == datetime(2026, 3, 4, 8, 30, tzinfo=UTC)


async def test_edit_explains_what_it_does_not_take(world: World, room: str) -> None:
    says = world.ann.says
    assert "did you mean 'summary'?" in await says("/incident edit sumary x", in_=room)
    assert "Say what title is to be" in await says("/incident edit title", in_=room)
    assert "Nothing to change" in await says("/incident edit title checkout is down", in_=room)
    assert "is no time of day" in await says("/incident edit started noon", in_=room)
    assert "is no day" in await says("/incident edit started 4.3.2026 10:00", in_=room)
    assert "at most 120 characters" in await says(f"/incident edit title {'x' * 121}", in_=room)


async def test_the_form_of_edit_changes_only_what_was_touched(world: World, room: str) -> None:
    await world.ann.says("/incident edit", in_=room)
    modal = await world.ann.hands.sees_modal("edit")
    assert modal.fields["title"] == "checkout is down"
    assert modal.fields["category"] == "availability"
    await world.bob.says("/incident edit inc-1 title checkout and cart are down")
    started = datetime(2026, 3, 4, 9, 40, tzinfo=UTC)
    assert (await world.ann.submits({"summary": "the pool is empty", "started": started})).ok
    incident = await world.incident()
    assert incident.title == "checkout and cart are down"
    assert incident.summary == "the pool is empty"
    assert incident.at("started") == started


async def test_the_form_of_edit_changes_all_or_nothing(world: World, room: str) -> None:
    await world.ann.says("/incident edit", in_=room)
    late = datetime(2026, 3, 4, 11, 40, tzinfo=UTC)
    refused = await world.ann.submits({"summary": "the pool is empty", "started": late})
    assert "lies in the future" in refused.errors["started"]
    assert (await world.incident()).summary == ""
    too_long = await world.ann.submits({"started": None, "title": "x" * 121})
    assert "at most 120 characters" in too_long.errors["title"]
    assert (await world.ann.submits({"title": "shorter"})).ok
    incident = await world.incident()
    assert (incident.title, incident.summary) == ("shorter", "the pool is empty")


async def test_what_one_form_changes_is_committed_at_once(world: World, room: str) -> None:
    await world.ann.says("/incident edit", in_=room)
    started = datetime(2026, 3, 4, 9, 40, tzinfo=UTC)
    assert (await world.ann.submits({"summary": "the pool is empty", "started": started})).ok

    stored = select(func.count()).where(t.deliveries.c.identity.startswith("view:"))
    assert await world.bot.database.read(lambda c: c.execute(stored).scalar_one()) == 1


async def test_an_untouched_form_changes_nothing(world: World, room: str) -> None:
    before = (await world.incident()).version
    await world.ann.says("/incident edit", in_=room)
    assert (await world.ann.submits({})).ok
    assert (await world.incident()).version == before


async def test_join_brings_one_in_and_says_so(world: World, room: str) -> None:
    reply = await world.bob.says("/incident join inc-1")
    assert "You are being brought into #inc-1-checkout-is-down" in reply
    assert world.bob.id in (await world.incident()).members
    assert "You are in the room already" in await world.bob.says("/incident join", in_=room)


async def test_join_on_the_announcement_is_the_same(world: World) -> None:
    await world.carol.clicks("Join", in_="incidents")
    assert world.carol.id in (await world.incident()).members
