"""`muster check`: is muster.yaml sound, and is every playbook, or those that are named?"""

import argparse
import json
import sys
from pathlib import Path

from bot.cli.process import HAVE_PLAYBOOKS, read_files
from bot.cli.settings import read_settings
from bot.playbook_files import editor_schema

UNCHECKED = (
    "Then check again: what leans on the mistakes in {config} was not looked at, and playbooks "
    "were held to the names that could be read of it."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The schema is for editors that complete and check while one types."""
    parser.add_argument(
        "files",
        metavar="FILE",
        type=Path,
        nargs="*",
        help="a playbook to check by itself, held to the names in muster.yaml; without, all are",
    )
    parser.add_argument(
        "--schema", action="store_true", help="print the JSON Schema of playbooks, for editors"
    )


def run(parsed: argparse.Namespace) -> int:
    """Say every problem with file, line and column; exit 1 when there is one."""
    if parsed.schema:
        print(json.dumps(editor_schema(), indent=2))
        return 0
    settings = read_settings()
    only = [file for file in parsed.files if file.resolve() != settings.config.resolve()]
    files = read_files(settings, only)
    if files.problems:
        print(*files.problems, sep="\n", file=sys.stderr)
        if not files.is_sound:
            print(UNCHECKED.format(config=files.config), file=sys.stderr)
        return 1
    process = files.process
    print(
        f"{files.config or 'no muster.yaml, so the defaults'}: {len(process.severities)} "
        f"severities, {len(process.statuses)} statuses, {len(process.roles)} roles, "
        f"{len(process.categories)} categories, {len(process.services)} services"
    )
    many = len(process.playbooks)
    looked_at = ", ".join(map(str, only)) or files.playbooks
    print(f"{looked_at}: {many} playbook{'s' if many != 1 else ''}")
    for playbook in process.playbooks.values():
        print(f"  {playbook.id} {playbook.version or ''}".rstrip())
    if not process.playbooks:
        print(HAVE_PLAYBOOKS)
    return 0
