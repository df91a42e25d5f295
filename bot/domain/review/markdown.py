"""The document as Markdown: a plain file that reads well as it stands.

People's text is escaped, so that a `#`, a `|`, a backtick, HTML or a link in it stays what they
typed. Only `http` and `https` addresses can be followed.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import assert_never
from urllib.parse import quote

from bot.domain.naming import in_utc
from bot.domain.review.case import span
from bot.domain.review.document import (
    Bar,
    Block,
    Cell,
    Document,
    Facts,
    Heading,
    Missing,
    Paragraph,
    Picture,
    Section,
    Table,
    Timeline,
    TimelineRow,
    Words,
)

_ADDRESS = re.compile(r"https?://[^\s<>\"`|\\\[\]]+", re.IGNORECASE)
_ACTIVE = re.compile(r"([\\`*_\[\]<>|~$])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_PING = re.compile(r"(?<![\w@])@(?=\w)")
_REFERENCE = re.compile(r"(?<![\w;])#(?=\d)")
_LINE_START = re.compile(r"^[ \t]*([#+\-=:]|\d+(?=[.)]))", re.MULTILINE)
_CODE = re.compile(r"(`[^`]+`)")
_JOINER = "\u2060"
_TAIL = ".,:;!?)'*_~"


def markdown(document: Document) -> str:
    """Return the whole review as a Markdown file."""
    head = f"# {document.name}: {line(document.title)}"
    parts = [
        head,
        f"*{line(document.standing)}*",
        *(_section(section) for section in document.sections),
    ]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    parts, above = [f"## {section.title}"], section.title
    for block in section.blocks:
        if isinstance(block, Table) and block.caption not in {above, ""}:
            parts.append(f"**{line(block.caption)}**")
        parts.append(_block(block))
        above = block.text if isinstance(block, Heading) else above
    return "\n\n".join(part for part in parts if part)


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return text(block.text)
        case Heading():
            return f"### {line(block.text)}"
        case Words():
            return _words(block)
        case Missing():
            mark = "> **Missing:**" if block.needed else "Optional:"
            return f"{mark} {line(block.what)} {_instruction(block.how)}"
        case Facts():
            return "\n".join(f"- {line(row.label)}: {_cell(row.value)}" for row in block.rows)
        case Table():
            return _table(block.columns, [[_cell(cell) for cell in row] for row in block.rows])
        case Timeline():
            return "\n".join(_row(row) for row in block.rows) or "Nothing."
        case Picture():
            return "\n".join(_bars(block))
        case _:
            assert_never(block)


# ── People's text ───────────────────────────────────────────────────────────────────────────────


def text(plain: str) -> str:
    """Return plain text as paragraphs that keep their lines; nothing in it means anything."""
    lines = (one.strip() for one in plain.splitlines())
    return "\\\n".join(_LINE_START.sub(_quelled, _escaped(one)) if one else "" for one in lines)


def line(plain: str) -> str:
    """Return plain text on one line."""
    return _LINE_START.sub(_quelled, _escaped(" ".join(plain.split())))


def _quelled(found: re.Match[str]) -> str:
    mark = found[1]
    return mark + "\\" if mark.isdigit() else "\\" + mark


def _escaped(plain: str) -> str:
    """Escape what is active in Markdown; addresses become links to just themselves."""
    if not _ADDRESS.search(plain):
        return _quiet(plain)
    parts, at = [], 0
    for found in _ADDRESS.finditer(plain):
        address = found[0].rstrip(_TAIL)
        parts += [_quiet(plain[at : found.start()]), f"<{address}>"]
        at = found.start() + len(address)
    return "".join(parts) + _quiet(plain[at:])


def _quiet(plain: str) -> str:
    """Escape the active characters, and let nobody be pinged by a forge that shows the file."""
    quiet = _ENTITY.sub("&amp;", _ACTIVE.sub(r"\\\1", plain))
    return _REFERENCE.sub("#" + _JOINER, _PING.sub("@" + _JOINER, quiet))


def _instruction(how: str) -> str:
    """Return a sentence of Muster's own, in which commands stand in backticks."""
    parts = _CODE.split(how)
    return "".join(part if part.startswith("`") else line_inside(part) for part in parts)


def line_inside(plain: str) -> str:
    """Return a piece of a line, its outer spaces kept."""
    return _quiet(plain)


def link_to(label: str, address: str) -> str:
    """Return a link; an address that is no page's is left out."""
    if not address.lower().startswith(("https://", "http://")):
        return label
    safe = quote(address, safe=":/?#@!$&'*+,;=%-._~")
    return f"[{label}]({safe})"


# ── Blocks ──────────────────────────────────────────────────────────────────────────────────────


def _words(words: Words) -> str:
    quoted = [f"> {one}".rstrip() for one in text(words.text).split("\n")]
    if words.by or words.at:
        said = ", ".join(part for part in (line(words.by), _time(words.at)) if part)
        quoted += [">", f"> — {link_to(said, words.link)}"]
    return "\n".join(quoted)


def _cell(cell: Cell) -> str:
    parts = (line(cell.text), _time(cell.at))
    said = " ".join(part for part in parts if part)
    if not cell.link:
        return said
    if "<http" in said:
        return f"{said} {link_to('link', cell.link)}"
    return link_to(said or "link", cell.link)


def _time(at: datetime | None) -> str:
    return "" if at is None else in_utc(at)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    ruler = "|" + " --- |" * len(columns)
    lines = [" | ".join(cells) for cells in (columns, *rows)]
    first, *others = [f"| {cells} |" for cells in lines]
    return "\n".join([first, ruler, *others])


def _row(row: TimelineRow) -> str:
    """Return one row of a timeline: its time links to where it was said."""
    what = line(row.text)
    if row.kind == "message":
        what = f"{line(row.who)}: “{what}”" if what else f"{line(row.who)} wrote a message."
    notes = f" ({'; '.join(line(note) for note in row.notes)})" if row.notes else ""
    return f"- {link_to(_time(row.at), row.link)} – {what}{notes}"


def _bars(picture: Picture) -> Iterator[str]:
    """Yield the picture in words; a plain file has no other."""
    lanes: dict[str, list[Bar]] = {}
    for bar in picture.bars:
        lanes.setdefault(bar.lane, []).append(bar)
    for lane, bars in lanes.items():
        stretches = (f"{line(bar.label)} {span(bar.end - bar.begin)}" for bar in bars)
        yield f"- {lane.capitalize()}: {' → '.join(stretches)}"
