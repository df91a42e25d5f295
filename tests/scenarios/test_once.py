"""Once in effect: answers that were lost, and deliveries that come twice."""

import pytest

from bot.domain.values import Place
from bot.engine.verdicts import Misread
from bot.simulator.fault_kinds import Kind
from bot.slack.performers.common import find_posts
from tests.people import World
from tests.scenarios.declaring import ann_declares, one_of_everything

pytestmark = pytest.mark.faults("calls of a declare go wrong, and commands come twice")

IN_A_DECLARE = (
    "conversations.create",
    "conversations.invite",
    "chat.postMessage",
    "conversations.setTopic",
    "pins.add",
    "bookmarks.add",
)


@pytest.mark.parametrize("method", IN_A_DECLARE)
@pytest.mark.parametrize("kind", ["lose_answer", "http_after_effect"])
async def test_a_call_that_took_effect_but_lost_its_answer_is_looked_up_not_repeated(
    world: World, method: str, kind: Kind
) -> None:
    world.sim.faults.add(method, kind=kind, times=1)
    await ann_declares(world)
    await one_of_everything(world)


@pytest.mark.parametrize("method", IN_A_DECLARE)
async def test_a_throttled_call_is_late_not_lost(world: World, method: str) -> None:
    world.sim.faults.add(method, kind="rate_limited", times=2, retry_after=7)
    await ann_declares(world)
    await one_of_everything(world)


@pytest.mark.parametrize("method", IN_A_DECLARE)
async def test_a_connection_that_was_refused_is_tried_again(world: World, method: str) -> None:
    world.sim.faults.add(method, kind="refuse", times=1)
    await ann_declares(world)
    await one_of_everything(world)


async def test_of_what_slack_tells_oddly_nobody_says_that_a_post_is_missing(world: World) -> None:
    await ann_declares(world)
    room, desk = (await world.room(1)).channel, world.bot.desk
    assert desk is not None
    odd = await world.ann.hands.posts(room, "odd")
    odd.attachments = [{"fallback": 7}]
    with pytest.raises(Misread):
        await find_posts(desk, "in doubt", Place(channel=room), world.clock.now())


async def test_the_same_command_delivered_again_gets_the_same_answer(world: World) -> None:
    await ann_declares(world)
    command = next(d for d in world.sim.deliveries if d.kind == "slash_commands")
    again = await world.sim.redeliver(command)
    await world.settles()
    assert again.body == command.attempts[0].answer
    await one_of_everything(world)


async def test_the_same_command_after_a_restart_gets_the_same_answer(world: World) -> None:
    await ann_declares(world)
    command = next(d for d in world.sim.deliveries if d.kind == "slash_commands")
    await world.restarts()
    again = await world.sim.redeliver(command)
    await world.settles()
    assert again.body == command.attempts[0].answer
    await one_of_everything(world)


async def test_a_person_who_repeats_a_declare_is_shown_the_one_that_exists(world: World) -> None:
    await ann_declares(world)
    reply = await world.ann.says("/incident declare checkout is down --sev 2")
    assert "INC-1" in reply
    await one_of_everything(world)
    await world.ann.clicks("Declare another", in_="general")
    assert (await world.room(2)).name == "inc-2-checkout-is-down"


async def test_two_people_may_declare_the_same_title(world: World) -> None:
    await ann_declares(world)
    await world.bob.says("/incident declare checkout is down")
    assert (await world.room(2)).name == "inc-2-checkout-is-down"


async def test_what_waits_for_slack_is_said_on_the_card_and_goes_away(world: World) -> None:
    fault = world.sim.faults.add("bookmarks.add", "rate_limited", retry_after=70)
    await ann_declares(world)
    room = await world.room(1)
    assert fault.struck == 1
    room.shows("the bookmark waits for Slack")
    await world.passes(seconds=70)
    room.hides("waits for Slack")
    await one_of_everything(world)


@pytest.mark.parametrize("method", IN_A_DECLARE)
async def test_a_call_that_took_effect_and_then_hung_is_looked_up_not_repeated(
    world: World, method: str
) -> None:
    assert world.bot.desk is not None
    world.bot.desk.calls.limit = 0.5  # seconds of wall time: what a hung call costs
    world.sim.faults.add(method, kind="hang", effect=True)
    await ann_declares(world)
    await one_of_everything(world)


LOOK_UPS = (
    ("conversations.create", "users.conversations"),
    ("chat.postMessage", "conversations.history"),
    ("bookmarks.add", "bookmarks.list"),
)


@pytest.mark.parametrize(("method", "look_up"), LOOK_UPS)
@pytest.mark.parametrize("kind", ["rate_limited", "refuse"])
async def test_a_look_up_that_is_held_up_leaves_the_doubt_as_it_is(
    world: World, method: str, look_up: str, kind: Kind
) -> None:
    await world.settles()  # what a start looks for has been looked for
    world.sim.faults.add(method, kind="lose_answer", times=1)
    world.sim.faults.add(look_up, kind=kind, times=1)
    await ann_declares(world)
    await one_of_everything(world)
    assert [room.name for room in world.sim.workspace.channels.values()].count(
        "inc-1-checkout-is-down-2"
    ) == 0
