"""The message menu, and answers inside forms."""

import pytest

from tests.people import World


async def said(world: World, room: str, text: str) -> str:
    message = await world.ann.hands.posts(room, text)
    await world.settles()
    return message.ts


async def use(world: World, shortcut: str, ts: str, room: str) -> None:
    outcome = await world.ann.hands.uses_message_shortcut(shortcut, ts, room)
    assert outcome.ok
    await world.settles()


async def test_a_message_is_put_on_the_timeline_and_taken_off_again(
    world: World, room: str
) -> None:
    ts = await said(world, room, "the pool is empty")
    await use(world, "add_to_timeline", ts, room)
    (mark,) = (await world.incident()).marks.values()
    assert mark.said_by == world.ann.id
    assert mark.permalink.endswith(ts.replace(".", ""))
    assert ":memo:" in world.ann.sees(room)
    await use(world, "add_to_timeline", ts, room)
    assert not (await world.incident()).marks
    assert ":memo:" not in world.ann.sees(room)


async def test_outside_a_room_there_is_no_timeline(world: World) -> None:
    ts = await said(world, "general", "lunch?")
    await use(world, "add_to_timeline", ts, "general")
    assert "This is no incident's room" in world.ann.sees("general")


async def test_an_incident_is_declared_from_a_message(world: World) -> None:
    ts = await said(world, "general", "search & find are slow\nsince ten")
    await use(world, "declare_from_message", ts, "general")
    modal = await world.ann.hands.sees_modal("declare")
    assert modal.fields["title"] == "search & find are slow"
    assert (await world.ann.submits({})).ok
    incident = await world.incident(2)
    assert incident.source == "message"
    assert incident.source_link.endswith(ts.replace(".", ""))


async def test_joining_from_the_form_of_a_declaration_is_answered_in_it(world: World) -> None:
    await world.bob.says("/incident declare")
    await world.bob.clicks("Join", in_="modal")
    modal = await world.bob.hands.sees_modal("answer")
    assert "You are being brought into #inc-1-checkout-is-down" in modal.text
    await world.bob.hands.closes_modal()
    assert (await world.bob.hands.sees_modal()).callback_id == "declare"
    assert world.bob.id in (await world.incident()).members


async def test_a_refusal_inside_a_form_is_answered_in_it(world: World) -> None:
    await world.ann.says("/incident declare")
    await world.ann.clicks("Join", in_="modal")
    assert "You are in the room already" in (await world.ann.hands.sees_modal("answer")).text


@pytest.mark.faults("a form cannot be opened")
async def test_a_form_that_cannot_be_opened_is_not_kept_quiet(world: World, room: str) -> None:
    world.sim.faults.add("views.open", kind="error", error="expired_trigger_id", times=1)
    await world.ann.says("/incident update", in_=room)
    assert "The form could not be opened" in world.ann.sees(room)


async def test_declaring_the_same_again_offers_another(world: World) -> None:
    reply = await world.ann.says("/incident declare checkout is down --sev 2")
    assert "it is INC-1" in reply
    await world.ann.clicks("Declare another", in_="general")
    assert (await world.incident(2)).title == "checkout is down"


async def test_a_button_whose_incident_is_not_for_one_to_see_says_so(world: World) -> None:
    """Ann shows bob a message with a button; the incident behind it is private."""
    await world.ann.says("/incident declare a leak --private")
    private = await world.incident(2)
    await world.bob.says("/incident list")
    seen = world.bob.hands.screen("general")[-1]
    assert seen.blocks is not None
    seen.blocks.append(
        {
            "type": "actions",
            "block_id": "handed",
            "elements": [
                {
                    "type": "button",
                    "action_id": "word:show",
                    "value": private.stream,
                    "text": {"type": "plain_text", "text": "Peek"},
                }
            ],
        }
    )
    await world.bob.clicks("Peek", in_="general")
    assert "it is not for you to see" in world.bob.sees("general")


async def test_an_answer_in_a_form_is_followed_in_place(world: World) -> None:
    await world.bob.says("/incident declare another thing")
    await world.carol.says("/incident declare")
    await world.carol.clicks("Join", in_="modal")
    await world.carol.hands.sees_modal("answer")
    assert len(world.sim.workspace.modals[world.carol.id]) == 2


async def test_what_slack_wrote_in_brackets_reads_as_it_was_typed(world: World, room: str) -> None:
    await world.ann.says("/incident note ask #general and <!here> & <b>", in_=room)
    shown = await world.ann.says("/incident timeline", in_=room)
    assert "ask #general and <!here> & <b>" in shown
