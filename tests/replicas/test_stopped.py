"""A process that is stopped in the middle of a transaction keeps nobody waiting."""

import asyncio
import contextlib
import os
import signal
import sys

import pytest

from bot.domain.commands import SetSeverity
from bot.storage.database import DatabaseAway
from bot.storage.opening import connect
from tests.engine.rig import Rig
from tests.replicas.listening import listening
from tests.serving import ROOT

pytestmark = pytest.mark.faults("a replica freezes inside a transaction")

STOPS = """
import asyncio, os, signal, sys
from sqlalchemy.util import await_only
from bot.storage import streams
from bot.storage.database import DatabaseAway
from bot.storage.opening import connect

def work(connection):
    streams.hold(connection, [sys.argv[2]])
    if sys.argv[3] == "in a statement":
        await_only(connection.connection.driver_connection.prepare("SELECT 42"))
    os.kill(os.getpid(), signal.SIGSTOP)

async def main():
    try:
        await connect(sys.argv[1]).write(work)
    except DatabaseAway:
        sys.exit(7)

asyncio.run(main())
"""


async def _asks_until_answered(rig: Rig, stream: str) -> None:
    """Ask again whenever nothing was recorded."""
    while True:
        with contextlib.suppress(DatabaseAway):
            await rig.asks(stream, SetSeverity(severity="sev1"))
            return


@pytest.mark.parametrize("where", ["between statements", "in a statement"])
async def test_the_locks_of_a_stopped_process_are_let_go_of(url: str, where: str) -> None:
    database = connect(url)
    rig = Rig(database)
    answered = await rig.declares()
    assert answered.done is not None
    stream = answered.done.incident.stream
    stopped = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        STOPS,
        url,
        stream,
        where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        await asyncio.to_thread(
            os.waitid, os.P_PID, stopped.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT
        )
        async with asyncio.timeout(30), listening(database, rig.alarm.ring):
            await _asks_until_answered(rig, stream)
    finally:
        stopped.send_signal(signal.SIGCONT)
    assert await stopped.wait() == 7, "nothing of what it held was recorded"
    await database.close()
