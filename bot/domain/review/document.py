"""The document model: what a review says, before it is Markdown, JSON or HTML.

A `Document` is a head and a row of `Section`s; a section is a row of blocks. Every text in it is
plain: people's words are neither escaped nor cut, so whatever renders the model escapes them for
its own form. Each block carries its kind in `type`, in Python and in JSON alike:

    paragraph  text                                a sentence of Muster's own, or several
    heading    text                                a part within a section
    words      text · by · at · link               what people wrote, kept as they wrote it
    missing    what · how · needed                 a gap, and how it can be filled
    facts      rows: (label, cell)                 a list of terms
    table      caption · columns · rows of cells   an ordinary table
    timeline   rows: at · who · text · kind · link · notes
    picture    from `begin` to `end`: bars in lanes, points in lanes

A cell is a text, a time, or both; `link` is where it was said. A time is given as a time, so that
a page can show it in its reader's zone; times within a text are UTC and say so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """What the record says, in a sentence of Muster's own."""

    text: str
    type: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The beginning of a part within a section."""

    text: str
    type: Literal["heading"] = "heading"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What people wrote for the record; `by` is a part that somebody played, never a name."""

    text: str
    by: str = ""
    at: datetime | None = None
    link: str = ""
    type: Literal["words"] = "words"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Something that the record does not say, and how to add it; what is not `needed` may stay."""

    what: str
    how: str
    needed: bool = False
    type: Literal["missing"] = "missing"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A value: a text, a time, or a text with a time behind it; `link` is where it was said."""

    text: str = ""
    at: datetime | None = None
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A term and its value."""

    label: str
    value: Cell


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Terms and their values, in order."""

    rows: tuple[Fact, ...]
    type: Literal["facts"] = "facts"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells under columns; each row has one cell per column."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    type: Literal["table"] = "table"


RowKind = Literal["event", "message"]


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One thing that happened or was said, at its time, with the place where it can be seen.

    `who` said it (a message) or is empty (the sentence of an event says who did it). `notes` tell
    what became of a message: edited, deleted, its files.
    """

    at: datetime
    text: str
    kind: RowKind
    link: str
    who: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What happened, in the order in which it was so."""

    rows: tuple[TimelineRow, ...]
    type: Literal["timeline"] = "timeline"


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A stretch of time in which something was so; `weight` from 1 (slight) to 4 (grave)."""

    lane: Literal["severity", "status"]
    label: str
    begin: datetime
    end: datetime
    weight: int


@dataclass(frozen=True, kw_only=True)
class Point:
    """A moment that matters; a point of the updates says whether it came when promised."""

    lane: Literal["milestone", "update"]
    label: str
    at: datetime
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The incident at one glance."""

    title: str
    begin: datetime
    end: datetime
    bars: tuple[Bar, ...]
    points: tuple[Point, ...]
    type: Literal["picture"] = "picture"


Block = Paragraph | Heading | Words | Missing | Facts | Table | Timeline | Picture


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the review; `key` is stable, and fit for an anchor."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole review, from the record as of `version`."""

    number: int
    title: str
    drill: bool
    private: bool
    complete: bool
    version: int
    compiled_at: datetime
    page: str
    sections: tuple[Section, ...]
    closed_without: tuple[str, ...] = ()
    """What had to be there before the close, was not, and is not there yet."""
    closed_because: str = ""
    """Why it was closed all the same."""
    schema: Literal[1] = 1

    @property
    def name(self) -> str:
        """How people call the incident: INC-42."""
        return f"INC-{self.number}"

    @property
    def standing(self) -> str:
        """Say how far the review is, and how much of what is optional was left empty."""
        if not self.complete:
            return "Draft"
        if self.closed_without:
            lacking = ", ".join(self.closed_without)
            return f"Closed although this was missing: {lacking}. Reason: {self.closed_because}"
        empty = sum(not gap.needed for gap in self.gaps)
        if not empty:
            return "Complete"
        return f"Complete; {empty} optional {'part is' if empty == 1 else 'parts are'} empty"

    @property
    def gaps(self) -> tuple[Missing, ...]:
        """Return what the record does not say, in the order of the sections."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Missing))

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Return the gaps that a review must not have; the close asks for the same."""
        return tuple(gap for gap in self.gaps if gap.needed)
