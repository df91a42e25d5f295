"""Is it alive, is it ready, and what has it done: for machines that watch."""

import asyncio

import structlog
from aiohttp import web

from bot.domain.wording import EFFECTS
from bot.engine.tally import Shown
from bot.storage import backlog, schema
from bot.storage.awaited import WrongSchema
from bot.storage.backlog import Backlog
from bot.storage.database import DatabaseAway
from bot.web.access import machine
from bot.web.site import SITE, Site

log = structlog.get_logger(__name__)

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_AWAY = "the database does not answer"
"""Its address and its error are for the log alone."""


async def healthz(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return web.json_response({"ok": True})


async def readyz(request: web.Request) -> web.Response:
    """Say whether deliveries would be taken and carried, and if not, why."""
    reasons = await unready(request.app[SITE])
    status = 503 if reasons else 200
    return web.json_response({"ready": not reasons, "because": reasons}, status=status)


async def unready(site: Site) -> list[str]:
    """Return what keeps this process from taking and carrying deliveries, in words."""
    return [*site.unready(), *await _unready_database(site)]


async def _unready_database(site: Site) -> list[str]:
    """Return what is wrong with the database, or with the work in it.

    What is being carried is no trouble, however long Slack makes it wait. Nor is what nobody
    carries because Slack is away: that is reported once, by itself.
    """
    now = site.clock.now()
    try:
        revision = await schema.revision(site.database)
        if revision is None or revision < schema.HEAD:
            needed = f"this version needs {schema.HEAD}: run `muster migrate`"
            return [f"the database has schema {revision or 'none'}, {needed}"]
        since = await site.database.read(lambda c: backlog.nobody_carries(c, now))
    except WrongSchema as fault:
        return [str(fault)]
    except DatabaseAway as fault:
        log.warning("ready.database_away", why=str(fault))
        return [_AWAY]
    if site.database.presence.trouble is not None:  # it can be read, and not be written
        return [_AWAY]
    if since is None or not site.carries():
        return []
    minutes = int((now - since).total_seconds() / 60)
    return [f"what is owed to Slack has been due for {minutes} minutes, and nobody carries it"]


async def metrics(request: web.Request) -> web.Response:
    """Return the numbers as Prometheus reads them."""
    machine(request)
    site = request.app[SITE]
    ready = Shown(name="ready", value=0 if await unready(site) else 1)
    tasks = Shown(name="tasks", value=len(asyncio.all_tasks()))
    shown = [ready, tasks, *site.shown(), *await _work(site)]
    return web.Response(body=site.tally.text(shown), headers={"Content-Type": _TYPE})


async def _work(site: Site) -> list[Shown]:
    """Return how the work stands; nothing where the database does not say."""
    now = site.clock.now()
    try:
        found = await _backlog(site)
    except DatabaseAway:
        return []
    alone = now - (found.left_alone_since or now)
    return [
        *(
            Shown(name="effects_waiting", value=number, labels=(kind,))
            for kind, number in {**dict.fromkeys(EFFECTS, 0), **found.waiting}.items()
        ),
        Shown(name="effects_overdue_seconds", value=alone.total_seconds()),
        Shown(name="lanes_stuck", value=len(found.stuck)),
        Shown(name="lease_owners", value=len(found.holders)),
        Shown(name="timers_overdue", value=found.timers_overdue),
        Shown(name="brakes", value=len(found.braked)),
    ]


async def _backlog(site: Site) -> Backlog:
    now = site.clock.now()
    return await site.database.read(lambda connection: backlog.look(connection, now))
