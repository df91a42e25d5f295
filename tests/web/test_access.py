"""Who gets in, what they are told who do not, and what goes with every answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.links import Signer
from bot.web.access import COOKIE
from tests.web.pages import ANN, BOB, SECRET, Pages, serving

ADDRESSES = (
    "/incidents",
    "/incidents/1",
    "/incidents/1/timeline.json",
    "/incidents/1/review",
    "/incidents/1/review.md",
    "/incidents/1/review.json",
)


@pytest.mark.parametrize("path", ADDRESSES)
async def test_without_a_pass_every_page_says_how_to_open_it(pages: Pages, path: str) -> None:
    await pages.declared()
    page = await (await pages.stranger()).opens(path)
    assert page.status == 403
    assert "Open it from Slack" in page.text
    assert "/incident show" in page.text
    assert "checkout" not in page.html
    if "/1" in path:
        assert "From anywhere else: /incident show inc-1" in page.text


async def test_a_link_from_slack_becomes_a_cookie_and_a_clean_address(pages: Pages) -> None:
    await pages.declared()
    visitor = await pages.stranger()
    status, leads, headers = await visitor.led(f"/incidents/1?show=notes&pass={pages.signed(ANN)}")
    assert (status, leads) == (303, "/incidents/1?show=notes")
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert (await visitor.opens("/incidents/1")).status == 200


async def test_behind_https_the_cookie_travels_only_there(tmp_path: Path) -> None:
    async with serving(tmp_path, secure=True) as pages:
        _, _, headers = await (await pages.stranger()).led(f"/incidents?pass={pages.signed(ANN)}")
        assert "Secure" in headers["Set-Cookie"]


async def test_a_pass_that_is_over_opens_nothing(pages: Pages) -> None:
    visitor, signed = await pages.visitor(ANN), pages.signed(ANN)
    pages.rig.clock.advance(timedelta(hours=12))
    assert (await visitor.opens("/incidents")).status == 403
    assert (await (await pages.stranger()).opens(f"/incidents?pass={signed}")).status == 403


async def test_a_deactivated_account_looks_at_nothing_any_more(tmp_path: Path) -> None:
    gone = set[str]()
    async with serving(tmp_path, gone=lambda user: user in gone) as pages:
        visitor, signed = await pages.visitor(ANN), pages.signed(ANN)
        assert (await visitor.opens("/incidents")).status == 200
        gone.add(ANN)
        assert (await visitor.opens("/incidents")).status == 403
        assert (await (await pages.stranger()).opens(f"/incidents?pass={signed}")).status == 403
        assert (await (await pages.visitor(BOB)).opens("/incidents")).status == 200


@pytest.mark.parametrize(
    "make",
    [
        lambda pages: Signer("another secret").sign("T1", ANN, pages.rig.clock.now()),
        lambda pages: pages.signed(ANN)[:-2],
        lambda pages: pages.signed(BOB).partition(".")[0] + "." + pages.signed(ANN).split(".")[1],
        lambda _pages: "",
        lambda _pages: ".",
        lambda _pages: "für.Ann",
        lambda _pages: "%00%ff.%fe",
    ],
    ids=["another secret", "cut", "another person", "empty", "dot", "letters", "bytes"],
)
async def test_a_forged_pass_opens_nothing(pages: Pages, make: object) -> None:
    assert callable(make)
    visitor = await pages.stranger()
    page = await visitor.opens(f"/incidents?pass={make(pages)}")
    assert page.status == 403
    status, _, headers = await visitor.led(f"/incidents?pass={make(pages)}")
    assert status == 303
    assert "Set-Cookie" not in headers


async def test_a_forged_cookie_opens_nothing(pages: Pages) -> None:
    for value in ("", "x.y", "é.ü", Signer("other").sign("T1", ANN, pages.rig.clock.now())):
        stranger = await pages.stranger(Cookie=f"{COOKIE}={value}")
        assert (await stranger.opens("/incidents")).status == 403


async def test_a_pass_of_another_workspace_shows_nothing_of_this_one(pages: Pages) -> None:
    await pages.declared()
    signed = Signer(SECRET).sign("T2", ANN, pages.rig.clock.now())
    visitor = await pages.stranger()
    page = await visitor.opens(f"/incidents?show=all&pass={signed}")
    assert "checkout" not in page.html
    assert (await visitor.opens("/incidents/1")).status == 404


@pytest.mark.parametrize("path", ["//evil.example/", "/%5Cevil.example/", "///evil.example"])
async def test_a_link_never_leads_to_another_host(pages: Pages, path: str) -> None:
    _, leads, _ = await (await pages.stranger()).led(f"{path}?pass={pages.signed(ANN)}")
    assert not leads.startswith(("//", "/\\", "http"))


async def test_on_loopback_without_a_secret_everybody_sees_what_is_public(tmp_path: Path) -> None:
    async with serving(tmp_path, open_to_all=True) as pages:
        await pages.declared()
        await pages.declared("salaries were sent to everybody", private=True)
        page = await (await pages.stranger()).opens("/incidents")
        assert "checkout is down" in page.text
        assert "salaries" not in page.html
        assert "Mine" not in page.text


async def test_open_pages_are_there_under_names_of_this_machine_only(tmp_path: Path) -> None:
    async with serving(tmp_path, open_to_all=True, token=None) as pages:
        await pages.declared()
        stranger = await pages.stranger()
        for own in ("127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "localhost", "LOCALHOST:1"):
            for path in ("/incidents", "/incidents/1", "/metrics"):
                assert (await stranger.opens(path, Host=own)).status == 200, own
        for other in ("evil.example", "127.0.0.1.evil.example:8080", "localhost.evil", "[", ""):
            for path in (*ADDRESSES, "/metrics"):
                page = await stranger.opens(path, Host=other)
                assert page.status == 421, (other, path)
                assert "ask for it there by its address" in page.text
                assert "checkout" not in page.html
                assert "muster_" not in page.html
            assert (await stranger.opens("/healthz", Host=other)).status == 200
        passed = await pages.visitor(ANN)
        assert (await passed.opens("/incidents", Host="muster.example")).status == 200


@pytest.mark.parametrize("path", ["/incidents", "/incidents/1", "/incidents/99", "/nowhere", "/"])
async def test_every_page_forbids_foreign_scripts_frames_and_keeping(
    pages: Pages, path: str
) -> None:
    await pages.declared()
    page = await (await pages.visitor(ANN)).opens(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert " style=" not in page.html
    assert "<script>" not in page.html
    assert "onclick" not in page.html


async def test_files_of_the_pages_may_be_kept_as_their_address_tells_the_content(
    pages: Pages,
) -> None:
    visitor = await pages.stranger()
    page = await visitor.opens("/incidents")
    address = page.html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    sheet = await visitor.opens(address)
    assert sheet.status == 200
    assert "immutable" in sheet.headers["Cache-Control"]
    assert (await visitor.opens("/static/muster.css?v=old")).headers["Cache-Control"] == "no-cache"
    assert (await visitor.opens("/static/none.css")).status == 404
    assert (await visitor.opens("/static/..%2fserver.py")).status == 404
