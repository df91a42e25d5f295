"""Contract §1.5–§1.13: every method is answered, or refused on purpose with a reason."""

import ast
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

import bot.simulator
from bot.simulator.coverage import FAMILIES, REFUSED, as_table
from bot.simulator.methods import METHODS
from tests.simulator.published import published
from tests.simulator.words import error_of

TESTS = Path(__file__).parent
CODE = Path(bot.simulator.__file__).parent
SIMULATOR = Path(__file__).parents[2] / "docs" / "simulator.md"


def test_each_method_of_the_contract_is_answered_or_refused() -> None:
    """§1.5-§1.13: the names in the tables, and those that the SDKs send."""
    assert published().keys() <= METHODS.keys() | REFUSED.keys()


def test_the_list_is_what_the_routes_do() -> None:
    """§1.5-§1.13."""
    done = [name for family in FAMILIES for name in family.done]
    assert len(done) == len(set(done))
    assert set(done) == METHODS.keys()
    assert not METHODS.keys() & REFUSED.keys()
    assert all(refusal.why for refusal in REFUSED.values())


def test_the_document_shows_the_list() -> None:
    """§1.5-§1.13."""
    text = SIMULATOR.read_text(encoding="utf-8")
    assert as_table() in text, f"in docs/simulator.md put this in place of the table:\n{as_table()}"


@pytest.mark.parametrize("name", sorted(REFUSED))
async def test_what_is_refused_on_purpose_says_what_slack_says(
    client: AsyncWebClient, name: str
) -> None:
    """§1.11 "retired"; §1.13 "user tokens only"."""
    assert await error_of(client.api_call(name, json={})) == REFUSED[name].error


def test_each_method_is_of_its_tier() -> None:
    """§1.5-§1.12, the column of the tier."""
    wanted = {
        name: row.tier
        for name, row in published().items()
        if row.tier is not None and name in METHODS
    }
    assert {name: METHODS[name].tier for name in wanted} == wanted


def raised() -> set[str]:
    """Every error that stands in the simulator's code as one of Slack's."""
    return {
        str(call.args[0].value)
        for path in CODE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "SlackError"
        and isinstance(call.args[0], ast.Constant)
    }


def test_no_error_is_made_up() -> None:
    """§1.1 common errors, and those of the methods' tables."""
    known = frozenset[str]().union(*(row.errors for row in published().values()))

    assert len(raised()) > 100
    assert not raised() - known


def test_each_error_is_met_by_some_test() -> None:
    """§1.1: an error that nothing brings about may well be a wrong one."""
    said = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))

    assert not [error for error in sorted(raised()) if f'"{error}"' not in said]
