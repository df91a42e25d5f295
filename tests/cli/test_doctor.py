"""`muster doctor` says in plain words what is missing, and what to do about it."""

import asyncio
import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from bot.__main__ import main
from bot.cli import examining_slack
from bot.cli.doctor import examined
from bot.cli.examining_here import pages
from bot.cli.examining_slack import Slack
from bot.cli.findings import Finding
from bot.cli.manifest import SCOPES
from bot.clock import Clock
from bot.config import Settings
from bot.domain import effects as f
from bot.domain.values import Origin
from bot.needed import CannotStart, check_pages
from bot.simulator import Simulator
from bot.storage import brakes, claiming, outbox, schema, settling
from bot.storage import tables as t
from bot.storage.brakes import Braked
from bot.storage.database import Connection
from bot.storage.opening import connect, only_process, remember
from bot.storage.settling import Finished
from tests.outages import locked
from tests.serving import serving

Given = dict[str, object]
LED, OWN = "https://muster.example.org", "http://localhost:8080"
"""Where a proxy leads others to the pages, and where this machine alone is led."""
BRAKED = Braked(workspace="T1", method="pins.add", until=Clock().now() + timedelta(hours=1))


@pytest.fixture
def settings(slack: Simulator, tmp_path: Path) -> Given:
    """Settings with which all is well."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}",
    }


async def found(settings: Given, **changes: object) -> list[Finding]:
    given = Settings.model_validate(settings | changes)
    return [finding async for finding in examined(given)]


def problems(findings: list[Finding]) -> list[str]:
    return [str(finding) for finding in findings if finding.state == "problem"]


async def test_all_is_well(settings: Given, slack: Simulator) -> None:
    findings = await found(settings)
    assert problems(findings) == []
    told = "\n".join(map(str, findings))
    assert "Database: " in told
    assert "is made at the first start" in told
    assert "Slack: @incident_bot in the workspace Pretend Inc" in told
    assert "#incidents is not there yet; Muster makes it at the first incident" in told
    assert "nothing tells that Muster may not make channels" in told
    assert "Socket Mode: Slack opens a connection" in told
    assert [room.name for room in slack.workspace.channels.values()] == ["general", "random"]
    assert slack.sockets.connected == 0


async def test_it_says_whether_a_bot_serves_the_database(settings: Given, tmp_path: Path) -> None:
    opened = connect(str(settings["DATABASE_URL"]))
    await schema.migrate(opened)
    await opened.close()
    nobody = "Running: no Muster runs; `muster serve` starts one"
    assert nobody in "\n".join(map(str, await found(settings)))
    with only_process(tmp_path / "muster.db") as lock:
        assert "Running: Muster is running here" in "\n".join(map(str, await found(settings)))
        remember(lock)
    file, log = tmp_path / "muster.db", tmp_path / "muster.db-wal"
    file.rename(tmp_path / "away.db")
    log.write_bytes(b"SQLite removes it as soon as it looks at an empty file")

    async def is_told_as_gone() -> None:
        (only,) = problems(await found(settings))
        assert f"the record of {file} is gone → Stop Muster, put the file back" in only

    await is_told_as_gone()
    file.touch(0o600)
    await is_told_as_gone()
    log.unlink()
    opened = connect(str(settings["DATABASE_URL"]))
    assert await schema.revision(opened) is None, "it was opened, and nothing is in it"
    await opened.close()
    await is_told_as_gone()
    (tmp_path / "away.db").rename(tmp_path / "muster.db")
    assert nobody in "\n".join(map(str, await found(settings)))


async def test_it_exits_with_0_when_all_is_well_and_1_otherwise(
    settings: Given, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    assert await asyncio.to_thread(main, ["doctor"]) == 0
    assert "All is well" in capsys.readouterr().out
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    assert await asyncio.to_thread(main, ["doctor"]) == 1
    assert "1 problem." in capsys.readouterr().out


async def test_without_slack_it_says_so_and_what_it_can(settings: Given) -> None:
    findings = await found(settings, SLACK_API_URL="http://127.0.0.1:1/api/")
    (only,) = problems(findings)
    assert "Slack cannot be reached at http://127.0.0.1:1/api/" in only
    assert any("Playbooks: 3" in str(finding) for finding in findings)


async def test_slack_that_hangs_is_not_waited_for_for_long(
    settings: Given, slack: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining_slack, "_PATIENCE", 0.05)
    slack.faults.add("*", "hang", times=None)
    (only,) = problems(await found(settings))
    assert "Slack did not answer within 0.05 seconds at http://" in only
    assert "https://status.slack.com" in only


async def test_channels_that_are_listed_slowly_are_not_slack_away(
    slack: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.faults.add("conversations.list", "hang")
    async with aiohttp.ClientSession() as session:
        asked = examining_slack.as_bot(Slack(session, slack.api_url), slack.bot_token, "incidents")
        told = [await anext(asked) for _ in ("auth.test", "its scopes")]
        monkeypatch.setattr(examining_slack, "_PATIENCE", 0.05)
        (slow,) = [finding async for finding in asked]
    assert [finding.state for finding in told] == ["ok", "ok"]
    assert slow.what == "Channels: Slack took too long to tell of them"
    assert (slow.state, slow.no_slack) == ("unknown", False)


async def test_what_slack_tells_of_one_token_is_said_without_the_other(
    settings: Given, slack: Simulator
) -> None:
    slack.faults.add("auth.test", "refuse")
    told = await found(settings)
    (only,) = problems(told)
    assert "Slack cannot be reached" in only
    assert "Socket Mode: Slack opens a connection" in "\n".join(map(str, told))


async def test_tokens_are_swapped_only_when_both_are(settings: Given, slack: Simulator) -> None:
    bot, app = slack.bot_token, slack.app_token
    swapped = await found(settings, SLACK_BOT_TOKEN=app, SLACK_APP_TOKEN=bot)
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped" in problems(swapped)[0]
    twice = await found(settings, SLACK_APP_TOKEN=bot)
    assert "SLACK_APP_TOKEN is a bot token (xoxb-…)" in problems(twice)[0]
    assert "swapped" not in str(problems(twice))
    assert "SLACK_BOT_TOKEN is a bot token" in "\n".join(map(str, twice))


async def test_no_token_ever_shows(settings: Given, slack: Simulator) -> None:
    for token in ("nonsense-token-of-somebody", "xoxp-12345-secret"):
        findings = await found(settings, SLACK_BOT_TOKEN=token, SLACK_APP_TOKEN=token)
        assert token not in "\n".join(map(str, findings))
    assert slack.bot_token not in "\n".join(map(str, await found(settings)))


async def test_a_token_that_slack_refuses_is_told(settings: Given) -> None:
    findings = await found(settings, SLACK_BOT_TOKEN="xoxb-wrong", SLACK_APP_TOKEN="xapp-wrong")
    told = problems(findings)
    assert "Slack does not accept SLACK_BOT_TOKEN: invalid_auth" in told[0]
    assert "Slack does not accept SLACK_APP_TOKEN" in told[1]


async def test_missing_scopes_are_named_with_what_they_are_for(settings: Given) -> None:
    sim = Simulator(clock=Clock(), manifest_scopes=set(SCOPES) - {"pins:read", "im:write"})
    await sim.start()
    (only,) = problems(await found(settings, SLACK_API_URL=sim.api_url))
    await sim.stop()
    assert "im:write (to answer by direct message where there is no other way)" in only
    assert "pins:read" in only
    assert "reinstall" in only


async def test_the_manifests_own_scopes_are_enough(settings: Given) -> None:
    sim = Simulator(clock=Clock(), manifest_scopes=SCOPES)
    await sim.start()
    findings = await found(settings, SLACK_API_URL=sim.api_url)
    await sim.stop()
    assert problems(findings) == []
    assert any(f"all {len(SCOPES)} are granted" in str(finding) for finding in findings)


async def test_restricted_channel_creation_is_told(settings: Given, slack: Simulator) -> None:
    slack.faults.add("conversations.create", "error", error="restricted_action")
    (only,) = problems(await found(settings))
    assert "does not let Muster make channels (restricted_action)" in only


async def test_the_feed_channel_is_looked_at(settings: Given, slack: Simulator) -> None:
    feed = await slack.person("ann").makes("incidents")
    told = "\n".join(map(str, await found(settings)))
    assert "#incidents is there; Muster joins it at the first incident" in told
    await slack.person("ann").invites("@app", "incidents")
    assert "Muster is in #incidents" in "\n".join(map(str, await found(settings)))
    feed.is_archived = True
    assert "#incidents is archived" in problems(await found(settings))[0]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"MUSTER_HTTP": "0.0.0.0:8080", "MUSTER_PAGES_SECRET": "x" * 32}, "MUSTER_URL is not set"),
        (
            {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"},
            "Database: nothing listens at 127.0.0.1:1",
        ),
        ({"DATABASE_URL": "sqlite:////no/such/muster.db"}, "/no/such does not exist → Make"),
        ({"MUSTER_CONFIG": "no/such.yaml"}, "MUSTER_CONFIG names no/such.yaml"),
        ({"MUSTER_PLAYBOOKS": "no/such"}, "MUSTER_PLAYBOOKS names no/such"),
        ({"MUSTER_PLAYBOOKS": "bot"}, "Playbooks: 0 in bot, so none is offered → Put playbooks"),
        ({"SLACK_APP_TOKEN": None}, "SLACK_APP_TOKEN is not set, nor is SLACK_SIGNING_SECRET"),
        ({"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": "s"}, "Slack does not deliver to http:"),
    ],
)
async def test_what_is_missing_is_told(
    settings: Given, changes: dict[str, object], told: str
) -> None:
    (only,) = problems(await found(settings, **changes))
    assert told in only


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"MUSTER_HTTP": "0.0.0.0:8080", "MUSTER_URL": LED}, "MUSTER_HTTP is 0.0.0.0:8080, which"),
        ({"MUSTER_HTTP": "0.0.0.0:8080", "MUSTER_URL": OWN}, "MUSTER_HTTP is 0.0.0.0:8080, which"),
        ({"MUSTER_URL": LED}, f"MUSTER_URL is {LED}, which others can reach, and MUSTER_PAGES"),
        ({"MUSTER_URL": "http://127.0.0.1.m.example"}, "which others can reach"),
        ({"MUSTER_URL": "http://["}, "which others can reach"),
        ({"MUSTER_URL": LED, "MUSTER_PAGES_SECRET": "x" * 31}, "has 31 characters, which can be"),
        ({"MUSTER_PAGES_SECRET": "x"}, "has 1 characters, which can be guessed"),
    ],
)
def test_pages_that_others_could_look_at_are_told_and_nothing_starts(
    changes: dict[str, object], told: str
) -> None:
    given = Settings.model_validate(changes)
    (only,) = problems(list(pages(given)))
    assert told in only
    assert "openssl rand -hex 32" in only
    with pytest.raises(CannotStart, match=re.escape(told)):
        check_pages(given)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "http://127.0.0.1:8080, for this machine only"),
        ({"MUSTER_URL": OWN, "MUSTER_HTTP": "[::1]:80"}, f"{OWN}, for this machine only"),
        ({"MUSTER_URL": "http://[::1]:80"}, "for this machine only"),
        ({"MUSTER_URL": LED, "MUSTER_PAGES_SECRET": "x" * 32}, "protected by MUSTER_PAGES_SECRET"),
    ],
)
def test_pages_are_for_this_machine_or_protected(changes: dict[str, object], told: str) -> None:
    given = Settings.model_validate(changes)
    check_pages(given)
    (only,) = pages(given)
    assert only.state == "ok"
    assert told in only.what


async def test_an_unmigrated_postgresql_is_told(settings: Given, empty_postgresql: str) -> None:
    nosuch = make_url(empty_postgresql).set(database="nosuch").render_as_string()
    (only,) = problems(await found(settings, DATABASE_URL=nosuch))
    assert 'database "nosuch" does not exist → Create it, or mend DATABASE_URL.' in only
    (only,) = problems(await found(settings, DATABASE_URL=empty_postgresql))
    assert "Run `muster migrate`" in only


async def test_a_broken_muster_yaml_is_told_with_its_place(settings: Given, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("feed: A B\n")
    (only,) = problems(await found(settings, MUSTER_CONFIG=tmp_path / "m.yaml"))
    assert "m.yaml:1:7 expected a channel's name" in only


def test_a_finding_is_one_line() -> None:
    finding = Finding(state="ok", what="Python 3.11.9")
    assert str(finding) == "ok       Python 3.11.9"
    assert str(replace(finding, to_do="Rejoice.")) == "ok       Python 3.11.9 → Rejoice."


def as_a_bad_night_leaves_it(connection: Connection, stream: str, now: datetime) -> None:
    """One effect has waited for long, others are given up, and nobody is at work."""
    effects: list[f.Effect] = [
        f.ShowTopic(stream=stream),
        f.PinCard(stream=stream),
        f.AddBookmark(stream=stream),
        f.SendPage(stream=stream, number=1, times=1, user="U1"),
    ]
    origin = Origin(workspace="T1", cause="", correlation="")
    long_ago = now - timedelta(minutes=12)
    owing = outbox.owing(effects, origin, long_ago)
    outbox.owe(connection, owing, long_ago)
    taken = claiming.claim(
        connection,
        owner="replica-one",
        now=long_ago,
        wall=now,
        lease=timedelta(seconds=20),
        limit=4,
        kinds=frozenset({"ShowTopic", "PinCard", "AddBookmark", "SendPage"}),
    ).taken
    by_kind = {type(one.effect).__name__: one for one in taken}
    pin, bookmark = by_kind["PinCard"], by_kind["AddBookmark"]
    page = by_kind["SendPage"]
    settling.finish(connection, [Finished(id=x.id, state="failed") for x in (pin, page)], now)
    settling.finish(connection, [Finished(id=bookmark.id, state="done")], now)
    settling.release(connection, [pin.lane, bookmark.lane, page.lane])
    an_open_incident(connection, now)
    brakes.brake(
        connection,
        [Braked(workspace="T1", method="pins.add", until=now + timedelta(minutes=5))],
    )


async def test_it_tells_what_is_stuck_who_is_at_work_and_what_was_given_up(
    settings: Given,
) -> None:
    opened = connect(str(settings["DATABASE_URL"]))
    await schema.migrate(opened)
    assert "Work: nothing is owed to Slack" in "\n".join(map(str, await found(settings)))
    now = Clock().now()
    stream = "s" * 32
    await opened.write(lambda c: as_a_bad_night_leaves_it(c, stream, now))
    await opened.close()
    told = "\n".join(map(str, await found(settings)))
    assert (
        "problem  Running: no Muster runs, while 1 incident is open and 1 effect is owed → Start"
        in told
    )
    assert f"problem  Work: ShowTopic in ShowTopic:{stream} has not got through for 12 min" in told
    assert "has been due for 12 minutes, and nobody carries it" in told
    assert "Work: replica- carries 1 lane, until" in told
    assert "Work: Slack asked not to call pins.add before" in told
    assert "Work: given up within a day: 1 PinCard" in told
    assert "problem  Work: Slack did not take a page within a day" in told
    await while_slack_is_away_it_is_said_once(settings)


def an_open_incident(connection: Connection, now: datetime) -> None:
    words = "stream workspace title summary impact severity status phase services reporter folded"
    flags = {"open": True, "private": False, "drill": False}
    rest = {"number": 1, "declared_at": now, "changed_at": now}
    connection.execute(insert(t.incidents), [dict.fromkeys(words.split(), "x") | flags | rest])


async def while_slack_is_away_it_is_said_once(settings: Given) -> None:
    for away in ({"SLACK_API_URL": "http://127.0.0.1:1/api/"}, {"SLACK_BOT_TOKEN": "xoxb-old"}):
        told = "\n".join(map(str, await found(settings, **away)))
        assert "for Slack, in order; none is given up meanwhile" in told
        assert "has not got through" not in told
        assert "nobody carries it" not in told


async def a_record(settings: Given) -> str:
    url = str(settings["DATABASE_URL"])
    database = connect(url)
    await schema.migrate(database)
    await database.close()
    return url


async def test_a_database_that_only_reads_is_a_problem(settings: Given) -> None:
    url = await a_record(settings)
    assert problems(await found(settings)) == []
    with locked(url):
        (only,) = problems(await found(settings))
    assert "it can be read, and not be written: " in only
    assert "locked" in only


async def test_a_record_that_everybody_reads_is_a_problem(settings: Given, tmp_path: Path) -> None:
    await a_record(settings)
    path = tmp_path / "muster.db"
    await asyncio.to_thread(path.chmod, 0o644)
    (only,) = problems(await found(settings))
    assert f"chmod 600 {path}" in only
    await asyncio.to_thread(path.chmod, 0o640)
    assert problems(await found(settings)) == [], "a group is somebody's choice"


def lying_in(folder: Path) -> list[Path]:
    """The record's file and its log; what lies beside them for sharing holds nothing."""
    return [each for each in sorted(folder.glob("muster.db*")) if not each.name.endswith("-shm")]


def as_it_lies(folder: Path) -> dict[str, bytes]:
    """The same to the byte."""
    return {each.name: each.read_bytes() for each in lying_in(folder)}


def as_a_kill_leaves_it(folder: Path) -> Path:
    """Copy it to where nobody has it open."""
    elsewhere = folder / "killed"
    elsewhere.mkdir()
    for each in lying_in(folder):
        shutil.copy(each, elsewhere)
    return elsewhere


@pytest.mark.parametrize("state", ["at rest", "in use", "left by a kill"])
async def test_it_changes_nothing_in_a_record(settings: Given, tmp_path: Path, state: str) -> None:
    url = await a_record(settings)
    opened = connect(url)
    if state != "at rest":
        await opened.write(lambda c: brakes.brake(c, [BRAKED]))
    folder = as_a_kill_leaves_it(tmp_path) if state == "left by a kill" else tmp_path
    settings["DATABASE_URL"] = f"sqlite+aiosqlite:///{folder / 'muster.db'}"
    before = as_it_lies(folder)
    assert ("muster.db-wal" in before) == (state != "at rest")
    findings = await found(settings)
    assert problems(findings) == []
    told = "\n".join(map(str, findings))
    assert f"reachable, schema {schema.HEAD}" in told
    assert ("Slack asked not to call pins.add" in told) == (state != "at rest")
    assert as_it_lies(folder) == before
    await opened.close()


async def test_on_a_server_it_needs_no_right_to_write_and_says_that_it_has_none(
    settings: Given, empty_postgresql: str
) -> None:
    opened = connect(empty_postgresql)
    await schema.migrate(opened)
    await opened.write(lambda c: brakes.brake(c, [BRAKED]))
    settings["DATABASE_URL"] = empty_postgresql
    assert problems(await found(settings)) == []
    name = make_url(empty_postgresql).database
    reader = f"reader_{name}"

    def may_only_read(connection: Connection) -> None:
        for order in (
            f"CREATE ROLE {reader} LOGIN",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}",
        ):
            connection.exec_driver_sql(order)

    await opened.write(may_only_read)
    as_reader = make_url(empty_postgresql).set(username=reader).render_as_string()
    findings = await found(settings, DATABASE_URL=as_reader)
    (only,) = problems(findings)
    assert "it can be read, and not be written: its role may not write" in only
    assert "Slack asked not to call pins.add" in "\n".join(map(str, findings))
    await opened.write(
        lambda c: c.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    )
    await opened.close()
    (only,) = problems(await found(settings))
    assert "not be written: it takes only what reads" in only


async def test_on_a_server_it_counts_the_processes_that_serve(
    settings: Given, slack: Simulator, tmp_path: Path, empty_postgresql: str
) -> None:
    opened = connect(empty_postgresql)
    await schema.migrate(opened)
    await opened.close()
    settings["DATABASE_URL"] = empty_postgresql

    async def says(words: str) -> None:
        """It connects a moment after its socket, and the server lets go of it in its own time."""
        async with asyncio.timeout(30):
            while words not in "\n".join(map(str, await found(settings))):
                pass

    nobody = "Running: no Muster of this version is connected to this database"
    await says(f"{nobody}; `muster serve` starts one")  # an older one would not be seen
    async with serving(slack, tmp_path, DATABASE_URL=empty_postgresql):
        await says("Running: one Muster is connected to this database")
        async with serving(slack, tmp_path, DATABASE_URL=empty_postgresql):
            await says("Running: 2 processes of Muster are connected to this database")
    await says(nobody)
