"""Which playbooks are offered for an incident."""

import pytest

from bot.domain.playbook import Match, Playbook, Trigger
from bot.domain.playbook.offers import offers
from tests.domain.outage import TRIAGE


@pytest.mark.parametrize(
    ("match", "fits"),
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
def test_every_key_that_is_given_must_fit(match: Match, *, fits: bool) -> None:
    book = Playbook(
        id="x",
        name="X",
        steps=(TRIAGE,),
        triggers=(Trigger(event="incident.declared", match=match),),
    )

    offered = offers(
        [book], "incident.declared", severity="sev2", category="data", services=("checkout",)
    )

    assert offered == ((book,) if fits else ())


def test_another_event_offers_nothing() -> None:
    book = Playbook(id="x", name="X", steps=(TRIAGE,), triggers=(Trigger(event="manual"),))

    assert not offers([book], "severity_changed", severity="sev1", category=None, services=())
