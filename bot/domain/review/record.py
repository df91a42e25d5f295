"""What a review is compiled from: nothing else is known to it, and nothing else gets in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.events import Recorded
from bot.domain.process import Process
from bot.domain.state import Incident


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that was shared in a message."""

    name: str
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message of a room as the log mirrors it: with Slack's own marks in the text.

    `ts` stays a string, a float would lose digits; `thread_ts` is set for a reply in a thread.
    """

    channel: str
    ts: str
    user: str
    text: str
    at: datetime
    thread_ts: str | None = None
    files: tuple[File, ...] = ()
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that is known of an incident at `compiled_at`.

    `page` is the address of the incident's page, `archive` that of the Slack workspace
    (`https://acme.slack.com/`). `names` holds everybody's name by id; `apps` are the ids of those
    who are no persons, `itself` those under which Muster speaks in Slack. `word` is the slash
    command that this organisation types.
    """

    incident: Incident
    events: tuple[Recorded, ...]
    messages: tuple[Message, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    apps: frozenset[str] = frozenset()
    itself: frozenset[str] = frozenset()
    process: Process
    compiled_at: datetime
    page: str
    archive: str = ""
    word: str = "/incident"
