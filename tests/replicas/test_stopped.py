"""A process that is stopped in the middle of a transaction keeps nobody waiting.

When it goes on, nothing of what it held was recorded, and it does its work anew.
"""

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
from bot.storage import postgresql, streams
from bot.storage.opening import connect

postgresql.CONNECTING = 30.0
tries = []

def work(connection):
    streams.lock(connection, [sys.argv[2]])
    tries.append(streams.head(connection, sys.argv[2]).version)
    if len(tries) == 2:
        sys.exit(7 if tries[0] < tries[1] else 8)
    if sys.argv[3] == "in a statement":
        await_only(connection.connection.driver_connection.prepare("SELECT 42"))
    os.kill(os.getpid(), signal.SIGSTOP)
    streams.peek(connection, sys.argv[2])

asyncio.run(connect(sys.argv[1]).write(work))
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
    assert await stopped.wait() == 7, "it saw what was recorded meanwhile"
    await database.close()
