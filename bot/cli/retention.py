"""`muster retention`: which words will be emptied when, as muster.yaml has it; changes nothing."""

import argparse
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cli.process import read_process
from bot.cli.register import counted, in_columns, operator, takes_workspace
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.domain.process import Process
from bot.storage import retention
from bot.storage.database import Connection, Database
from bot.storage.retention import Coming, Ruling

_USUALLY = 30
_MOST_DAYS = 36_500


def arguments(parser: argparse.ArgumentParser) -> None:
    """How far to look ahead."""
    parser.add_argument(
        "--days",
        type=_days,
        default=_USUALLY,
        metavar="N",
        help=f"what is emptied within so many days; {_USUALLY} by default",
    )
    takes_workspace(parser)
    parser.epilog = (
        "Looks at what `retention` in the muster.yaml of this folder would empty, so that it can "
        "be tried before a bot runs with it. Nothing is changed. What is still needed can be saved "
        "with `muster export` and `muster review`."
    )


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days, such as 30")
    return int(text)


@dataclass(frozen=True, kw_only=True)
class _Preview:
    """What is ruled, on record and in muster.yaml, and what comes of it."""

    known: Ruling | None
    begins: datetime
    coming: list[Coming]


def run(parsed: argparse.Namespace) -> int:
    """Say what is kept for how long, and what will be emptied."""
    settings = read_settings()
    process, now, within = read_process(settings), Clock().now(), timedelta(days=parsed.days)

    async def work(database: Database) -> _Preview:
        workspace = (await operator(database, parsed.workspace)).workspace

        def look(connection: Connection) -> _Preview:
            return _Preview(
                known=retention.ruling(connection, workspace),
                begins=retention.begins(connection, workspace, process, now),
                coming=retention.coming(connection, workspace, process, now, within),
            )

        return await database.read(look)

    print(_told(on_database(settings, work, only_reading=True), process, now, parsed.days))
    return 0


def _told(found: _Preview, process: Process, now: datetime, days: int) -> str:
    if process.keep_texts is None and process.keep_messages is None:
        return "All words are kept for ever: muster.yaml says nothing else under `retention`."
    written, said = _kept(process.keep_texts), _kept(process.keep_messages)
    lines = [
        f"What was written of an incident is kept {written} after its end,",
        f"what was said in its rooms {said}.",
        *_since(found, process, now),
    ]
    if not found.coming:
        return "\n".join([*lines, f"Nothing is emptied within {counted(days, 'day')}."])
    head = ("INCIDENT", "OVER SINCE", "WHAT", "EMPTIED FROM")
    lines += [f"Within {counted(days, 'day')}:", in_columns([head, *map(_row, found.coming)])]
    return "\n".join([*lines, "Nothing was changed."])


def _since(found: _Preview, process: Process, now: datetime) -> list[str]:
    """Say from when on, where that is still to come."""
    if found.known is None or found.known.rule != retention.rule_of(process):
        grace = process.keep_grace
        then = f"empties nothing for {counted(grace.days, 'day')}" if grace else "empties at once"
        return [f"It is new: the first bot that runs with it puts it on record, and {then}."]
    if found.begins > now:
        return [f"Nothing is emptied before {found.begins:%Y-%m-%d %H:%M} UTC: the rule is new."]
    return []


def _kept(kept: timedelta | None) -> str:
    return "for ever" if kept is None else f"for {counted(kept.days, 'day')}"


def _row(one: Coming) -> tuple[str, ...]:
    what = counted(one.amount, "message" if one.said else "text")
    return f"INC-{one.number}", f"{one.ended:%Y-%m-%d}", what, f"{one.at:%Y-%m-%d %H:%M} UTC"
