"""`muster doctor`: look for what is missing, in plain words, before the first incident."""

import argparse
import asyncio
from collections.abc import AsyncIterator

from bot.cli import examining_here, examining_record, examining_slack, examining_work
from bot.cli.findings import Finding
from bot.cli.settings import read_settings
from bot.config import Settings
from bot.domain.process import Process


def arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments: it looks at what `muster serve` would use."""
    parser.epilog = (
        "One line for each check: ok, problem with what helps, or unknown. Nothing is made and "
        "nothing is posted. Exit 1 when there is a problem."
    )


def run(_: argparse.Namespace) -> int:
    """Print each finding as soon as it is there."""
    problems = asyncio.run(_told(read_settings()))
    if problems:
        print(f"\n{problems} problem{'s' if problems > 1 else ''}.")
        return 1
    print("\nAll is well.")
    return 0


async def _told(settings: Settings) -> int:
    problems = 0
    async for finding in examined(settings):
        print(finding, flush=True)
        problems += finding.state == "problem"
    return problems


async def examined(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is found, nearest things first."""
    yield examining_here.python()
    process = Process()
    for found in examining_here.files(settings):
        if isinstance(found, Finding):
            yield found
        else:
            process = found.process
    yield await examining_here.database(settings)
    runs = await examining_here.running(settings)
    if runs is not None:
        yield runs
    for finding in (*examining_here.pages(settings), *examining_here.tokens(settings)):
        yield finding
    away = False
    for finding in await examining_slack.examine(settings, process.feed):
        away = away or finding.no_slack
        yield finding
    for finding in await examining_work.work(settings, slack_away=away):
        yield finding
    for finding in await examining_record.record(settings, process):
        yield finding
