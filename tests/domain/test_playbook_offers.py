"""Whether a playbook fits an incident."""

import pytest

from bot.domain.playbook import Match
from bot.domain.playbook.offers import fits


@pytest.mark.parametrize(
    ("match", "fitting"),
    [
        (Match(), True),
        (Match(severity=("sev1", "sev2")), True),
        (Match(severity=("sev1",)), False),
        (Match(category=("data",)), True),
        (Match(category=("change",)), False),
        (Match(service=("checkout", "search")), True),
        (Match(service=("search",)), False),
        (Match(severity=("sev2",), category=("change",)), False),
    ],
)
def test_every_key_that_is_given_must_fit(match: Match, *, fitting: bool) -> None:
    assert fits(match, severity="sev2", category="data", services=("checkout",)) == fitting


def test_an_incident_without_a_category_fits_no_category() -> None:
    match = Match(category=("data",))

    assert not fits(match, severity="sev1", category=None, services=())
