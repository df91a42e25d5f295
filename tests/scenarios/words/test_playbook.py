"""`playbook` and `task`: working through a playbook by command, by button and by form."""

import asyncio

from tests.people import World

PROOF = "https://graphs.example/1"


async def test_the_library_shows_what_fits_with_a_button(world: World, room: str) -> None:
    reply = await world.ann.says("/incident playbook", in_=room)
    assert "Restore the service (restore) · fits this incident" in reply
    await world.ann.clicks("Start", in_=room)
    assert "0 of 5 done" in await world.ann.says("/incident playbook status", in_=room)


async def test_it_is_worked_by_command(world: World, room: str) -> None:
    says = world.ann.says
    started = await says("/incident playbook start Restore the service", in_=room)
    assert "Next is 1: Confirm what is down" in started
    assert "Next is 2" in await says("/incident playbook done 1", in_=room)
    await says(f"/incident playbook done 2 since 9:58 {PROOF}", in_=room)
    assert "Next is 4" in await says("/incident playbook skip 3 no error is shown", in_=room)
    assert "Task 1 of INC-1 is done." in await says("/incident task done 1", in_=room)
    assert "The playbook is finished" in await says("/incident playbook done mend", in_=room)
    marks = (await world.incident()).runs[0].marks
    assert marks["look/graph"].link == PROOF
    assert marks["look/graph"].note == "since 9:58"
    assert marks["look/words"].reason == "no error is shown"


async def test_missing_evidence_is_asked_for_in_the_form(world: World, room: str) -> None:
    await world.ann.says("/incident playbook start restore", in_=room)
    reply = await world.ann.says("/incident playbook done 2 I saw it", in_=room)
    assert reply.text == ""
    modal = await world.ann.hands.sees_modal("evidence")
    assert modal.fields == {"link": None, "note": "I saw it"}
    refused = await world.ann.submits({"link": "graphs.example/1"})
    assert "A link starts with https://" in refused.errors["link"]
    assert (await world.ann.submits({"link": PROOF})).ok
    assert (await world.incident()).runs[0].marks["look/graph"].link == PROOF


async def test_a_missing_reason_is_asked_for_in_the_form(world: World, room: str) -> None:
    await world.ann.says("/incident playbook start restore", in_=room)
    await world.ann.says("/incident playbook skip 3", in_=room)
    assert "Write down the exact error" in (await world.ann.hands.sees_modal("skip")).text
    assert (await world.ann.submits({"reason": "there is none"})).ok
    assert (await world.incident()).runs[0].marks["look/words"].reason == "there is none"


async def test_the_buttons_of_the_card_open_the_same_forms(world: World, room: str) -> None:
    await world.ann.clicks("Start", in_=room)
    await world.ann.clicks("Done, with note…", in_=room)
    assert (await world.ann.submits({"note": "error 500"})).ok
    await world.ann.clicks("Skip 2…", in_=room)
    assert (await world.ann.submits({"reason": "no graph"})).ok
    before = len(world.sim.workspace.ephemerals)
    await world.ann.clicks("Done", in_=room)
    assert len(world.sim.workspace.ephemerals) == before, "the card shows it; nothing is said"
    run = (await world.incident()).runs[0]
    assert run.state("look") == "done"
    assert run.state("tell") == "open"


async def test_two_people_pressing_the_same_button_do_it_once(world: World, room: str) -> None:
    await world.ann.says("/incident playbook start restore", in_=room)
    await world.bob.says("/incident join inc-1")
    card = (await world.incident()).card
    assert card is not None
    seen = world.sim.workspace.channels[room].messages[card.ts]
    await asyncio.gather(
        world.ann.hands.clicks("Done", in_=seen), world.bob.hands.clicks("Done", in_=seen)
    )
    await world.settles()
    assert (await world.incident()).runs[0].state("look/confirm") == "done"
    told = [
        person for person in ("ann", "bob") if "is already done" in world.person(person).sees(room)
    ]
    assert len(told) == 1, "the second of them is told"


async def test_a_form_whose_item_is_settled_meanwhile_says_so(world: World, room: str) -> None:
    await world.ann.says("/incident playbook start restore", in_=room)
    await world.ann.says("/incident playbook skip 3", in_=room)
    await world.bob.says("/incident playbook inc-1 done 3 error 500")
    refused = await world.ann.submits({"reason": "there is none"})
    assert "already done" in refused.errors["reason"]


async def test_wrong_arguments_get_the_usage_or_the_nearest(world: World, room: str) -> None:
    says = world.ann.says
    assert "No playbook is running here" in await says("/incident playbook status", in_=room)
    assert "No playbook is running here" in await says("/incident playbook done 1", in_=room)
    assert "/incident playbook list" in await says("/incident playbook start zzz", in_=room)
    assert "did you mean 'restore'?" in await says("/incident playbook start restor", in_=room)
    assert "Say which item" in await says("/incident playbook done", in_=room)
    assert "Usage: /incident playbook" in await says("/incident playbook stop", in_=room)
    await says("/incident playbook start restore", in_=room)
    assert "they go from 1 to 5" in await says("/incident playbook done 9", in_=room)
    assert "is already running here" in await says("/incident playbook start restore", in_=room)


async def test_tasks_are_listed_and_ticked_off(world: World, room: str) -> None:
    says = world.ann.says
    await says("/incident playbook start restore", in_=room)
    await says("/incident playbook skip look it is known", in_=room)
    listed = await says("/incident task list", in_=room)
    assert "Task 1 Call the supplier" in listed
    assert "Task 1 of INC-1 is done." in await says("/incident task done 1", in_=room)
    assert "Task 1 is done already" in await says("/incident task done #1", in_=room)
    assert "There is no task 7" in await says("/incident task done 7", in_=room)
    assert "Say which task" in await says("/incident task done it", in_=room)
    assert "Usage: /incident task" in await says("/incident task foo", in_=room)


async def test_what_runs_already_shows_how_far_it_is(world: World, room: str) -> None:
    await world.ann.says("/incident playbook start restore", in_=room)
    await world.ann.says("/incident playbook done 1", in_=room)
    reply = await world.ann.says("/incident playbook list", in_=room)
    assert "1 of 5 done" in reply
    await world.ann.clicks("Status", in_=room)
    status = world.ann.sees(room)
    assert "✅ 1. Confirm what is down" in status
    assert "⬜ 4. Call the supplier" in status


async def test_a_button_in_an_answer_says_what_came_of_it(world: World, room: str) -> None:
    """The card changes in sight of who presses it; an answer of earlier does not."""
    await world.ann.says("/incident playbook start restore", in_=room)
    await world.ann.says("/incident playbook status", in_=room)
    await world.ann.hands.clicks("Done", in_=world.ann.hands.screen(room)[-1])
    await world.settles()
    assert "1 of 5 done. Next is 2" in world.ann.sees(room)
