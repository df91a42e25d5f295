"""The command line: `muster <word>`, also `python -m bot <word>`.

Each word lives in a module of its own under `bot.cli`, which is imported only when the word is
used, so that help and wrong usage are answered at once.

Exit status: 0 fine, 1 a problem that was explained in a line on stderr, 2 wrong usage.
"""

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from bot.cli import VERSION, WORDS, Problem
from bot.discretion import without_secrets
from bot.domain.nearest import did_you_mean


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one word and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        gc.disable()  # a process begins, and all that it loads is there to stay
    if not given:
        _words().print_help(sys.stderr)
        return 2
    try:
        return _run(given)
    except SystemExit as leaving:  # argparse has said what is wrong, or shown its help
        return int(leaving.code or 0)


def _run(given: list[str]) -> int:
    word, rest = _word(given)
    parser = argparse.ArgumentParser(
        prog=f"muster {word}", description=f"{WORDS[word][:1].upper()}{WORDS[word][1:]}."
    )
    try:
        module = import_module(f"bot.cli.{word}")
        _look_for_garbage()
        module.arguments(parser)
        status = int(module.run(parser.parse_args(rest)))
        sys.stdout.flush()
    except Problem as problem:
        return _explained(str(problem))
    except KeyboardInterrupt:
        return _explained("stopped")
    except BrokenPipeError:  # whoever read has seen enough; what is left goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as fault:  # noqa: BLE001 - no traceback reaches a user
        return _explained(_ours(fault))
    return status


def _look_for_garbage() -> None:
    """From here on, and never in what was loaded: each start is a quarter quicker by that."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _word(given: list[str]) -> tuple[str, list[str]]:
    """Return the word and what follows it; options in front of it are for `muster` itself."""
    parser = _words()
    own = parser.parse_args(given[:1])
    word = str(own.word)
    if word not in WORDS:
        hint = did_you_mean(word, WORDS) or "; muster --help lists all words"
        parser.exit(2, f"muster: there is no word '{word[:40]}'{hint}\n")
    return word, given[1:]


def _words() -> argparse.ArgumentParser:
    width = max(map(len, WORDS))
    parser = argparse.ArgumentParser(
        prog="muster",
        usage="muster [--help | --version] <word> …",
        description="Muster carries an incident in Slack from its declaration to its review.",
        epilog="words:\n"
        + "\n".join(f"  {word:{width}}  {does}" for word, does in WORDS.items())
        + "\n\n`muster <word> --help` says more about a word.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"muster {VERSION}")
    parser.add_argument("word", help=argparse.SUPPRESS)
    return parser


def _explained(sentence: str) -> int:
    """Say on one line what is wrong."""
    print(f"muster: {' '.join(sentence.split())}", file=sys.stderr)
    return 1


def _ours(fault: Exception) -> str:
    """Name a fault of Muster itself and the place that a report of it should mention."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    what = without_secrets(f"{type(fault).__name__}: {fault}")
    return f"this is a mistake in Muster, please report it: {what} ({place})"


if __name__ == "__main__":
    sys.exit(main())
