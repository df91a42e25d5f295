"""The simulator by itself, with its page, for people's own bots."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.simulator.control import routes as control
from bot.simulator.page import routes as page
from bot.simulator.simulator import Simulator
from bot.simulator.workspace import Clock


@asynccontextmanager
async def running(
    clock: Clock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    manifest: Mapping[str, Any] | None = None,
) -> AsyncIterator[Simulator]:
    """A started simulator with its page; a manifest says which scopes and events the app has."""
    scopes = _at(manifest, "oauth_config", "scopes", "bot")
    events = _at(manifest, "settings", "event_subscriptions", "bot_events")
    simulator = Simulator(clock=clock, manifest_scopes=scopes)
    if (name := _value(manifest, "display_information", "name")) is not None:
        simulator.name_app(str(name))
    simulator.workspace.app.events = None if events is None else frozenset(events)
    simulator.mount(page.routes(simulator, manifest=manifest))
    simulator.mount(control.routes(simulator))
    await simulator.start(host, port)
    try:
        yield simulator
    finally:
        await simulator.stop()


async def serve(
    clock: Clock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    manifest: Mapping[str, Any] | None = None,
    started: asyncio.Future[Simulator] | None = None,
) -> None:
    """Run until cancelled; `started` gets the simulator once it listens."""
    async with running(clock, host=host, port=port, manifest=manifest) as simulator:
        if started is not None:
            started.set_result(simulator)
        await asyncio.Event().wait()


def _at(manifest: Mapping[str, Any] | None, *path: str) -> list[str] | None:
    value = _value(manifest, *path)
    return list(value) if value is not None else None


def _value(manifest: Mapping[str, Any] | None, *path: str) -> Any:  # noqa: ANN401 - any YAML
    value: Any = manifest
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
