"""The simulator by itself, with its page, for people's own bots."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.simulator import manifest as manifests
from bot.simulator.control import routes as control
from bot.simulator.page import routes as page
from bot.simulator.simulator import Simulator
from bot.simulator.workspace import Clock

KNOCK_EVERY = 1.0  # seconds between challenges to an app that does not answer yet


@asynccontextmanager
async def running(
    clock: Clock,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    manifest: Mapping[str, Any] | None = None,
    http: str | None = None,
    seed: int | None = None,
    workspaces: Sequence[str] = (),
    without_app: Sequence[str] = (),
    emoji: Sequence[str] = (),
) -> AsyncIterator[Simulator]:
    """A started simulator with its page.

    A manifest says what the app may do and hears of; without one it may everything. `http` is the
    app's request URL, for delivery over HTTP. With a `seed`, ids and tokens are the same in each
    run. `workspaces` are opened beside the first, and those `without_app` where OAuth is to
    install it. The `emoji` are custom ones, in each of them.

    Raises:
        OSError: the port is taken.
        WrongOrder: the manifest is wrong, or a workspace or an emoji cannot have that name.
    """
    simulator = Simulator(clock=clock, seed=seed)
    if manifest is not None:
        simulator.install(manifests.read(manifest))
    for name in workspaces:
        simulator.open_workspace(name)
    for name in without_app:
        simulator.open_workspace(name, installed=False)
    for space in simulator.spaces:
        space.add_emoji(*emoji)
    simulator.mount(page.routes(simulator, manifest=manifest))
    simulator.mount(control.routes(simulator))
    await simulator.start(host, port)
    if http is not None:
        simulator.deliver_over_http(http)
    try:
        yield simulator
    finally:
        await simulator.stop()


async def knock(simulator: Simulator) -> None:
    """Send the challenge until the app answers it; Slack does so when an app is configured."""
    url = simulator.workspace.app.request_url
    record = simulator.backstage.record
    tries = 0
    while not await simulator.verifies_url():
        tries += 1
        if tries == 1:
            record.note("delivery", f"{url} does not answer the challenge (url_verification) yet.")
        await asyncio.sleep(KNOCK_EVERY)
    record.note("delivery", f"{url} has answered the challenge (url_verification).")
