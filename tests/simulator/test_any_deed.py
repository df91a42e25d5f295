"""Whatever is sent on the page's line is answered, and the line stays open."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.deeds import messages, views
from bot.simulator.deeds.messages import Content
from bot.simulator.inputs import KEYS
from bot.simulator.model import Json
from bot.simulator.page.hands import DEEDS
from bot.simulator.page.routes import BROKEN
from bot.simulator.serve import running
from tests.simulator.words import ANN, GENERAL, actions, button, entry, modal, options

CHOICES = ("static_select", "multi_static_select", "radio_buttons", "checkboxes")
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, 0, 5, 2**70, 1.5, "", " ", "\t", "x", "/x", [], {}, [5], ["x"]]),
    st.sampled_from(
        [
            "\ud800",
            "home",
            "general",
            GENERAL,
            "T0001BETA",
            "C0001GENERAL",
            "U0001BOB",
            "C0RANDOM",
            ANN,
            "2026-13-45",
            "25:00",
        ]
    ),
    st.sampled_from(["T0001BETA", "C0001GENERAL", "U0001BOB", "T0PRETEND"]),
    st.sampled_from(
        [{"a": 1}, [{}], [{"id": 5}], {"text": 5}, {"text": {"text": "x"}}, "a" * 5_000]
    ),
    st.recursive(st.text(max_size=3), lambda each: st.lists(each, max_size=2), max_leaves=4),
)
PLACES = ("message", "modal", "home", "ephemeral")


def _form() -> Json:
    """A form with a field of every type."""
    offered: dict[str, Json] = {kind: {"element_options": options("a", "b")} for kind in CHOICES}
    offered["number_input"] = {"element_is_decimal_allowed": True}
    fields = (entry(kind, kind, optional=True, **offered.get(kind, {})) for kind in KEYS)
    return modal(*fields)


@st.composite
def deeds(draw: st.DrawFn) -> Json:
    """Something that a page could send, with anything in place of what belongs there."""
    value = draw(JUNK)
    kind = draw(st.sampled_from(tuple(KEYS)))
    held = {"type": kind, KEYS[kind][0]: value, "typed": value}
    right: Json = {
        "channel": GENERAL,
        "ts": "TS",
        "on": draw(st.sampled_from(PLACES)),
        "view": "VIEW",
        "block_id": kind,
        "action_id": kind,
        "value": held,
        "state": {kind: {kind: held}},
        "text": "hello",
    }
    wrong = draw(
        st.dictionaries(
            st.sampled_from(
                (*right, "thread", "files", "broadcast", "id", "name", "way", "on", "who", "topic",
                 "callback_id", "seconds", "query", "all", "as", "at", "message", "canvas", "team")
            ),
            JUNK,
            max_size=3,
        )
    )  # fmt: skip
    return {"do": draw(st.sampled_from((*DEEDS, "look", "none"))), **right, **wrong}


FRAMES = st.lists(st.one_of(deeds(), deeds(), deeds(), JUNK), min_size=10, max_size=30)


async def _sent(simulator: Simulator, frames: list[Any]) -> list[Json]:
    """The answers to all of it, of one line."""
    said = messages.post(
        simulator.workspace,
        simulator.workspace.channels[GENERAL],
        Content(text="x", blocks=[{**actions(button("Go")), "block_id": "go"}]),
        user=simulator.workspace.bot.user_id,
    )
    views.open_modal(simulator.workspace, ANN, views.check(simulator.workspace, _form()))
    view = simulator.workspace.modals[ANN][-1].id
    answers: list[Json] = []
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{simulator.url}/page/socket", max_msg_size=0) as line,
    ):
        await line.send_json({"ask": 0, "do": "look", "as": ANN, "at": GENERAL})
        for number, each in enumerate(frames, start=1):
            asked = {"ask": number, **each} if isinstance(each, dict) else each
            text = json.dumps(asked).replace('"TS"', f'"{said.ts}"').replace('"VIEW"', f'"{view}"')
            await line.send_str(text)
        async with asyncio.timeout(30):
            while len(answers) <= len(frames):
                frame = await line.receive()
                assert frame.type is aiohttp.WSMsgType.TEXT, (frame, answers[-1:])
                body = json.loads(frame.data)
                if "answer" in body:
                    answers.append(body)
    return answers


@settings(max_examples=20)
@given(frames=FRAMES)
def test_whatever_a_page_sends_is_answered_and_its_line_stays_open(frames: list[Any]) -> None:
    async def send() -> list[Json]:
        async with running(Clock(), workspaces=("Beta",)) as simulator:
            answers = await _sent(simulator, frames)
            assert not [
                each.text for each in simulator.backstage.record.notes if each.about == "page"
            ]
            return answers

    for each in asyncio.run(send()):
        assert each["ok"] or each.get("trouble") or each.get("error") or each.get("errors"), each
        assert each.get("trouble") != BROKEN


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("file_input", 5),
        ("conversations_select", "C0NONE"),
        ("users_select", {"a": 1}),
        ("datepicker", "soon"),
        ("timepicker", "25:00"),
        ("datetimepicker", "noon"),
        ("plain_text_input", 5),
        ("rich_text_input", []),
        ("static_select", {"value": "a"}),
        ("multi_users_select", ANN),
    ],
)
async def test_a_field_holds_only_what_a_person_could_have_put_there(
    kind: str, value: object
) -> None:
    held = {"type": kind, KEYS[kind][0]: value, "typed": value}
    submit = {"do": "submit", "view": "VIEW", "state": {kind: {kind: held}}}
    async with running(Clock()) as simulator:
        _, answer = await _sent(simulator, [submit])

    assert answer["answer"] == 1
    assert answer["trouble"].endswith(".")
    assert answer["trouble"] != BROKEN
