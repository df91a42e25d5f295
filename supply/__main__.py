"""What the service is made of: `python -m supply bill` and `python -m supply advisories`.

`bill` needs no network: it checks that everything is locked with hashes and under licences that may
be used, and writes the bill of materials. `advisories` asks whether weaknesses are known.
"""

import json
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from supply.advisories import look, told
from supply.licences import allowed, licence_of
from supply.lockfile import Locked, NotLocked, read_lock
from supply.sbom import bill

ROOT = Path(__file__).resolve().parents[1]
LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
BILL = ROOT / "build" / "muster.cdx.json"
TOOL = ROOT / "build" / "audit" / "bin" / "pip-audit"


def licences(locked: list[Locked]) -> tuple[dict[str, str], list[str]]:
    """Return each package's licence, and what is wrong with any of them."""
    found, problems = dict[str, str](), []
    for one in locked:
        try:
            found[one.name] = licence_of(one.name)
        except PackageNotFoundError:
            continue  # locked for another Python or system, and not installed here
        if not allowed(found[one.name]):
            said = found[one.name] or "none that is known"
            problems.append(f"{one.name} {one.version}: its licence is {said}")
    return found, problems


def write_bill() -> int:
    """Check the locks, and write the bill of what is delivered."""
    try:
        served, developed = (read_lock(path) for path in LOCKS)
    except NotLocked as fault:
        print(fault, file=sys.stderr)
        return 1
    found, problems = licences(served)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    BILL.parent.mkdir(exist_ok=True)
    made = json.dumps(bill(served, found, project["version"]), indent=1)
    BILL.write_text(f"{made}\n", encoding="utf-8")
    print(
        f"{len(served)} packages served, {len(developed)} to develop, all with hashes: {BILL.name}"
    )
    return 0


def main(arguments: list[str]) -> int:
    """Run one word."""
    match arguments:
        case ["bill"]:
            return write_bill()
        case ["advisories"]:
            status, said = told(look(TOOL, LOCKS))
            print(said, file=sys.stderr if status else sys.stdout)
            return status
        case _:
            print("usage: python -m supply bill | advisories", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
