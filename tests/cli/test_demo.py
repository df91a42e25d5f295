"""`muster demo` starts without anything, prints one address, and what it prints works."""

import re
import signal
import socket

import aiohttp
import pytest

from bot.demo import running
from tests.cli.terminal import Terminal, line_with


async def test_the_demo_answers_at_the_address_it_prints_and_stops_cleanly(
    terminal: Terminal,
) -> None:
    proxies = {"http_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}
    async with terminal.starts("demo", "--port", "0", **proxies) as process:
        address = (await line_with(process.stdout, "http://")).strip()
        async with aiohttp.ClientSession() as session, session.get(address) as page:
            assert page.status == 200
            assert "<html" in await page.text()
        process.send_signal(signal.SIGTERM)
        ended = await terminal.ended(process)
    assert ended.status == 0, ended.err
    assert "Traceback" not in ended.err
    assert list(terminal.folder.iterdir()) == []


async def test_its_own_settings_hold_whatever_the_environment_says(terminal: Terminal) -> None:
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-of-the-company",
        "SLACK_SIGNING_SECRET": "s",
        "DATABASE_URL": "postgresql://127.0.0.1:1/production",
        "MUSTER_HTTP": "0.0.0.0:80",
        "MUSTER_CONFIG": "nowhere.yaml",
    }
    async with terminal.starts("demo", "--port", "0", **settings) as process:
        assert re.search(r"http://127\.0\.0\.1:\d+/", await line_with(process.stdout, "http://"))
        process.send_signal(signal.SIGINT)
        assert (await terminal.ended(process)).status == 0


async def test_a_port_that_is_taken_is_one_line(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await terminal.runs("demo", "--port", str(port))
    assert ended.status == 1
    assert f"Port {port} is taken" in ended.only_line


def test_where_nothing_may_listen_a_port_is_not_sought_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "HOST", "192.0.2.1")  # no machine's own
    with pytest.raises(OSError, match="assign"):
        running.free_port()
