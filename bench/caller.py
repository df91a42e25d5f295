"""A client that calls the Web API as fast as it is answered: what is measured is the server."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TRUE = (b'{"ok":true', b'{"ok": true')


@dataclass(frozen=True, kw_only=True)
class Found:
    """How many calls were answered in how many seconds, each after how long."""

    calls: int
    seconds: float
    median: float

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self.calls / self.seconds


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Speaks HTTP itself, over connections that stay open."""

    url: str
    token: str

    def request(self, method: str, args: dict[str, Any]) -> bytes:
        """One POST with a JSON body, ready to be sent."""
        address = urlsplit(self.url)
        body = json.dumps(args).encode()
        head = (
            f"POST {address.path}{method} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Authorization: Bearer {self.token}\r\n"
            "Content-Type: application/json; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def for_seconds(
        self, calls: Sequence[tuple[str, dict[str, Any]]], seconds: float, connections: int
    ) -> Found:
        """Make the calls over and over, on several connections at once."""
        requests = [self.request(method, args) for method, args in calls]
        took: list[float] = []
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(connections):
                turned = requests[number % len(requests) :] + requests[: number % len(requests)]
                group.create_task(self._call(turned, began + seconds, took))
        spent = time.perf_counter() - began
        return Found(calls=len(took), seconds=spent, median=sorted(took)[len(took) // 2])

    async def _call(self, requests: Sequence[bytes], until: float, took: list[float]) -> None:
        reader, writer = await self._connect()
        place = 0
        while (began := time.perf_counter()) < until:
            await exchange(reader, writer, requests[place % len(requests)])
            took.append(time.perf_counter() - began)
            place += 1
        writer.close()

    async def one_by_one(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> list[float]:
        """Make each call once, on one connection; how long each took."""
        reader, writer = await self._connect()
        took = []
        for method, args in calls:
            sent = self.request(method, args)
            began = time.perf_counter()
            await exchange(reader, writer, sent)
            took.append(time.perf_counter() - began)
        writer.close()
        return took

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = urlsplit(self.url)
        return await asyncio.open_connection(address.hostname, address.port, limit=2**24)


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> bytes:
    """One request and its answer, which must be a yes."""
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    place = head.lower().index(b"content-length:") + len(b"content-length:")
    answer = await reader.readexactly(int(head[place : head.index(b"\r\n", place)]))
    if not answer.startswith(TRUE):
        raise RuntimeError(answer[:300].decode())
    return answer
