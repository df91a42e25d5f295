"""Searching does not mind case or spelling, in any script."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.storage import queries, schema
from bot.storage.database import Connection, Database
from bot.storage.opening import connect
from bot.storage.queries import Viewer
from tests.engine.rig import Rig

EVERYTHING = Viewer(workspace="T1", user="", everything=True)


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Zahlungen über die Größe", "ÜBER"),
        ("Zahlungen über die Größe", "grösse"),
        ("ОПЛАТА не работает", "оплата"),
        ("ΠΛΗΡΩΜΕΣ", "πληρωμες"),
        ("Cafe\u0301 is down", "CAFÉ"),
        ("Checkout is down", "checkOUT"),
        ("100% of logins fail", "100%"),
    ],
)
async def test_a_word_is_found_in_any_case(database: Database, title: str, word: str) -> None:
    await Rig(database).declares(title)
    await Rig(database).declares("something else")
    found = await database.read(lambda c: queries.search(c, EVERYTHING, [word]))
    assert [one.number for one in found] == [1]


async def test_what_somebody_declared_a_moment_ago_is_found_among_all_that_is_open_by_an_index(
    tmp_path: Path,
) -> None:
    database = connect(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}")
    await schema.migrate(database)
    rig = Rig(database)
    await rig.declares("checkout is down")
    asked: list[tuple[str, Any]] = []

    def work(connection: Connection) -> tuple[int | None, str]:
        @event.listens_for(connection, "before_cursor_execute")
        def _note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            asked.append((statement, values))

        at = rig.clock.now()
        found = queries.declared_just_now(connection, "T1", "U0ANN", "checkout is down", at)
        ((statement, values),) = asked
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        return found, str(plan)

    found, plan = await database.read(work)
    await database.close()
    assert found == 1
    assert "ix_incidents_reporter (workspace=? AND reporter=? AND declared_at>?)" in plan
