"""The addresses of the control interface, under `/control`."""

from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from aiohttp import web

from bot.simulator.control import asked, orders, showing, spaces
from bot.simulator.control.feed import feed
from bot.simulator.errors import WrongOrder
from bot.simulator.model import Json
from bot.simulator.record import Delivery, Line
from bot.simulator.visited import REFUSED, is_welcome

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

MOST_LINES = 500
USUAL_LINES = 100
NOWHERE = "/control/{nowhere:.*}"
Answering = Callable[[web.Request], Awaitable[Json]]


def routes(simulator: "Simulator") -> list[web.AbstractRouteDef]:
    """Everything the control interface answers; docs/simulator.md says it in words."""
    control = Control(simulator)
    get, post, delete = web.get, web.post, web.delete
    return [
        get("/control", _said(simulator, control.state)),
        get("/control/workspaces", _said(simulator, control.spaces)),
        post("/control/workspaces", _said(simulator, control.open_space)),
        get("/control/workspaces/{name}", _said(simulator, control.space)),
        post("/control/workspaces/{name}", _said(simulator, control.treat_space)),
        get("/control/record", _said(simulator, control.record)),
        get("/control/record/{id}", _said(simulator, control.entry)),
        get("/control/feed", control.feed),
        post("/control/replay", _said(simulator, control.replay)),
        get("/control/faults", _said(simulator, control.faults)),
        post("/control/faults", _said(simulator, control.order_fault)),
        delete("/control/faults", _said(simulator, control.clear_faults)),
        delete("/control/faults/{id}", _said(simulator, control.remove_fault)),
        post("/control/faults/{id}/release", _said(simulator, control.release_fault)),
        get("/control/clock", _said(simulator, control.clock)),
        post("/control/clock", _said(simulator, control.move_clock)),
        get("/clock", _said(simulator, control.clock)),  # the same, for those who move nothing else
        post("/clock", _said(simulator, control.move_clock)),
        get("/control/limits", _said(simulator, control.limits)),
        post("/control/limits", _said(simulator, control.set_limits)),
        get("/control/pace", _said(simulator, control.pace)),
        post("/control/pace", _said(simulator, control.set_pace)),
        get("/control/habits", _said(simulator, control.habits)),
        post("/control/habits", _said(simulator, control.set_habits)),
        get("/control/tokens", _said(simulator, control.tokens)),
        post("/control/tokens", _said(simulator, control.set_tokens)),
        get("/control/sockets", _said(simulator, control.sockets)),
        post("/control/sockets", _said(simulator, control.treat_sockets)),
        web.route("*", NOWHERE, _nowhere),
    ]


def _said(
    simulator: "Simulator", answering: Answering
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answer in JSON; what cannot be done is a 400 with a sentence."""

    async def answer(request: web.Request) -> web.Response:
        if not is_welcome(request, simulator.url):
            return _refused(403, REFUSED)
        try:
            body = await answering(request)
        except WrongOrder as wrong:
            return _refused(400, str(wrong))
        return web.json_response({"ok": True, **body})

    return answer


def _refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"ok": False, "error": sentence}, status=status)


async def _nowhere(request: web.Request) -> web.Response:
    """An address that is not there, or is there for another method."""
    allowed: set[str] = set()
    for resource in request.app.router.resources():
        if resource.canonical != "/control/{nowhere}":
            allowed |= (await resource.resolve(request))[1]
    if allowed:
        there = " and ".join(sorted(allowed - {"HEAD"}))
        return _refused(405, f"{request.path} takes {there}, not {request.method}.")
    return _refused(404, f"There is no {request.path[:80]}; GET /control tells what is set.")


class Control:
    """Answers for one simulator."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    async def state(self, _request: web.Request) -> Json:
        return orders.state(self._simulator)

    # -- the workspaces ------------------------------------------------------------------

    async def spaces(self, _request: web.Request) -> Json:
        return {"workspaces": spaces.every(self._simulator)}

    async def open_space(self, request: web.Request) -> Json:
        body = await asked.body_of(request, "name", "installed")
        return {"workspace": spaces.open_one(self._simulator, body)}

    async def space(self, request: web.Request) -> Json:
        return {"workspace": spaces.one(self._simulator.space(request.match_info["name"]))}

    async def treat_space(self, request: web.Request) -> Json:
        space = self._simulator.space(request.match_info["name"])
        return {"workspace": spaces.treat(space, await asked.body_of(request, "do"))}

    # -- the record ----------------------------------------------------------------------

    async def record(self, request: web.Request) -> Json:
        """What changed after `since`, oldest first; without it, the newest lines."""
        record = self._simulator.backstage.record
        since = asked.query_number(request, "since", 0)
        most = asked.query_number(request, "limit", USUAL_LINES)
        if not 0 < most <= MOST_LINES:
            raise WrongOrder(f"`limit` is between 1 and {MOST_LINES}.")
        # a cursor of before a restart is ahead of the record: begin again
        entries = record.since(since if since <= record.latest else 0)
        team = self._team(request)
        matching = [each for each in entries if _matches(each, request, team)]
        shown = matching[:most] if since else matching[-most:]
        more = bool(since) and len(matching) > most
        return {
            "entries": [showing.line(each) for each in shown],
            "next": shown[-1].changed if more else record.latest,
            "more": more,
        }

    def _team(self, request: web.Request) -> str:
        named = request.query.get("workspace", "")
        return self._simulator.space(named).team_id if named else ""

    async def entry(self, request: web.Request) -> Json:
        return {"entry": showing.line(self._entry(request.match_info["id"]), whole=True)}

    def _entry(self, entry_id: str) -> Line:
        found = self._simulator.backstage.record.find(entry_id)
        if found is None:
            raise WrongOrder(f"There is no entry {entry_id[:40]!r}; old ones are dropped.")
        return found

    async def replay(self, request: web.Request) -> Json:
        """Send a delivery once more, and say what came of it."""
        body = await asked.body_of(request, "id")
        delivery = self._entry(asked.text(body, "id"))
        if not isinstance(delivery, Delivery):
            raise WrongOrder("Only what was sent to the app can be sent again: ids begin with Dl.")
        answer = await self._simulator.redeliver(delivery)
        return {"outcome": answer.outcome, "entry": showing.line(delivery)}

    async def feed(self, request: web.Request) -> web.StreamResponse:
        if not is_welcome(request, self._simulator.url):
            return _refused(403, REFUSED)
        try:
            since = asked.query_number(request, "since", 0)
        except WrongOrder as wrong:
            return _refused(400, str(wrong))
        return await feed(self._simulator, request, since=since)

    # -- faults --------------------------------------------------------------------------

    async def faults(self, _request: web.Request) -> Json:
        return {
            "faults": [orders.fault(each) for each in self._simulator.faults],
            "kinds": orders.kinds(),
        }

    async def order_fault(self, request: web.Request) -> Json:
        body = await asked.body_of(request, *orders.FAULT_WORDS)
        return {"fault": orders.fault(orders.order_fault(self._simulator, body))}

    async def clear_faults(self, _request: web.Request) -> Json:
        self._simulator.faults.clear()
        self._simulator.ground.changed("fault")
        return {"faults": []}

    async def remove_fault(self, request: web.Request) -> Json:
        fault = self._simulator.faults.find(request.match_info["id"])
        self._simulator.faults.remove(fault)
        self._simulator.ground.changed("fault")
        return {"fault": orders.fault(fault)}

    async def release_fault(self, request: web.Request) -> Json:
        fault = self._simulator.faults.find(request.match_info["id"])
        fault.release()
        return {"fault": orders.fault(fault)}

    # -- the clock, limits, pace, sockets -------------------------------------------------

    async def clock(self, _request: web.Request) -> Json:
        return orders.clock(self._simulator)

    async def move_clock(self, request: web.Request) -> Json:
        orders.move_clock(self._simulator, await asked.body_of(request, "seconds", "to"))
        return orders.clock(self._simulator)

    async def limits(self, _request: web.Request) -> Json:
        return orders.limits(self._simulator)

    async def set_limits(self, request: web.Request) -> Json:
        orders.set_limits(self._simulator, await asked.body_of(request, *orders.LIMITS))
        return orders.limits(self._simulator)

    async def pace(self, _request: web.Request) -> Json:
        return orders.pace(self._simulator)

    async def set_pace(self, request: web.Request) -> Json:
        orders.set_pace(self._simulator, await asked.body_of(request, "latency", "ack_deadline"))
        return orders.pace(self._simulator)

    async def habits(self, _request: web.Request) -> Json:
        return orders.habits(self._simulator)

    async def set_habits(self, request: web.Request) -> Json:
        known = orders.habits(self._simulator)
        orders.set_habits(self._simulator, await asked.body_of(request, *known))
        return orders.habits(self._simulator)

    async def tokens(self, _request: web.Request) -> Json:
        return orders.tokens(self._simulator)

    async def set_tokens(self, request: web.Request) -> Json:
        orders.set_tokens(self._simulator, await asked.body_of(request, "life", "do"))
        return orders.tokens(self._simulator)

    async def sockets(self, _request: web.Request) -> Json:
        return orders.sockets(self._simulator)

    async def treat_sockets(self, request: web.Request) -> Json:
        await orders.treat_sockets(self._simulator, await asked.body_of(request, "do", "reason"))
        return orders.sockets(self._simulator)


def _matches(entry: Line, request: web.Request, team: str) -> bool:
    """Whether it is of the workspace, `kind`, `name` (with wildcards) and `channel` asked for."""
    kind, name, channel = (request.query.get(each) for each in ("kind", "name", "channel"))
    return (
        (not team or showing.team_of(entry) == team)
        and (not kind or showing.kind_of(entry) == kind)
        and (not name or fnmatchcase(showing.name_of(entry), name))
        and (not channel or showing.channel_of(entry) == channel)
    )
