"""Where the folders lie that are shipped beside the code: playbooks, migrations, documents.

In a checkout and in the image they lie beside the package; an installed wheel puts them under
`share/muster` of its environment. See docs/decisions/0004.
"""

import sys
from pathlib import Path
from typing import Literal

_BESIDE = Path(__file__).resolve().parents[1]


def shipped(name: Literal["playbooks", "migrations", "docs"]) -> Path:
    """Return a shipped folder."""
    beside = _BESIDE / name
    installed = Path(sys.prefix) / "share" / "muster" / name
    return installed if installed.is_dir() and not beside.is_dir() else beside
