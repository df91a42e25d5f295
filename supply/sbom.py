"""The bill of materials: what the service is made of, as CycloneDX 1.6, from the lock alone.

The same lock makes the same bytes: no time and no random number stands in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from supply.lockfile import Locked, canonical

ROOT = "muster"


def bill(locked: Sequence[Locked], licences: Mapping[str, str], version: str) -> dict[str, Any]:
    """Return the bill of materials as plain JSON."""
    me = {"type": "application", "name": ROOT, "version": version, "bom-ref": ROOT}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**me, "licenses": [{"expression": "Apache-2.0"}]}},
        "components": [_component(one, licences.get(one.name, "")) for one in locked],
        "dependencies": _dependencies(locked),
    }


def _component(one: Locked, licence: str) -> dict[str, Any]:
    hashes = [{"alg": "SHA-256", "content": each} for each in one.hashes]
    page = f"https://pypi.org/project/{canonical(one.name)}/{one.version}/"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "externalReferences": [{"type": "distribution", "url": page, "hashes": hashes}],
    }
    return {**made, "licenses": [{"license": {"name": licence}}]} if licence else made


def _dependencies(locked: Sequence[Locked]) -> list[dict[str, Any]]:
    by_name = {canonical(one.name): one.purl for one in locked}
    needs: dict[str, set[str]] = {ROOT: set(), **{purl: set() for purl in by_name.values()}}
    for one in locked:
        for asker in one.asked_by:
            needs[by_name.get(canonical(asker), ROOT)].add(one.purl)
    return [{"ref": ref, "dependsOn": sorted(found)} for ref, found in sorted(needs.items())]
