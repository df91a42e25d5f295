"""The pages, one file each: what people see who open a link from Slack."""

from aiohttp import web

from bot.web import look
from bot.web.pages import incident, incidents, review

__all__ = ["routes"]

_INCIDENT = "/incidents/{number:[0-9]{1,9}}"


def routes() -> list[web.RouteDef]:
    """Return the address of each page."""
    return [
        web.get("/", incidents.front),
        web.get("/incidents", incidents.incidents),
        web.get(_INCIDENT, incident.incident),
        web.get(f"{_INCIDENT}/timeline.json", incident.timeline_json),
        web.get(f"{_INCIDENT}/review", review.review),
        web.get(f"{_INCIDENT}/review.md", review.as_markdown),
        web.get(f"{_INCIDENT}/review.json", review.as_json),
        web.get("/static/{name}", look.static_file),
    ]
