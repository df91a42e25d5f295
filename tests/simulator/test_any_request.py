"""Whatever is sent to any of the simulator's addresses is answered, and none of it is a 5xx."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.clock import Clock
from bot.simulator import Simulator
from bot.simulator.serve import running

ADDRESSES = (
    "", "favicon.ico", "archives/C0", "archives/C0/pxyz", "archives/C0GENERAL/p1?thread_ts=x",
    "page/static/none.js", "page/static/%2e%2e%2fsession.py", "page/files/F0/x", "page/socket",
    "link/", "link/?ticket=none", "commands/T0/1/none", "actions/x", "app/T0/1/x",
    "upload/v1/none", "upload/v1/F0-x", "files-pri/T0-F0/x", "avatars/none.svg", "avatars/<b>.svg",
    "oauth/v2/authorize", "oauth/v2/authorize?client_id=x&scope=y&redirect_uri=z",
    "control", "control/record?since=x", "control/record?limit=0", "control/record?since=-1",
    "control/record/none", "control/feed", "control/feed?since=x", "control/replay",
    "control/workspaces", "control/workspaces/none", "control/workspaces/Beta",
    "control/record?workspace=none", "docs/T0/F0", "docs/T0001BETA/F0", "commands/T0001BETA/1/x",
    "files-pri/T0001BETA-F0/x", "oauth/v2/authorize?team=none", "avatars/U0001ANN.svg",
    "control/faults", "control/faults/none", "control/faults/none/release", "control/clock",
    "clock", "control/limits", "control/pace", "control/sockets", "control/none", "api/", "api/x/y",
    "api/views.open", "api/chat.postMessage",
)  # fmt: skip
BODIES = (
    b"", b"{", b"[]", b"null", b'"x"', b"5", b"\xff\xfe\x00", b'{"seconds": NaN}',
    b'{"seconds": 1e999}', b'{"to": 5}', b'{"id": []}',
    b'{"target": "*", "kind": "hang", "times": 1e99}',
    b'{"name": 5}', b'{"name": "x", "installed": "no"}', b'{"do": "install_app"}',
    b'{"posts": 1}', b'{"do": []}', b'{"do": "disconnect", "reason": []}', b'{"latency": "x"}',
    b"[" * 20_000, b'{"a":' * 20_000, b"a=b&c", b"payload=%7B",
)  # fmt: skip


@pytest.fixture
async def house() -> AsyncIterator[Simulator]:
    async with running(Clock(), workspaces=["Beta"]) as simulator:
        yield simulator


async def test_no_address_breaks_on_any_body(
    house: Simulator, session: aiohttp.ClientSession
) -> None:
    for address in ADDRESSES:
        for method in ("GET", "POST", "DELETE"):
            for body in BODIES if method == "POST" else (b"",):
                headers = {"Content-Type": "application/json"}
                url = f"{house.url}/{address}"
                async with session.request(
                    method, url, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    assert answer.status < 500, (method, address, body[:40], await answer.text())
    assert not [each for each in house.faults if each.kind != "hang"]


@pytest.mark.parametrize("address", ["control/faults", "commands/T0/1/x", "api/chat.postMessage"])
async def test_a_body_without_end_is_refused(
    house: Simulator, session: aiohttp.ClientSession, address: str
) -> None:
    """More than is taken, in pieces, with no length announced."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 2**20

    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {house.bot_token}"}
    try:
        async with session.post(f"{house.url}/{address}", data=pieces(), headers=headers) as answer:
            assert answer.status < 500
    except aiohttp.ClientConnectionError:
        pass  # hung up on while it was still talking
    async with session.get(f"{house.url}/control") as answer:
        assert (await answer.json())["ok"]


PLACES = (
    "GET control",
    "GET control/feed",
    "POST control/limits",
    "POST page/files/a.txt?as=U0ANN",
    "GET page/files/F0/a.txt",
    "GET page/socket",
)


@pytest.mark.parametrize(
    ("host", "origin", "welcome"),
    [
        ("evil.example:8100", "http://evil.example:8100", False),  # a name made to point here
        ("evil.example:8100", None, False),  # as its GETs come
        ("127.0.0.1.evil.example", None, False),
        ("127.0.0.1:8100", "https://evil.example", False),
        ("127.0.0.1:8100", "null", False),
        ("127.0.0.1:8100", "http://[", False),
        ("[", None, False),
        ("127.0.0.1:8100", "http://127.0.0.1:8100", True),
        ("localhost:9", "http://localhost:9", True),
        ("[::1]:8100", "http://[::1]:8100", True),
        ("192.0.2.7:8100", "http://192.0.2.7:8100", True),  # where it listens on every address
        ("pretend", None, True),  # as it was told to listen
    ],
)
async def test_pages_of_other_sites_are_refused_by_whatever_name_they_come(
    house: Simulator,
    session: aiohttp.ClientSession,
    host: str,
    origin: str | None,
    *,
    welcome: bool,
) -> None:
    address, house.ground.base_url = house.url, "http://pretend:8100"
    headers = {"Host": host} | ({"Origin": origin} if origin else {})
    for place in PLACES:
        method, _, path = place.partition(" ")
        async with session.request(method, f"{address}/{path}", headers=headers) as answer:
            assert (answer.status != 403) is welcome, place
