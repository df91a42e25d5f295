"""`muster export INC-42`: one incident with what holds it, to be checked anywhere."""

import argparse
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from bot.cli import Problem
from bot.cli.register import counted, incident_of, operator, takes_incident
from bot.cli.running import on_database
from bot.cli.settings import read_settings
from bot.clock import Clock
from bot.config import Settings
from bot.storage import anchors
from bot.storage.database import Connection, Database, DatabaseAway, in_the_end
from bot.storage.exporting import exported
from bot.storage.opening import connect
from bot.storage.statements import one_moment


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which incident, and where to."""
    takes_incident(parser)
    parser.add_argument("--to", type=Path, metavar="FILE", help="where to; it must not exist yet")
    parser.epilog = (
        "All events and texts, the messages of its rooms, and the hashes that hold them, as JSON. "
        "`muster verify FILE` checks it without a database. Private incidents are exported like "
        "all others: whoever has the database has all of it."
    )


def run(parsed: argparse.Namespace) -> int:
    """Anchor the incident as it stands, where that can be written, then write it down."""
    settings = read_settings()

    async def work(database: Database) -> dict[str, Any]:
        viewer = await operator(database, parsed.workspace)
        listed = await incident_of(database, viewer, parsed.incident)
        await _anchor(settings, viewer.workspace, listed.stream)

        def look(connection: Connection) -> dict[str, Any]:
            one_moment(connection)
            return exported(connection, listed.stream, listed.number)

        return await database.read(look)

    found = on_database(settings, work, only_reading=True)
    written = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if parsed.to is None:
        sys.stdout.write(written)
        return 0
    _keep(parsed.to, written.encode())
    print(
        f"{parsed.to}: INC-{found['incident']} with {counted(len(found['events']), 'event')} "
        f"and {counted(len(found['messages']), 'message')}. "
        f"`muster verify {parsed.to}` checks it anywhere."
    )
    return 0


async def _anchor(settings: Settings, workspace: str, stream: str) -> None:
    """Anchor what is not anchored yet; a record that can only be read is exported as it stands."""
    now = Clock().now()
    anchor = partial(anchors.anchor_for_export, workspace=workspace, stream=stream, now=now)
    database = connect(settings.database_url, patient=True)
    try:
        await in_the_end(database, anchor)
    except DatabaseAway as fault:
        print(
            f"The record cannot be written ({fault}), so nothing was anchored for this export: "
            "`muster verify` of the file says how much is.",
            file=sys.stderr,
        )
    finally:
        await database.close()


def _keep(path: Path, written: bytes) -> None:
    """Write a new file that its owner alone can read; half of one is none.

    Raises:
        Problem: it exists already, or cannot be written.
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as fault:
        raise Problem(f"{path} is there already. Name a new file.") from fault
    except OSError as fault:
        raise Problem(f"{path} cannot be written: {fault.strerror}.") from fault
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        path.unlink(missing_ok=True)
        raise Problem(f"{path} cannot be written: {fault.strerror}.") from fault
