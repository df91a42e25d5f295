"""`muster serve` starts, says so, stops cleanly, and explains in one line why it cannot start."""

import asyncio
import json
import signal
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.__main__ import main
from bot.simulator import Simulator
from tests.cli.terminal import PATIENCE, Terminal, line_with


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_cleanly(
    which: signal.Signals, connected: Terminal, slack: Simulator
) -> None:
    async with connected.starts("serve") as process:
        ready = json.loads(await line_with(process.stderr, "serve.ready"))
        assert ready["slack"] == "Socket Mode"
        assert ready["pages"].startswith("http://127.0.0.1:")
        assert slack.sockets.connected == 1
        process.send_signal(which)
        ended = await connected.ended(process)
    assert ended.status == 0
    assert "serve.stopped" in ended.err
    assert "Traceback" not in ended.err


async def test_a_signal_while_starting_stops_it_cleanly(terminal: Terminal) -> None:
    asked = asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1") as slack:
        port = slack.sockets[0].getsockname()[1]
        settings = {"SLACK_API_URL": f"http://127.0.0.1:{port}/", "SLACK_BOT_TOKEN": "xoxb-1"}
        async with terminal.starts("serve", SLACK_APP_TOKEN="xapp-1", **settings) as process:
            await asyncio.wait_for(asked.wait(), PATIENCE)
            process.send_signal(signal.SIGTERM)
            ended = await terminal.ended(process)
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_a_second_one_on_the_same_file_is_refused(connected: Terminal) -> None:
    async with connected.starts("serve") as process:
        await line_with(process.stderr, "serve.ready")
        second = await connected.runs("serve")
    assert second.status == 1
    assert "Another Muster serves" in second.only_line


async def test_without_a_token_it_says_where_to_find_one(terminal: Terminal) -> None:
    ended = await terminal.runs("serve")
    assert ended.status == 1
    assert "SLACK_BOT_TOKEN is not set" in ended.only_line


async def test_a_token_that_slack_refuses_is_one_line(connected: Terminal) -> None:
    ended = await connected.runs("serve", SLACK_BOT_TOKEN="xoxb-wrong")
    assert ended.status == 1
    assert "invalid_auth" in ended.only_line


@pytest.mark.parametrize(
    ("bot", "app", "says"),
    [
        ("xapp-1", "xoxb-1", "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped. Exchange them."),
        ("xapp-1", "xapp-1", "SLACK_BOT_TOKEN is an app-level token (xapp-…). Take the Bot User"),
        ("xoxp-1", "xapp-1", "SLACK_BOT_TOKEN is a person's token (xoxp-…). Take the Bot User"),
        ("xoxb-1", "xoxb-1", "SLACK_APP_TOKEN is a bot token (xoxb-…). Make an app-level token"),
        ("xoxb-1", "xoxp-1", "SLACK_APP_TOKEN is a person's token (xoxp-…). Make an app-level"),
    ],
)
async def test_tokens_of_the_wrong_kind_are_one_line_before_slack_is_asked(
    connected: Terminal, slack: Simulator, bot: str, app: str, says: str
) -> None:
    ended = await connected.runs("serve", SLACK_BOT_TOKEN=bot, SLACK_APP_TOKEN=app)
    assert ended.status == 1
    assert says in ended.only_line
    assert not slack.calls


async def test_it_starts_without_database_or_playbooks_says_so_and_stops_cleanly(
    connected: Terminal, slack: Simulator
) -> None:
    away = "postgresql+asyncpg://muster@127.0.0.1:1/muster"
    (connected.folder / "playbooks").mkdir()
    async with connected.starts("serve", DATABASE_URL=away) as process:
        assert "Put playbooks there" in await line_with(process.stderr, "serve.no_playbooks")
        told = json.loads(await line_with(process.stderr, "database.not_there_yet"))
        assert "refused" in told["why"] or "Connect call failed" in told["why"]
        await line_with(process.stderr, "serve.ready")
        assert slack.sockets.connected == 1
        process.send_signal(signal.SIGTERM)
        ended = await connected.ended(process)
    assert ended.status == 0
    assert "Traceback" not in ended.err


@pytest.mark.faults("a start while Slack is away")
async def test_it_starts_while_slack_is_away_and_connects_once_it_is_back(
    connected: Terminal, slack: Simulator
) -> None:
    """At first it knows nothing of its workspace, so it waits; later it goes by what it knows."""
    slack.faults.add("*", "http", times=None, status=503)
    async with connected.starts("serve") as process:
        told = json.loads(await line_with(process.stderr, "start.waits"))
        assert "it answers 503" in told["why"]
        assert "never said who Muster is" in told["why"]
        slack.faults.clear()
        await line_with(process.stderr, "serve.ready")
        await slack.wait_connected()
        process.send_signal(signal.SIGTERM)
        assert (await connected.ended(process)).status == 0
    slack.faults.add("*", "refuse", times=None)
    async with connected.starts("serve") as process:
        ready = json.loads(await line_with(process.stderr, "serve.ready"))
        assert "Slack does not answer this process" in ready["away"]
        slack.faults.clear()
        await slack.wait_connected(within=PATIENCE)
        process.send_signal(signal.SIGTERM)
        ended = await connected.ended(process)
    assert ended.status == 0
    assert "Traceback" not in ended.err


async def test_a_server_that_does_not_let_it_in_is_one_line(
    connected: Terminal, empty_postgresql: str
) -> None:
    """Waiting would change nothing: the address is wrong, not the night."""
    for url, told in (
        (make_url(empty_postgresql).set(username="nobody"), "does not let Muster in: role"),
        (make_url(empty_postgresql).set(database="elsewhere"), 'PostgreSQL says: database "else'),
    ):
        ended = await connected.runs(
            "serve", DATABASE_URL=url.render_as_string(hide_password=False)
        )
        assert ended.status == 1
        assert told in ended.only_line
        assert "does not exist. " in ended.only_line
        assert "end DATABASE_URL" in ended.only_line


async def test_an_unmigrated_postgresql_is_refused_and_then_migrated(
    connected: Terminal, empty_postgresql: str
) -> None:
    connected.settings["DATABASE_URL"] = empty_postgresql
    refused = await connected.runs("serve")
    assert refused.status == 1
    assert "run `muster migrate` first" in refused.only_line
    migrated = await connected.runs("migrate")
    assert migrated.status == 0, migrated.err
    assert "now has schema" in migrated.out
    assert "nothing to do" in (await connected.runs("migrate")).out
    async with connected.starts("serve") as process:
        await line_with(process.stderr, "serve.ready")
        process.send_signal(signal.SIGTERM)
        assert (await connected.ended(process)).status == 0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory of this process."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_broken_muster_yaml_is_told_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "muster.yaml").write_text("feed: incidents\nseverites: {}\n")
    assert main(["serve"]) == 1
    assert capsys.readouterr().err == (
        "muster: muster.yaml:2:1 unknown key 'severites'; did you mean 'severities'?\n"
    )


def test_broken_playbooks_stop_it_with_the_first_place_and_how_many_there_are(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "playbooks").mkdir()
    for name in ("x", "y"):
        (folder / "playbooks" / f"{name}.yaml").write_text("name: X\nsteps: []\n")
    assert main(["serve"]) == 1
    assert capsys.readouterr().err == (
        "muster: playbooks/x.yaml:2:8 a playbook needs at least one step "
        "(and 1 more; muster check shows all)\n"
    )


@pytest.mark.parametrize("word", ["migrate", "list"])
def test_a_folder_that_is_not_there_is_named(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////no/such/muster.db")
    assert main([word]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "the folder /no/such does not exist; make it, or name another file" in line


@pytest.mark.parametrize("name", ["MUSTER_CONFIG", "MUSTER_PLAYBOOKS"])
def test_what_is_named_and_missing_is_an_error(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "there/is/none")
    assert main(["serve"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert f"{name} names there/is/none" in line
