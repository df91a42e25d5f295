"""What holds the record together besides each stream's own chain: anchors, batches, erasures.

Three kinds of streams are no incident's; their names have a colon, which no incident's has:

    workspace:T1        what concerns the workspace
    messages:T1:a1b2    what one process wrote into the message log
    record:T1           the heads of all others, time and again: the workspace's chain
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class StreamHead:
    """Where a stream stood: how many events it had, and the hash of the last."""

    stream: str
    version: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class HeadsAnchored:
    """These streams stood so; one that is shorter later, or gone, was cut off."""

    heads: tuple[StreamHead, ...]


Emptied = Literal["erasure", "retention"]
"""Why words were emptied: a person's were erased, or they were kept for long enough."""


@dataclass(frozen=True, kw_only=True)
class MessagesKept:
    """The message log took down so many words of Slack; `digest` is over all of them.

    `why` is set where the words are not Slack's: they empty messages, or they take over what stood
    in the log before it was held.
    """

    words: int
    digest: str
    why: Emptied | Literal["found"] | None = None


RecordEvent = HeadsAnchored | MessagesKept


def of_record(workspace: str) -> str:
    """Return the stream that holds all others of a workspace."""
    return f"record:{workspace}"


def of_messages(workspace: str, writer: str) -> str:
    """Return the stream of what one writer has put into the message log."""
    return f"messages:{workspace}:{writer}"


def is_incident(stream: str) -> bool:
    """Say whether a stream is an incident's."""
    return ":" not in stream
