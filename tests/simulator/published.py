"""What Slack publishes about its methods, read from contract.yaml: names, tiers, errors."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.simulator.record import Call

FACTS = Path(__file__).with_name("contract.yaml")


@dataclass(frozen=True, kw_only=True)
class Published:
    """A method: its tier, if one is known, and every error that it may answer with."""

    tier: int | None
    errors: frozenset[str]


@cache
def published() -> dict[str, Published]:
    """All methods, by name."""
    facts = yaml.safe_load(FACTS.read_text(encoding="utf-8"))
    common = _names(facts["common"]) | _names(facts["paging"])
    return {
        name: Published(tier=row.get("tier"), errors=common | _errors(facts, row))
        for name, row in facts["methods"].items()
    }


def _errors(facts: dict[str, Any], row: dict[str, Any]) -> frozenset[str]:
    written = _names(facts["content"]) if row.get("content") else frozenset()
    return written | _names(row.get("errors", "")) | _names(row.get("assumed", ""))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def unheard_of(calls: list[Call]) -> list[str]:
    """What these calls were refused with, and the contract does not know for their method."""
    known = published()
    return [
        f"{call.method}: {call.error}"
        for call in calls
        if call.error and not call.fault and call.method in known
        and call.error not in known[call.method].errors
    ]  # fmt: skip
