"""The pages as visitors meet them: a real server on a real engine, and browsers that keep cookies.

stream = await pages.declared("checkout is down", severity="sev1")
ann = pages.visitor(ANN)
page = await ann.opens("/incidents")
assert "checkout is down" in page.text
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from bot.domain import commands as c
from bot.domain.commands import Command
from bot.domain.incident import Incident
from bot.domain.process import Process
from bot.domain.values import Actor
from bot.engine.reviews import compile_review
from bot.links import Signer
from bot.storage import messages, schema
from bot.storage.messages import Said
from bot.storage.opening import connect
from bot.storage.reviews import Terms
from bot.web.server import WebServer
from bot.web.site import Site
from tests.engine.rig import Rig

ANN, BOB, CAROL = "U0ANN", "U0BOB", "U0CAROL"
NAMES = {ANN: "Ann", BOB: "Bob", CAROL: "Carol"}
SECRET = "a long random text of 32 letters or more"
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What came back."""

    status: int
    html: str
    headers: Mapping[str, str]
    address: str

    @property
    def text(self) -> str:
        """What people read."""
        return " ".join(unescape(_TAG.sub(" ", self.html)).split())


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A browser that keeps cookies."""

    session: aiohttp.ClientSession
    url: str

    async def opens(self, path: str, **headers: str) -> Page:
        """Open an address, following where it leads."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.get(self.url + path, headers=sent) as answer:
            return Page(
                status=answer.status,
                html=await answer.text(),
                headers=answer.headers,
                address=answer.url.path_qs,
            )

    async def led(self, path: str) -> tuple[int, str, Mapping[str, str]]:
        """Open an address without following it: status, where it leads, headers."""
        async with self.session.get(self.url + path, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), answer.headers


@dataclass(kw_only=True)
class Pages:
    """A server of pages, and what is recorded behind it."""

    rig: Rig
    site: Site
    server: WebServer
    stack: AsyncExitStack
    unready: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the server is."""
        return f"http://127.0.0.1:{self.server.port}"

    async def stranger(self, **headers: str) -> Visitor:
        """Somebody without a pass."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(cookie_jar=jar, headers=headers)
        await self.stack.enter_async_context(session)
        return Visitor(session=session, url=self.url)

    async def visitor(self, user: str) -> Visitor:
        """Somebody who has opened a link from Slack."""
        visitor = await self.stranger()
        page = await visitor.opens(f"/incidents?pass={self.signed(user)}")
        assert page.status == 200
        return visitor

    def signed(self, user: str) -> str:
        """A pass for somebody."""
        return self.site.signer.sign("T1", user, self.rig.clock.now())

    # What happens in Slack

    async def declared(self, title: str = "checkout is down", **more: Any) -> str:
        """An incident of Ann's with a room in which she is."""
        stream = uuid4().hex
        await self.does(stream, c.Declare(title=title, **more))  # type: ignore[arg-type]
        await self.does(stream, c.RoomMade(channel=f"C{stream[:6]}", name="inc-1-checkout"))
        await self.does(stream, c.PersonEntered(user=ANN))
        return stream

    async def does(self, stream: str, *commands: Command, by: str = ANN) -> Incident:
        """Have somebody ask for things, one after the other."""
        for command in commands:
            await self.rig.asks(stream, command, Actor(user=by))
        return await self.rig.state(stream)

    async def says(self, stream: str, text: str, by: str = BOB, **more: Any) -> Said:
        """Have something said in the room."""
        ts = more.pop("ts", f"{int(self.rig.clock.now().timestamp())}.000100")
        channel = f"C{stream[:6]}"
        said = Said(workspace="T1", channel=channel, ts=ts, as_of=ts, user=by, text=text, **more)
        await self.rig.database.write(lambda connection: messages.keep(connection, [said]))
        return said

    async def compiles(self, stream: str) -> None:
        """Compile and keep the review."""
        incident = await self.rig.state(stream)
        terms = Terms(
            process=self.rig.process,
            compiled_at=self.rig.clock.now(),
            page=f"https://muster.example/incidents/{incident.number}",
            archive="https://acme.slack.com/",
            word="/incident",
            itself=frozenset({"U0ME"}),
        )
        outcome = await compile_review(self.rig.database, stream, terms)
        assert outcome is not None
        await self.does(stream, outcome, by="muster")


@asynccontextmanager
async def serving(
    folder: Path, *, process: Process | None = None, database_url: str = "", **site: Any
) -> AsyncIterator[Pages]:
    """Pages on a fresh database; `site` changes what the handlers are given."""
    database = connect(database_url or f"sqlite+aiosqlite:///{folder / 'muster.db'}")
    await schema.migrate(database)
    rig = Rig(database, process=process or Process())
    unready: list[str] = []
    plain = Site(
        workspace="T1",
        clock=rig.clock,
        database=database,
        dispatcher=rig.dispatcher,
        tally=rig.tally,
        signer=Signer(SECRET),
        name_of=lambda user: NAMES.get(user, user),
        zone_of=lambda _user: "UTC",
        command="/incident",
        open_to_all=False,
        token="for machines",
        secure=False,
        unready=lambda: list(unready),
        archive="https://acme.slack.com/",
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        opened = replace(plain, **site)
        server = WebServer(opened, "127.0.0.1", 0)
        await server.start()
        stack.push_async_callback(server.stop)
        rig.alarm.close()
        yield Pages(rig=rig, site=opened, server=server, stack=stack, unready=unready)
