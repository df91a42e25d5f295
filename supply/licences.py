"""Under which licence each package is given, read from the package itself, and which we may use."""

import re
from importlib import metadata

ALLOWED = frozenset(
    {"0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "PSF-2.0"}
)
"""Licences that ask for no more than to be named."""

_NAMES = (
    (r"apache", "Apache-2.0"),
    (r"bsd.?2", "BSD-2-Clause"),
    (r"bsd.?3|new bsd|modified bsd", "BSD-3-Clause"),
    (r"bsd", "BSD"),
    (r"isc", "ISC"),
    (r"\bmit\b", "MIT"),
    (r"python software foundation|\bpsf", "PSF-2.0"),
)


def licence_of(name: str) -> str:
    """Return a package's licence as an SPDX expression as far as it says one, "" if it does not.

    Raises:
        metadata.PackageNotFoundError: it is not installed.
    """
    about = metadata.metadata(name)
    if "License-Expression" in about:
        return str(about["License-Expression"])
    said = [c.rpartition("::")[2] for c in about.get_all("Classifier") or () if "License" in c]
    said += str(about["License"]).strip().splitlines()[:1] if "License" in about else []
    for text in said:
        for pattern, spdx in _NAMES:
            if re.search(pattern, text, re.IGNORECASE):
                return spdx
    return ""


def allowed(expression: str) -> bool:
    """Say whether every part that binds us is one of the allowed; of alternatives one is enough."""
    bare = expression.replace("(", " ").replace(")", " ")
    alternatives = re.split(r"\s+OR\s+", bare)
    return any(
        all(part.strip() in ALLOWED for part in re.split(r"\s+AND\s+", one)) for one in alternatives
    )
