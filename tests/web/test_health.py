"""What machines that watch are told."""

import json
import re
from pathlib import Path

from bot.storage import tables
from bot.storage.opening import connect
from tests.web.pages import Pages, serving

_LINE = re.compile(
    r"# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+=\"[^\"\n]*\",?)+\})? -?[0-9.e+-]+", re.IGNORECASE
)
TOKEN = "Bearer for machines"


async def test_the_process_says_that_it_answers(pages: Pages) -> None:
    page = await (await pages.stranger()).opens("/healthz")
    assert (page.status, json.loads(page.html)) == (200, {"ok": True})


async def test_ready_or_why_not(pages: Pages) -> None:
    watcher = await pages.stranger()
    page = await watcher.opens("/readyz")
    assert (page.status, json.loads(page.html)) == (200, {"ready": True, "because": []})
    pages.unready.append("the socket to Slack is not connected")
    page = await watcher.opens("/readyz")
    assert page.status == 503
    assert json.loads(page.html)["because"] == ["the socket to Slack is not connected"]


async def test_ready_asks_for_nothing_but_whether_work_is_left_alone(pages: Pages) -> None:
    """It is asked every few seconds, whatever else there is to count."""
    await pages.declared()
    for table in (tables.brakes, tables.job):
        await pages.rig.database.write(table.drop)
    page = await (await pages.stranger()).opens("/readyz")
    assert (page.status, json.loads(page.html)["because"]) == (200, [])


async def test_without_a_database_nobody_is_ready(tmp_path: Path) -> None:
    nobody_there = connect("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    async with serving(tmp_path, database=nobody_there) as pages:
        page = await (await pages.stranger()).opens("/readyz")
        assert page.status == 503
        assert "the database does not answer" in json.loads(page.html)["because"][0]
        watcher = await pages.stranger()
        assert (await watcher.opens("/metrics", Authorization=TOKEN)).status == 200
        await nobody_there.close()


async def test_metrics_ask_for_the_token(pages: Pages) -> None:
    await pages.declared()
    watcher = await pages.stranger()
    for shown in ("", "Bearer", "Bearer wrong", "for machine", "Bearer für"):
        page = await watcher.opens("/metrics", Authorization=shown)
        assert page.status == 401, shown
        assert page.headers["WWW-Authenticate"] == "Bearer"
        assert "muster_" not in page.html
    assert (await watcher.opens("/metrics", Authorization=TOKEN)).status == 200


async def test_a_pass_of_a_person_opens_no_metrics(pages: Pages) -> None:
    assert (await (await pages.visitor("U0ANN")).opens("/metrics")).status == 401


async def test_on_loopback_without_a_secret_metrics_ask_for_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path, token=None) as pages:
        assert (await (await pages.stranger()).opens("/metrics")).status == 200


async def test_metrics_are_in_the_form_that_prometheus_reads(pages: Pages) -> None:
    await pages.declared()
    pages.rig.tally.count("refusals", "NotFound")
    pages.rig.tally.count("refusals", "NotFound")
    pages.unready.append("not yet")
    page = await (await pages.stranger()).opens("/metrics", Authorization=TOKEN)
    assert page.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = page.html.splitlines()
    assert page.html.endswith("\n")
    for line in lines:
        assert _LINE.fullmatch(line), line
    assert 'muster_refusals_total{reason="NotFound"} 2.0' in lines
    assert "muster_ready 0.0" in lines
    assert "# TYPE muster_effect_seconds histogram" in lines
    assert 'muster_effects_waiting{effect="CreateRoom"} 1.0' in lines
