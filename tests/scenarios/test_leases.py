"""A call that must not happen twice is not made once half of the lease is gone."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import effects as f
from bot.engine.carrying import Carrying
from bot.engine.verdicts import RetryAt
from bot.slack.performers import performers
from tests.people import World
from tests.scenarios.timeline.room import an_incident

CALLS = {
    f.PostGuidelines: ("conversations.replies", "chat.postMessage"),
    f.ShowAnnouncement: ("conversations.history", "chat.postMessage"),
    f.CreateRoom: ("users.conversations", "conversations.create"),
    f.AddBookmark: ("bookmarks.list", "bookmarks.add"),
}
"""What looks an attempt in doubt up, and what is called when it finds nothing."""
LACKS: dict[type[f.Effect], dict[str, Any]] = {
    f.ShowAnnouncement: {"announcement": None},
    f.CreateRoom: {"room": None, "rooms": 0},
}
"""What an incident has not got while these are owed."""


@pytest.mark.parametrize("kind", CALLS, ids=lambda kind: kind.__name__)
@pytest.mark.faults("time passes between a claim and its call")
async def test_time_that_passes_between_the_look_up_and_the_call_is_noticed(
    world: World, kind: Any
) -> None:
    (await an_incident(world)).channel.bookmarks.clear()
    incident, desk, ours = await world.incident(), world.bot.desk, True
    assert desk is not None
    look_up, call = CALLS[kind]
    carry = performers(desk)[kind]
    carrying = Carrying(
        effect_id="one-of-its-own",
        workspace=desk.me.workspace,
        now=world.clock.now(),
        first_attempt_at=world.clock.now() + timedelta(hours=1),
        attempts=2,
        doubt=True,
        incident=replace(incident, **LACKS.get(kind, {})),
        still_ours=lambda: ours,
    )
    own = {"workspace": desk.me.workspace} if kind is f.ShowAnnouncement else {}
    effect = kind(stream=incident.stream, **own)
    world.sim.clear_calls()
    held = world.sim.faults.add(look_up, "held")
    carried = asyncio.ensure_future(carry(effect, carrying))
    await world.sim.workspace.wait_for(lambda: bool(held.struck), within=30, what="the look-up")
    ours = False
    held.release()
    with pytest.raises(RetryAt):
        await carried
    assert not world.calls(call)
    assert not carrying.trace.sent
