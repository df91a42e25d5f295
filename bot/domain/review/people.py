"""Who people are in a review: the part that they played, the same from its first line to its last.

A review is blameless, so names and ids stand in one place only, the table of participants.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape

from bot.domain.review.record import Record
from bot.domain.values import MUSTER

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_TOKEN = re.compile(r"<([@#!]?)([^<>|\n]+)(?:\|([^<>\n]*))?>")
_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
AN_APP = "an app"
_BOT = "B"
"""How Slack's ids of apps begin that speak without being a user."""
_FIELDS = frozenset({"communications", "operations"})
"""Roles that are named after a field of work, which nobody is."""


@dataclass(frozen=True, kw_only=True)
class People:
    """Gives everybody a part at their first mention, and puts it in the place of their names."""

    record: Record
    responders: dict[str, str] = field(default_factory=dict)
    """Those who held no role, by the order in which the document mentions them."""

    @cached_property
    def _players(self) -> dict[str, str]:
        """Those who held roles, each called by the last one that they came to."""
        last = {user: roles[-1] for user, roles in self.record.incident.played.items()}
        sharing: dict[str, list[str]] = {}
        for user, key in last.items():
            sharing.setdefault(key, []).append(user)
        called = {}
        for key, users in sharing.items():
            role = self.record.process.role(key)
            label = (role.label if role else key).lower()
            label = f"{label} responder" if key in _FIELDS else label
            for place, user in enumerate(users, start=1):
                called[user] = f"the {label}" if len(users) == 1 else f"{label} {place}"
        return called

    def who(self, user: str) -> str:
        """Return what a person is called here, in the middle of a sentence."""
        if user == MUSTER.user or user in self.record.itself:
            return "Muster"
        if not user or user.startswith(_BOT) or user in self.record.apps:
            return AN_APP
        player = self._players.get(user)
        if player is not None:
            return player
        return self.responders.setdefault(user, f"responder {len(self.responders) + 1}")

    @cached_property
    def _named(self) -> tuple[re.Pattern[str], dict[str, str]] | None:
        """Return what finds people called by `@name`, and who is meant."""
        part = {*self.record.incident.played, *self.record.incident.responders}
        names = ((user, self.record.names.get(user, "").strip()) for user in sorted(part))
        users = {name.casefold(): user for user, name in names if name}
        if not users:
            return None
        longest_first = sorted(users, key=len, reverse=True)
        pattern = "|".join(re.escape(name) for name in longest_first)
        return re.compile(rf"@({pattern})(?!\w)", re.IGNORECASE), users

    def plain(self, text: str) -> str:
        """Return people's text with mentions as parts, and nothing in it that hides or reorders."""
        if _UNWANTED.search(text):
            text = _UNWANTED.sub("", text)
        if "<" in text:
            text = _TOKEN.sub(self._token, text)
        if "@" in text and self._named is not None:
            pattern, users = self._named
            text = pattern.sub(lambda found: self._called(users, found), text)
        return text

    def _called(self, users: dict[str, str], found: re.Match[str]) -> str:
        """A name whose case folds to another length is left as it was written."""
        user = users.get(found[1].casefold())
        return found[0] if user is None else self.who(user)

    def from_slack(self, text: str) -> str:
        """Return a message as people see it; Slack escapes three characters of what they typed."""
        text = self.plain(text)
        return unescape_three(text) if "&" in text else text

    def _token(self, found: re.Match[str]) -> str:
        """One of Slack's bracketed marks: a person, a channel, a group, a date, an address."""
        sort, what, label = found[1], found[2], found[3] or ""
        match sort:
            case "@":
                return self.who(what)
            case "#":
                return f"#{label}" if label else "a channel"
            case "!":
                return label or ("a group" if "^" in what else f"@{what}")
            case _ if _ADDRESS.match(what):
                address = what.removeprefix("mailto:")
                return address if label in {"", what, address} else f"{label} ({address})"
            case _:
                return found[0]


def unescape_three(text: str) -> str:
    """Undo what Slack does to `&`, `<` and `>`; all other entities were typed as they stand."""
    return _ESCAPED.sub(lambda found: unescape(found[0]), text)


_ESCAPED = re.compile("&(?:amp|lt|gt);")
