"""`page` and `ack`: somebody is called until they answer."""

import pytest

from tests.people import RoomView, World
from tests.scenarios.portraits import seen_by


def told(world: World, name: str) -> str:
    """What a person reads in the conversation with the bot."""
    return world.person(name).sees("@app")


async def test_who_is_paged_gets_a_message_and_the_room(world: World, room: str) -> None:
    reply = await world.ann.says("/incident page @bob the database is yours", in_=room)
    assert "@bob is being paged for INC-1, until they answer." in reply
    assert "@ann calls you to INC-1" in told(world, "bob")
    assert "the database is yours" in told(world, "bob")
    assert world.bob.id in (await world.incident()).members
    RoomView(world, room).shows("@bob was paged")
    RoomView(world, room).shows("delivered")


async def test_the_button_of_the_message_answers_and_the_room_hears_it(
    world: World, room: str
) -> None:
    await world.ann.says("/incident page @bob", in_=room)
    await world.bob.clicks("I’m coming", in_="@app")
    RoomView(world, room).shows("@bob is coming, @ann.")
    RoomView(world, room).hides("no answer yet")
    assert "Thank you. @ann leads INC-1" in told(world, "bob")
    before = told(world, "bob")
    await world.passes(minutes=30)
    assert told(world, "bob").count("calls you") == before.count("calls you")


async def test_it_is_answered_by_a_word(world: World, room: str) -> None:
    await world.ann.says("/incident page @bob", in_=room)
    assert "Thank you" in await world.bob.says("/incident ack inc-1")
    assert (await world.incident()).pages[0].acknowledged_at is not None
    assert "You have answered already" in await world.bob.says("/incident ack", in_=room)
    assert "Nobody called you" in await world.carol.says("/incident ack inc-1")


async def test_who_does_not_answer_is_called_again_also_after_a_restart(
    world: World, room: str
) -> None:
    await world.ann.says("/incident page @bob", in_=room)
    await world.passes(minutes=5)
    assert "This is call 2" in told(world, "bob")
    await world.restarts()
    await world.passes(minutes=5)
    await world.passes(minutes=5)
    assert told(world, "bob").count("calls you") == 3
    RoomView(world, room).shows("@bob did not answer 3 pages. @ann, whom else do you need?")
    await world.ann.clicks("Call again", in_=room)
    assert told(world, "bob").count("calls you") == 4


async def test_why_says_in_a_sentence_who_is_called_again(world: World, room: str) -> None:
    await world.ann.says("/incident page @bob", in_=room)
    await world.passes(minutes=5)
    told_why = str((await world.ann.says("/incident why", in_=room)).text)
    assert "Who does not answer a page is called again" in told_why


async def test_a_team_is_called_without_the_one_who_calls_it(world: World, room: str) -> None:
    group = world.sim.workspace.usergroups["S0ONCALL"]
    await world.bob.says("/incident join inc-1")
    await world.bob.says(f"/incident page @{group.handle} wake up", in_=room)
    called = {page.user for page in (await world.incident()).pages}
    assert called == {user for user in group.users if user != world.bob.id}


async def test_wrong_arguments_get_a_sentence(world: World, room: str) -> None:
    says = world.ann.says
    assert "Slack does not say who @nobody is" in await says("/incident page @nobody", in_=room)
    assert "Say whom to call" in await says("/incident page now please", in_=room)
    assert "You are here already" in await says("/incident page @ann", in_=room)
    bot = world.sim.workspace.users[world.sim.workspace.bot.user_id].name
    assert "There is nobody else to call" in await says(f"/incident page @{bot}", in_=room)


async def test_the_form_calls_somebody_and_says_who_was(world: World, room: str) -> None:
    await world.ann.says("/incident page", in_=room)
    assert (await world.ann.submits({"person": "bob", "text": "the pool"})).ok
    assert "the pool" in told(world, "bob")
    await world.ann.says("/incident page", in_=room)
    modal = await world.ann.hands.sees_modal("page")
    assert "@bob was paged" in modal.text


async def test_who_calls_somebody_called_already_learns_that_other_words_were_not_sent(
    world: World, room: str
) -> None:
    await world.ann.says("/incident page @bob the database is yours", in_=room)
    same = await world.ann.says("/incident page @bob the database is yours", in_=room)
    assert "@bob is being paged for INC-1" in same
    assert "not sent" not in same
    line = "/incident page inc-1 @ann @bob not the database: the bridge is #war-2"
    reply = await world.carol.says(line)
    assert "@bob is being paged for INC-1 already, until they answer." in reply
    assert "Your words were not sent: write them in the room." in reply
    assert "the bridge is #war-2" in told(world, "ann"), "who was not called yet is called"
    assert "the bridge" not in told(world, "bob")
    await world.ann.says("/incident page", in_=room)
    await world.ann.submits({"person": "bob", "text": "the bridge is #war-2"})
    await world.ann.hands.sees_modal(showing="Your words were not sent")


@pytest.mark.faults("a page is refused, or its answer is lost")
async def test_whom_slack_does_not_let_into_a_private_room_answers_and_reads_no_more_of_it(
    world: World,
) -> None:
    await world.ann.says("/incident declare payroll leaks --private")
    room = (await world.room(2)).channel
    world.sim.faults.add("conversations.invite", "error", error="user_is_restricted", times=None)
    await world.ann.says("/incident page @bob the keys are yours", in_=room)
    await world.ann.says("/incident edit title fraud by carol", in_=room)
    await world.passes(minutes=5)
    seen = told(world, "bob")
    assert seen.count("the keys are yours") == 2
    assert "You are not in its room yet. Press I’m coming and ask @ann to let you in." in seen
    await world.bob.clicks("I’m coming", in_="@app")
    RoomView(world, room).shows("@bob is coming, @ann. @bob is not in this room yet")
    RoomView(world, room).shows("invite them by hand")
    seen = told(world, "bob")
    assert "Thank you. Ask @ann to let you into INC-2." in seen
    assert seen.count(f"#{RoomView(world, room).name}") == 1, "in the first call"
    assert seen.count("[I’m coming]") == 1, "of the call that was not pressed"
    assert "There is no INC-2" in await world.bob.says("/incident show inc-2")
    assert "payroll" not in await world.bob.says("/incident list mine")
    assert "fraud" not in seen_by(world, "bob")


@pytest.mark.faults("a page is refused, or its answer is lost")
async def test_who_may_only_answer_does_so_by_the_word_too_and_after_the_end_learns_nothing(
    world: World,
) -> None:
    await world.ann.says("/incident declare payroll leaks --private")
    room = (await world.room(2)).channel
    world.sim.faults.add("conversations.invite", "error", error="user_is_restricted", times=None)
    await world.ann.says("/incident page @bob @carol", in_=room)
    said = await world.bob.says("/incident ack inc-2")
    assert said.text == "Thank you. Ask @ann to let you into INC-2."
    assert "You have answered already" in await world.bob.says("/incident inc-2 ack")
    for word in ("show", "join", "note", "catchup"):
        assert "There is no INC-2" in await world.bob.says(f"/incident {word} inc-2 x")
    assert "There is no INC-2" in await world.person("dan").says("/incident ack inc-2")
    await world.ann.says("/incident decline a false alarm", in_=room)
    await world.passes(days=7)
    assert world.sim.workspace.channels[room].is_archived
    before = told(world, "carol").count(f"#{RoomView(world, room).name}")
    await world.carol.clicks("I’m coming", in_="@app")
    seen = told(world, "carol")
    assert "Thank you. Ask @ann to let you into INC-2." in seen
    assert seen.count(f"#{RoomView(world, room).name}") == before


@pytest.mark.faults("a page is refused, or its answer is lost")
async def test_a_page_that_slack_refuses_is_said_in_the_room(world: World, room: str) -> None:
    world.sim.faults.add("conversations.open", "error", error="user_disabled")
    await world.ann.says("/incident page @bob", in_=room)
    RoomView(world, room).shows("A page to @bob")
    RoomView(world, room).shows(
        "@bob could not be reached and knows nothing of the page. @ann, whom else do you need?"
    )
    RoomView(world, room).shows("[Page somebody else]")
    world.sim.faults.clear()
    await world.ann.clicks("Retry", in_=room)
    assert "calls you to INC-1" in told(world, "bob")


@pytest.mark.faults("a page is refused, or its answer is lost")
async def test_a_page_in_doubt_is_looked_up(world: World, room: str) -> None:
    world.sim.faults.add("chat.postMessage", "lose_answer")
    await world.ann.says("/incident page @bob", in_=room)
    await world.passes(seconds=30)
    assert told(world, "bob").count("calls you") == 1


@pytest.mark.faults("a page is refused, or its answer is lost")
async def test_where_it_cannot_be_looked_up_it_is_rather_sent_twice(
    world: World, room: str
) -> None:
    world.sim.faults.add("chat.postMessage", "lose_answer")
    world.sim.faults.add("conversations.history", "error", error="missing_scope", times=None)
    await world.ann.says("/incident page @bob", in_=room)
    await world.passes(seconds=30)
    assert told(world, "bob").count("calls you") == 2
    RoomView(world, room).hides("Retry")
