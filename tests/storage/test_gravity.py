"""The gravest come first by the organisation's ranks, not by how its levels are called."""

from bot.domain.process import Process, Severity
from bot.storage import queries
from bot.storage import tables as t
from bot.storage.database import Connection, Database
from bot.storage.queries import Viewer
from tests.engine.rig import ANN, Rig

EVERYTHING = Viewer(workspace="T1", user="", everything=True)
LEVELS = tuple(
    Severity(key=key, label=key, rank=rank, criteria="", update_every=None)
    for rank, key in enumerate(("worst", "bad", "sev1", "abandoned"))
)


async def test_the_gravest_come_first_however_they_are_called(database: Database) -> None:
    rig = Rig(database, process=Process(severities=LEVELS, default_severity="sev1"))
    for severity in ("sev1", "abandoned", "bad", "worst", "sev1"):
        await rig.declares(f"it is {severity}", command={"severity": severity, "again": True})
    for number in range(1, 6):
        (listed,) = [
            one
            for one in await database.read(lambda c: queries.newest(c, EVERYTHING))
            if one.number == number
        ]
        row = {"channel": f"C{number}", "workspace": "T1", "stream": listed.stream, "seen_to": "0"}
        await database.write(lambda c, row=row: c.execute(t.rooms.insert(), row))  # type: ignore[misc]
    kept = ("worst", "bad", "sev1")

    def looks(connection: Connection) -> list[list[str]]:
        ann = Viewer(workspace="T1", user=ANN.user)
        return [
            [one.severity for one in queries.open_incidents(connection, EVERYTHING, kept)],
            [one.severity for one in queries.mine(connection, ann, kept)],
            [channel for channel, _, _ in queries.open_rooms(connection, kept)],
            [one.severity for one in queries.open_incidents(connection, EVERYTHING, kept, 2)],
        ]

    ranked = ["abandoned", "worst", "bad", "sev1", "sev1"]
    assert await database.read(looks) == [
        ranked,
        ranked,
        ["C2", "C4", "C3", "C1", "C5"],
        ranked[:2],
    ], "a level that is no longer kept counts as gravest"
