"""Whatever is asked of the pages: a page, a way elsewhere or a refusal, and nothing of it as it is.

What is asked for goes over a socket as it is: a client would tidy it up.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.processors import format_exc_info
from structlog.testing import capture_logs

from bot.domain import commands as c
from bot.domain.values import Text
from tests.databases import Copies
from tests.safety.nasty import TEXTS, examples
from tests.web.pages import ANN, Pages, serving

pytestmark = pytest.mark.faults("random addresses and queries of the pages")

PLANTED = "<i x9=\"'&"
"""Stands in every value, and must never be repeated as it is."""
NAMES = ("q", "show", "page", "event", "log", "pass", "number", "cursor", "", "show[]", "Q")
PLAIN = ("0", "1", "2", "-1", "all", "mine", "open", "999999999", "9" * 30, "٣", "²", "1e9", "a.b")
HEADERS = ("If-None-Match", "Accept-Language", "Range", "X-Forwarded-Host", "Cookie")


@dataclass(frozen=True)
class Target:
    """Pages with an incident and its review, driven from tests that are not asynchronous."""

    runner: asyncio.Runner
    pages: Pages

    def asked(self, address: bytes, *headers: bytes) -> bytes:
        """What comes back for an address, and nothing of Muster's own has failed."""
        with capture_logs([format_exc_info]) as facts:
            answer = self.runner.run(self._asked(address, headers))
        failed = [fact for fact in facts if fact["log_level"] in {"error", "critical"}]
        assert not failed, "\n".join(str(fact.get("exception", fact))[-900:] for fact in failed)
        return answer

    async def _asked(self, address: bytes, headers: tuple[bytes, ...]) -> bytes:
        signed = f"Cookie: muster_pass={self.pages.signed(ANN)}".encode()
        lines = [b"GET " + address + b" HTTP/1.1", b"Host: muster.example", signed, *headers]
        reading, writing = await asyncio.open_connection("127.0.0.1", self.pages.server.port)
        writing.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]))
        try:
            return await reading.read()
        finally:
            writing.close()


async def _filled(pages: Pages) -> None:
    stream = await pages.declared("checkout is down", severity="sev1")
    await pages.says(stream, "it is the cache")
    await pages.does(stream, c.AddNote(text=Text("the cache is full")))
    await pages.compiles(stream)


@pytest.fixture
def target(copies: Copies, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with asyncio.Runner() as runner:
        url = runner.run(copies.fresh())
        opened = serving(tmp_path_factory.mktemp("pages"), database_url=url)
        pages = runner.run(opened.__aenter__())
        runner.run(_filled(pages))
        yield Target(runner, pages)
        runner.run(opened.__aexit__(None, None, None))


VALUES = st.sampled_from(TEXTS) | st.sampled_from(PLAIN) | st.text(max_size=20)
RAW = st.binary(max_size=12).map(lambda raw: raw.translate(None, b" \t\r\n\0"))


@st.composite
def queries(draw: st.DrawFn) -> bytes:
    """Some names with values: in UTF-8, as bytes of no encoding, or as they are."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from(NAMES)).encode()
        value = PLANTED * draw(st.booleans()) + draw(VALUES)
        encoded = quote(value, safe="", errors="surrogatepass").encode()
        odd = quote_from_bytes(draw(st.binary(max_size=12)), safe="").encode()
        parts.append(name + b"=" + draw(st.sampled_from([encoded, odd]) | RAW))
    return b"&".join(parts)


NUMBERS = st.sampled_from(["1", "01", "2", "0", "999999999", "1.0", "-1", "%31", "٣", "1%00", ".."])
PATHS = st.builds(
    "/incidents/{}{}".format,
    NUMBERS.map(lambda number: quote(number, safe="%.-")),
    st.sampled_from(["", "/", "/timeline.json", "/review", "/review.md", "/review.json", "/x"]),
) | st.sampled_from(
    ["/", "/incidents", "//evil.example", "/static/", "/static/..%2fapp.py", "/static/%00", "/%ff"]
)


def test_no_address_and_no_query_is_a_fault(target: Target) -> None:
    assert b"checkout is down" in target.asked(b"/incidents?q=checkout")
    assert b"the cache is full" in target.asked(b"/incidents/1/timeline.json")

    @examples(40)
    @example("/incidents", b"show=all&q=%00", "Range", b"")
    @given(PATHS, queries(), st.sampled_from(HEADERS), RAW)
    def holds(path: str, query: bytes, header: str, value: bytes) -> None:
        address = path.encode() + (b"?" + query if query else b"")
        head, _, body = target.asked(address, header.encode() + b": " + value).partition(
            b"\r\n\r\n"
        )
        status = int(head.split(b" ")[1])
        assert status < 500, head
        assert PLANTED.encode() not in body
        leads = [line for line in head.split(b"\r\n") if line.lower().startswith(b"location:")]
        assert all(line.partition(b": ")[2].startswith(b"/") for line in leads), leads
        assert not any(line.partition(b": ")[2].startswith(b"//") for line in leads), leads

    holds()
