"""Contract §2.5, §1.8: at each limit a block is taken, one step beyond it is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.simulator import rendering
from bot.simulator.blocks import problems_in_attachment, problems_in_message, problems_in_view
from bot.simulator.cast import new_app, open_workspace
from bot.simulator.deeds.messages import with_block_ids
from bot.simulator.elements import ELEMENTS
from bot.simulator.ground import Ground
from bot.simulator.inputs import first_state
from tests.simulator.words import actions, button, entry, modal, options, plain, refused, section

Made = Callable[[int], dict[str, Any]]


def x(number: int) -> str:
    return "x" * number


def pressed(**more: Any) -> dict[str, Any]:
    return actions(button("B", **more))


def chosen(kind: str = "static_select", **more: Any) -> dict[str, Any]:
    return actions({"type": kind, "action_id": "s", **more})


def numbered(number: int) -> list[dict[str, Any]]:
    return options(*(f"o{each}" for each in range(number)))


def option(**more: Any) -> dict[str, Any]:
    return {"text": plain("A"), "value": "a", **more}


def asking(**more: Any) -> dict[str, Any]:
    words = {"title": plain("T"), "text": plain("t"), "confirm": plain("Y"), "deny": plain("N")}
    return pressed(confirm={**words, **more})


def line(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": list(elements)}]}  # fmt: skip


PICTURE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "A"}
VIDEO = {
    "type": "video",
    "title": plain("V"),
    "alt_text": "V",
    "thumbnail_url": "https://x.example/t",
    "video_url": "https://x.example/v",
}

LIMITS: list[tuple[str, Made, int, str]] = [
    ("block_id", lambda n: {"type": "divider", "block_id": x(n)}, 255, "/block_id"),
    ("action_id", lambda n: pressed(action_id=x(n)), 255, "/elements/0/action_id"),
    ("section text", lambda n: section(x(n)), 3000, "/text/text"),
    (
        "section fields",
        lambda n: {"type": "section", "fields": [plain("x")] * n},
        10,
        "/fields",
    ),
    (
        "section field",
        lambda n: {"type": "section", "fields": [plain(x(n))]},
        2000,
        "/fields/0/text",
    ),
    ("header", lambda n: {"type": "header", "text": plain(x(n))}, 150, "/text/text"),
    (
        "context",
        lambda n: {"type": "context", "elements": [plain("x")] * n},
        10,
        "/elements",
    ),
    (
        "context text",
        lambda n: {"type": "context", "elements": [plain(x(n))]},
        3000,
        "/elements/0/text",
    ),
    (
        "context actions",
        lambda n: {
            "type": "context_actions",
            "elements": [
                {"type": "icon_button", "icon": "trash", "text": plain("Bin"), "action_id": f"i{n}"}
                for n in range(n)
            ],
        },
        5,
        "/elements",
    ),
    (
        "actions",
        lambda n: actions(*(button(f"B{each}") for each in range(n))),
        25,
        "/elements",
    ),
    ("label", lambda n: entry("a", label=plain(x(n))), 2000, "/label/text"),
    ("hint", lambda n: entry("a", hint=plain(x(n))), 2000, "/hint/text"),
    ("image_url", lambda n: {**PICTURE, "image_url": f"https://{x(n - 8)}"}, 3000, "/image_url"),
    ("alt_text", lambda n: {**PICTURE, "alt_text": x(n)}, 2000, "/alt_text"),
    ("image title", lambda n: {**PICTURE, "title": plain(x(n))}, 2000, "/title/text"),
    ("markdown", lambda n: {"type": "markdown", "text": x(n)}, 12_000, "/text"),
    (
        "table rows",
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n},
        100,
        "/rows",
    ),
    (
        "table columns",
        lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * n]},
        20,
        "/rows/0",
    ),
    ("video title", lambda n: {**VIDEO, "title": plain(x(n))}, 200, "/title/text"),
    ("video author", lambda n: {**VIDEO, "author_name": x(n)}, 50, "/author_name"),
    ("button text", lambda n: pressed(text=plain(x(n))), 75, "/elements/0/text/text"),
    ("button value", lambda n: pressed(value=x(n)), 2000, "/elements/0/value"),
    ("button url", lambda n: pressed(url=f"https://{x(n - 8)}"), 3000, "/elements/0/url"),
    (
        "button label",
        lambda n: pressed(accessibility_label=x(n)),
        75,
        "/elements/0/accessibility_label",
    ),
    ("confirm title", lambda n: asking(title=plain(x(n))), 100, "/confirm/title/text"),
    ("confirm text", lambda n: asking(text=plain(x(n))), 300, "/confirm/text/text"),
    ("confirm yes", lambda n: asking(confirm=plain(x(n))), 30, "/confirm/confirm/text"),
    ("confirm no", lambda n: asking(deny=plain(x(n))), 30, "/confirm/deny/text"),
    (
        "placeholder",
        lambda n: chosen(options=[option()], placeholder=plain(x(n))),
        150,
        "/placeholder/text",
    ),
    ("options", lambda n: chosen(options=numbered(n)), 100, "/options"),
    ("option text", lambda n: chosen(options=[option(text=plain(x(n)))]), 75, "/0/text/text"),
    ("option value", lambda n: chosen(options=[option(value=x(n))]), 150, "/0/value"),
    (
        "option description",
        lambda n: chosen(options=[option(description=plain(x(n)))]),
        75,
        "/0/description/text",
    ),
    (
        "group label",
        lambda n: chosen(option_groups=[{"label": plain(x(n)), "options": [option()]}]),
        75,
        "/0/label/text",
    ),
    (
        "groups",
        lambda n: chosen(option_groups=[{"label": plain("G"), "options": [option()]}] * n),
        100,
        "/option_groups",
    ),
    (
        "options of a group",
        lambda n: chosen(option_groups=[{"label": plain("G"), "options": numbered(n)}]),
        100,
        "/0/options",
    ),
    ("overflow", lambda n: chosen("overflow", options=numbered(n)), 5, "/options"),
    (
        "overflow url",
        lambda n: chosen("overflow", options=[option(url=x(n))]),
        3000,
        "/0/url",
    ),
    ("checkboxes", lambda n: chosen("checkboxes", options=numbered(n)), 10, "/options"),
    ("radio buttons", lambda n: chosen("radio_buttons", options=numbered(n)), 10, "/options"),
    ("min_length", lambda n: entry("a", element_min_length=n), 3000, "/min_length"),
    ("max_length", lambda n: entry("a", element_max_length=n), 3000, "/max_length"),
]
SMALL: list[tuple[str, Made, int]] = [
    ("section text", lambda n: section(x(n)), 1),
    ("fields", lambda n: {"type": "section", "fields": [plain("x")] * n}, 1),
    ("context", lambda n: {"type": "context", "elements": [plain("x")] * n}, 1),
    ("actions", lambda n: actions(*(button(f"B{each}") for each in range(n))), 1),
    ("options", lambda n: chosen(options=numbered(n)), 1),
    ("overflow", lambda n: chosen("overflow", options=numbered(n)), 1),
    ("max_length", lambda n: entry("a", element_max_length=n), 1),
    ("min_length", lambda n: entry("a", element_min_length=n), 0),
    (
        "max_selected_items",
        lambda n: section("x", accessory={"type": "multi_users_select", "action_id": "a",
                                          "max_selected_items": n}),
        1,
    ),
    ("rows", lambda n: {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * n}, 1),
    ("heading", lambda n: {"type": "header", "text": plain(x(n))}, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "most", "at"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
def test_the_most_is_taken_and_one_more_is_not(make: Made, most: int, at: str) -> None:
    """§2.5: the limits of blocks and elements."""
    assert problems_in_message([make(most)]) == []
    problems = problems_in_message([make(most + 1)])
    assert any(each.endswith(f"{at}]") for each in problems), problems


@pytest.mark.parametrize(
    ("make", "least"), [row[1:] for row in SMALL], ids=[row[0] for row in SMALL]
)
def test_the_least_is_taken_and_one_less_is_not(make: Made, least: int) -> None:
    """§2.5: what must be there at least."""
    assert problems_in_message([make(least)]) == []
    assert problems_in_message([make(least - 1)]) != []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"type": "section", "text": plain("x"), "expand": 1}, "must provide a boolean"),
    (section("x", accessory={**PICTURE, "image_url": "/a.png"}), "invalid url"),
    (pressed(url="/incidents/7"), "invalid url"),
    (pressed(url="https://x.example/a b"), "invalid url"),
    ({**PICTURE, "slack_file": {"id": "F1"}}, "must provide one source"),
    ({"type": "image", "alt_text": "A", "slack_file": {}}, "must provide either id or url"),
    ({"type": "file", "external_id": "x", "source": "local"}, "must be one of: remote"),
    ({**VIDEO, "video_url": "http://x.example"}, "invalid url"),
    (chosen(options=[option(url="https://x")]), "invalid additional property: url"),
    (chosen(options=[option()], option_groups=[]), "must provide either options or option_groups"),
    (chosen(option_groups=[{"label": plain("G")}]), "missing required field: options"),
    (chosen(options=[option(text={"type": "mrkdwn", "text": "x"})]), "unsupported type: mrkdwn"),
    (
        chosen("conversations_select", filter={"include": ["dm"]}),
        "must be one of: im, mpim, private, public",
    ),
    (chosen("conversations_select", filter={}), "must provide at least one filter"),
    (
        chosen("conversations_select", response_url_enabled=True),
        "response_url_enabled is for modals",
    ),
    (chosen("datepicker", initial_date="2026-02-30"), "must be a date"),
    (chosen("timepicker", initial_time="24:00"), "must be a time"),
    (chosen("datetimepicker", initial_date_time="now"), "must provide an integer"),
    (
        section("x", accessory={"type": "datetimepicker", "action_id": "a"}),
        "unsupported type: datetimepicker",
    ),
    (
        entry("a", element_min_length=5, element_max_length=4),
        "min_length must not be more than max_length",
    ),
    (
        entry("a", "number_input", element_is_decimal_allowed=True, element_min_value="NaN"),
        "must be a number",
    ),
    (
        entry(
            "a",
            "number_input",
            element_is_decimal_allowed=False,
            element_min_value="9",
            element_max_value="10e-1",
        ),
        "min_value must not be more than max_value",
    ),
    (
        entry("a", element_dispatch_action_config={"trigger_actions_on": ["on_blur"]}),
        "must be one of: on_enter_pressed, on_character_entered",
    ),
    (entry("a", "file_input"), "unsupported type: file_input"),
    (line({"type": "text"}), "missing required field: text"),
    (line({"type": "parrot"}), "unsupported type: parrot"),
    (line({"type": "text", "text": "x", "style": {"bold": 1}}), "must provide a boolean"),
    (line({"type": "broadcast", "range": "world"}), "must be one of: here, channel, everyone"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": [
        {"type": "text", "text": "x"}], "style": "bullet"}]}, "unsupported type: text"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_quote"}]},
     "missing required field: elements"),
    (asking(style="loud"), "must be one of: primary, danger"),
    (pressed(confirm={}), "missing required field: title"),
    ({"type": "table", "rows": [[{"type": "cell"}]]}, "unsupported type: cell"),
    ({"type": "alert"}, "unsupported type: alert"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "problem"), REFUSED)
def test_what_else_slack_refuses(block: dict[str, Any], problem: str) -> None:
    """§2.5, §1.8."""
    assert any(each.startswith(problem) for each in problems_in_message([block]))


def test_what_holds_for_a_message_as_a_whole() -> None:
    """§2.5 markdown "cumulative"; one table; one element that has the focus."""
    half = {"type": "markdown", "text": x(6001)}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    focused: dict[str, Any] = {"element_focus_on_load": True}

    assert "12001 characters in total" in problems_in_message([half, half])[0]
    assert problems_in_message([table, table]) == ["only one table allowed [json-pointer:/blocks]"]
    assert problems_in_view(modal(entry("a", **focused))) == []
    two = problems_in_view(modal(entry("a", **focused), entry("b", **focused)))
    at = "/view/blocks/1/element/focus_on_load"
    assert two == [f"only one element may have focus_on_load [json-pointer:{at}]"]


def test_a_modal_may_hold_what_a_message_may_not() -> None:
    """§2.5: which block goes where."""
    assert problems_in_view(modal(entry("a", "file_input", element_max_files=10))) == []
    asked = entry("a", "conversations_select", element_response_url_enabled=True)
    assert problems_in_view(modal(asked)) == []
    assert problems_in_view({"type": "home", "blocks": [entry("a")]}) == []
    home = {"type": "home", "blocks": [], "title": plain("x")}
    assert "invalid additional property: title" in problems_in_view(home)[0]


def test_a_legacy_attachment_has_limits_too() -> None:
    """§2.5: attachments."""
    assert problems_in_attachment({"footer": x(300), "fields": [{"title": "a"}]}, "/a") == []
    assert problems_in_attachment({"footer": x(301)}, "/a") == [
        "must be less than 301 characters [json-pointer:/a/footer]"
    ]
    assert problems_in_attachment({"fields": [1], "text": []}, "/a") == [
        "must provide a string [json-pointer:/a/text]",
        "must provide an object [json-pointer:/a/fields/0]",
    ]


async def test_a_view_beyond_250_kilobytes(client: AsyncWebClient) -> None:
    """§1.8 `view_too_large`."""
    view = {"type": "home", "blocks": [section(x(2900)) for _ in range(90)]}

    answer = await refused(client.views_publish(user_id="U0ANN", view=view))

    assert answer["error"] == "view_too_large"


# -- fuzz ------------------------------------------------------------------------------------------

LEAF = (
    st.none()
    | st.booleans()
    | st.integers(-5, 4000)
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["plain_text", "mrkdwn", "a", "2026-07-01", "bullet", "on_enter_pressed"])
)
NAMES = sorted(
    {
        *(key for keys, _ in ELEMENTS.values() for key in keys),
        "type", "text", "elements", "element", "label", "value", "confirm", "fields", "rows",
        "trigger_actions_on", "include", "style", "action_id", "block_id", "url", "title",
    }
)  # fmt: skip
KINDS = sorted(
    {
        *ELEMENTS,
        "section", "actions", "input", "context", "rich_text", "rich_text_section", "table",
        "header", "image", "video", "rich_text_list", "context_actions", "modal", "home",
    }
)  # fmt: skip
TREE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5).flatmap(
            lambda found: st.sampled_from(KINDS).map(lambda kind: {"type": kind, **found})
        )
    ),
    max_leaves=20,
)


@given(TREE)
def test_no_tree_of_blocks_makes_the_checks_fall_over(sent: Any) -> None:
    """§2.5; no input ends in a 500."""
    for problems in (
        problems_in_message([sent]),
        problems_in_view(sent),
        problems_in_view({"type": "modal", "blocks": [sent]}),
        problems_in_attachment(sent, "/a") if isinstance(sent, dict) else [],
    ):
        assert all(each.endswith("]") and "[json-pointer:/" in each for each in problems)


GONE = object()
WORDS = line(
    {"type": "text", "text": "x", "style": {"bold": True}},
    {"type": "link", "url": "https://x.example", "text": "x"},
    {"type": "emoji", "name": "tada"},
    {"type": "user", "user_id": "U0ANN"},
    {"type": "usergroup", "usergroup_id": "S0ONCALL"},
    {"type": "channel", "channel_id": "C0GENERAL"},
    {"type": "broadcast", "range": "here"},
    {"type": "date", "timestamp": 1772443800, "format": "{date}", "fallback": "x"},
)
ENTRIES = (
    entry("a", "number_input", element_is_decimal_allowed=True, element_min_value="1"),
    entry("a", "rich_text_input", element_initial_value=WORDS),
    entry("a", "datepicker", element_initial_date="2026-07-01"),
    entry("a", "timepicker", element_initial_time="13:05", element_timezone="Europe/Berlin"),
    entry("a", "datetimepicker", element_initial_date_time=1772443800),
    entry("a", "multi_static_select", element_options=numbered(2), element_initial_options=[
        option(value="o1")], element_max_selected_items=2),
    entry("a", "radio_buttons", element_options=numbered(2)),
    entry("a", "conversations_select", element_default_to_current_conversation=True),
    entry("a", "multi_external_select", element_min_query_length=1),
    section("x", accessory={"type": "overflow", "action_id": "o", "options": numbered(2)}),
    actions({"type": "workflow_button", "text": plain("Go"), "workflow": {"trigger": {}}}),
    {"type": "context", "elements": [PICTURE, plain("x")]},
)  # fmt: skip
BLOCKS = [*(make(most) for _, make, most, _ in LIMITS if most < 200), WORDS, *ENTRIES]
WORKSPACE = open_workspace(Ground(clock=Clock(), app=new_app()))


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree, as the keys that lead there."""
    inner = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree[:3])
        if isinstance(tree, list)
        else ()
    )
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def changed(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The tree with something else in one place, or with nothing there."""
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = changed(tree[path[0]], path[1:], value)
    if copy[path[0]] is GONE:
        del copy[path[0]]
    return copy


JUNK: tuple[Any, ...] = (GONE, None, 7, "", "x", [], {}, [{}], {"type": "plain_text"}, 1.5)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block["type"]))
def test_what_is_taken_can_be_shown_and_filled_in(block: dict[str, Any]) -> None:
    """§2.5, §6: each place of each block, with something else there or nothing."""
    viewer = WORKSPACE.users["U0ANN"]
    for path in places(block)[1:]:
        for junk in JUNK:
            other = changed(block, path, junk)
            if problems_in_message([other]) and problems_in_view(modal(other)):
                continue
            kept = with_block_ids([other], "1")
            assert isinstance(rendering.render_blocks(WORKSPACE, kept, viewer), str)
            first_state(kept)
            json.dumps(kept, allow_nan=False)
