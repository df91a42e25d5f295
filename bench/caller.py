"""A client that calls the Web API as fast as it is answered, in a process of its own.

It speaks HTTP itself over connections that stay open: what is measured is the server. It reads its
orders as JSON from standard input and prints what it found as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit


def request(host: str, path: str, token: str, args: dict[str, Any]) -> bytes:
    """One POST with a JSON body, ready to be sent."""
    body = json.dumps(args).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> bytes:
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    place = head.lower().index(b"content-length:") + 15
    return await reader.readexactly(int(head[place : head.index(b"\r\n", place)]))


async def _call_on(
    host: str, port: int, requests: Sequence[bytes], until: float, took: list[float]
) -> list[str]:
    """Send the requests in turn until the time is up; returns what was refused."""
    reader, writer = await asyncio.open_connection(host, port)
    refused: list[str] = []
    place = 0
    while (began := time.perf_counter()) < until:
        answer = await _exchange(reader, writer, requests[place % len(requests)])
        took.append(time.perf_counter() - began)
        if not answer.startswith(b'{"ok":true') and not answer.startswith(b'{"ok": true'):
            refused.append(answer[:200].decode())
        place += 1
    writer.close()
    return refused


async def call(orders: dict[str, Any]) -> dict[str, Any]:
    """Carry the orders out: url, token, calls, connections, seconds."""
    address = urlsplit(orders["url"])
    host, port = str(address.hostname), int(address.port or 80)
    requests = [
        request(address.netloc, f"{address.path}{method}", orders["token"], args)
        for method, args in orders["calls"]
    ]
    took: list[float] = []
    began = time.perf_counter()
    until = began + orders["seconds"]
    each = orders["connections"]
    refused = await asyncio.gather(
        *(
            _call_on(host, port, requests[n % len(requests) :] + requests[: n % len(requests)],
                     until, took)
            for n in range(each)
        )
    )  # fmt: skip
    took.sort()
    return {
        "calls": len(took),
        "seconds": time.perf_counter() - began,
        "median": took[len(took) // 2],
        "refused": [problem for some in refused for problem in some][:3],
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(call(json.load(sys.stdin)))))
