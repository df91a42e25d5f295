"""What people read when there is no page for them."""

from pathlib import Path

import pytest

from bot.storage.opening import connect
from tests.web.pages import ANN, Pages, serving


@pytest.mark.parametrize(
    "path", ["/nowhere", "/incidents/x", "/incidents/0", "/incidents/999999999"]
)
async def test_an_unknown_address_leads_back(pages: Pages, path: str) -> None:
    page = await (await pages.visitor(ANN)).opens(path)
    assert page.status == 404
    assert "There is nothing here" in page.text
    assert 'href="/incidents"' in page.html


async def test_a_number_too_long_for_the_database_is_no_incident(pages: Pages) -> None:
    assert (await (await pages.visitor(ANN)).opens("/incidents/" + "9" * 300)).status == 404


async def test_a_fault_of_ours_shows_no_traceback(tmp_path: Path) -> None:
    def broken(_user: str) -> str:
        raise RuntimeError("secret details")

    async with serving(tmp_path, name_of=broken, open_to_all=True) as pages:
        await pages.declared()
        page = await (await pages.stranger()).opens("/incidents")
        assert page.status == 500
        assert "Something went wrong" in page.text
        assert "Traceback" not in page.html
        assert "secret details" not in page.html
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_a_database_that_is_away_is_said(tmp_path: Path) -> None:
    nobody_there = connect("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    async with serving(tmp_path, database=nobody_there, open_to_all=True) as pages:
        page = await (await pages.stranger()).opens("/incidents")
        assert page.status == 503
        assert "The record cannot be reached" in page.text
        await nobody_there.close()


async def test_nothing_can_be_sent_to_a_page(pages: Pages) -> None:
    visitor = await pages.visitor(ANN)
    async with visitor.session.post(f"{visitor.url}/incidents", data=b"x") as answer:
        assert answer.status == 405
