"""Channel names and topics: plain text that Slack accepts."""

import re
import unicodedata

from bot.domain.incident import Incident
from bot.domain.process import Process

NAME_LIMIT = 80
TOPIC_LIMIT = 250
PROVISIONAL = "inc-provisional-"
"""How the name begins of a room that was made while nothing could be recorded."""
_SLUG_LIMIT = 60
"""Shorter than the name may be: names are read in a narrow list, and later rooms add a number."""
_NAME_IN_TOPIC = 80
_MARKUP = re.compile("[<>&\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c]")


def room_name(incident: Incident, suffix: int = 1) -> str:
    """Return `inc-42-checkout-is-down`, legal in Slack whatever the title says.

    The name of a private room says nothing: Slack shows names in more places than rooms.
    """
    number = f"inc-{incident.number}"
    later = f"-{suffix}" if suffix > 1 else ""
    room = max(0, NAME_LIMIT - len(number) - len(later) - 1)
    words = "" if incident.private else slug(incident.title)[:room].strip("-")
    return f"{number}-{words}{later}" if words else f"{number}{later}"


def provisional_name(title: str, key: str, *, private: bool) -> str:
    """Return `inc-provisional-checkout-is-down-3f9a2c`: the same for whoever asks the same again.

    The key tells apart who declared what; of a private incident the name says nothing.
    """
    room = NAME_LIMIT - len(PROVISIONAL) - len(key) - 1
    words = "" if private else slug(title)[:room].strip("-")
    return f"{PROVISIONAL}{words}-{key}" if words else f"{PROVISIONAL}{key}"


def names_room_of(incident: Incident, name: str) -> bool:
    """Whether a channel's name is one of this incident's rooms, whatever its title was by then."""
    number = f"inc-{incident.number}"
    return name == number or name.startswith(f"{number}-")


def slug(title: str) -> str:
    """Return the letters and digits of a title, lower-case, joined by single dashes.

    Letters that have no plain form are left out: which others Slack takes is not documented.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_SLUG_LIMIT].strip("-")


def topic(incident: Incident, process: Process, commander: str | None) -> str:
    """Return `SEV1 · investigating · Ann commands`; nothing in it can be read as a mention."""
    name = " ".join(_MARKUP.sub("", commander or "").split())[:_NAME_IN_TOPIC]
    who = f"{name} commands" if name else "no commander yet"
    drill = "DRILL · " if incident.drill else ""
    severity = process.severity(incident.severity).label
    status = process.status(incident.status).label
    return f"{drill}{severity} · {status} · {who}"[:TOPIC_LIMIT]
