"""Contract §3: tickets, sockets, envelopes, acknowledgements and redelivery."""

import asyncio

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator import Simulator
from bot.simulator.delivery import ACK_DEADLINE
from bot.simulator.socket_mode import RETRY_AFTER
from tests.simulator.words import Address, Bot, Connect, error_of


async def test_only_the_app_token_opens_a_connection(client: AsyncWebClient) -> None:
    """§1.5 apps.connections.open."""
    wrong = client.apps_connections_open(app_token=client.token or "")
    assert await error_of(wrong) == "not_allowed_token_type"


async def test_a_ticket_lets_one_connection_in(
    session: aiohttp.ClientSession, address: Address
) -> None:
    """§3.1 connect."""
    url = await address()
    await session.ws_connect(url)

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await session.ws_connect(url)
    assert refused.value.status == 403


async def test_hello_counts_the_connections(connect: Connect) -> None:
    """§3.1 hello, limit."""
    lines = [await connect() for _ in range(10)]
    hellos = [await line.hears() for line in lines]
    one_more = await connect()
    eleventh = await one_more.hears()

    assert [each["num_connections"] for each in hellos] == list(range(1, 11))
    assert hellos[0]["connection_info"] == {"app_id": "A0PRETEND"}
    assert (eleventh["type"], eleventh["reason"]) == ("disconnect", "too_many_websockets")
    assert (eleventh["num_connections"], eleventh["connection_info"]) == (
        10, {"app_id": "A0PRETEND"},
    )  # fmt: skip


async def test_each_envelope_goes_to_one_connection(sim: Simulator, connect: Connect) -> None:
    """§3.1 limit: no broadcast."""
    lines = [await connect(), await connect()]
    for line in lines:
        await line.hears()
    typed = [asyncio.create_task(sim.person("ann").types("general", "/go")) for _ in range(2)]

    envelopes = [await line.hears() for line in lines]
    for line, envelope in zip(lines, envelopes, strict=True):
        await line.acknowledges(envelope)
    await asyncio.gather(*typed)

    assert len({each["envelope_id"] for each in envelopes}) == 2


async def test_a_slash_command_carries_its_form_fields_as_texts(
    sim: Simulator, connect: Connect
) -> None:
    """§3.2 recorded slash envelope; §4.1 fields."""
    line = await connect()
    await line.hears()
    typing = asyncio.create_task(sim.person("ann").types("general", "/go  now & here "))
    envelope = await line.hears()
    await line.acknowledges(envelope, {"text": "*on it*"})
    reply = await typing

    payload = envelope["payload"]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert "retry_attempt" not in envelope
    assert (payload["command"], payload["text"]) == ("/go", "now &amp; here")
    assert (payload["user_id"], payload["channel_name"]) == ("U0ANN", "general")
    assert payload["is_enterprise_install"] == "false"
    assert all(isinstance(value, str) for value in payload.values())
    assert reply.text == "on it"


async def test_an_event_that_is_not_acknowledged_comes_again(
    sim: Simulator, connect: Connect
) -> None:
    """§3.2 retries: same event_id, attempt counted, reason `timeout`."""
    sim.ack_deadline, sim.sockets.retries = 0.02, (0.01, 0.01, 0.01)
    line = await connect()
    await line.hears()
    await sim.person("ann").makes("new")

    envelopes = [await line.hears() for _ in range(4)]

    assert [each["retry_attempt"] for each in envelopes] == [0, 1, 2, 3]
    assert [each["retry_reason"] for each in envelopes] == ["", *["timeout"] * 3]
    assert len({each["payload"]["event_id"] for each in envelopes}) == 1


async def test_a_late_acknowledgement_on_another_socket_counts_and_unknown_ones_do_not_hurt(
    sim: Simulator, connect: Connect
) -> None:
    """§3.2 "ack sent on another connection"; SIM: ignore unknown ack ids."""
    one, other = await connect(), await connect()
    await one.hears()
    await other.hears()
    await one.ws.send_str("no json")
    await one.acknowledges({"envelope_id": "unknown"})
    typing = asyncio.create_task(sim.person("ann").types("general", "/go"))
    waiting = {asyncio.create_task(line.hears()): line for line in (one, other)}
    [told], _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    silent = other if waiting[told] is one else one

    await silent.acknowledges(told.result(), {"text": "done"})

    assert (await typing).text == "done"
    for task in waiting:
        task.cancel()


async def test_events_wait_for_a_socket(sim: Simulator, connect: Connect) -> None:
    """§3.2 "Events that arrive while no socket is open are redelivered"."""
    await sim.person("ann").makes("new")
    line = await connect()
    await line.hears()

    envelope = await line.hears()

    assert envelope["payload"]["event"]["type"] == "channel_created"
    assert envelope["retry_attempt"] == 1


async def test_a_person_learns_that_the_app_is_not_there(sim: Simulator) -> None:
    """§4.1 `dispatch_failed`."""
    reply = await sim.person("ann").types("general", "/go")

    assert reply.text == '/go failed with the error "dispatch_failed"'
    assert "dispatch_failed" in sim.person("ann").sees("general")


@pytest.mark.hurried
async def test_a_person_learns_that_the_app_is_too_slow(sim: Simulator, connect: Connect) -> None:
    """§4.1 `operation_timeout`; never a retry."""
    assert sim.ack_deadline == 3.0
    sim.ack_deadline = 0.02
    await connect()

    reply = await sim.person("ann").types("general", "/go")

    assert reply.text == '/go failed with the error "operation_timeout"'
    assert len(sim.deliveries[0].attempts) == 1


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_a_real_client_comes_back_when_told_to(sim: Simulator, bot: Bot, reason: str) -> None:
    """§3.1 disconnect; §8.2."""
    await sim.sockets.disconnect(reason)

    await sim.workspace.wait_for(lambda: sim.sockets.opened == 2 and sim.sockets.connected)
    await sim.person("ann").makes("after")
    await bot.hears("channel_created")


async def test_a_real_client_comes_back_when_the_network_breaks(sim: Simulator, bot: Bot) -> None:
    """§8.2 "Abrupt TCP loss"."""
    await sim.sockets.cut()
    assert sim.sockets.connected == 0

    await sim.wait_connected()
    await sim.person("ann").makes("after")
    await bot.hears("channel_created")


async def test_a_delivery_can_be_sent_again(sim: Simulator, bot: Bot) -> None:
    """§4.3 "De-duplicate on `event_id`"."""
    await sim.person("ann").makes("new")
    await bot.hears("channel_created")
    await bot.has_heard_all()

    answer = await sim.redeliver(sim.deliveries[0])

    assert answer.outcome == "acknowledged"
    assert [body["event_id"] for body in bot.bodies] == [bot.bodies[0]["event_id"]] * 2


@pytest.mark.usefixtures("sim")
async def test_the_server_pings(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """§3.1 keepalive."""
    monkeypatch.setattr("bot.simulator.line.PING_EVERY", 0.01)
    line = await connect()
    await line.hears()
    line.ws._autoping = False  # noqa: SLF001 - to see the ping itself

    async with asyncio.timeout(30):
        frame = await line.ws.receive()

    assert frame.type is aiohttp.WSMsgType.PING
    assert frame.data == b"Ping from applink-pretend"


def test_the_first_retry_is_four_seconds_after_the_send() -> None:
    """§3.2 "a first retry about 4 s after the send", then a minute, then five."""
    first, *later = RETRY_AFTER

    assert ACK_DEADLINE + first == 4.0
    assert later == [60.0, 300.0]
