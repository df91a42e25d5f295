"""Searching does not mind case or spelling, in any script."""

import pytest

from bot.storage import queries
from bot.storage.database import Database
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
