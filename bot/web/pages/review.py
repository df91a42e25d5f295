"""The review of an incident as a page to read and print, and as files to keep.

A long review is opened and rendered beside the event loop: acknowledgements must not wait for it.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from aiohttp import web
from markupsafe import Markup

from bot.domain.review.document import Document, Missing, Picture, Section, TimelineRow
from bot.domain.review.markdown import markdown
from bot.domain.review.picture import svg
from bot.storage import queries, reviews
from bot.storage.queries import Listed
from bot.storage.reviews import KeptReview
from bot.web.access import viewer_of
from bot.web.look import LOOK, page
from bot.web.site import SITE

_MOST = 500
"""How many rows of a log the page shows unless all are asked for."""


async def review(request: web.Request) -> web.Response:
    """Show the review, or say when there will be one."""
    listed, kept = await _of(request)
    if kept is None:
        return page(request, "no_review.html", listed=listed)
    whole = request.query.get("log") == "all"
    html = await asyncio.to_thread(_rendered, request, listed, kept, whole=whole)
    return web.Response(text=html, content_type="text/html")


async def as_markdown(request: web.Request) -> web.Response:
    """Return the review as a Markdown file."""
    listed, kept = await _of(request)
    if kept is None:
        raise web.HTTPNotFound
    text = await asyncio.to_thread(lambda: markdown(kept.opened()))
    return _file(listed, "md", "text/markdown", text)


async def as_json(request: web.Request) -> web.Response:
    """Return the review as it is kept: canonical JSON, whose hash stands in the record."""
    listed, kept = await _of(request)
    if kept is None:
        raise web.HTTPNotFound
    return _file(listed, "json", "application/json", kept.document)


async def _of(request: web.Request) -> tuple[Listed, KeptReview | None]:
    """Return the incident of the address and its review.

    Raises:
        HTTPNotFound: there is no such incident, or it is not theirs to see.
    """
    viewer, number = viewer_of(request), int(request.match_info["number"])
    database = request.app[SITE].database
    listed = await database.read(lambda c: queries.by_number(c, viewer, number))
    if listed is None:
        raise web.HTTPNotFound
    kept = await database.read(lambda c: reviews.numbered(c, viewer, number))
    return listed, kept


def _rendered(request: web.Request, listed: Listed, kept: KeptReview, *, whole: bool) -> str:
    document = kept.opened()
    process = request.app[SITE].process
    return request.app[LOOK].render(
        request,
        "review.html",
        document=document,
        listed=listed,
        severity=process.severity(listed.severity),
        status=process.status(listed.status).label,
        log_of=partial(_log_of, most=len(kept.document) if whole else _MOST),
        picture_of=_drawn,
        parts=_parts(document),
    )


def _log_of(rows: Sequence[TimelineRow], most: int) -> Sequence[TimelineRow]:
    """Return as many rows as a page takes."""
    return rows[:most]


def _drawn(picture: Picture) -> Markup:
    """Return the picture; it escapes what it is given."""
    return Markup(svg(picture))  # noqa: S704 - the picture's own module escapes every text


def _parts(document: Document) -> Sequence[tuple[Section, bool]]:
    """Return each section, and whether something is missing in it."""
    return [
        (section, any(isinstance(block, Missing) and block.needed for block in section.blocks))
        for section in document.sections
    ]


def _file(listed: Listed, ending: str, kind: str, text: str) -> web.Response:
    name = f"{listed.name.lower()}-review.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=text, content_type=kind, headers=headers)
