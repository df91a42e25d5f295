"""Payloads changed by hand: what a button or a form carries proves nothing about who may do it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.domain import commands as c
from bot.domain.values import Actor, Text
from bot.engine.orders import Order
from bot.slack.commands import WORDS
from bot.slack.forms import FORMS
from bot.slack.messages.deeds import deed, path_value
from tests.people import Responder, World, a_world
from tests.safety.asking import ASKED, NEVER_ASKED, example
from tests.safety.signed import Door, a_door
from tests.scenarios.runbook import runbook

pytestmark = pytest.mark.faults("payloads changed by hand")

MARKER = "xyzzy"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    """Beside the public INC-1, INC-2 is Ann's and private; Carol was in its room and left."""
    async with a_door(tmp_path) as opened:
        world, playbook = opened.world, runbook()
        world.bot.process = replace(world.process, playbooks={playbook.id: playbook})
        await world.ann.says(f"/incident declare {MARKER} leaks --private")
        room = (await world.room(2)).channel
        await world.ann.says("/incident playbook start restore", in_=room)
        await world.ann.hands.invites("carol", room)
        await world.settles()
        await world.carol.hands.leaves(room)
        await world.settles()
        yield opened


async def presses(door: Door, who: Responder, action: str, value: str, **more: Any) -> str:
    """Press a button that was changed by hand, and return all that the person is told."""
    sim = door.world.sim
    told = len(sim.calls)
    person = {"id": who.id, "team_id": more.pop("team", sim.workspace.team.id)}
    body = door.payload(
        type="block_actions",
        user=person,
        trigger_id=str(uuid4()),
        container={"is_ephemeral": False},
        actions=[{"action_id": action, "value": value}],
        **more,
    )
    assert await door.takes(body, door.signs(body)) == 200
    return "\n".join(str(call.args) for call in list(sim.calls)[told:])


async def _state(door: Door) -> tuple[int, int, int]:
    world = door.world
    first, second = await world.incident(1), await world.incident(2)
    return first.version, second.version, len(world.channels("inc-"))


async def test_a_button_of_a_private_incident_is_nobody_elses(door: Door) -> None:
    incident, before = await door.world.incident(2), await _state(door)
    path = path_value(incident.stream, incident.runs[0].id, "1")
    values = [
        *(("do", deed(incident.stream, example(kind))) for kind in (*ASKED[1:], *NEVER_ASKED)),
        *((f"word:{word.name}", incident.stream) for word in WORDS if word.in_incident),
        *((name, path) for name in ("evidence", "skip")),
        ("role_press", deed(incident.stream, c.TakeRole(role="commander", over=True))),
    ]
    for who in (door.world.bob, door.world.carol):
        for action, value in values:
            told = await presses(door, who, action, str(value))
            assert MARKER not in told, action
            assert "views.open" not in told, action
            assert "INC-2" not in told, action
    assert await _state(door) == before


async def test_a_form_about_a_private_incident_is_nobody_elses(door: Door) -> None:
    incident, before = await door.world.incident(2), await _state(door)
    carried = {"stream": incident.stream, "run": incident.runs[0].id, "path": "1", "was": {}}
    for who in (door.world.bob, door.world.carol):
        for name in (each for each in FORMS if each != "declare"):
            view = {
                "id": str(uuid4()),
                "type": "modal",
                "callback_id": name,
                "private_metadata": json.dumps(carried),
                "state": {"values": {"title": {"title": {"value": "mine now"}}}},
            }
            body = door.payload(type="view_submission", user={"id": who.id}, view=view)
            told = len(door.world.sim.calls)
            assert await door.takes(body, door.signs(body)) == 200
            answers = [str(call.args) for call in list(door.world.sim.calls)[told:]]
            assert MARKER not in "".join(answers), name
    assert await _state(door) == before


async def test_what_timers_and_couriers_ask_for_can_not_be_pressed(door: Door) -> None:
    incident, before = await door.world.incident(1), await _state(door)
    for kind in NEVER_ASKED:
        forged = deed(incident.stream, example(kind))
        told = await presses(door, door.world.ann, "do", str(forged))
        assert "does not work here any more" in told, kind
    assert await _state(door) == before


async def test_a_forged_standing_gives_no_guest_a_role(door: Door) -> None:
    incident = await door.world.incident(1)
    for kind in (c.GiveRole, c.OfferHandover):
        given = {"role": "scribe"} if kind is c.GiveRole else {}
        forged = deed(incident.stream, example(kind, to=door.world.dan.id, **given))
        told = await presses(door, door.world.ann, "do", str(forged))
        assert "guest" in told.lower(), told
    assert door.world.dan.id not in str((await door.world.incident(1)).roles)


async def test_a_stranger_of_another_organisation_is_one_whatever_slack_knows(door: Door) -> None:
    """Their workspace stands in the payload, and users.info may know nothing of them."""
    incident, before = await door.world.incident(1), await _state(door)
    stranger = replace_id(door.world.bob, "U0STRANGER")
    forged = deed(incident.stream, c.AddFollowup(text=Text("mine")))
    told = await presses(door, stranger, "do", str(forged), team="T0ELSEWHERE")
    assert "Guests may look" in told
    assert await _state(door) == before


async def test_a_command_of_another_workspace_is_not_carried_out(door: Door) -> None:
    before = await _state(door)
    for line in ("declare mine", "list", "show inc-1"):
        body = door.command(line, team_id="T0ELSEWHERE", trigger_id=str(uuid4()))
        assert await door.takes(body, door.signs(body)) == 200
    assert await _state(door) == before


async def test_a_deactivated_account_does_nothing(door: Door) -> None:
    incident, world = await door.world.incident(1), door.world
    assert world.bot.desk is not None
    team = world.sim.workspace.team.id
    await world.bot.desk.people.learn(team, {"id": world.bob.id, "team_id": team, "deleted": True})
    before = await _state(door)
    for command in (c.AddNote(text=Text("mine")), c.Join(), c.Declare(title=Text("mine"))):
        told = await presses(door, world.bob, "do", str(deed(incident.stream, command)))
        assert "This account is deactivated in Slack" in told, command
    assert await _state(door) == before


async def test_an_incident_of_another_workspace_does_not_exist(door: Door) -> None:
    """Two workspaces may share a database."""
    world, stream = door.world, str(uuid4())
    await world.bot.dispatcher.deliver(
        Order(
            workspace="T0ELSEWHERE",
            stream=stream,
            command=c.Declare(title=Text(f"{MARKER} of others")),
            actor=Actor(user=world.ann.id),
        )
    )
    await world.settles()
    for action, value in (
        ("word:show", stream),
        ("word:update", stream),
        ("do", str(deed(stream, c.AddNote(text=Text("mine"))))),
    ):
        told = await presses(door, world.ann, action, value)
        assert "There is no such incident" in told
        assert MARKER not in told


def replace_id(who: Responder, user: str) -> Responder:
    """Somebody whom the workspace has never seen."""

    class Nobody:
        id = user

    return Responder(who.world, Nobody())  # type: ignore[arg-type]  # only the id is looked at


async def test_there_is_no_telling_hidden_from_never_been(tmp_path: Path) -> None:
    """Word by word, the answer about a private incident is the one about no incident."""
    async with a_world(tmp_path) as world:
        await world.ann.says(f"/incident declare {MARKER} leaks --private")
        await _same_answers(world)


async def _same_answers(world: World) -> None:
    for word in (each for each in WORDS if each.in_incident and each.name):
        hidden = await world.bob.says(f"/incident {word.name} inc-1 a b")
        absent = await world.bob.says(f"/incident {word.name} inc-7 a b")
        assert hidden.text.replace("INC-1", "INC-7") == absent.text, word.name
        assert "There is no INC-1" in hidden.text, word.name
