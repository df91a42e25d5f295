"""Known weaknesses of what is locked, as pip-audit finds them, and how much it could look up."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LIMIT = 120
"""Seconds for all questions together."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What came of asking: `known` of them could be looked up, and these have weaknesses."""

    asked: int
    known: int
    weak: tuple[str, ...]


def look(tool: Path, locks: Sequence[Path]) -> Looked:
    """Ask the advisory service about everything that is locked."""
    command = [str(tool), "--format=json", "--disable-pip", "--require-hashes"]
    command += ["--progress-spinner=off", "--timeout=10"]
    command += [f"--requirement={lock}" for lock in locks]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Looked(asked=0, known=0, weak=())
    return read(said.stdout)


def read(report: str) -> Looked:
    """Read pip-audit's report; one that is none means that the service was not reached."""
    try:
        found = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Looked(asked=0, known=0, weak=())
    known = [one for one in found if "vulns" in one]
    weak = tuple(
        f"{one['name']} {one['version']}: {each['id']}"
        + (f", mended in {', '.join(each['fix_versions'])}" if each.get("fix_versions") else "")
        for one in known
        for each in one["vulns"]
    )
    return Looked(asked=len(found), known=len(known), weak=weak)


def told(looked: Looked) -> tuple[int, str]:
    """Return the exit status and what to say; not being able to ask is said, and no failure."""
    if looked.weak:
        lines = "\n".join(f"  {one}" for one in looked.weak)
        return (
            1,
            f"Known weaknesses; `make lock LOCK_FLAGS=--upgrade` takes newer versions:\n{lines}",
        )
    if not looked.known:
        return 0, "NOT AUDITED: the advisory service could not be reached, so nothing is known."
    if looked.known < looked.asked:
        rest = looked.asked - looked.known
        return 0, f"{looked.known} packages without known weakness; {rest} COULD NOT BE LOOKED UP."
    return 0, f"{looked.known} packages, no known weakness."
