"""What the lock pins: names, versions, hashes, and who asked for what."""

import re
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=(?P<kind>\w+):(?P<value>[0-9a-f]+)")


class NotLocked(Exception):
    """A line of the lock does not say exactly what is installed."""


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One package as it is installed; `asked_by` are names of packages, or of the project."""

    name: str
    version: str
    hashes: tuple[str, ...]
    asked_by: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its name among all packages of the world."""
        return f"pkg:pypi/{canonical(self.name)}@{self.version}"


def canonical(name: str) -> str:
    """Return a name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(path: Path) -> list[Locked]:
    """Return what a requirements file with hashes pins.

    Raises:
        NotLocked: a line has no exact version, or no hash of SHA-256.
    """
    return [_locked(block) for block in _blocks(path.read_text(encoding="utf-8"))]


def _blocks(text: str) -> list[str]:
    """Return the lines of each package, its comments included."""
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace():
            if blocks:
                blocks[-1].append(line)
        else:
            blocks.append([line])
    return ["\n".join(block) for block in blocks]


def _locked(block: str) -> Locked:
    pin = _PIN.match(block)
    hashes = tuple(found["value"] for found in _HASH.finditer(block) if found["kind"] == "sha256")
    if pin is None or not hashes:
        first = block.splitlines()[0].rstrip(" \\")
        raise NotLocked(f"{first}: needs an exact version and a sha256 hash; run `make lock`")
    comments = (line.partition("#")[2] for line in block.splitlines() if "#" in line)
    asked = (part.strip().removeprefix("via").strip() for part in comments)
    return Locked(
        name=pin["name"], version=pin["version"], hashes=hashes, asked_by=tuple(filter(None, asked))
    )
