"""Plain text into Slack's mrkdwn: the one place where it is escaped, cut and dressed."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.domain.values import MUSTER

SECTION_LIMIT = 3_000
FIELD_LIMIT = 2_000
HEADER_LIMIT = 150
BUTTON_LIMIT = 75
NOTIFICATION_LIMIT = 300
"""A notification on a phone shows less; more than this only costs."""

Block = dict[str, Any]
Message = dict[str, Any]

_SHOUT = re.compile(r"@(?=(?:channel|here|everyone|group)(?:\b|https?:))", re.IGNORECASE)
"""Also right before an address, which gets brackets of its own."""
_SHOUT_AT_THE_END = re.compile(r"@(?:channel|here|everyone|group)$", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s|]+")
_TAIL = ".,:;!?)]}'\"*_~`"
_USER = re.compile(r"[UW][A-Z0-9]+")
_OURS = re.compile(r"&lt;([@#][A-Z][A-Z0-9]+)&gt;")
_TWICE = re.compile(r"&amp;(lt|gt|amp);")
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")


def escape(text: str) -> str:
    """Make text of people harmless: `<!channel>` typed in a title pings nobody, nor does `@here`.

    Slack parses some mentions even without brackets; an invisible joiner after the `@` keeps them
    words. What turns the direction of reading is left out: it would disguise what follows.
    """
    shown = _DIRECTION.sub("", text)
    safe = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SHOUT.sub("@\u2060", safe)


def unescape(text: str) -> str:
    """Return what a person typed, from text that came from Slack."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cut(text: str, limit: int) -> str:
    """Shorten mrkdwn to a limit of Slack, never inside an entity or one of our own tokens.

    Nor does what is left of a longer word shout: `@channels` is one, `@channel` is not.
    """
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    for begin, end in (("&", ";"), ("<", ">")):
        at = kept.rfind(begin)
        if at > kept.rfind(end):
            kept = kept[:at]
    return _SHOUT_AT_THE_END.sub("", kept.rstrip()).rstrip() + "…"


def said(text: str, limit: int = 2_500) -> str:
    """Return people's text, escaped and cut to fit; addresses in it can be clicked."""
    return cut(_ADDRESS.sub(_clickable, escape(text)), limit)


def _clickable(found: re.Match[str]) -> str:
    """Our text is sent verbatim, so that nothing in it turns into a mention; links go with that."""
    raw = found.group()
    address = re.split("&[lg]t;", raw)[0].rstrip(_TAIL)
    return f"<{address}>{raw[len(address) :]}" if len(address) > len("https://") else raw


def brief_words(text: str, limit: int = 150) -> str:
    """Return people's text on one line, escaped and cut; no fence in it swallows what follows."""
    return cut(escape(" ".join(text.split()).replace("```", "'''")), limit)


def quoted(text: str, limit: int = 2_500) -> str:
    """Return people's text as a quotation, line by line."""
    return cut("\n".join(f"> {line}" for line in said(text, limit).splitlines()), limit) or ">"


def sentence(text: str, limit: int = 2_500) -> str:
    """Return a sentence of the rules: escaped, but the people and rooms that it names are linked.

    What people typed cannot get in this way: the rules take its brackets off, and what somebody
    has escaped already stays as it is.
    """
    linked = _OURS.sub(r"<\1>", escape(text))
    return cut(_TWICE.sub(r"&\1;", linked), limit)


def mention(user: str | None) -> str:
    """Name a person so that Slack shows, and tells, them."""
    if not user:
        return "nobody"
    if user == MUSTER.user:
        return "Muster"
    return f"<@{user}>" if _USER.fullmatch(user) else escape(user)


def mentions(users: Iterable[str], most: int = 5) -> str:
    """Name some people; of many, the first few and how many more."""
    everybody = list(users)
    named = [mention(user) for user in everybody[:most]]
    rest = len(everybody) - len(named)
    if rest:
        return f"{', '.join(named)} and {rest} more"
    return " and ".join(filter(None, [", ".join(named[:-1]), *named[-1:]])) or "nobody"


def channel_link(channel: str) -> str:
    """Name a channel so that a click leads there."""
    return f"<#{channel}>"


def group_mention(group: str) -> str:
    """Name a user group so that Slack tells its members."""
    return f"<!subteam^{group}>"


def link(url: str, label: str) -> str:
    """Return a link with a label of ours or of people; what is no address of a page is no link."""
    if not url.lower().startswith(("https://", "http://")):
        return escape(label)
    safe = (
        _DIRECTION.sub("", url)
        .replace("&", "&amp;")
        .replace("<", "%3C")
        .replace(">", "%3E")
        .replace("|", "%7C")
    )
    return f"<{safe}|{escape(label).replace('|', '¦')}>"


def when(at: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """Show a time in each reader's own zone; where that fails, in UTC."""
    return f"<!date^{int(at.timestamp())}^{style}|{at:%Y-%m-%d %H:%M} UTC>"


def ago(at: datetime) -> str:
    """Show how long ago a time was, as it stands when somebody looks."""
    return when(at, "{ago}")


def day(at: datetime) -> str:
    """Show a day, for work that is due in days."""
    return when(at, "{date_short_pretty}")


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> Block:
    """A text object in which only our own tokens are links and mentions."""
    return {"type": "mrkdwn", "text": cut(text, limit), "verbatim": True}


def plain(text: str, limit: int, *, emoji: bool = False) -> Block:
    """A text object in which nothing is interpreted."""
    line = " ".join(_DIRECTION.sub("", text).split())
    short = line if len(line) <= limit else line[: limit - 1] + "…"
    return {"type": "plain_text", "text": short or "…", "emoji": emoji}


def section(text: str, *, accessory: Block | None = None) -> Block:
    """A paragraph, with a button beside it perhaps."""
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def header(text: str) -> Block:
    """A headline; plain text, nothing in it is interpreted."""
    return {"type": "header", "text": plain(text, HEADER_LIMIT)}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [mrkdwn(text) for text in texts if text]}


def fields(*texts: str) -> Block:
    """Up to ten short facts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text, FIELD_LIMIT) for text in texts[:10]]}


def button(
    label: str,
    action: str,
    value: str = "",
    *,
    style: str | None = None,
    confirm: str | None = None,
    says: str | None = None,
) -> Block:
    """A button. `action` is its action_id; `says` is what a screen reader reads."""
    element: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(label, BUTTON_LIMIT, emoji=True),
    }
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if says:
        element["accessibility_label"] = plain(says, BUTTON_LIMIT)["text"]
    if confirm:
        element["confirm"] = {
            "title": plain(label, 100),
            "text": mrkdwn(confirm, 300),
            "confirm": plain("Yes", 30),
            "deny": plain("No", 30),
        }
    return element


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def message(text: str, *blocks: Block | None) -> Message:
    """A message: a sentence for the notification, and what is shown."""
    shown = [block for block in blocks if block is not None]
    return {"text": cut(text, NOTIFICATION_LIMIT), **({"blocks": shown} if shown else {})}


def one_section(text: str) -> Message:
    """A message that shows what its notification says."""
    return message(text, section(text))
