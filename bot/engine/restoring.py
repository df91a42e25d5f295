"""Restoring a backup: all of it, proved to be right, or nothing.

One transaction holds everything: the schema of the backup, its rows, its migration to this
version's schema, the proofs, and what is different afterwards. One that is interrupted starts over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.events import Unknown
from bot.engine.rebuilding import anew
from bot.storage import queries, rebuilding, restoring, schema, streams, verifying
from bot.storage.backing_up import Progress, no_progress
from bot.storage.backup_form import BackupFault, Header, Manifest
from bot.storage.database import Connection, Database, in_the_end

_NAMED = 3
"""How many broken streams are named in a refusal."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was restored, and what the proofs said."""

    header: Header
    manifest: Manifest
    streams: int
    broken: tuple[str, ...]
    """Each with what is wrong with it; they were broken when the backup was taken."""
    written_anew: int
    """How many incidents' lists did not follow from their events, and do now."""
    left_alone: int
    """How many incidents hold events of a newer version; their lists are as they came."""
    in_doubt: int
    timers: int


async def restore(
    database: Database,
    path: Path,
    *,
    number_from: int = 0,
    although_broken: bool = False,
    progress: Progress = no_progress,
) -> Restored:
    """Fill an empty database from a backup, and go on with it.

    Raises:
        BackupFault: it cannot be restored; the database is as it was.
        DatabaseAway: likewise.
    """

    def work(connection: Connection) -> Restored:
        restoring.clear(connection)
        header, manifest = restoring.fill(connection, path, progress)
        restoring.go_on_numbering(connection)
        schema.upgrade(connection)
        found = _proved(connection, header, manifest)
        if found.broken and not although_broken:
            raise BackupFault(_told(path, found.broken))
        restoring.number_from(connection, number_from)
        return replace(
            found,
            in_doubt=restoring.doubt(connection),
            timers=restoring.count_timers(connection),
        )

    return await in_the_end(database, work)


def _proved(connection: Connection, header: Header, manifest: Manifest) -> Restored:
    report = verifying.verify(connection)
    known = [stream for stream, _ in queries.all_streams(connection)]
    known += rebuilding.without_events(connection)
    newer = [stream for stream in known if _holds_unknown(connection, stream)]
    different = [anew(connection, stream) for stream in known if stream not in newer]
    return Restored(
        header=header,
        manifest=manifest,
        streams=report.streams,
        broken=tuple(map(str, report.breaks)),
        written_anew=sum(1 for found in different if found is not None),
        left_alone=len(newer),
        in_doubt=0,
        timers=0,
    )


def _holds_unknown(connection: Connection, stream: str) -> bool:
    """Say whether only a newer version can tell what follows from the events."""
    return any(isinstance(one.event, Unknown) for one in streams.read(connection, stream))


def _told(path: Path, broken: Sequence[str]) -> str:
    more = f", and {len(broken) - _NAMED} more" if len(broken) > _NAMED else ""
    return (
        f"{path} is whole, but the record in it is not as it was written: "
        f"{'; '.join(broken[:_NAMED])}{more}. Nothing was restored. Use an older backup, or say "
        "--although-broken to go on with this one."
    )
