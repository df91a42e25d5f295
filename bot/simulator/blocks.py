"""Block Kit and views, checked against Slack's limits with Slack's messages (contract §1.8, §2.5).

Every check adds a line such as `must be less than 3001 characters [json-pointer:/blocks/0/text]`;
nothing here raises, whatever is sent.
"""

import json
import re
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from bot.simulator import elements
from bot.simulator.check import Checker
from bot.simulator.model import Json
from bot.simulator.rich import check_rich_text

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MOST_MARKDOWN = 12_000
LARGEST_VIEW = 250_000
LONGEST_FOOTER = 300
LONGEST_ATTACHMENT = 40_000
LONGEST_BLOCKS = 11_000  # undocumented: 11,341 were refused, 10,000 are safe
COMMON = frozenset({"type", "block_id"})
MESSAGES_ONLY = frozenset({"markdown", "table", "file", "context_actions"})
VIEW_KEYS = frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"})
MODAL_KEYS = frozenset({"title", "submit", "close", "clear_on_close", "notify_on_close"})


def problems_in_message(blocks: object, at: str = "/blocks") -> list[str]:
    """The problems Slack would report in a message's blocks."""
    check = Checker("message")
    if check.listing(blocks, at, least=0, most=MOST_IN_MESSAGE):
        _blocks(check, blocks, at)
    return check.problems


def problems_in_attachment(attachment: Json, at: str) -> list[str]:
    """The problems Slack would report in a legacy attachment and its blocks."""
    check = Checker()
    for key in ("text", "pretext", "title", "fallback", "color", "author_name", "footer"):
        if attachment.get(key) is not None:
            most = LONGEST_FOOTER if key == "footer" else LONGEST_ATTACHMENT
            check.string(attachment[key], f"{at}/{key}", most=most, least=0)
    fields = attachment.get("fields")
    if fields is not None and check.listing(fields, f"{at}/fields", least=0, most=None):
        for place, each in enumerate(fields):
            if not isinstance(each, dict):
                check.bad("must provide an object", f"{at}/fields/{place}")
    if attachment.get("blocks"):
        check.problems += problems_in_message(attachment["blocks"], f"{at}/blocks")
    return check.problems


def problems_in_view(view: object) -> list[str]:
    """The problems Slack would report in a modal or a home."""
    kind = view.get("type") if isinstance(view, dict) else None
    check = Checker("home" if kind == "home" else "modal")
    found = check.thing(view, "/view")
    if found is None:
        return check.problems
    if kind not in ("modal", "home"):
        check.one_of(kind, "/view/type", "modal", "home")
        return check.problems
    if kind == "modal":
        _modal(check, found)
    check.keys(found, "/view", allowed=VIEW_KEYS | (MODAL_KEYS if kind == "modal" else set()))
    check.strings(found, "/view", private_metadata=3000, callback_id=255, external_id=255)
    blocks = found.get("blocks")
    if blocks is None:
        check.bad("missing required field: blocks", "/view")
    elif check.listing(blocks, "/view/blocks", least=0, most=MOST_IN_VIEW):
        _blocks(check, blocks, "/view/blocks")
    return check.problems


def is_too_large(view: Json) -> bool:
    """Whether a whole view is beyond 250 KB."""
    return len(json.dumps(view)) > LARGEST_VIEW


def _modal(check: Checker, view: Json) -> None:
    if view.get("title") is None:
        check.bad("missing required field: title", "/view")
    check.texts(view, "/view", plain=True, title=24, submit=24, close=24)
    check.flags(view, "/view", "clear_on_close", "notify_on_close")
    blocks = view.get("blocks")
    if view.get("submit") is not None or not isinstance(blocks, list):
        return
    for place, each in enumerate(blocks[:MOST_IN_VIEW]):
        if isinstance(each, dict) and each.get("type") == "input":
            here = f"/view/blocks/{place}/input"
            check.bad("must define `submit` to use an `input` block in modals", here)


def _blocks(check: Checker, blocks: Any, at: str) -> None:  # noqa: ANN401 - unchecked
    seen: set[str] = set()
    for place, item in enumerate(blocks):
        here = f"{at}/{place}"
        block = check.thing(item, here)
        if block is None:
            continue
        kind = str(block.get("type"))
        known = BLOCKS.get(kind)
        if known is None or (check.surface != "message" and kind in MESSAGES_ONLY):
            check.bad(f"unsupported type: {kind}", f"{here}/type")
            continue
        keys, required, rule = known
        check.keys(block, here, allowed=COMMON | keys, required=required)
        _block_id(check, block, here, seen)
        rule(check, block, here)
    if check.surface == "message":
        _of_all(check, [each for each in blocks if isinstance(each, dict)], at)


def _block_id(check: Checker, block: Json, at: str, seen: set[str]) -> None:
    block_id = block.get("block_id")
    if block_id is None or not check.string(block_id, f"{at}/block_id", most=255, least=0):
        return
    if block_id and block_id in seen:
        check.bad(f'`block_id` "{block_id}" already exists', f"{at}/block_id")
    seen.add(block_id)


def _of_all(check: Checker, blocks: list[Json], at: str) -> None:
    """Rules for all the blocks of a message together."""
    texts = (each.get("text") for each in blocks if each.get("type") == "markdown")
    if sum(len(text) for text in texts if isinstance(text, str)) > MOST_MARKDOWN:
        check.bad(f"markdown must be less than {MOST_MARKDOWN + 1} characters in total", at)
    if sum(each.get("type") == "table" for each in blocks) > 1:
        check.bad("only one table allowed", at)


def _section(check: Checker, block: Json, at: str) -> None:
    if block.get("text") is None and block.get("fields") is None:
        check.bad("missing required field: text", at)
    check.texts(block, at, text=3000)
    check.flags(block, at, "expand")
    fields, here = block.get("fields"), f"{at}/fields"
    if fields is not None and check.listing(fields, here, least=1, most=10):
        for place, field in enumerate(fields):
            check.text(field, f"{here}/{place}", most=2000)
    if block.get("accessory") is not None:
        elements.check_element(
            check, block["accessory"], f"{at}/accessory", allowed=elements.IN_SECTION
        )


def _header(check: Checker, block: Json, at: str) -> None:
    check.texts(block, at, plain=True, text=150)


def _context(check: Checker, block: Json, at: str) -> None:
    if not check.listing(block.get("elements"), f"{at}/elements", least=1, most=10):
        return
    for place, each in enumerate(block["elements"]):
        here = f"{at}/elements/{place}"
        if isinstance(each, dict) and each.get("type") == "image":
            elements.check_element(check, each, here, allowed=frozenset({"image"}))
        else:
            check.text(each, here, most=3000)


def _actions(check: Checker, block: Json, at: str) -> None:
    _with_elements(check, block, at, most=25, allowed=elements.IN_ACTIONS)


def _context_actions(check: Checker, block: Json, at: str) -> None:
    _with_elements(check, block, at, most=5, allowed=elements.IN_CONTEXT)


def _with_elements(
    check: Checker, block: Json, at: str, *, most: int, allowed: frozenset[str]
) -> None:
    if not check.listing(block.get("elements"), f"{at}/elements", least=1, most=most):
        return
    seen: set[str] = set()
    for place, each in enumerate(block["elements"]):
        here = f"{at}/elements/{place}"
        elements.check_element(check, each, here, allowed=allowed)
        action_id = each.get("action_id") if isinstance(each, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                check.bad(f'`action_id` "{action_id}" already exists', f"{here}/action_id")
            seen.add(action_id)


def _input(check: Checker, block: Json, at: str) -> None:
    check.texts(block, at, plain=True, label=2000, hint=2000)
    check.flags(block, at, "optional", "dispatch_action")
    if block.get("element") is not None:
        elements.check_element(check, block["element"], f"{at}/element", allowed=elements.IN_INPUT)


def _image(check: Checker, block: Json, at: str) -> None:
    elements.check_image(check, block, at)
    check.texts(block, at, plain=True, title=2000)


def _markdown(check: Checker, block: Json, at: str) -> None:
    check.strings(block, at, least=1, text=MOST_MARKDOWN)


def _table(check: Checker, block: Json, at: str) -> None:
    if not check.listing(block.get("rows"), f"{at}/rows", least=1, most=100):
        return
    for place, row in enumerate(block["rows"]):
        check.each(row, f"{at}/rows/{place}", partial(_cell, check), least=1, most=20)
    settings = block.get("column_settings")
    if settings is not None:
        check.listing(settings, f"{at}/column_settings", least=0, most=20)


def _cell(check: Checker, cell: Json, at: str) -> None:
    match cell.get("type"):
        case "raw_text":
            check.keys(cell, at, allowed=("type", "text"), required=("text",))
            check.strings(cell, at, text=3000)
        case "rich_text":
            check_rich_text(check, cell, at)
        case kind:
            check.bad(f"unsupported type: {kind}", f"{at}/type")


def _video(check: Checker, block: Json, at: str) -> None:
    check.texts(block, at, plain=True, title=200, description=200)
    check.strings(block, at, author_name=50, alt_text=2000)
    for key in ("video_url", "thumbnail_url", "title_url", "provider_icon_url"):
        url = block.get(key)
        if url is not None:
            check.address(url, f"{at}/{key}", "https://")


def _file(check: Checker, block: Json, at: str) -> None:
    check.strings(block, at, least=1, external_id=255)
    if block.get("source") is not None:
        check.one_of(block["source"], f"{at}/source", "remote")


def _nothing(check: Checker, block: Json, at: str) -> None:
    """A divider."""


Rule = Callable[[Checker, Json, str], None]
# block type → what else it may hold, what it must hold, the rule for what it holds
BLOCKS: dict[str, tuple[frozenset[str], Collection[str], Rule]] = {
    "section": (frozenset({"text", "fields", "accessory", "expand"}), (), _section),
    "header": (frozenset({"text"}), ("text",), _header),
    "divider": (frozenset(), (), _nothing),
    "context": (frozenset({"elements"}), ("elements",), _context),
    "actions": (frozenset({"elements"}), ("elements",), _actions),
    "context_actions": (frozenset({"elements"}), ("elements",), _context_actions),
    "input": (
        frozenset({"label", "hint", "optional", "dispatch_action", "element"}),
        ("label", "element"),
        _input,
    ),
    "image": (
        frozenset({"image_url", "slack_file", "alt_text", "title"}),
        ("alt_text",),
        _image,
    ),
    "markdown": (frozenset({"text"}), ("text",), _markdown),
    "rich_text": (frozenset({"elements"}), ("elements",), check_rich_text),
    "table": (frozenset({"rows", "column_settings"}), ("rows",), _table),
    "file": (frozenset({"external_id", "source"}), ("external_id", "source"), _file),
    "video": (
        frozenset(
            """title title_url description provider_icon_url provider_name alt_text thumbnail_url
            video_url author_name""".split()  # noqa: SIM905 - shorter to read than nine quotes
        ),
        ("title", "alt_text", "thumbnail_url", "video_url"),
        _video,
    ),
}

_TEXT_KEYS = re.compile(r"^(text|alt_text|title|hint|label)$")


def are_too_long(blocks: list[Json]) -> bool:
    """Whether a message's blocks hold too much text; markdown has its own limit."""
    counted = [each for each in blocks if each.get("type") != "markdown"]
    return text_length(counted) > LONGEST_BLOCKS


def text_length(blocks: object) -> int:
    """The number of characters of text, as `msg_blocks_too_long` counts them."""
    if isinstance(blocks, dict):
        return sum(
            len(value) if isinstance(value, str) and _TEXT_KEYS.match(key) else text_length(value)
            for key, value in blocks.items()
        )
    return sum(map(text_length, blocks)) if isinstance(blocks, list) else 0
