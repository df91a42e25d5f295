"""The room: who is called, what it shows, and what people do to it by hand."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.process import SEVERITIES, Process
from tests.people import World, a_world


def _inviting(*who: str) -> Process:
    levels = tuple(replace(s, invite=who) if s.key == "sev1" else s for s in SEVERITIES)
    return Process(severities=levels)


async def test_people_and_groups_of_the_severity_are_called(tmp_path: Path) -> None:
    async with a_world(tmp_path, process=_inviting("S0ONCALL", "U0CAROL")) as world:
        await world.ann.says("/incident declare checkout is down --sev 1")
        members = world.sim.workspace.channel_named("inc-1-checkout-is-down").members
        assert {"U0ANN", "U0CAROL"} <= set(members)
        group = world.sim.workspace.usergroups["S0ONCALL"]
        assert set(group.users) <= set(members)


async def test_a_deactivated_person_in_the_list_keeps_nobody_out(tmp_path: Path) -> None:
    async with a_world(tmp_path, process=_inviting("U0EVE", "U0CAROL")) as world:
        await world.ann.says("/incident declare checkout is down --sev 1")
        room = await world.room(1)
        assert "U0CAROL" in world.sim.workspace.channels[room.channel].members
        assert "InviteResponders" in (await world.incident(1)).failures
        room.shows("Everybody else was invited")
        room.shows("Retry")


@pytest.mark.faults("Slack refuses for good, and it is said")
async def test_a_room_that_cannot_be_made_is_said_to_the_declarer(world: World) -> None:
    world.sim.faults.add("conversations.create", "error", error="restricted_action")
    await world.ann.says("/incident declare checkout is down")
    told = world.ann.sees("@app")
    assert "Slack's settings do not let Muster" in told
    await world.ann.clicks("Retry", in_="@app")
    assert (await world.room(1)).name == "inc-1-checkout-is-down"


async def test_a_name_that_is_taken_gets_a_number(world: World) -> None:
    await world.bob.hands.makes("inc-1-checkout-is-down")
    await world.ann.says("/incident declare checkout is down")
    assert (await world.room(1)).name == "inc-1-checkout-is-down-2"


PINGS = ("<!channel>", "<!here>", "<@U0BOB>")


def _interpreted(block: Any) -> Iterator[str]:
    """All texts of blocks in which Slack looks for mentions: mrkdwn, not plain text."""
    if isinstance(block, dict):
        if block.get("type") == "mrkdwn":
            yield block["text"]
        block = list(block.values())
    if isinstance(block, list):
        for part in block:
            yield from _interpreted(part)


@pytest.mark.parametrize(
    "title",
    [
        "<!channel> everything is down",
        "<@U0BOB> broke it",
        "<" * 100,
        "\u202egnitsacer si tuokcehc",
        "🔥🔥🔥",
        "line one\nline two",
        "платёж не проходит",
        "*bold* _it_ `code` <http://x|y>",
        "&lt;!here&gt; sneaky",
    ],
)
async def test_hostile_titles_ping_nobody_and_give_a_legal_room(world: World, title: str) -> None:
    await world.ann.hands.types("general", "/incident declare")
    await world.ann.submits({"title": title})
    room = await world.room(1)
    assert room.name.startswith("inc-1")
    for channel in world.sim.workspace.channels.values():
        for message in channel.messages.values():
            for text in (message.text, *_interpreted(message.blocks)):
                assert not any(ping in text for ping in PINGS), text


@pytest.mark.parametrize("title", ["", "   ", "x" * 121, "x" * 2_900])
async def test_titles_that_are_none_are_refused_in_the_form(world: World, title: str) -> None:
    await world.ann.hands.types("general", "/incident declare")
    submission = await world.ann.submits({"title": title})
    assert submission.result in {"errors", "incomplete"}
    assert world.channels("inc-") == []


async def test_a_card_deleted_by_hand_comes_back(world: World) -> None:
    await world.ann.says("/incident declare checkout is down")
    room = await world.room(1)
    card = (await world.incident(1)).card
    assert card is not None
    await world.ann.hands.deletes(card.ts, in_=room.channel)
    await world.settles()
    pins = world.sim.workspace.channels[room.channel].pins
    await world.sim.workspace.wait_for(
        lambda: any(ts != card.ts for ts in pins), what="another card, pinned"
    )
    await world.settles()
    again = (await world.incident(1)).card
    assert again is not None
    assert again.ts != card.ts
    assert again.ts in world.sim.workspace.channels[room.channel].pins
