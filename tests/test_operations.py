"""What operators are given holds together: numbers, documents, dashboard and alerts."""

import json
import re
from pathlib import Path

import pytest
import yaml

from bot.engine.tally import COUNTED, SHOWN, TIMED

REPO = Path(__file__).parents[1]
OPERATIONS = (REPO / "docs" / "operations.md").read_text(encoding="utf-8")


def known() -> dict[str, tuple[str, ...]]:
    """Every metric with its labels."""
    return {
        **{f"muster_{name}_total": number.by for name, number in COUNTED.items()},
        **{f"muster_{name}": number.by for name, number in {**TIMED, **SHOWN}.items()},
    }


def documented() -> dict[str, tuple[str, ...]]:
    """The metrics in the table of docs/operations.md with their labels."""
    rows = re.findall(
        r"^\| `(muster_\w+)`(?: \(shared\))? \|([^|]*)\|[^|]+\|$", OPERATIONS, re.MULTILINE
    )
    return {name: tuple(re.findall(r"`(\w+)`", by)) for name, by in rows}


def test_every_number_is_explained_and_no_other() -> None:
    assert documented() == known(), "keep the table of docs/operations.md and tally.py together"


DASHBOARD = json.loads((REPO / "deploy" / "grafana" / "muster.json").read_text(encoding="utf-8"))
RULES = yaml.safe_load((REPO / "deploy/prometheus/muster.rules.yaml").read_text(encoding="utf-8"))
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"]]


def told() -> set[str]:
    """The names under which Prometheus finds the numbers."""
    parts = {f"muster_{name}_{part}" for name in TIMED for part in ("bucket", "sum", "count")}
    return {*known(), *parts}


def asked() -> list[str]:
    """Every question that dashboard and alerts ask."""
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return panels + [alert["expr"] for alert in ALERTS]


@pytest.mark.parametrize("expression", asked())
def test_dashboard_and_alerts_ask_for_numbers_and_labels_that_there_are(expression: str) -> None:
    names = set(re.findall(r"\bmuster_\w+", expression))
    assert names <= told()
    labels = {
        label for name, by in known().items() for label in by if any(name in n for n in names)
    }
    used = set(re.findall(r"(\w+)=", expression)) | {
        label.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for label in by.split(",")
    }
    assert used <= labels | {"le", "instance"}
    assert expression.count("(") == expression.count(")")


def test_every_number_is_on_the_dashboard() -> None:
    shown = " ".join(t["expr"] for panel in DASHBOARD["panels"] for t in panel["targets"])
    missing = sorted(name for name in known() if name not in shown)
    assert not missing, "give them a place in deploy/grafana/muster.json"


def test_every_alert_says_what_to_do_and_no_other() -> None:
    explained = set(re.findall(r"^### (Muster\w+)$", OPERATIONS, re.MULTILINE))
    assert explained == {alert["alert"] for alert in ALERTS}
    for alert in ALERTS:
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert alert["annotations"]["summary"].endswith(".")


def test_nobody_is_woken_while_slack_as_a_whole_is_away() -> None:
    """There is nothing to do but to wait; that the token is refused is an alert of its own."""
    kept_back = r"unless (on\(\) )?\(?min\(muster_slack_away_seconds\) > 0"
    for alert in ALERTS:
        if re.search(r"muster_(ready|socket|effects_overdue|lanes_stuck)", alert["expr"]):
            assert re.search(kept_back, alert["expr"]), alert["alert"]
    assert {a["labels"]["severity"] for a in ALERTS if a["alert"] == "MusterSlackAway"} == {
        "ticket"
    }


def test_the_dashboard_has_no_two_panels_in_one_place() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    assert len(set(places)) == len(places)
