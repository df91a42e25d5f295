"""Rich text: sections, lists, quotes, and what stands in them (contract §2.5)."""

from collections.abc import Callable
from functools import partial

from bot.simulator.check import Checker
from bot.simulator.model import Json

MOST_PARTS = 3000  # Slack publishes no number; so many hang no page
STYLES = (
    "bold",
    "italic",
    "strike",
    "code",
    "underline",
    "highlight",
    "unlink",
)
PARTS = ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
# what stands in a line → what it must hold, what it may hold
LINE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text",), ()),
    "link": (("url",), ("text", "unsafe")),
    "emoji": (("name",), ("unicode", "skin_tone")),
    "user": (("user_id",), ()),
    "usergroup": (("usergroup_id",), ()),
    "channel": (("channel_id",), ()),
    "broadcast": (("range",), ()),
    "color": (("value",), ()),
    "date": (("timestamp", "format"), ("url", "fallback")),
}
TEXTS = (
    "text",
    "url",
    "name",
    "user_id",
    "usergroup_id",
    "channel_id",
    "value",
    "format",
    "fallback",
    "unicode",
)
LONGEST = 12_000


def check_rich_text(check: Checker, block: Json, at: str) -> None:
    """A `rich_text` block, or the value that a rich text input begins with."""
    check.each(block.get("elements"), f"{at}/elements", partial(_part, check), most=MOST_PARTS)


def _part(check: Checker, part: Json, at: str) -> None:
    kind = part.get("type")
    if not isinstance(kind, str) or kind not in PARTS:
        check.bad(f"unsupported type: {kind}", f"{at}/type")
        return
    allowed = {"type", "elements", "border"}
    rule: Callable[[Checker, Json, str], None] = _inline
    if kind == "rich_text_list":
        allowed |= {"style", "indent", "offset"}
        rule = _list_item
        check.one_of(part.get("style"), f"{at}/style", "bullet", "ordered")
        for key, most in (("indent", 8), ("offset", 10**6)):
            if part.get(key) is not None:
                check.number(part[key], f"{at}/{key}", least=0, most=most)
    elif kind == "rich_text_preformatted":
        allowed |= {"language"}
        check.strings(part, at, language=100)
    check.keys(part, at, allowed=allowed, required=("elements",))
    if part.get("border") is not None:
        check.number(part["border"], f"{at}/border", least=0, most=1)
    if part.get("elements") is not None:
        check.each(part["elements"], f"{at}/elements", partial(rule, check), most=MOST_PARTS)


def _list_item(check: Checker, item: Json, at: str) -> None:
    if item.get("type") != "rich_text_section":
        check.bad(f"unsupported type: {item.get('type')}", f"{at}/type")
        return
    _part(check, item, at)


def _inline(check: Checker, piece: Json, at: str) -> None:
    kind = piece.get("type")
    if not isinstance(kind, str) or kind not in LINE:
        check.bad(f"unsupported type: {kind}", f"{at}/type")
        return
    required, allowed = LINE[kind]
    check.keys(piece, at, allowed={"type", "style", *required, *allowed}, required=required)
    check.strings(piece, at, least=1, **dict.fromkeys(TEXTS, LONGEST))
    if piece.get("range") is not None:
        check.one_of(piece["range"], f"{at}/range", "here", "channel", "everyone")
    if piece.get("timestamp") is not None:
        check.number(piece["timestamp"], f"{at}/timestamp", least=0, most=10**11)
    if piece.get("style") is not None:
        style = check.thing(piece["style"], f"{at}/style")
        if style is not None:
            check.keys(style, f"{at}/style", allowed=STYLES)
            check.flags(style, f"{at}/style", *STYLES)
