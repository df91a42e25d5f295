"""One id leads from a delivery to its decision, to what was owed for it, and to each call."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.people import World


@pytest.fixture
def lines() -> Iterator[list[structlog.typing.EventDict]]:
    """Everything that is logged, down to the smallest."""
    kept = structlog.get_config()
    capture = structlog.testing.LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, capture],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    yield capture.entries
    structlog.configure(**kept)


async def test_a_declare_is_followed_through_the_log(
    world: World, lines: list[structlog.typing.EventDict]
) -> None:
    await world.ann.says("/incident declare checkout is on fire --sev 2")
    [decided] = [line for line in lines if line.get("command") == "Declare"]
    followed = [line for line in lines if line.get("correlation") == decided["correlation"]]
    assert [line["kind"] for line in followed if line["event"] == "delivery.answered"] == [
        "command"
    ]
    effects = {line["effect"] for line in followed if line["event"] == "effect.carried"}
    assert {"CreateRoom", "InviteDeclarer", "ShowCard", "PinCard", "AddBookmark"} <= effects
    calls = {line["method"] for line in followed if line["event"] == "call.made"}
    assert {"conversations.create", "conversations.invite", "pins.add"} <= calls
    incident = await world.incident()
    assert decided["stream"] == incident.stream
    about = {line.get("incident") for line in [decided, *_of_effects(followed)]}
    assert about == {"INC-1"}, "as people call it at night"


def _of_effects(
    lines: list[structlog.typing.EventDict],
) -> list[structlog.typing.EventDict]:
    called = {"conversations.create", "chat.postMessage", "pins.add"}
    return [x for x in lines if x["event"] == "effect.carried" or x.get("method") in called]


async def test_a_start_that_finds_all_as_it_was_tells_of_no_decision(
    world: World, lines: list[structlog.typing.EventDict]
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    lines.clear()
    await world.restarts()
    await world.settles()
    decided = [line for line in lines if line["event"] == "decision.taken"]
    assert "RoomWasRenamed" in {line["command"] for line in decided}
    assert [line for line in decided if line["log_level"] == "info"] == []


async def test_two_deliveries_have_two_ids(
    world: World, lines: list[structlog.typing.EventDict]
) -> None:
    await world.ann.says("/incident declare checkout is down --sev 2")
    await world.bob.says("/incident declare search is slow --sev 2")
    ids = [line["correlation"] for line in lines if line.get("command") == "Declare"]
    assert len(set(ids)) == len(ids) == 2


async def test_what_people_write_and_what_opens_doors_is_in_no_line(
    world: World, lines: list[structlog.typing.EventDict]
) -> None:
    await world.ann.says("/incident declare unicorns escaped --sev 2")
    room = (await world.room()).name
    await world.ann.says("/incident update they graze in the server room", in_=room)
    await world.bob.hands.posts("general", "unicorns everywhere")
    await world.settles()
    told = "\n".join(map(repr, lines))
    assert "call.made" in told
    for secret in ("unicorns", "graze", world.sim.bot_token, world.sim.app_token, "/commands/"):
        assert secret not in told
