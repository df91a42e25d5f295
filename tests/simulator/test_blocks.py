"""Contract §2.5 and §1.8: Block Kit and views against every limit, with Slack's messages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.blocks import problems_in_message, problems_in_view, text_length
from tests.simulator.words import actions, button, entry, modal, options, plain, section

HEADER = {"type": "header", "text": plain("Head")}
CONFIRM = {
    "title": plain("Sure?"),
    "text": plain("Really"),
    "confirm": plain("Yes"),
    "deny": plain("No"),
}
FINE: list[dict[str, Any]] = [
    HEADER,
    {"type": "divider"},
    section("x" * 3000, accessory=button("Go", style="primary", confirm=CONFIRM)),
    {"type": "section", "fields": [plain("x" * 2000)] * 10},
    {"type": "context", "elements": [plain("small")] * 10},
    actions(*[button(f"B{number}") for number in range(25)]),
    actions({"type": "overflow", "action_id": "o", "options": options(*"abcde")}),
    actions({"type": "static_select", "action_id": "s", "options": options(*map(str, range(100)))}),
    actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-07-01"}),
    {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A picture"},
    {"type": "markdown", "text": "# Title"},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    entry("note"),
]


@pytest.mark.parametrize("block", FINE, ids=lambda block: str(block["type"]))
def test_what_slack_takes_is_taken(block: dict[str, Any]) -> None:
    """§2.5: every block and element."""
    assert problems_in_message([block]) == []


def select(**more: object) -> dict[str, Any]:
    return actions({"type": "static_select", "action_id": "s", **more})


WRONG: list[tuple[dict[str, Any], str]] = [
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
    (
        {"type": "section", "fields": [plain("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        {"type": "section", "fields": [plain("x" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        {"type": "context", "elements": [plain("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    ({"type": "parrot"}, "unsupported type: parrot [json-pointer:/blocks/0/type]"),
    (
        {"type": "divider", "text": "x"},
        "invalid additional property: text [json-pointer:/blocks/0]",
    ),
    (actions(), "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    (
        actions(button("x" * 76)),
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        actions(button("x", value="v" * 2001)),
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        actions(button("x", style="loud")),
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        actions(button("x"), button("x")),
        '`action_id` "x" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        actions({"type": "plain_text_input", "action_id": "a"}),
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    (
        actions({"type": "overflow", "action_id": "o", "options": options(*"abcdef")}),
        "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        select(options=options(*map(str, range(101)))),
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        select(options=options("v" * 151)),
        "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
    ),
    (
        select(options=options("a"), initial_option=options("b")[0]),
        "initial_option must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]",  # noqa: E501 - one message
    ),
    (
        select(),
        "must provide either options or option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    (
        {"type": "image", "image_url": "https://x.example/a.png"},
        "missing required field: alt_text [json-pointer:/blocks/0]",
    ),
    (
        entry("a", element_max_length=3001),
        "must be between 1 and 3000 [json-pointer:/blocks/0/element/max_length]",
    ),
    (
        actions({"type": "datepicker", "action_id": "d", "initial_date": "1.7.2026"}),
        "must be a date in the format YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]",
    ),
]


@pytest.mark.parametrize(("block", "problem"), WRONG, ids=[problem for _, problem in WRONG])
def test_what_slack_refuses_is_refused_in_its_words(block: dict[str, Any], problem: str) -> None:
    """§2.5; §1.1 "Bad blocks"."""
    assert problem in problems_in_message([block])


def test_a_message_has_at_most_fifty_blocks_and_a_view_a_hundred() -> None:
    """§2.5, §1.8: 50 and 100 blocks."""
    divider = {"type": "divider"}

    assert problems_in_message([divider] * 50) == []
    assert problems_in_message([divider] * 51) == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    assert problems_in_view(modal(*[divider] * 100)) == []
    assert problems_in_view(modal(*[divider] * 101)) == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"
    ]


def test_block_ids_are_unique_and_short() -> None:
    """§2.5: `block_id` up to 255, unique."""
    twice = [{"type": "divider", "block_id": "a"}] * 2

    assert problems_in_message(twice) == [
        '`block_id` "a" already exists [json-pointer:/blocks/1/block_id]'
    ]
    assert problems_in_message([{"type": "divider", "block_id": "a" * 256}]) == [
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]"
    ]


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        (
            modal(title=plain("x" * 25)),
            "must be less than 25 characters [json-pointer:/view/title/text]",
        ),
        (
            modal(entry("a"), submit=None),
            "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",  # noqa: E501 - one message
        ),
        (
            modal(private_metadata="x" * 3001),
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        (
            modal(callback_id="x" * 256),
            "must be less than 256 characters [json-pointer:/view/callback_id]",
        ),
        (
            modal(id="V1"),
            "invalid additional property: id [json-pointer:/view]",
        ),
        (
            modal({"type": "markdown", "text": "x"}),
            "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
        ),
        ({"type": "parrot"}, "must be one of: modal, home [json-pointer:/view/type]"),
    ],
)
def test_a_view_that_slack_refuses(view: dict[str, Any], problem: str) -> None:
    """§1.8: the limits of views."""
    assert problem in problems_in_view(view)


def test_all_text_of_the_blocks_is_counted() -> None:
    """§1.7 `msg_blocks_too_long`."""
    assert text_length([section("12345"), actions(button("678"))]) == 8


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "element", "options", "accessory", "label", "blocks"]
            ),
            inner
            | st.sampled_from(
                ["section", "actions", "button", "input", "static_select", "plain_text"]
            ),
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(ANY_JSON)
def test_nothing_that_is_sent_makes_the_checks_fall_over(sent: object) -> None:
    """§2.5; no input ends in a 500."""
    assert all("json-pointer:" in each for each in problems_in_message(sent))
    assert all("json-pointer:" in each for each in problems_in_view(sent))
