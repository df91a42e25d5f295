"""What `muster doctor` can tell without Slack: Python, files, database, pages, kinds of tokens."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.cli import Problem
from bot.cli.findings import Finding, ok, problem
from bot.cli.process import HAVE_PLAYBOOKS, Files, read_files
from bot.cli.register import are
from bot.config import Settings
from bot.needed import APP, BOT, kind_of, revealed, wrong_with_pages_secret, wrong_with_tokens
from bot.storage import notices, outbox, queries, schema, writable
from bot.storage.database import Connection, Database, DatabaseAway, Unfit
from bot.storage.opening import connect, database_file, lost, read_url, served
from bot.storage.sqlite import has_room

OLDEST = (3, 11)
POSTGRESQL_PORT = 5432
"""Where PostgreSQL listens unless told otherwise."""
_OTHERS = 0o007
"""What everybody may do with a file."""


def python() -> Finding:
    """Is Python new enough?"""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        return problem(f"Python {version}", "Muster needs Python 3.11 or newer.")
    return ok(f"Python {version}")


def files(settings: Settings) -> Iterator[Finding | Files]:
    """Are muster.yaml and the playbooks sound? Yields what was read, too."""
    try:
        read = read_files(settings)
    except Problem as fault:
        yield problem("Process and playbooks", str(fault))
        return
    if read.problems:
        yield problem(
            f"Process and playbooks: {read.problems[0]}",
            f"Mend that; `muster check` shows all {len(read.problems)}.",
        )
    else:
        source = read.config or "built-in defaults (there is no muster.yaml)"
        yield ok(f"Process: {source}")
        playbooks = f"Playbooks: {len(read.process.playbooks)} in {read.playbooks}"
        if read.process.playbooks:
            yield ok(playbooks)
        else:
            yield problem(f"{playbooks}, so none is offered", HAVE_PLAYBOOKS)
    yield read


async def database(settings: Settings) -> Finding:
    """Does the database answer, can it be written, and has it the schema that is needed?"""
    path = database_file(settings.database_url)
    if path is not None and (gone := lost(path)):
        return _lost(gone)
    if path is not None and not path.exists():
        folder = path.resolve().parent
        if not (folder.is_dir() and os.access(folder, os.W_OK)):
            lacks = "cannot be written to" if folder.exists() else "does not exist"
            return problem(
                f"Database: the folder {folder} {lacks}",
                "Make it, or name another file with DATABASE_URL.",
            )
        return ok(f"Database: {path} is made at the first start")
    if path is not None and (wrong := _wrong_with(path)):
        return wrong
    opened = connect(settings.database_url, only_reading=True)
    try:
        return await _examined(opened, settings.database_url)
    except DatabaseAway as fault:
        return _does_not_answer(fault, settings.database_url)
    finally:
        await opened.close()


def _lost(gone: str) -> Finding:
    what, _, to_do = gone.partition("; ")
    return problem(f"Database: {what}", f"{to_do[0].upper()}{to_do[1:]}.")


def _does_not_answer(fault: DatabaseAway, url: str) -> Finding:
    if isinstance(fault, Unfit):
        what, _, to_do = str(fault).rpartition(". ")
        return problem(f"Database: {what}", to_do)
    told = f"it does not answer: {fault}"
    if isinstance(fault.__cause__, ConnectionRefusedError):
        server = read_url(url)
        told = f"nothing listens at {server.host or 'localhost'}:{server.port or POSTGRESQL_PORT}"
    return problem(f"Database: {told}", "Start it, or mend DATABASE_URL.")


async def running(settings: Settings) -> Finding | None:
    """Does a Muster serve this database? Nothing is said where it cannot be told."""
    path = database_file(settings.database_url)
    if path is None:
        serving = await _connected(settings)
    elif path.exists() and not lost(path):
        serving = served(path)
    else:
        return None
    match serving:
        case None:
            return None
        case True:
            return ok("Running: Muster is running here")
        case 0 if path is None:  # by their name there, which only newer ones give
            nobody = "no Muster of this version is connected to this database"
            return await _nobody_runs(nobody, settings)
        case 0:
            return await _nobody_runs("no Muster runs", settings)
        case 1:
            return ok("Running: one Muster is connected to this database")
        case _:
            return ok(f"Running: {serving} processes of Muster are connected to this database")


async def _nobody_runs(nobody: str, settings: Settings) -> Finding:
    """It is well before the first incident, and a problem once there is something to look after."""
    opened = connect(settings.database_url, only_reading=True)
    try:
        waits = await opened.read(_left_to_do)
    except DatabaseAway:
        waits = ""  # said already
    finally:
        await opened.close()
    if not waits:
        return ok(f"Running: {nobody}; `muster serve` starts one")
    return problem(f"Running: {nobody}, while {waits}", "Start `muster serve`.")


def _left_to_do(connection: Connection) -> str:
    open_now, owed = queries.count_open(connection), outbox.count_open(connection)
    left = ((open_now, f"{are(open_now, 'incident')} open"), (owed, f"{are(owed, 'effect')} owed"))
    return " and ".join(told for number, told in left if number)


async def _connected(settings: Settings) -> int | None:
    opened = connect(settings.database_url, only_reading=True)
    try:
        return await opened.read(notices.processes)
    except DatabaseAway:
        return None  # said already
    finally:
        await opened.close()


def _wrong_with(path: Path) -> Finding | None:
    """Return what keeps a file from being a record that is safe and can grow."""
    if not os.access(path, os.W_OK) or not os.access(path.resolve().parent, os.W_OK):
        return problem(
            f"Database: {path} or its folder cannot be written to",
            "Give both to the user that runs Muster.",
        )
    if not has_room(path):
        return problem(f"Database: the disk of {path} is full", "Make room on it.")
    open_to_all = [each for each in _files_of(path) if each.stat().st_mode & _OTHERS]
    if open_to_all:
        names = " ".join(map(str, open_to_all))
        return problem(
            f"Database: every user of this machine can read {path}, private incidents too",
            f"chmod 600 {names}",
        )
    return None


def _files_of(path: Path) -> list[Path]:
    beside = [path.with_name(path.name + end) for end in ("-wal", "-shm", ".lock")]
    return [path, *(each for each in beside if each.exists())]


async def _examined(opened: Database, url: str) -> Finding:
    revision = await schema.revision(opened)
    path = database_file(url)
    if path is not None and (gone := lost(path, empty=revision is None)):
        return _lost(gone)
    if revision != schema.HEAD:
        what = f"Database: schema {revision or 'none'}, this version needs {schema.HEAD}"
        if path is not None:
            return ok(f"{what}; `muster serve` migrates it")
        return problem(what, "Run `muster migrate`.")
    why = await writable.why_not(url)
    if why is not None:
        return problem(
            f"Database: it can be read, and not be written: {why}",
            "See what else uses it, and whether its disk is full; `muster docs operations`.",
        )
    owed = await opened.read(outbox.count_open)
    waiting = f"; {owed} deliveries to Slack are waiting" if owed else ""
    return ok(f"Database: reachable, schema {revision}{waiting}")


def pages(settings: Settings) -> Iterator[Finding]:
    """Are the pages protected, and do links lead to them?"""
    if wrong := wrong_with_pages_secret(settings):
        what, to_do = wrong
        yield problem(f"Pages: {what}", to_do)
    elif settings.reached_from_elsewhere:
        yield ok("Pages: protected by MUSTER_PAGES_SECRET")
    else:
        yield ok(f"Pages: {settings.public_url}, for this machine only")
    if not settings.on_loopback and settings.url is None:
        yield problem(
            "Pages: MUSTER_URL is not set, so links in Slack lead nowhere",
            "Set it to the address under which people reach the pages.",
        )


def tokens(settings: Settings) -> Iterator[Finding]:
    """Is each token there, and of the right kind? Of one that nobody knows, Slack will tell."""
    for what, to_do in wrong_with_tokens(settings):
        yield problem(f"Tokens: {what}", to_do)
    app = revealed(settings.slack_app_token)
    if kind_of(revealed(settings.slack_bot_token)) == BOT:
        yield ok("Tokens: SLACK_BOT_TOKEN is a bot token")
    if kind_of(app) == APP:
        yield ok("Tokens: SLACK_APP_TOKEN is an app-level token, for Socket Mode")
    elif app is None and settings.slack_signing_secret is not None:
        yield _signed_http(settings)


def _signed_http(settings: Settings) -> Finding:
    address = f"{settings.public_url}/slack/events"
    if not address.startswith("https://"):
        return problem(
            f"Tokens: signed HTTP, but Slack does not deliver to {address}",
            "Set MUSTER_URL to the public https:// address that leads to MUSTER_HTTP.",
        )
    return ok(f"Tokens: signed HTTP; Slack delivers to {address}")
