"""Whatever an app answers, the person reads what Slack would show, and nothing breaks."""

import random
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.simulator import Simulator
from bot.simulator.deeds import views
from tests.simulator.test_http_delivery import listen
from tests.simulator.words import ANN, actions, button, entry, modal, options, section

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e300, "", "x", "<!channel>", "\x00", "x" * 5_000, [], {}, [[]], [None], [1],
    {"type": "x"}, [{"type": "section"}], [{"type": "section", "text": 5}], {"text": {"text": {}}},
    [section("ok")], {"a": "b"}, {"name": 5}, {"name": "No."}, {"type": "modal"},
    modal(entry("name")),
)  # fmt: skip
KEYS = (
    "text", "blocks", "attachments", "response_type", "response_action", "errors", "view",
    "options", "option_groups", "replace_original", "delete_original", "thread_ts", "challenge",
)  # fmt: skip
SENSIBLE = {
    "response_action": ("errors", "update", "push", "clear"),
    "response_type": ("in_channel", "ephemeral"),
}


def odd_answer(dice: random.Random) -> object:
    """Now and then no object at all; else some keys with anything in them."""
    if dice.random() < 0.1:
        return dice.choice(ODD)
    keys = dice.sample(KEYS, dice.randint(1, 4))
    return {
        key: dice.choice(SENSIBLE[key])
        if key in SENSIBLE and dice.random() < 0.7
        else dice.choice(ODD)
        for key in keys
    }


@pytest.fixture
async def answers(sim: Simulator) -> AsyncIterator[list[object]]:
    """What the app will answer next; empty: just 200."""
    coming: list[object] = []

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(coming.pop(0)) if coming else web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", answer)
    runner, url = await listen(app)
    sim.deliver_over_http(url)
    yield coming
    await runner.cleanup()


@pytest.mark.parametrize("seed", range(4))
async def test_any_answer_leads_to_something_that_a_person_reads(
    sim: Simulator, answers: list[object], seed: int
) -> None:
    dice, ann = random.Random(seed), sim.person("ann")
    for _ in range(60):
        answers[:] = [odd_answer(dice)]
        reply = await ann.types("general", "/go")
        assert isinstance(reply.text, str)
        ann.sees("general")

        opens(sim, modal(entry("name"), picks()))
        answers[:] = [odd_answer(dice)]
        submission = await ann.submits({"name": "x"})
        assert submission.result in ("closed", "cleared", "updated", "pushed", "errors", "failed")
        sim.workspace.modals.clear()


@pytest.mark.parametrize("seed", range(4))
async def test_a_response_url_answers_anything(
    sim: Simulator, answers: list[object], session: aiohttp.ClientSession, seed: int
) -> None:
    """§4.5: `ok`, or an error text; never a fault of the server's own."""
    dice, ann = random.Random(seed), sim.person("ann")
    for _ in range(60):
        await ann.types("general", "/go")
        url = sim.deliveries[-1].payload["response_url"]
        async with session.post(url, json=odd_answer(dice)) as answer:
            assert answer.status in (200, 400, 404), await answer.text()
        ann.sees("general")
    assert answers == []


def picks() -> dict[str, Any]:
    select = {"type": "static_select", "action_id": "s", "options": options("a")}
    return actions(button("Go"), select)


def opens(sim: Simulator, body: dict[str, Any]) -> None:
    """Ann has this modal open."""
    views.open_modal(sim.workspace, ANN, views.check(sim.workspace, body))


async def test_any_options_are_offered_or_not(sim: Simulator, answers: list[object]) -> None:
    """§3.2 `options`."""
    dice, ann = random.Random(7), sim.person("ann")
    opens(sim, modal(entry("pick", "external_select", element_min_query_length=0)))
    for _ in range(80):
        answers[:] = [odd_answer(dice)]
        assert isinstance(await ann.is_offered("pick", "a"), list)
