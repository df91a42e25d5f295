"""Plain text into Slack's mrkdwn: the one place where it is escaped, cut and dressed."""

from datetime import datetime
from typing import Any

SECTION_LIMIT = 3_000
HEADER_LIMIT = 150

Block = dict[str, Any]


def escape(text: str) -> str:
    """Make text of people harmless: `<!channel>` typed in a title pings nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Return what a person typed, from text that came from Slack."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def cut(text: str, limit: int) -> str:
    """Shorten escaped text to a limit of Slack, never in the middle of an entity."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    ampersand = kept.rfind("&")
    if ampersand > kept.rfind(";"):
        kept = kept[:ampersand]
    return kept + "…"


def said(text: str, limit: int = 2_500) -> str:
    """Return people's text, escaped and cut to fit a section."""
    return cut(escape(text), limit)


def quoted(text: str, limit: int = 2_500) -> str:
    """Return people's text as a quotation, line by line."""
    return "\n".join(f">{line}" for line in said(text, limit).splitlines()) or ">"


def mention(user: str | None) -> str:
    """Name a person so that Slack shows, and tells, them."""
    return f"<@{user}>" if user else "nobody"


def channel_link(channel: str) -> str:
    """Name a channel so that a click leads there."""
    return f"<#{channel}>"


def link(url: str, label: str) -> str:
    """Return a link with a label of ours or of people."""
    return f"<{url}|{escape(label).replace('|', '¦')}>"


def when(at: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """Show a time in each reader's own zone; where that fails, in UTC."""
    return f"<!date^{int(at.timestamp())}^{style}^{at:%Y-%m-%d %H:%M} UTC>"


def ago(at: datetime) -> str:
    """Show how long ago a time was, as it stands when somebody looks."""
    return when(at, "{ago}")


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────


def section(text: str, **more: Any) -> Block:
    """A paragraph."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION_LIMIT)}, **more}


def header(text: str) -> Block:
    """A headline; plain text, nothing in it is interpreted."""
    return {
        "type": "header",
        "text": {"type": "plain_text", "text": _plain(text, HEADER_LIMIT), "emoji": False},
    }


def _plain(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def context(*texts: str) -> Block:
    """Small print."""
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": cut(t, SECTION_LIMIT)} for t in texts if t],
    }


def fields(*texts: str) -> Block:
    """Up to ten short facts in two columns."""
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": cut(t, 2_000)} for t in texts]}


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
        "text": {"type": "plain_text", "text": _plain(label, 75), "emoji": True},
    }
    if value:
        element["value"] = value
    if style:
        element["style"] = style
    if says:
        element["accessibility_label"] = _plain(says, 75)
    if confirm:
        element["confirm"] = {
            "title": {"type": "plain_text", "text": _plain(label, 100)},
            "text": {"type": "mrkdwn", "text": cut(confirm, 300)},
            "confirm": {"type": "plain_text", "text": "Yes"},
            "deny": {"type": "plain_text", "text": "No"},
        }
    return element


def link_button(label: str, action: str, url: str) -> Block:
    """A button that opens an address."""
    return {**button(label, action), "url": url}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


DIVIDER: Block = {"type": "divider"}
