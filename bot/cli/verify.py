"""`muster verify`: whether the record is as it was written, offline; or whether an export is."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.cli import Problem
from bot.cli.rebuild import progress_line
from bot.cli.register import are, counted, printable
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.domain.values import login_of
from bot.storage import verifying
from bot.storage.database import Connection, Database
from bot.storage.export_check import (
    Export,
    NoExport,
    anchored_messages,
    anchored_to,
    anchors_of,
    faults_of,
)
from bot.storage.statements import one_moment
from bot.storage.verifying import Report

_TOLD = 20
_SHORTEST = 16
_LATE = timedelta(minutes=10)
"""A running bot anchors each minute: where something waits for longer, none is running."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The database, or the file of an export."""
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="an export, which takes no database"
    )
    parser.add_argument(
        "--since",
        metavar="HEAD",
        help="prove that the record still holds this head of the chain, which was printed before, "
        "or all that the file of an export was anchored to",
    )
    parser.epilog = (
        "Walks all events, texts and messages of the database, on which a bot may be at work; it "
        "changes nothing. Exit status 1 says that something is not as it was written."
    )


def run(parsed: argparse.Namespace) -> int:
    """Verify, say what is wrong, and what all of it amounts to.

    Raises:
        Problem: a file cannot be read, or was asked for a head.
    """
    if parsed.file is not None:
        if parsed.since:
            raise Problem(
                "--since asks the record of the whole workspace, and a file holds one incident: "
                "run `muster verify --since HEAD` on the database, and `muster verify FILE` alone."
            )
        return _file(parsed.file)
    since = _heads(parsed.since) if parsed.since else []

    async def work(database: Database) -> Report:
        def look(connection: Connection) -> Report:
            one_moment(connection)
            return verifying.verify(connection, since=since, progress=progress_line("events"))

        return await database.read(look)

    report = on_database(read_settings(), work, newer_too=True, only_reading=True)
    wrong = [*_breaks(report), *_doubts(report), *_unanchored(report, Clock().now())]
    for line in wrong:
        print(printable(line), file=sys.stderr)
    if not wrong:
        print("The record is as it was written.")
    for line in _amounts(report):
        print(line)
    return 1 if wrong else 0


def _heads(text: str) -> list[str]:
    """Return a head of the chain, or a prefix that is long enough to be unique; or a file's heads.

    Raises:
        Problem: it is neither.
    """
    folded = text.strip().lower()
    if len(folded) >= _SHORTEST and not set(folded) - set("0123456789abcdef"):
        return [folded]
    if not Path(text).is_file():
        raise Problem(
            f"{text} is no head and no file: write what `muster verify` printed, {_SHORTEST} "
            "digits at least, or the file of an export."
        )
    export, faults = _read(Path(text))
    if faults:
        raise Problem(f"{text} is not as it was written; `muster verify {text}` says where.")
    return anchors_of(export)


def _read(path: Path) -> tuple[Export, list[str]]:
    """Return an export, and what is wrong with it.

    Raises:
        Problem: it cannot be read, or is none.
    """
    try:
        export = json.loads(path.read_bytes())
        return export, faults_of(export)
    except OSError as fault:
        raise Problem(f"{path} cannot be read: {fault.strerror}.") from fault
    except (NoExport, RecursionError, ValueError) as fault:
        raise Problem(
            f"{path} is no export of an incident that this version knows; `muster export INC-42 "
            "--to FILE` makes one."
        ) from fault


def _file(path: Path) -> int:
    """Check an export."""
    export, faults = _read(path)
    for line in faults[:_TOLD]:
        print(printable(f"{path}: {line}"), file=sys.stderr)
    if len(faults) > _TOLD:
        print(f"… and {len(faults) - _TOLD:,} more", file=sys.stderr)
    if not faults:
        print("\n".join(map(printable, _sound(export, path))))
    return 1 if faults else 0


def _sound(export: Export, path: Path) -> Iterator[str]:
    """Say what an export without faults amounts to."""
    events, messages = len(export["events"]), len(export["messages"])
    anchored = anchored_messages(export)
    yield (
        f"INC-{export['incident']} is as it was written: {counted(events, 'event')}, anchored to "
        f"event {anchored_to(export):,}; {counted(messages, 'message')}, {anchored:,} of them "
        "anchored."
    )
    if waiting := sum(message["salt"] is None for message in export["messages"]):
        yield (
            f"{counted(waiting, 'message')} of these in no batch yet, so nothing shows whether "
            "they were changed: an export that is made in three minutes has them in one."
        )
    yield f"`muster verify --since {path}` on the database says whether the record still holds it."


def _breaks(report: Report) -> Iterator[str]:
    """Yield the first break, and as many of the others as anybody reads."""
    if not report.broken:
        return
    yield f"The record is not as it was written. First break: {report.breaks[0]}."
    for each in report.breaks[1:_TOLD]:
        yield f"- {each}"
    if report.broken > _TOLD:
        yield f"… and {report.broken - _TOLD:,} more"


def _doubts(report: Report) -> Iterator[str]:
    """Yield what is no break by itself, and is not as it should be."""
    for workspace, user in sorted(report.erasing):
        yield (
            f"What {user} wrote in {workspace} is being erased, and not all of it is gone. If that "
            f"was cut short, a bot finishes it a quarter of an hour after it began; or run `muster "
            f"erase {_whom(user)}` again."
        )
    for head in sorted(report.missing)[:_TOLD]:
        yield f"The record does not hold {head}: it was rewritten since, or is another."


def _whom(user: str) -> str:
    """Return what follows `muster erase`."""
    login = login_of(user)
    return user if login is None else f"--terminal {login}"


def _unanchored(report: Report, now: datetime) -> Iterator[str]:
    """Yield where the workspace's chain should reach further: it may have been cut off."""
    unsealed_since = report.unsealed_since
    if unsealed_since is not None and now - unsealed_since > _LATE:
        yield (
            f"Of the messages in no batch, some are of {unsealed_since:%Y-%m-%d %H:%M} UTC. "
            "A running bot takes such over within three minutes: where they stay so, none runs."
        )
    for workspace, since in sorted(report.waiting.items()):
        if now - since <= _LATE:
            continue
        begins = (
            f"The chain of {workspace} does not hold what was written since {since:%Y-%m-%d %H:%M}"
            if workspace in report.heads
            else f"{workspace} has no chain, and has events since {since:%Y-%m-%d %H:%M}"
        )
        yield (
            f"{begins} UTC. Where no bot has run for a minute since then, that is why: start one, "
            "and ask again. Else somebody cut the chain, and maybe more: compare with a head kept "
            "elsewhere (--since) or with a backup before a bot anchors what is left."
        )


def _amounts(report: Report) -> Iterator[str]:
    yield (
        f"Looked at {counted(report.events, 'event')} in {counted(report.streams, 'stream')}, "
        f"{counted(report.texts, 'text')} and {counted(report.messages, 'message')}."
    )
    if report.emptied:
        yield f"Of these, {are(report.emptied, 'text')} empty, each by an erasure on record."
    if report.taken_over:
        yield (
            f"{counted(report.taken_over, 'message')} put into a batch as found: a bot died before "
            "it could, an older version had no batches, or somebody else wrote them. What was "
            "changed before that shows nowhere."
        )
    if report.unopened_rooms:
        yield (
            f"{counted(report.unopened_rooms, 'room')} opened by no event on record: Slack gave a "
            "channel another id, or somebody added it."
        )
    if report.unsealed:
        yield (
            f"{counted(report.unsealed, 'message')} of these in no batch yet: a running bot puts "
            "them into one within a minute. What is changed before it dies would not show."
        )
    if report.late:
        yield (
            f"{counted(report.late, 'event')} of {counted(report.late_streams, 'stream')} "
            f"{'waits' if report.late == 1 else 'wait'} to be anchored: a running bot does that "
            "each minute. That they were cut off would not show."
        )
    for workspace, head in sorted(report.heads.items()):
        yield f"Head of the chain of {workspace}: {head}"
