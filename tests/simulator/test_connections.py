"""Contract §3.1: how a connection lasts, and how it ends."""

import asyncio

import aiohttp
import pytest

from bot.simulator import Simulator, line
from tests.simulator.words import GENERAL, Address, Connect


async def test_a_connection_is_warned_and_then_recycled(sim: Simulator, connect: Connect) -> None:
    """§3.1 refresh: `disconnect` with `warning`, then `refresh_requested`."""
    sim.sockets.life, sim.sockets.warning_lead = 0.2, 0.1
    wire = await connect()

    told = [await wire.hears() for _ in range(3)]

    assert [each.get("reason", each["type"]) for each in told] == [
        "hello", "warning", "refresh_requested",
    ]  # fmt: skip
    assert told[1]["debug_info"] == {"host": "applink-pretend"}
    assert (await wire.ws.receive()).type is aiohttp.WSMsgType.CLOSE
    await sim.workspace.wait_for(lambda: sim.sockets.connected == 0)


async def test_a_warning_on_order_ends_the_connection_too(sim: Simulator, connect: Connect) -> None:
    """§3.1 `warning`: this connection closes in about 10 s."""
    assert sim.sockets.warning_lead == 10.0
    sim.sockets.warning_lead = 0.05
    wire = await connect()
    await wire.hears()

    await sim.sockets.disconnect("warning")

    assert [(await wire.hears())["reason"] for _ in range(2)] == ["warning", "refresh_requested"]


@pytest.mark.parametrize(("debugging", "seconds"), [("", 18060), ("&debug_reconnects=true", 360)])
async def test_hello_says_how_long_it_lasts(
    session: aiohttp.ClientSession, address: Address, debugging: str, seconds: int
) -> None:
    """§3.1 open: `debug_reconnects=true`."""
    async with session.ws_connect(await address() + debugging) as ws:
        hello = await ws.receive_json()

    assert hello["debug_info"]["approximate_connection_time"] == pytest.approx(seconds, abs=10)


@pytest.mark.parametrize("reason", ["link_disabled", "refresh_requested"])
async def test_a_connection_is_closed_with_its_reason(
    sim: Simulator, connect: Connect, reason: str
) -> None:
    """§3.1 `disconnect` frame."""
    wire = await connect()
    await wire.hears()

    await sim.sockets.disconnect(reason)

    assert (await wire.hears())["reason"] == reason
    assert sim.sockets.connected == 0


@pytest.mark.usefixtures("sim")
async def test_a_ping_of_the_client_is_answered(connect: Connect) -> None:
    """§3.1 keepalive: "client may ping too and is ponged"."""
    wire = await connect()
    await wire.hears()
    wire.ws._autoping = False  # noqa: SLF001 - to see the pong itself

    await wire.ws.ping(b"are you there")

    async with asyncio.timeout(30):
        while (frame := await wire.ws.receive()).type is not aiohttp.WSMsgType.PONG:
            pass
    assert frame.data == b"are you there"


async def test_a_connection_that_answers_no_ping_is_cut(
    sim: Simulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§3.1 keepalive: "must pong"."""
    monkeypatch.setattr(line, "PING_EVERY", 0.02)
    monkeypatch.setattr(line, "SILENCE", 0.1)
    wire = await connect()
    wire.ws._autoping = False  # noqa: SLF001 - a client that does not answer
    await wire.hears()

    await sim.workspace.wait_for(lambda: sim.sockets.connected == 0, within=30)

    assert "has answered no ping" in sim.backstage.record.notes[-1].text


async def test_a_socket_that_never_reads_is_cut(
    sim: Simulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§3.1: what waits for it is bounded, and the record says what happened."""
    monkeypatch.setattr(line, "MOST_UNREAD", 64 * 1024)
    sim.ack_deadline, sim.sockets.retries = 0.02, (0.0,)
    wire = await connect()
    await wire.hears()
    assert wire.ws._conn is not None  # noqa: SLF001 - to stop reading
    assert wire.ws._conn.transport is not None  # noqa: SLF001 - the same
    wire.ws._conn.transport.pause_reading()  # noqa: SLF001 - the same
    await sim.person("ann").invites("@app", "general")

    for _ in range(400):
        await sim.person("bob").posts("general", "x" * 39_000)
        await asyncio.sleep(0)
        if not sim.sockets.connected:
            break

    assert sim.sockets.connected == 0
    assert "does not read" in sim.backstage.record.notes[-1].text
    assert len(sim.workspace.channels[GENERAL].top) < 400


async def test_an_app_that_acknowledges_nothing_is_bounded(
    sim: Simulator, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """§3.2: events that wait do not fill the memory; those beyond are lost and recorded."""
    monkeypatch.setattr("bot.simulator.delivery.MOST_WAITING", 3)
    wire = await connect()
    await wire.hears()
    for number in range(5):
        await sim.person("ann").makes(f"room-{number}")
    heard = [await wire.hears() for _ in range(3)]
    lost = [each for each in sim.deliveries if each.attempts and each.attempts[0].outcome == "lost"]
    assert len(lost) == 2
    assert [each.about for each in sim.backstage.record.notes] == ["delivery"]

    for envelope in heard:
        await wire.acknowledges(envelope)
    await sim.workspace.wait_for(
        lambda: sum(each.acknowledged_after is not None for each in sim.deliveries) == 3
    )
    await sim.person("ann").makes("one-more")

    assert (await wire.hears())["payload"]["event"]["channel"]["name"] == "one-more"
