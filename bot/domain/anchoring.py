"""Events that are no incident's and prove the record whole: anchors, batches, erasures.

Three kinds of streams are no incident's; their names have a colon, which no incident's has:

    workspace:T1        what concerns the workspace
    messages:T1:a1b2    what one process wrote into the message log
    record:T1           the heads of all others, time and again: the workspace's chain
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.domain.values import WhyEmptied


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


WhyKept = WhyEmptied | Literal["found"] | None


@dataclass(frozen=True, kw_only=True)
class MessagesKept:
    """A batch of the message log was written: how many lines it has, and the digest over all.

    `why` is set where they are not as Slack told them: messages were emptied, or were found in the
    log without a batch.
    """

    words: int
    digest: str
    why: WhyKept = None


@dataclass(frozen=True, kw_only=True)
class ErasureBegun:
    """What a person wrote is being emptied: until `PersonErased` follows, some of it may stand."""

    user: str
    by: str


@dataclass(frozen=True, kw_only=True)
class PersonErased:
    """What a person wrote was emptied, and their name: how much, not what."""

    user: str
    by: str
    incidents: int
    texts: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class KeptLongEnough:
    """Of so many closed incidents the words were emptied, as `muster.yaml` has it."""

    incidents: int
    texts: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class RetentionRuled:
    """From now on words are kept for so long after the end of an incident; None is for ever."""

    texts: timedelta | None
    messages: timedelta | None


RecordEvent = (
    HeadsAnchored | MessagesKept | ErasureBegun | PersonErased | RetentionRuled | KeptLongEnough
)


def of_record(workspace: str) -> str:
    """Return the stream that holds all others of a workspace."""
    return f"record:{workspace}"


def of_messages(workspace: str, writer: str) -> str:
    """Return the stream of what one writer has put into the message log."""
    return f"messages:{workspace}:{writer}"


def is_messages(stream: str) -> bool:
    """Say whether a stream holds batches of the message log."""
    return stream.startswith("messages:")


def is_incident(stream: str) -> bool:
    """Say whether a stream is an incident's."""
    return ":" not in stream
