"""Messages and blocks as plain text, the way one person's screen shows them."""

import html
import re
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.simulator.model import Blocks, Json, User
from bot.simulator.workspace import Workspace

TOKEN = re.compile(r"<([^<>]+)>")
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
FORMATS = tuple(
    re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])")
    for mark in (r"\*", "_", "~")
)
DATE_PART = re.compile(r"\{(\w+)\}")


def mrkdwn(workspace: Workspace, text: str, viewer: User) -> str:
    """Slack's markup as words: names for mentions, the viewer's own time for dates."""
    parts = CODE.split(text)
    for place in range(0, len(parts), 2):
        for mark in FORMATS:
            parts[place] = mark.sub(r"\1", parts[place])
    for place in range(1, len(parts), 2):
        parts[place] = parts[place].strip("`").strip("\n")
    return unmarked(workspace, "".join(parts), viewer)


def unmarked(workspace: Workspace, text: str, viewer: User) -> str:
    """The same where nothing is marked: only mentions, links and dates are words."""
    return html.unescape(TOKEN.sub(partial(_token, workspace, viewer), text))


def _token(workspace: Workspace, viewer: User, found: re.Match[str]) -> str:
    inside, _, label = found[1].partition("|")
    if inside.startswith("@"):
        user = workspace.users.get(inside[1:])
        return f"@{user.display_name or user.real_name}" if user else found[0]
    if inside.startswith("#"):
        room = workspace.channels.get(inside[1:])
        return f"#{room.name}" if room else found[0]
    if inside.startswith("!subteam^"):
        group = workspace.usergroups.get(inside.removeprefix("!subteam^"))
        return f"@{group.handle}" if group else found[0]
    if inside.startswith("!date^"):
        return _date(workspace, viewer, inside, label) if _is_date(inside, label) else found[0]
    if inside.startswith("!"):
        return f"@{inside[1:]}"
    return label or inside.removeprefix("mailto:")


def _is_date(inside: str, fallback: str) -> bool:
    """Whether it has all that Slack asks of a date: a fallback, and a link only where one is."""
    link = "".join(inside.split("^")[3:])
    return bool(fallback) and (not link or link.startswith(("https://", "http://")))


def _date(workspace: Workspace, viewer: User, inside: str, fallback: str) -> str:
    _, seconds, form, *_ = [*inside.split("^"), "", ""]
    if not seconds.lstrip("-").isdigit() or not form:
        return fallback
    zone = ZoneInfo(viewer.tz)
    try:
        moment = datetime.fromtimestamp(int(seconds), zone)
    except (OverflowError, ValueError, OSError):  # no moment of this world
        return fallback
    now = workspace.clock.now().astimezone(zone)
    return DATE_PART.sub(lambda part: date_part(part[1], moment, now) or part[0], form)


def date_part(name: str, moment: datetime, now: datetime) -> str:
    """One token of a date, such as `date_short`; empty when there is no such token."""
    pretty = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((moment.date() - now.date()).days)
    if name.endswith("_pretty") and pretty:
        return pretty
    ordinal = f"{moment:%B} {moment.day}{_ordinal(moment.day)}, {moment.year}"
    match name.removesuffix("_pretty"):
        case "date_num":
            return f"{moment:%Y-%m-%d}"
        case "date":
            return ordinal
        case "date_short":
            return f"{moment:%b} {moment.day}, {moment.year}"
        case "date_long":
            return f"{moment:%A}, {ordinal}"
        case "time":
            return f"{moment:%I:%M %p}".lstrip("0")
        case "time_secs":
            return f"{moment:%I:%M:%S %p}".lstrip("0")
        case "ago":
            return _ago((now - moment).total_seconds())
        case _:
            return ""


def _ordinal(day: int) -> str:
    if day in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _ago(seconds: float) -> str:
    away = abs(seconds)
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if away >= size:
            number = int(away // size)
            span = f"{number} {unit}{'s' if number > 1 else ''}"
            return f"{span} ago" if seconds >= 0 else f"in {span}"
    return "just now" if seconds >= 0 else "in less than a minute"


def content(
    workspace: Workspace,
    viewer: User,
    *,
    text: str,
    blocks: Blocks | None,
    attachments: Blocks | None = None,
    marked: bool = True,
) -> str:
    """What a message shows: its blocks when it has some, else its text; attachments below."""
    if blocks:
        shown = render_blocks(workspace, blocks, viewer)
    else:
        shown = (mrkdwn if marked else unmarked)(workspace, text, viewer)
    for each in attachments or ():
        if each.get("blocks"):
            shown += "\n" + render_blocks(workspace, each["blocks"], viewer)
        else:
            words = [str(each.get(key) or "") for key in ("pretext", "title", "text")]
            shown += "\n" + mrkdwn(workspace, "\n".join(filter(None, words)), viewer)
    return shown


def render_blocks(workspace: Workspace, blocks: Blocks, viewer: User) -> str:
    """Blocks as lines of plain text; what can be pressed or chosen stands in brackets."""
    lines = [_block(workspace, viewer, block) for block in blocks]
    return "\n".join(line for line in lines if line)


def _block(workspace: Workspace, viewer: User, block: Json) -> str:
    say = partial(_text, workspace, viewer)
    match block["type"]:
        case "section":
            parts = [say(block.get("text")), *(say(each) for each in block.get("fields") or ())]
            if block.get("accessory"):
                parts.append(element(workspace, viewer, block["accessory"]))
            return "\n".join(filter(None, parts))
        case "header":
            return say(block["text"])
        case "context":
            return " ".join(
                say(each) if each["type"] != "image" else f"({each['alt_text']})"
                for each in block["elements"]
            )
        case "actions":
            return " ".join(element(workspace, viewer, each) for each in block["elements"])
        case "input":
            parts = [say(block["label"]), element(workspace, viewer, block["element"])]
            return "\n".join([*parts, say(block.get("hint"))]).rstrip()
        case "image":
            return f"({block['alt_text']})"
        case "markdown":
            return str(block["text"])
        case "rich_text":
            return rich_text(workspace, viewer, block)
        case "divider":
            return "———"
        case _:
            return f"({block['type']})"


def _text(workspace: Workspace, viewer: User, thing: Json | None) -> str:
    if thing is None:
        return ""
    if thing["type"] == "plain_text":
        return str(thing["text"])
    return mrkdwn(workspace, thing["text"], viewer)


def element(workspace: Workspace, viewer: User, thing: Json) -> str:
    """One element: `[Join]` for a button, `[sev3 ▾]` for a select."""
    kind = thing["type"]
    if kind == "image":
        return f"({thing['alt_text']})"
    if kind in ("button", "workflow_button"):
        return f"[{_text(workspace, viewer, thing['text'])}]"
    if kind == "overflow":
        return "[…]"
    if kind in ("radio_buttons", "checkboxes"):
        labels = [_text(workspace, viewer, each["text"]) for each in thing["options"]]
        return " ".join(f"({each})" for each in labels)
    chosen = thing.get("initial_option")
    shown = _text(workspace, viewer, chosen["text"] if chosen else thing.get("placeholder"))
    return f"[{shown} ▾]" if "select" in kind else f"[{shown}]"


def rich_text(workspace: Workspace, viewer: User, thing: Json) -> str:
    """A rich text block or one of its parts, flattened."""
    if "elements" in thing:
        parts = [rich_text(workspace, viewer, each) for each in thing["elements"]]
        return ("\n" if thing["type"] in ("rich_text", "rich_text_list") else "").join(parts)
    match thing["type"]:
        case "text":
            return str(thing["text"])
        case "link":
            return str(thing.get("text") or thing["url"])
        case "user":
            return mrkdwn(workspace, f"<@{thing['user_id']}>", viewer)
        case "channel":
            return mrkdwn(workspace, f"<#{thing['channel_id']}>", viewer)
        case "usergroup":
            return mrkdwn(workspace, f"<!subteam^{thing['usergroup_id']}>", viewer)
        case "broadcast":
            return f"@{thing['range']}"
        case "emoji":
            return f":{thing['name']}:"
        case _:
            return ""
