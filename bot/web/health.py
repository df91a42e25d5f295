"""Is it alive, is it ready, and what has it done: for machines that watch."""

from collections import defaultdict

from aiohttp import web

from bot.storage import outbox
from bot.storage.database import DatabaseAway
from bot.web.access import machine
from bot.web.site import SITE, Site

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_WORDS = {
    "deliveries": ("kind", "Deliveries from Slack, by kind."),
    "refusals": ("reason", "Commands that the rules refused, by reason."),
    "effects_done": ("effect", "Effects carried, by kind."),
    "effects_failed": ("effect", "Effects given up, by kind."),
    "effects_retried": ("effect", "Attempts that had to be made again, by kind."),
}


async def healthz(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return web.json_response({"ok": True})


async def readyz(request: web.Request) -> web.Response:
    """Say whether deliveries would be taken and carried, and if not, why."""
    site = request.app[SITE]
    reasons = site.unready()
    try:
        await site.database.read(outbox.count_open)
    except DatabaseAway as fault:
        reasons = [*reasons, f"the database does not answer: {fault}"]
    status = 503 if reasons else 200
    return web.json_response({"ready": not reasons, "because": reasons}, status=status)


async def metrics(request: web.Request) -> web.Response:
    """Return the numbers since the start of this process, as Prometheus reads them."""
    machine(request)
    site = request.app[SITE]
    lines = [*_counters(site), *_lag(site), *await _waiting(site), *_ready(site)]
    return web.Response(body="\n".join([*lines, ""]).encode(), headers={"Content-Type": _TYPE})


def _counters(site: Site) -> list[str]:
    by_name: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (name, detail), count in sorted(site.tally.counts.items()):
        by_name[name].append((detail, count))
    lines = []
    for name, (label, says) in _WORDS.items():
        metric = f"muster_{name}_total"
        lines += [f"# HELP {metric} {says}", f"# TYPE {metric} counter"]
        lines += [f'{metric}{{{label}="{detail}"}} {n}' for detail, n in by_name[name]]
    return lines


def _lag(site: Site) -> list[str]:
    metric = "muster_effect_seconds"
    lines = [
        f"# HELP {metric} Seconds from owing an effect to having settled it.",
        f"# TYPE {metric} histogram",
    ]
    total = 0
    for bound in site.tally.bounds:
        total += site.tally.lag[bound]
        name = "+Inf" if bound == float("inf") else f"{bound:g}"
        lines.append(f'{metric}_bucket{{le="{name}"}} {total}')
    return [*lines, f"{metric}_sum {site.tally.lag_sum:.6f}", f"{metric}_count {total}"]


async def _waiting(site: Site) -> list[str]:
    try:
        count = await site.database.read(outbox.count_open)
    except DatabaseAway:
        return []
    metric = "muster_effects_waiting"
    return [
        f"# HELP {metric} Effects owed and not settled.",
        f"# TYPE {metric} gauge",
        f"{metric} {count}",
    ]


def _ready(site: Site) -> list[str]:
    metric = "muster_ready"
    return [
        f"# HELP {metric} Whether deliveries are taken and carried (1) or not (0).",
        f"# TYPE {metric} gauge",
        f"{metric} {0 if site.unready() else 1}",
    ]
