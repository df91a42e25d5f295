"""Tests reach nothing outside this machine."""

import asyncio
import socket

import pytest

from tests.conftest import OutsideSocketError

OUTSIDE = ("192.0.2.1", 80)  # an address kept for documentation, RFC 5737


def test_a_connection_to_the_outside_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(OutsideSocketError):
        sock.connect(OUTSIDE)


async def test_asyncio_may_not_go_outside_either() -> None:
    with pytest.raises(OutsideSocketError):
        await asyncio.open_connection(*OUTSIDE)


def test_a_connection_to_this_machine_is_let_through() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as sock,
    ):
        assert sock.getpeername() == server.getsockname()
