"""`muster serve`: run the bot until it is told to stop."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot import log
from bot.app import Application
from bot.cli import Problem
from bot.cli.process import HAVE_PLAYBOOKS, read_process
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.config import Settings
from bot.domain.process import Process
from bot.following import trace_with
from bot.heap import give_back_large_blocks
from bot.needed import CannotStart
from bot.storage.awaited import Lost

facts = structlog.get_logger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: settings come from the environment and muster.yaml."""
    parser.epilog = (
        "Settings come from the environment and from muster.yaml; `muster docs configuration` "
        "lists them. SIGTERM or Ctrl+C finishes what is in hand and stops."
    )


def run(_: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    give_back_large_blocks()
    settings = read_settings()
    process = read_process(settings)
    log.configure(as_json=not sys.stderr.isatty())
    if not process.playbooks:
        facts.warning("serve.no_playbooks", folder=str(settings.playbooks), to_do=HAVE_PLAYBOOKS)
    with _traced(settings.traces):
        asyncio.run(_serve(settings, process))
    return 0


@contextmanager
def _traced(collector: str | None) -> Iterator[None]:
    """Send traces while serving, if a collector is named.

    Raises:
        Problem: the extra is not installed.
    """
    if collector is None:
        yield
        return
    try:
        from bot.tracing import to_collector  # noqa: PLC0415 - OpenTelemetry is an extra
    except ImportError as fault:
        raise Problem(
            "MUSTER_TRACES is set, but OpenTelemetry is not installed: pip install 'muster[otel]', "
            "or unset MUSTER_TRACES."
        ) from fault
    traces = to_collector(collector)
    trace_with(traces.span)
    try:
        yield
    finally:
        trace_with(None)
        traces.close()


async def _serve(settings: Settings, process: Process) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, told.set)
    application = Application(settings, Clock(), process)
    if await _started(application, told):
        say_ready(application)
        await told.wait()
        facts.info("serve.stopping")
        await application.stop()
        facts.info("serve.stopped")
    else:
        await application.abandon()


async def _started(application: Application, told: asyncio.Event) -> bool:
    """Start, unless somebody says stop meanwhile.

    Raises:
        Problem: something is missing.
    """
    starting = asyncio.create_task(application.start(), name="start")
    stopping = asyncio.create_task(told.wait(), name="told to stop")
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return False
    try:
        starting.result()
    except CannotStart as fault:
        await application.abandon()
        raise Problem(str(fault)) from fault
    return True


def say_ready(application: Application) -> None:
    """Say it to a person in one line, and to machines as a fact."""
    way = "Socket Mode" if application.socket else "HTTP"
    pages = application.settings.public_url
    away = application.away
    if not sys.stderr.isatty():
        facts.info("serve.ready", slack=way, pages=pages, **({"away": str(away)} if away else {}))
        return
    if away is None:
        print(f"Muster is connected to Slack ({way}). Pages: {pages}  Ctrl+C stops.", flush=True)
    else:
        print(
            f"Muster runs, but {away}. Nothing needs a restart. Pages: {pages}  Ctrl+C stops.",
            flush=True,
        )
    shut = application.database.shut
    if shut is not None:
        restart = "" if isinstance(shut, Lost) else " Nothing needs a restart."
        print(
            f"Its database does not answer ({shut}): nothing is recorded until it does, and people "
            f"are told so; declaring makes provisional rooms.{restart}",
            flush=True,
        )
