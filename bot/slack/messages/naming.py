"""Channel names and topics: plain text that Slack accepts."""

import re
import unicodedata

from bot.domain.incident import Incident
from bot.domain.process import Process

NAME_LIMIT = 80
TOPIC_LIMIT = 250
_SLUG_LIMIT = 60
"""Shorter than the name may be: names are read in a narrow list, and later rooms add a number."""


def room_name(incident: Incident, suffix: int = 1) -> str:
    """Return `inc-42-checkout-is-down`, legal in Slack whatever the title says."""
    parts = [f"inc-{incident.number}"]
    if not incident.private:
        parts.append(slug(incident.title))
    if suffix > 1:
        parts.append(str(suffix))
    return "-".join(part for part in parts if part)[:NAME_LIMIT]


def slug(title: str) -> str:
    """Return the letters and digits of a title, lower-case, joined by single dashes."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_SLUG_LIMIT].strip("-")


def topic(incident: Incident, process: Process, commander: str | None) -> str:
    """Return `SEV1 · investigating · Ann commands`."""
    who = f"{commander} commands" if commander else "no commander yet"
    drill = "DRILL · " if incident.drill else ""
    severity = process.severity(incident.severity).label
    status = process.status(incident.status).label
    return f"{drill}{severity} · {status} · {who}"[:TOPIC_LIMIT]
