"""People's words and times as HTML: escaped, with addresses that lead somewhere as links."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from markupsafe import Markup, escape

from bot.domain.review.people import unescape_three

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Characters that hide or reorder what stands beside them."""
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\]+", re.IGNORECASE)
_TAIL = ".,:;!?)]}*_~"
_TOKEN = re.compile(r"<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>")
_OPEN, _CLOSE = "\ue000", "\ue001"
_A_MINUTE = 60
_FIXED = "\u00a0"
"""A no-break space."""
_PLACE = re.compile(f"{_OPEN}(\\d{{1,6}}){_CLOSE}")


def http(link: str | None) -> str:
    """Return an address if it leads to a page; a script, a file or nothing is no address."""
    if link and link.lower().startswith(("https://", "http://")):
        return link
    return ""


def seen(text: str) -> str:
    """Return a text without what hides or reorders."""
    return _UNSEEN.sub("", text)


def prose(text: str) -> Markup:
    """Return people's text: nothing in it means anything, but addresses can be followed."""
    clean = seen(text)
    if "://" not in clean:
        return escape(clean)
    parts, at = [], 0
    for found in _ADDRESS.finditer(clean):
        address = found[0].rstrip(_TAIL)
        parts += [escape(clean[at : found.start()]), anchor(address, address)]
        at = found.start() + len(address)
    return Markup("").join([*parts, escape(clean[at:])])


_CODE = re.compile(r"`([^`]+)`")


def code(sentence: str) -> Markup:
    """Return a sentence of Muster's own, in which commands stand in backticks."""
    escaped = str(escape(sentence))
    return Markup(_CODE.sub(r"<code>\1</code>", escaped))  # noqa: S704 - escaped above


def anchor(address: str, label: str) -> Markup:
    """Return a link that sends no referrer."""
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, label)


def from_slack(text: str, name_of: Callable[[str], str]) -> str:
    """Return a message as people read it: Slack's brackets as names, channels and addresses."""

    def readable(found: re.Match[str]) -> str:
        sort, what, label = found[1], found[2], found[3] or ""
        match sort:
            case "@":
                return f"@{label or name_of(what)}"
            case "#":
                return f"#{label or 'a channel'}"
            case "!":
                return label or ("@a group" if "^" in what else f"@{what}")
            case _:
                address = what.removeprefix("mailto:")
                return address if label in {"", what, address} else f"{label} ({address})"

    return unescape_three(_TOKEN.sub(readable, text))


# ── Times ───────────────────────────────────────────────────────────────────────────────────────


def day(at: datetime) -> str:
    """Write a day: Wed 4 Mar 2026."""
    return f"{at:%a} {at.day} {at:%b %Y}"


def short(at: datetime) -> str:
    """Write a time with its day: Wed 4 Mar 10:05."""
    return f"{at:%a} {at.day} {at:%b %H:%M}"


_STYLES: Mapping[str, Callable[[datetime], str]] = {
    "full": lambda at: f"{short(at)} UTC",
    "now": lambda at: f"{at:%H:%M}",
    "clock": lambda at: f"{at:%H:%M}",
    "day": day,
}
"""How times are written where no script rewrites them."""


def moment(at: datetime, style: str = "full") -> Markup:
    """Return a time that reads in UTC, and in the reader's zone once the script has seen it."""
    utc = at.astimezone(UTC)
    text = _STYLES[style](utc)
    return Markup('<time datetime="{}" data-as="{}" title="{}">{}</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", style, f"{utc:%Y-%m-%d %H:%M:%S} UTC", text
    )


def relative(at: datetime, now: datetime) -> Markup:
    """Return how long ago, or how soon, a time is."""
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{}" data-as="ago" title="{}">{}</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M:%S} UTC", apart(at - now)
    )


def apart(length: timedelta) -> str:
    """Write how far from now: `3 min ago`, `in 2 h`."""
    seconds = round(length.total_seconds())
    size = abs(seconds)
    if size < _A_MINUTE:
        return "in a moment" if seconds > 0 else "just now"
    units = ((86_400, "d"), (3_600, "h"), (60, "min"))
    place, (unit, name) = next((n, pair) for n, pair in enumerate(units) if size >= pair[0])
    text = f"{size // unit}{_FIXED}{name}"
    if name == "h" and (minutes := size % unit // 60):
        text += f" {minutes}{_FIXED}{units[place + 1][1]}"
    return f"in {text}" if seconds > 0 else f"{text} ago"


class Places:
    """Placeholders for names and times, filled in after the whole sentence was escaped.

    Whoever types a placeholder by hand gets what the sentence names anyway, and nothing else.
    """

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self._kept: list[Markup] = []

    def person(self, user: str) -> str:
        """Return a placeholder for a person's name."""
        return self._keep(Markup("<b>{}</b>").format(seen(self._name_of(user))))

    def time(self, at: datetime) -> str:
        """Return a placeholder for a time."""
        return self._keep(moment(at))

    def filled(self, sentence: str) -> Markup:
        """Return the sentence as HTML, its placeholders filled in."""
        return Markup(_PLACE.sub(self._back, str(prose(sentence))))  # noqa: S704 - escaped above

    def _keep(self, markup: Markup) -> str:
        self._kept.append(markup)
        return f"{_OPEN}{len(self._kept) - 1}{_CLOSE}"

    def _back(self, found: re.Match[str]) -> str:
        place = int(found[1])
        return str(self._kept[place]) if place < len(self._kept) else ""
