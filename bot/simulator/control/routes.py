"""The addresses of the control interface, under `/control`."""

from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from bot.simulator.control import asked, faults, people, settings, showing, spaces
from bot.simulator.control.feed import feed
from bot.simulator.errors import WrongOrder
from bot.simulator.model import Json
from bot.simulator.record import Delivery, Line
from bot.simulator.space import Space
from bot.simulator.stories.reading import PERSONA_WORDS
from bot.simulator.visited import REFUSED, is_welcome

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

MOST_LINES = 500
USUAL_LINES = 100
UNKNOWN = "/control/{unknown:.*}"
Answering = Callable[[web.Request], Awaitable[Json]]


def routes(simulator: "Simulator") -> list[web.AbstractRouteDef]:
    """Everything the control interface answers; docs/simulator.md says it in words."""
    control, answer = Control(simulator), partial(_answer, simulator)
    get, post, delete = web.get, web.post, web.delete
    return [
        get("/control", answer(control.state)),
        get("/control/workspaces", answer(control.spaces)),
        post("/control/workspaces", answer(control.open_space)),
        get("/control/workspaces/{name}", answer(control.space)),
        post("/control/workspaces/{name}", answer(control.change_space)),
        get("/control/people", answer(control.people)),
        post("/control/people", answer(control.hire)),
        get("/control/people/{name}", answer(control.person)),
        post("/control/people/{name}", answer(control.act)),
        delete("/control/people/{name}", answer(control.deactivate)),
        get("/control/record", answer(control.record)),
        get("/control/record/{id}", answer(control.entry)),
        get("/control/feed", control.feed),
        post("/control/replay", answer(control.replay)),
        get("/control/faults", answer(control.faults)),
        post("/control/faults", answer(control.order_fault)),
        delete("/control/faults", answer(control.clear_faults)),
        delete("/control/faults/{id}", answer(control.remove_fault)),
        post("/control/faults/{id}/release", answer(control.release_fault)),
        *(get(f"/control/{name}", answer(control.read(name))) for name in settings.SETTINGS),
        *(post(f"/control/{name}", answer(control.change(name))) for name in settings.SETTINGS),
        get("/clock", answer(control.read("clock"))),  # for those who set nothing else
        post("/clock", answer(control.change("clock"))),
        web.route("*", UNKNOWN, _unknown),
    ]


def _answer(
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


async def _unknown(request: web.Request) -> web.Response:
    """An address that does not exist, or exists for another method."""
    allowed: set[str] = set()
    for resource in request.app.router.resources():
        if resource.canonical != "/control/{unknown}":
            allowed |= (await resource.resolve(request))[1]
    if allowed:
        methods = " and ".join(sorted(allowed - {"HEAD"}))
        return _refused(405, f"{request.path} takes {methods}, not {request.method}.")
    return _refused(404, f"There is no {request.path[:80]}; GET /control tells what is set.")


class Control:
    """Answers for one simulator."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    async def state(self, _request: web.Request) -> Json:
        return settings.state(self._simulator)

    # -- the workspaces ------------------------------------------------------------------

    async def spaces(self, _request: web.Request) -> Json:
        return {"workspaces": spaces.every(self._simulator)}

    async def open_space(self, request: web.Request) -> Json:
        body = await asked.body_of(request, "name", "installed")
        return {"workspace": spaces.open_one(self._simulator, body)}

    async def space(self, request: web.Request) -> Json:
        return {"workspace": spaces.one(self._simulator.space(request.match_info["name"]))}

    async def change_space(self, request: web.Request) -> Json:
        space = self._simulator.space(request.match_info["name"])
        return {"workspace": spaces.change(space, await asked.body_of(request, "do"))}

    # -- the people ----------------------------------------------------------------------

    async def people(self, request: web.Request) -> Json:
        return {"people": people.everybody(self._meant(request))}

    async def hire(self, request: web.Request) -> Json:
        body = await asked.body_of(request, *PERSONA_WORDS)
        return {"person": people.hire(self._meant(request), body)}

    async def person(self, request: web.Request) -> Json:
        return people.screen(
            self._meant(request),
            request.match_info["name"],
            channel=request.query.get("in", ""),
            newest=self._lines(request),
        )

    async def act(self, request: web.Request) -> Json:
        """Do one step of a story, and wait until it is seen."""
        patience = asked.query_number(request, "patience", people.PATIENCE)
        body = await asked.body_of(request, *people.STEP_WORDS)
        space, name = self._meant(request), request.match_info["name"]
        return await people.act(space, name, body, patience=patience)

    async def deactivate(self, request: web.Request) -> Json:
        return {"person": people.deactivate(self._meant(request), request.match_info["name"])}

    def _meant(self, request: web.Request) -> Space:
        """The workspace that the query names, or the first."""
        named = request.query.get("workspace", "")
        return self._simulator.space(named) if named else self._simulator

    # -- the record ----------------------------------------------------------------------

    async def record(self, request: web.Request) -> Json:
        """What changed after `since`, oldest first; without it, the newest lines."""
        record = self._simulator.backstage.record
        since = asked.query_number(request, "since", 0)
        most = self._lines(request)
        # a cursor of before a restart is ahead of the record: begin again
        entries = record.since(since if since <= record.latest else 0)
        team = self._meant(request).team_id if request.query.get("workspace") else ""
        matching = [each for each in entries if _matches(each, request, team)]
        shown = matching[:most] if since else matching[-most:]
        more = bool(since) and len(matching) > most
        return {
            "entries": [showing.line(each) for each in shown],
            "next": shown[-1].changed if more else record.latest,
            "more": more,
        }

    def _lines(self, request: web.Request) -> int:
        """How many the caller wants to read."""
        most = asked.query_number(request, "limit", USUAL_LINES)
        if not 0 < most <= MOST_LINES:
            raise WrongOrder(f"`limit` is between 1 and {MOST_LINES}.")
        return most

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
            "faults": [faults.fault(each) for each in self._simulator.faults],
            "kinds": faults.kinds(),
        }

    async def order_fault(self, request: web.Request) -> Json:
        body = await asked.body_of(request, *faults.FAULT_WORDS)
        return {"fault": faults.fault(faults.order_fault(self._simulator, body))}

    async def clear_faults(self, _request: web.Request) -> Json:
        self._simulator.faults.clear()
        self._simulator.ground.changed("fault")
        return {"faults": []}

    async def remove_fault(self, request: web.Request) -> Json:
        fault = self._simulator.faults.find(request.match_info["id"])
        self._simulator.faults.remove(fault)
        self._simulator.ground.changed("fault")
        return {"fault": faults.fault(fault)}

    async def release_fault(self, request: web.Request) -> Json:
        fault = self._simulator.faults.find(request.match_info["id"])
        fault.release()
        return {"fault": faults.fault(fault)}

    # -- what is set -----------------------------------------------------------------------

    def read(self, name: str) -> Answering:
        """The answer of the address of that setting."""

        async def answering(_request: web.Request) -> Json:
            return settings.SETTINGS[name].read(self._simulator)

        return answering

    def change(self, name: str) -> Answering:
        """The same after a change."""
        setting = settings.SETTINGS[name]

        async def answering(request: web.Request) -> Json:
            body = await asked.body_of(request, *setting.words)
            await setting.change(self._simulator, body)
            return setting.read(self._simulator)

        return answering


def _matches(entry: Line, request: web.Request, team: str) -> bool:
    """Whether it is of the workspace, `kind`, `name` (with wildcards) and `channel` asked for."""
    kind, name, channel = (request.query.get(each) for each in ("kind", "name", "channel"))
    return (
        (not team or showing.team_of(entry) == team)
        and (not kind or showing.kind_of(entry) == kind)
        and (not name or fnmatchcase(showing.name_of(entry), name))
        and (not channel or showing.channel_of(entry) == channel)
    )
