"""Secrets are told nowhere: planted in every place that holds one, and looked for in all output."""

import asyncio
import io
import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from bot import log
from bot.__main__ import main
from bot.config import Settings
from bot.discretion import MASK, without_secrets
from bot.simulator import Simulator
from bot.storage.database import DatabaseAway
from bot.storage.exporting import exported
from bot.storage.opening import connect
from bot.storage.sqlite import SqliteDatabase
from tests.people import World, a_world
from tests.scenarios.runbook import runbook
from tests.traces import spans, told

__all__ = ["spans"]
pytestmark = pytest.mark.faults("secrets are looked for in all output")

PASSWORD = "hunter2hunter2"
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-1111111111-planted-bot",
    "SLACK_APP_TOKEN": "xapp-1-A111-planted-app",
    "SLACK_SIGNING_SECRET": "planted5igning5ecret",
    "MUSTER_PAGES_SECRET": "planted-pages-secret-of-the-replicas",
    "MUSTER_METRICS_TOKEN": "planted-metrics-token",
    "DATABASE_URL": f"postgresql+asyncpg://muster:{PASSWORD}@127.0.0.1:1/muster",
}
PLANTED = (*list(SECRETS.values())[:-1], PASSWORD)


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


@pytest.fixture(params=["json", "lines"])
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Everything that is logged from here on, at its most talkative, as it would be in service."""
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log.configure(as_json=request.param == "json", level="DEBUG")
    return written.getvalue


@dataclass
class Planted:
    """A bot whose secrets are known, and what was said by it so far."""

    world: World
    folder: Path

    @property
    def secrets(self) -> tuple[str, ...]:
        sim = self.world.sim
        given = (str(value) for value in self.world.settings.values())
        return (sim.bot_token, sim.app_token, sim.signing_secret, *given)


@pytest.fixture
async def planted(tmp_path: Path) -> AsyncIterator[Planted]:
    kept = ("MUSTER_PAGES_SECRET", "MUSTER_METRICS_TOKEN", "SLACK_SIGNING_SECRET")
    secrets: dict[str, Any] = {name: SECRETS[name] for name in kept}
    async with a_world(tmp_path, started=False, **secrets) as world:
        playbook = runbook()
        world.process = replace(world.process, playbooks={playbook.id: playbook})
        await world.starts()
        yield Planted(world=world, folder=tmp_path)


async def _goes_wrong(sim: Simulator) -> None:
    """One fault of each kind, each on something that happens."""
    sim.faults.add("conversations.create", "http", times=1)
    sim.faults.add("chat.postMessage", "rate_limited", retry_after=1)
    sim.faults.add("chat.postMessage", "lose_answer", nth=3)
    sim.faults.add("pins.add", "error", error="invalid_auth")
    sim.faults.add("bookmarks.add", "error", error="missing_scope")
    sim.faults.add("users.info", "refuse")


async def test_in_no_log_trace_page_record_or_file(
    planted: Planted, logged: Callable[[], str], spans: InMemorySpanExporter
) -> None:
    world = planted.world
    await _goes_wrong(world.sim)
    for line in (
        "/incident declare checkout is down --sev 1",
        "/incident note inc-1 it is the cache",
        "/incident playbook inc-1 start restore",
        "/incident resolve inc-1 went back --verified",
        "/incident close inc-1 because",
    ):
        await world.ann.says(line)
    await world.restarts()
    stream = (await world.incident()).stream
    export = await world.bot.database.read(lambda c: exported(c, stream, 1))
    said = [logged(), told(spans), await _pages(world), json.dumps(export)]
    said += [str(call.args) for call in world.sim.calls]
    said += [path.read_bytes().decode("latin-1") for path in planted.folder.iterdir()]
    assert "checkout is down" in "".join(said), "what is looked through is not empty"
    for secret in planted.secrets:
        assert secret not in "".join(said), secret


_OF_ITSELF = ("/readyz", "/healthz", "/nowhere")


async def _pages(world: World) -> str:
    web, desk = world.bot.web, world.bot.desk
    assert web is not None
    assert desk is not None
    signed = desk.signer.sign(world.sim.workspace.team.id, world.ann.id, world.clock.now())
    bearer = {"Authorization": f"Bearer {SECRETS['MUSTER_METRICS_TOKEN']}"}
    found = []
    paths = ("/incidents", "/incidents/1", "/incidents/1/review", "/incidents/1/review.json")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        for path in (f"/incidents?pass={signed}", *paths, "/metrics", *_OF_ITSELF):
            address = f"http://127.0.0.1:{web.port}{path}"
            async with session.get(address, headers=bearer) as answer:
                found.append(f"{path.partition('?')[0]} {await answer.text()}")
    assert "muster_deliveries_total" in "".join(found)
    return "".join(found)


def test_a_traceback_shows_where_and_not_what(logged: Callable[[], str]) -> None:
    facts = structlog.get_logger("test")

    def fails(token: str) -> None:
        raise RuntimeError(len(token))

    for secret in PLANTED:
        try:
            fails(secret)
        except RuntimeError:
            facts.exception("it.failed")
            logging.getLogger("library").exception("it failed")
    told = logged()
    assert "in fails" in told
    for secret in PLANTED:
        assert secret not in told


async def test_an_error_that_carries_a_secret_is_masked(logged: Callable[[], str]) -> None:
    url = "https://hooks.slack.com/commands/T1/123/AbCdEf"
    fault = f"{SECRETS['SLACK_BOT_TOKEN']} {url} /incidents?pass=abc.def {SECRETS['DATABASE_URL']}"
    structlog.get_logger("test").warning("it.failed", why=fault, of=[fault], nth=3)
    logging.getLogger("library").warning(fault)
    told = logged()
    assert told.count(MASK) >= 12
    for secret in (SECRETS["SLACK_BOT_TOKEN"], "AbCdEf", "abc.def", PASSWORD):
        assert secret not in told


def test_what_is_no_secret_stays() -> None:
    for line in (
        "INC-1 at 10:05 @ann",
        "https://x.example/a?b=1",
        "xo-xo",
        "see /commands",
        "a:b@",
    ):
        assert without_secrets(line) == line


def test_the_settings_do_not_show_them() -> None:
    settings = Settings.model_validate(SECRETS)
    for secret in PLANTED:
        assert secret not in repr(settings)
        assert secret not in str(settings)


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert settings.slack_signing_secret is None
    assert settings.pages_secret is None
    assert settings.metrics_token is None
    assert settings.database_url.startswith("sqlite")


async def test_a_bad_address_of_the_database_is_told_without_its_password() -> None:
    for url in (
        f"postgresql+asyncpg://u:{PASSWORD}@127.0.0.1:1/db",
        f"postgresql+asyncpg://u:{PASSWORD}@127.0.0.1:99999/db",
        f"postgresql://u:{PASSWORD}/x@localhost/db",
        f"postgresql://localhost:{PASSWORD}",
        f"postgresql:{PASSWORD}",
        f"postgresql+foo://u:{PASSWORD}@127.0.0.1:1/d",
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/db?sslmode={PASSWORD}",
        f"postgresql://u:{PASSWORD}@127.0.0.1:1/db?ssl={PASSWORD}",
        f"mysql://u:{PASSWORD}@127.0.0.1/db",
        PASSWORD,
    ):
        with pytest.raises((ValueError, DatabaseAway)) as told:
            await _asked(url)
        assert PASSWORD not in str(told.value)


async def _asked(url: str) -> None:
    database = connect(url)
    try:
        await database.read(lambda c: c.execute(text("SELECT 1")))
    finally:
        await database.close()


async def test_a_failing_statement_does_not_repeat_what_people_wrote(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "muster.db")
    for way in (database.read, database.write):
        with pytest.raises(DatabaseAway) as away:
            await way(lambda c: c.execute(text("INSERT INTO no VALUES (:x)"), {"x": "xyzzy"}))
        assert "no such table" in str(away.value)
        assert "xyzzy" not in f"{away.value} {away.value.__cause__}"
    await database.close()


@pytest.mark.parametrize("word", ["doctor", "serve", "list", "migrate"])
async def test_the_command_line_does_not_print_them(
    word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {**SECRETS, "SLACK_API_URL": "http://127.0.0.1:1/api/"}.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(main, [word]) == 1
    seen = capsys.readouterr()
    for secret in PLANTED:
        assert secret not in seen.out + seen.err


async def test_the_doctor_shows_nothing_of_a_secret_in_the_wrong_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "q7w8e9-signing")
    monkeypatch.setenv("SLACK_APP_TOKEN", "z1x2c3-client")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    assert await asyncio.to_thread(main, ["doctor"]) == 1
    seen = capsys.readouterr().out
    assert "q7w8e" not in seen
    assert "z1x2c" not in seen


@pytest.mark.parametrize(
    "url", ["http://slack.example/api/", "ftp://slack.com/", "slack.com", "https://", "http://[::"]
)
def test_tokens_are_not_sent_in_the_clear(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_API_URL", url)
    assert main(["doctor"]) == 1
    assert "it needs an https:// address" in capsys.readouterr().err


def test_nothing_of_the_source_looks_like_a_secret() -> None:
    """A token that somebody pasted while trying something out stays in history for ever."""
    root = Path(__file__).resolve().parents[2]
    real = re.compile(r"xox[bp]-\d{10,}-\d{10,}-(?=\w*\d)\w{20,}|xapp-1-A\w+-\d{10,}-[0-9a-f]{64}")
    folders = ("bot", "docs", "tests", "bench", "playbooks")
    paths = [path for folder in folders for path in (root / folder).rglob("*") if path.is_file()]
    found = [path for path in paths if real.search(path.read_bytes().decode("latin-1"))]
    assert not found
