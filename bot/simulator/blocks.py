"""Block Kit and views, checked against Slack's limits with Slack's messages (contract §1.8, §2.5).

Every check adds a line such as `must be less than 3001 characters [json-pointer:/blocks/0/text]`;
nothing here raises, whatever is sent.
"""

import json
import re
from collections.abc import Callable, Collection
from typing import Any

from bot.simulator import elements
from bot.simulator.check import Checker
from bot.simulator.model import Json

MOST_IN_MESSAGE = 50
MOST_IN_VIEW = 100
MOST_MARKDOWN = 12_000
LARGEST_VIEW = 250_000
LONGEST_FOOTER = 300
LONGEST_ATTACHMENT = 40_000
COMMON = frozenset({"type", "block_id"})
MESSAGES_ONLY = frozenset({"markdown", "table", "file"})
VIEW_KEYS = frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"})
MODAL_KEYS = frozenset(
    {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}
)


def problems_in_message(blocks: object, at: str = "/blocks") -> list[str]:
    """What Slack would find wrong with a message's blocks."""
    check = Checker()
    if check.listing(blocks, at, least=0, most=MOST_IN_MESSAGE):
        _blocks(check, blocks, at, surface="message")
    return check.problems


def problems_in_attachment(attachment: Json, at: str) -> list[str]:
    """What Slack would find wrong with a legacy attachment and the blocks in it."""
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
    """What Slack would find wrong with a modal or a home."""
    check = Checker()
    if not isinstance(view, dict):
        check.bad("must provide an object", "/view")
        return check.problems
    kind = view.get("type")
    if kind not in ("modal", "home"):
        check.bad("must be one of: modal, home", "/view/type")
        return check.problems
    if kind == "modal":
        _modal(check, view)
    check.keys(view, "/view", allowed=VIEW_KEYS | (MODAL_KEYS if kind == "modal" else set()))
    for key, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        check.string(view.get(key, ""), f"/view/{key}", most=most, least=0)
    blocks = view.get("blocks")
    if check.listing(blocks, "/view/blocks", least=0, most=MOST_IN_VIEW):
        _blocks(check, blocks, "/view/blocks", surface=kind)
    return check.problems


def is_too_large(view: Json) -> bool:
    """Whether a whole view is beyond 250 KB."""
    return len(json.dumps(view)) > LARGEST_VIEW


def _modal(check: Checker, view: Json) -> None:
    if "title" in view:
        check.text(view["title"], "/view/title", most=24, plain=True)
    else:
        check.bad("missing required field: title", "/view")
    for key in ("submit", "close"):
        if view.get(key) is not None:
            check.text(view[key], f"/view/{key}", most=24, plain=True)
    blocks = view.get("blocks")
    asks = isinstance(blocks, list) and any(
        isinstance(each, dict) and each.get("type") == "input" for each in blocks
    )
    if asks and view.get("submit") is None:
        check.bad("missing required field: submit", "/view")


def _blocks(check: Checker, blocks: Any, at: str, *, surface: str) -> None:  # noqa: ANN401 - unchecked
    seen: set[str] = set()
    for place, block in enumerate(blocks):
        here = f"{at}/{place}"
        if not isinstance(block, dict):
            check.bad("must provide an object", here)
            continue
        kind = str(block.get("type"))
        known = BLOCKS.get(kind)
        if known is None or (surface != "message" and kind in MESSAGES_ONLY):
            check.bad(f"unsupported type: {kind}", f"{here}/type")
            continue
        keys, required, rule = known
        check.keys(block, here, allowed=COMMON | keys, required=required)
        block_id = block.get("block_id")
        if block_id is not None and check.string(block_id, f"{here}/block_id", most=255, least=0):
            if block_id and block_id in seen:
                check.bad(f"block_id must be unique: {block_id}", f"{here}/block_id")
            seen.add(block_id)
        rule(check, block, here)
    if surface == "message":
        markdown = sum(
            len(each["text"])
            for each in blocks
            if isinstance(each, dict)
            and each.get("type") == "markdown"
            and isinstance(each.get("text"), str)
        )
        if markdown > MOST_MARKDOWN:
            check.bad(f"markdown must be less than {MOST_MARKDOWN + 1} characters in total", at)


def _section(check: Checker, block: Json, at: str) -> None:
    if "text" not in block and "fields" not in block:
        check.bad("missing required field: text", at)
    if "text" in block:
        check.text(block["text"], f"{at}/text", most=3000)
    if "fields" in block and check.listing(block["fields"], f"{at}/fields", least=1, most=10):
        for place, field in enumerate(block["fields"]):
            check.text(field, f"{at}/fields/{place}", most=2000)
    if "accessory" in block:
        elements.check_element(
            check, block["accessory"], f"{at}/accessory", allowed=elements.IN_SECTION
        )


def _header(check: Checker, block: Json, at: str) -> None:
    if "text" in block:
        check.text(block["text"], f"{at}/text", most=150, plain=True)


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
    if not check.listing(block.get("elements"), f"{at}/elements", least=1, most=25):
        return
    seen: set[str] = set()
    for place, each in enumerate(block["elements"]):
        here = f"{at}/elements/{place}"
        elements.check_element(check, each, here, allowed=elements.IN_ACTIONS)
        action_id = each.get("action_id") if isinstance(each, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                check.bad(f"`action_id` must be unique: {action_id}", f"{here}/action_id")
            seen.add(action_id)


def _input(check: Checker, block: Json, at: str) -> None:
    if "label" in block:
        check.text(block["label"], f"{at}/label", most=2000, plain=True)
    if block.get("hint") is not None:
        check.text(block["hint"], f"{at}/hint", most=2000, plain=True)
    for key in ("optional", "dispatch_action"):
        check.flag(block.get(key, False), f"{at}/{key}")
    if "element" in block:
        elements.check_element(check, block["element"], f"{at}/element", allowed=elements.IN_INPUT)


def _image(check: Checker, block: Json, at: str) -> None:
    elements.check_image(check, block, at)
    if block.get("title") is not None:
        check.text(block["title"], f"{at}/title", most=2000, plain=True)


def _markdown(check: Checker, block: Json, at: str) -> None:
    check.string(block.get("text"), f"{at}/text", most=MOST_MARKDOWN)


def _rich_text(check: Checker, block: Json, at: str) -> None:
    if not check.listing(block.get("elements"), f"{at}/elements", least=0, most=None):
        return
    for place, each in enumerate(block["elements"]):
        kind = str(each.get("type")) if isinstance(each, dict) else "none"
        if kind not in elements.RICH_TEXT_PARTS:
            check.bad(f"unsupported type: {kind}", f"{at}/elements/{place}/type")


def _table(check: Checker, block: Json, at: str) -> None:
    if not check.listing(block.get("rows"), f"{at}/rows", least=1, most=100):
        return
    for place, row in enumerate(block["rows"]):
        check.listing(row, f"{at}/rows/{place}", least=1, most=20)


def _video(check: Checker, block: Json, at: str) -> None:
    check.text(block.get("title"), f"{at}/title", most=200, plain=True)
    check.string(block.get("author_name", ""), f"{at}/author_name", most=50, least=0)


def _nothing(check: Checker, block: Json, at: str) -> None:
    """A divider, or a block whose insides Slack does not limit."""


Rule = Callable[[Checker, Json, str], None]
# block type → what else it may hold, what it must hold, the rule for what it holds
BLOCKS: dict[str, tuple[frozenset[str], Collection[str], Rule]] = {
    "section": (frozenset({"text", "fields", "accessory", "expand"}), (), _section),
    "header": (frozenset({"text"}), ("text",), _header),
    "divider": (frozenset(), (), _nothing),
    "context": (frozenset({"elements"}), ("elements",), _context),
    "actions": (frozenset({"elements"}), ("elements",), _actions),
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
    "rich_text": (frozenset({"elements"}), ("elements",), _rich_text),
    "table": (frozenset({"rows", "column_settings"}), ("rows",), _table),
    "file": (frozenset({"external_id", "source"}), ("external_id", "source"), _nothing),
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


def text_length(blocks: object) -> int:
    """All the characters of text within, as `msg_blocks_too_long` counts them."""
    if isinstance(blocks, dict):
        return sum(
            len(value) if isinstance(value, str) and _TEXT_KEYS.match(key) else text_length(value)
            for key, value in blocks.items()
        )
    return sum(map(text_length, blocks)) if isinstance(blocks, list) else 0
