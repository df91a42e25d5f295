"""What the service is made of: locked with hashes, under licences that may be used, and listed."""

import json
from pathlib import Path

import pytest

from supply.__main__ import LOCKS, licences
from supply.advisories import Looked, look, read, told
from supply.licences import allowed
from supply.lockfile import Locked, NotLocked, read_lock
from supply.sbom import bill

HASH = "a" * 64
WEAK = {
    "dependencies": [
        {"name": "one", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]},
        {"name": "two", "version": "1", "vulns": []},
        {"name": "three", "version": "1", "skip_reason": "not found"},
    ]
}


def test_everything_is_locked_with_hashes_and_is_in_the_bill() -> None:
    served, developed = (read_lock(path) for path in LOCKS)
    made = bill(served, {"aiohttp": "MIT"}, "1.0")
    assert [each["name"] for each in made["components"]] == [one.name for one in served]
    assert {one.purl for one in served} <= {one.purl for one in developed}
    needs = {each["ref"]: each["dependsOn"] for each in made["dependencies"]}
    bolt = next(one for one in served if one.name == "slack-bolt")
    assert bolt.purl in needs["muster"]
    assert any("slack-sdk" in each for each in needs[bolt.purl])
    assert made == bill(served, {"aiohttp": "MIT"}, "1.0")


def test_what_is_served_is_under_licences_that_may_be_used() -> None:
    found, problems = licences(read_lock(LOCKS[0]))
    assert problems == []
    assert len(found) > 20


@pytest.mark.parametrize("line", ["one>=1 \\\n    --hash=sha256:aa", "one==1", "git+https://x/y"])
def test_a_line_without_version_or_hash_is_refused(line: str, tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"two==2 --hash=sha256:{HASH}\n{line}\n")
    with pytest.raises(NotLocked, match="make lock"):
        read_lock(lock)


def test_who_asked_for_a_package_is_read(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"# head\none==1 \\\n    --hash=sha256:{HASH}\n    # via\n    #   two\n")
    expected = Locked(name="one", version="1", hashes=(HASH,), asked_by=("two",))
    assert read_lock(lock) == [expected]


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0", True),
        ("MIT AND PSF-2.0", True),
        ("GPL-3.0", False),
        ("MIT AND AGPL-3.0", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_licences_that_ask_for_more_are_refused(expression: str, *, may: bool) -> None:
    assert allowed(expression) is may


def test_a_known_weakness_fails_and_says_what_mends_it() -> None:
    status, said = told(read(json.dumps(WEAK)))
    assert status == 1
    assert "one 1: CVE-1, mended in 2" in said


@pytest.mark.parametrize("report", ["", "Traceback", "{}", "[]", '{"dependencies": []}'])
def test_that_nobody_could_be_asked_is_said_and_is_no_failure(report: str) -> None:
    status, said = told(read(report))
    assert status == 0
    assert said.startswith("NOT AUDITED")


def test_without_the_tool_nothing_is_claimed(tmp_path: Path) -> None:
    assert told(look(tmp_path / "pip-audit", LOCKS))[1].startswith("NOT AUDITED")


def test_what_could_not_be_looked_up_is_not_passed_over() -> None:
    assert "1 COULD NOT BE LOOKED UP" in told(Looked(asked=3, known=2, weak=()))[1]
    assert told(Looked(asked=3, known=3, weak=()))[1] == "3 packages, no known weakness."
