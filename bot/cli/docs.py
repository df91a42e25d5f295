"""`muster docs`: read the documents of this very version, where there is no checkout at hand."""

import argparse
from pathlib import Path

from bot.cli import Problem
from bot.domain.nearest import did_you_mean
from bot.shipped import shipped


def arguments(parser: argparse.ArgumentParser) -> None:
    """Name one, or see which there are."""
    parser.add_argument("name", nargs="?", help="as in: muster docs operations | less")
    parser.epilog = "Without a name, it lists them and says where they lie."


def run(parsed: argparse.Namespace) -> int:
    """Print one document, or what there is to read.

    Raises:
        Problem: there is no such document.
    """
    folder = shipped("docs")
    known = {path.stem: path for path in sorted(folder.glob("*.md"))}
    if parsed.name is None:
        print(_listed(known, folder))
        return 0
    name = Path(parsed.name).name.removesuffix(".md")
    if name not in known:
        hint = did_you_mean(name, known) or "; `muster docs` lists them"
        raise Problem(f"there is no document '{name[:40]}'{hint}")
    print(known[name].read_text(encoding="utf-8"), end="")
    return 0


def _listed(known: dict[str, Path], folder: Path) -> str:
    width = max(map(len, known), default=0)
    lines = [f"  {name:{width}}  {_title(path)}" for name, path in known.items()]
    return "\n".join([*lines, "", f"They lie in {folder}, the records of decisions beside them."])


def _title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
