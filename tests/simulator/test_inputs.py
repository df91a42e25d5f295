"""Every kind of input: taken by the checks, filled in by a person, told to the app (§2.5, §6)."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck

from bot.simulator import Simulator
from bot.simulator.blocks import problems_in_message, problems_in_view
from bot.simulator.errors import CannotDo
from bot.simulator.inputs import complaint, fill, first_state, kept_state
from tests.simulator.words import Bot, actions, button, entry, modal, options, plain, section

GROUPS = [{"label": plain("Web"), "options": options("front", "back")}]
# the element and what it needs, what a person enters, what the app is told
ENTERED: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    ("plain_text_input", {"multiline": True}, "text", {"value": "text"}),
    ("plain_text_input", {}, "", {"value": None}),
    ("email_text_input", {}, "a@b.example", {"value": "a@b.example"}),
    ("url_text_input", {}, "https://x.example", {"value": "https://x.example"}),
    ("number_input", {"is_decimal_allowed": False, "max_value": "9"}, 7, {"value": "7"}),
    (
        "rich_text_input",
        {},
        "text",
        {
            "rich_text_value": {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "text"}],
                    }
                ],
            }
        },
    ),
    ("static_select", {"option_groups": GROUPS}, "Back", {"selected_option": options("back")[0]}),
    ("radio_buttons", {"options": options("a", "b")}, "b", {"selected_option": options("b")[0]}),
    (
        "multi_static_select",
        {"options": options("a", "b"), "max_selected_items": 2},
        ["a", "b"],
        {"selected_options": options("a", "b")},
    ),
    ("checkboxes", {"options": options("a", "b")}, "a", {"selected_options": options("a")}),
    ("users_select", {}, "@bob", {"selected_user": "U0BOB"}),
    ("multi_users_select", {}, ["ann", "bob"], {"selected_users": ["U0ANN", "U0BOB"]}),
    ("channels_select", {}, "#random", {"selected_channel": "C0RANDOM"}),
    ("multi_channels_select", {}, ["random"], {"selected_channels": ["C0RANDOM"]}),
    ("conversations_select", {}, "general", {"selected_conversation": "C0GENERAL"}),
    (
        "multi_conversations_select",
        {},
        ["general"],
        {"selected_conversations": ["C0GENERAL"]},
    ),
    ("datepicker", {}, date(2026, 7, 1), {"selected_date": "2026-07-01"}),
    ("timepicker", {"timezone": "Europe/Berlin"}, time(13, 5), {"selected_time": "13:05"}),
    (
        "datetimepicker",
        {},
        datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        {"selected_date_time": 1772443800},
    ),
    ("file_input", {"max_files": 2}, ["F1"], {"files": ["F1"]}),
]


@pytest.mark.parametrize(("kind", "needs", "entered", "told"), ENTERED)
def test_each_input_is_taken_filled_and_told(
    sim: Simulator, kind: str, needs: dict[str, Any], entered: object, told: dict[str, Any]
) -> None:
    element = {"type": kind, "action_id": "a", **needs}
    block = {"type": "input", "block_id": "b", "label": plain("Label"), "element": element}

    assert problems_in_view(modal(block)) == []
    filled = fill(sim.workspace, element, entered)
    assert filled["type"] == kind
    assert told.items() <= filled.items()


@pytest.mark.parametrize(
    ("element", "entered", "words"),
    [
        ({"type": "email_text_input"}, "nobody", "Must be a valid email address."),
        ({"type": "url_text_input"}, "x.example", "Must be a valid URL."),
        ({"type": "number_input"}, "many", "Must be a number."),
        ({"type": "number_input"}, "1.5", "Must be a number."),
        ({"type": "number_input", "is_decimal_allowed": True}, "1.5", ""),
        ({"type": "number_input", "min_value": "2"}, "1", "Must be 2 or more."),
        ({"type": "number_input", "max_value": "2"}, "3", "Must be 2 or less."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Must be at least 3 characters."),
        ({"type": "plain_text_input"}, "ab", ""),
    ],
)
def test_slacks_client_complains_before_it_sends(
    sim: Simulator, element: dict[str, Any], entered: str, words: str
) -> None:
    filled = fill(sim.workspace, element, entered)

    assert complaint({"element": element}, filled) == words


@pytest.mark.parametrize("wanted", ["soon", float("inf"), {"a": 1}])
def test_what_is_no_moment_cannot_be_picked(sim: Simulator, wanted: object) -> None:
    with pytest.raises(CannotDo, match="cannot be picked in a datetimepicker"):
        fill(sim.workspace, {"type": "datetimepicker"}, wanted)


def test_too_many_cannot_be_chosen(sim: Simulator) -> None:
    element = {
        "type": "multi_static_select",
        "action_id": "a",
        "options": options("a", "b"),
        "max_selected_items": 1,
    }

    with pytest.raises(CannotDo, match="at most 1"):
        fill(sim.workspace, element, ["a", "b"])


def test_the_current_channel_can_be_chosen_from_the_start() -> None:
    """§2.5 `default_to_current_conversation`."""
    here = {
        "type": "conversations_select",
        "action_id": "a",
        "default_to_current_conversation": True,
    }
    blocks = [{"type": "input", "block_id": "b", "element": here}]

    state = first_state(blocks, current_channel="C1")

    assert state["b"]["a"]["selected_conversation"] == "C1"
    assert kept_state(state, blocks)["b"]["a"]["selected_conversation"] == "C1"


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    (entry("a", "static_select", element_option_groups=[1]), "must provide an object"),
    (entry("a", "static_select", element_options=[1]), "must provide an object"),
    (entry("a", "number_input"), "missing required field: is_decimal_allowed"),
    (entry("a", "timepicker", element_initial_time="25:00"), "must be a time in the format HH:mm"),
    (entry("a", "datetimepicker", element_initial_date_time=5), "must be between 1000000000"),
    (entry("a", "file_input", element_max_files=11), "must be between 1 and 10"),
    (
        entry("a", "external_select", element_min_query_length=-1),
        "must be 0 or more",
    ),
    (entry("a", element_initial_value="x" * 3001), "must be less than 3001 characters"),
    (entry("a", element_placeholder=plain("x" * 151)), "must be less than 151 characters"),
    (entry("a", "button"), "unsupported type: button"),
    (entry("a", hint=plain("x" * 2001)), "must be less than 2001 characters"),
    (entry("a", optional="yes"), "must provide a boolean"),
    (entry("a", element_action_id="x" * 256), "must be less than 256 characters"),
]


@pytest.mark.parametrize(("block", "problem"), PROBLEMS)
def test_inputs_have_limits_too(block: dict[str, Any], problem: str) -> None:
    """§2.5."""
    assert any(each.startswith(problem) for each in problems_in_view(modal(block)))


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (actions(button("x", confirm=1)), "must provide an object"),
        (actions(button("x", confirm={"title": plain("x")})), "missing required field: text"),
        (actions({"type": "button", "action_id": "a"}), "missing required field: text"),
        (actions(1), "must provide an object"),  # type: ignore[arg-type]  # what a bug may send
        (section("x", accessory={"type": "image", "alt_text": "x"}), "missing required field"),
        ({"type": "image", "image_url": "ftp://x", "alt_text": "x"}, "invalid url"),
        ({"type": "context", "elements": [{"type": "image", "alt_text": "x"}]}, "missing"),
        ({"type": "table", "rows": [[1] * 21]}, "no more than 20 items"),
        ({"type": "rich_text", "elements": [{"type": "poem"}]}, "unsupported type: poem"),
        ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001"),
    ],
)
def test_other_blocks_have_limits_too(block: dict[str, Any], problem: str) -> None:
    """§2.5."""
    assert any(each.startswith(problem) for each in problems_in_message([block]))


async def test_a_form_may_ask_for_a_response_url(sim: Simulator, bot: Bot) -> None:
    """§4.5 `response_url_enabled`."""
    submitted: list[dict[str, Any]] = []

    @bot.app.shortcut("ask")
    async def ask(ack: AsyncAck, body: dict[str, Any]) -> None:
        where = entry("where", "conversations_select", element_response_url_enabled=True)
        await bot.client.views_open(trigger_id=body["trigger_id"], view=modal(where))
        await ack()

    @bot.app.view("form")
    async def take(ack: AsyncAck, body: dict[str, Any]) -> None:
        submitted.append(body)
        await ack()

    ann = sim.person("ann")
    await ann.uses_shortcut("ask")
    await ann.submits({"where": "random"})

    [url] = submitted[0]["response_urls"]
    assert (url["block_id"], url["channel_id"]) == ("where", "C0RANDOM")
    assert url["response_url"].startswith(sim.url)
